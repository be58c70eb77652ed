using Gradus.Kernels;

namespace Gradus.Tests.Training.Augmenting;

public sealed class AugmentedTrainingTests
{
    [Fact]
    public void Batches_are_those_of_the_rows_for_any_number_of_threads_and_any_batch()
    {
        var table = Pictures.Random(100, new ImageSize(9, 11));
        var augmenter = new ImageAugmenter(Pictures.Everything, table, 10, seed: 4);
        var order = new int[100];
        foreach (var threads in new[] { 1, 2, 5 })
        {
            using var team = new WorkerTeam(threads);
            foreach (var (batch, last) in new[] { (100, 0), (32, 4), (33, 34), (1, 0) })
            {
                var batches = new AugmentedBatches(augmenter, team, batch, last);
                for (var epoch = 1; epoch <= 2; epoch++)
                {
                    Philox.Permutation(new RandomKey(1, 2, (ulong)epoch), order);
                    batches.Start(order, epoch);
                    for (int first = 0, count; first < 100; first += count)
                    {
                        count = 100 - first == last ? last : batch;
                        var (inputs, targets) = (new float[count * 99], new float[count * 10]);
                        batches.Take(inputs, targets);
                        for (var i = 0; i < count; i += 13)
                        {
                            var (picture, target) = Pictures.Make(augmenter, order[first + i], epoch);
                            Assert.Equal(picture, inputs[(i * 99)..((i + 1) * 99)]);
                            Assert.Equal(target, targets[(i * 10)..((i + 1) * 10)]);
                        }
                    }
                }
            }
        }
    }

    [Fact]
    public void Making_batches_allocates_nothing()
    {
        var table = Pictures.Random(64, Pictures.Size);
        using var team = new WorkerTeam(3);
        var batches = new AugmentedBatches(new ImageAugmenter(Pictures.Everything, table, 10, 1), team, 16, 0);
        var (order, inputs, targets) = (Enumerable.Range(0, 64).ToArray(), new float[16 * 784], new float[160]);
        void Epochs(int count)
        {
            for (var epoch = 1; epoch <= count; epoch++)
            {
                batches.Start(order, epoch);
                for (var i = 0; i < 4; i++)
                    batches.Take(inputs, targets);
            }
        }

        Epochs(3);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Epochs(20);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_training_run_gives_the_same_bits_for_any_number_of_threads()
    {
        var network = new Network(64, new Dense(200, Activation.Relu), new Dense(200, Activation.Relu), new Dense(10));
        var (training, validation) = (Pictures.Random(250, new ImageSize(8, 8)), Pictures.Random(40, new ImageSize(8, 8), seed: 2));
        float[] Train(int threads, ulong seed = 3) => Examples.Train(network, Loss.CrossEntropy, training, new TrainOptions
        {
            Epochs = 3,
            BatchSize = 96,
            Threads = threads,
            Seed = seed,
            Augmentation = Pictures.Everything,
            LabelSmoothing = 0.1,
            Balance = true,
        }, validation);
        var expected = Train(1);
        Assert.True(Array.TrueForAll(expected, float.IsFinite));
        foreach (var threads in new[] { 2, 3, 7 })
            Assert.Equal(expected, Train(threads));
        Assert.NotEqual(expected, Train(1, seed: 4));
    }

    [Fact]
    public void Amounts_of_zero_train_as_without()
    {
        var network = new Network(64, new Dense(10));
        var training = Pictures.Random(50, new ImageSize(8, 8));
        var options = new TrainOptions { Epochs = 2, BatchSize = 16, Threads = 2 };
        Assert.Equal(Examples.Train(network, Loss.CrossEntropy, training, options),
            Examples.Train(network, Loss.CrossEntropy, training, options with { Augmentation = new Augmentation() }));
    }

    [Fact]
    public void A_mixed_target_of_one_row_costs_the_cross_entropy_of_the_distribution()
    {
        // One row of each of two classes, weights all zero: the loss is ln 10 whatever the target; and the gradient of the bias is
        // softmax − target, so a step of descent of rate 1 moves it to target − 1/10.
        var table = Pictures.Random(2, new ImageSize(8, 8));
        var network = new Network(64, new Dense(10) { Weights = Initializer.Zeros });
        var options = new TrainOptions
        {
            Epochs = 1,
            Optimizer = new GradientDescent(1),
            Schedule = Schedule.Constant,
            Threads = 1,
            Seed = 6,
            Augmentation = new Augmentation { MixUp = 2 },
        };
        var weights = network.Initialize(1);
        var history = new Trainer(network, Loss.CrossEntropy, weights, options).Train(table, null);
        Assert.Equal(Math.Log(10), history.Epochs[0].Loss, 1e-6);
        var augmenter = new ImageAugmenter(options.Augmentation, table, 10, 6);
        var targets = Enumerable.Range(0, 2).Select(row => Pictures.Make(augmenter, row, 1).Target).ToArray();
        var biases = weights[network.Parameters.Single(parameter => !parameter.IsWeight).Expression].ToArray();
        for (var i = 0; i < 10; i++)
            Assert.Equal(((targets[0][i] + targets[1][i]) / 2) - 0.1, biases[i], 1e-6);
        Assert.Contains(targets, target => target.Count(share => share > 0.05) == 2);
    }

    [Fact]
    public void A_mixed_row_of_two_classes_weighs_as_much_as_its_shares()
    {
        // Targets 0, 0 and 1 of weights 3/4, 3/4 and 3/2; the first batch of weights of zero costs ln 2 a row.
        var pictures = Pictures.Random(3, new ImageSize(8, 8));
        var table = new EncodedTable(pictures.Inputs, [0, 0, 1], null, pictures.Report) { Images = pictures.Images };
        var network = new Network(64, new Dense(1) { Weights = Initializer.Zeros });
        var options = new TrainOptions { Epochs = 1, BatchSize = 3, Threads = 1, Seed = 6, Balance = true, Augmentation = new Augmentation { MixUp = 2 } };
        var history = new Trainer(network, Loss.BinaryCrossEntropy, network.Initialize(1), options).Train(table, null);
        var augmenter = new ImageAugmenter(options.Augmentation, table, 1, 6);
        var shares = Enumerable.Range(0, 3).Select(row => Pictures.Make(augmenter, row, 1).Target[0]).ToArray();
        Assert.Contains(shares, share => share is > 0.05f and < 0.95f);
        Assert.Equal(Math.Log(2) * shares.Average(share => 0.75 + (0.75 * share)), history.Epochs[0].Loss, 1e-6);
    }

    [Fact]
    public void Members_that_share_weights_learn_from_the_same_mixed_rows()
    {
        var table = Pictures.Random(40, new ImageSize(8, 8));
        var network = new Network(64, new Members(2), new MemberDense(16, Activation.Relu), new MemberOutputs(10));
        var options = new TrainOptions { Epochs = 60, BatchSize = 20, Threads = 1, Optimizer = new Adam(0.01), Augmentation = new Augmentation { MixUp = 0.2 } };
        var history = new Trainer(network, Loss.CrossEntropy, network.Initialize(1), options).Train(table, null);
        // Of a batch whose targets are mixed, no network does better than their entropy; guessing costs ln 10.
        Assert.InRange(history.Epochs[^1].Loss, 0.01, 0.5 * Math.Log(10));
    }

    [Fact]
    public void A_network_that_saw_shifted_digits_knows_shifted_digits()
    {
        var set = DataSet.Open("digits");
        var split = set.Split(seed: 1);
        double AccuracyOnShifted(Augmentation? augmentation)
        {
            var model = Model.For(split.Train, "digit", new Dense(64, Activation.Relu), new Dense(64, Activation.Relu));
            var test = model.Preprocessor.Encode(split.Test);
            var shifted = new float[test.Rows * 64];
            test.Inputs.CopyRows(0, test.Rows, shifted);
            for (var i = 0; i < shifted.Length; i += 8)
                shifted.AsSpan(i, 7).CopyTo(shifted.AsSpan(i + 1));   // a pixel to the right
            for (var i = 0; i < shifted.Length; i += 8)
                shifted[i] = 0;
            model.Train(split.Train, null, new TrainOptions { Epochs = 40, Threads = 1, Augmentation = augmentation });
            return model.Evaluate(new EncodedTable(new FeatureMatrix(shifted, test.Rows, 64), test.Targets.ToArray(), null, test.Report)).Values["accuracy"];
        }

        var (plain, augmented) = (AccuracyOnShifted(null), AccuracyOnShifted(new Augmentation { Shift = 1.5 }));
        Assert.True(augmented > plain + 0.2 && augmented > 0.75, $"{plain} without, {augmented} with");
    }
}
