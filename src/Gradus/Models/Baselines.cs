namespace Gradus;

/// <summary>What can be had without a hidden layer, and without looking at the inputs at all: a network that is no better has
/// learnt nothing worth its size.</summary>
/// <param name="Constant">Regression: always the mean of the training rows; of several quantiles, theirs. Classes: always the shares of the classes in the
/// training rows, so that the most frequent one is predicted.</param>
/// <param name="Linear">Linear, logistic or softmax regression, trained on the same rows; null if it was not trained to its
/// end.</param>
public sealed record Baselines(Metrics Constant, Metrics? Linear)
{
    /// <summary>Measures both on the rows that a model is measured on.</summary>
    /// <param name="model">The model to compare with; its preprocessing and loss are used.</param>
    /// <param name="train">Training rows, encoded by the model's preprocessor.</param>
    /// <param name="validation">Validation rows, which stop the linear model; null for none.</param>
    /// <param name="test">The rows to measure on; at least one.</param>
    /// <param name="seed">Seed of the linear model's training.</param>
    /// <param name="cancellation">Leaves the linear model out.</param>
    public static Baselines Measure(
        Model model, EncodedTable train, EncodedTable? validation, EncodedTable test, ulong seed = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        var constant = model.Score(test, ConstantAnswers(model, train, test.Rows));
        return new Baselines(constant, MeasureLinear(model, train, validation, test, seed, cancellation));
    }

    private static Metrics? MeasureLinear(
        Model model, EncodedTable train, EncodedTable? validation, EncodedTable test, ulong seed, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return null;
        var network = new Network(
            model.Network.InputCount, CategoryLayers.Arrange(model.Preprocessor, null, [new Dense(model.Network.OutputCount)]));
        var linear = new Model(model.Preprocessor, network, model.Loss, network.Initialize(seed));
        try
        {
            // The problem is convex: large steps, and as many epochs as make a few million rows. Least squares ends at its
            // solution; classes that a plane can part have none, and are stopped by the validation rows.
            var history = linear.Train(train, model.Heads.All(head => head.Task == LearningTask.Regression) ? null : validation, new TrainOptions
            {
                Optimizer = new Adam(1e-2),
                BatchSize = Math.Clamp(train.Rows / 64, 16, 256),
                Epochs = Math.Clamp(2_000_000 / train.Rows, 10, 500),
                Patience = 10,
                Seed = seed,
            }, cancellation);
            return history.StopReason == StopReason.Cancelled ? null : linear.Evaluate(test);
        }
        catch (DivergedException)
        {
            return null;
        }
    }

    // As the read-outs give them: a mean, the training rows' quantiles, the share of the second class, or the shares of all.
    private static float[] ConstantAnswers(Model model, EncodedTable train, int rows)
    {
        var outputs = model.Network.OutputCount;
        var answer = new float[outputs];
        for (var i = 0; i < model.Heads.Count; i++)
        {
            var head = model.Heads[i];
            ConstantAnswer(head, KnownTargets(train, i), answer.AsSpan(head.FirstOutput, head.OutputCount));
        }

        var answers = new float[rows * outputs];
        for (var row = 0; row < rows; row++)
            answer.CopyTo(answers, row * outputs);
        return answers;
    }

    private static void ConstantAnswer(Head head, float[] targets, Span<float> answer)
    {
        if (head.Loss.ReadOut == ReadOut.Softmax)
        {
            foreach (var target in targets)
                answer[(int)target]++;
            foreach (ref var share in answer)
                share /= targets.Length;
        }
        else if (head.Loss.Quantiles.Count > 1)
        {
            Array.Sort(targets);
            for (var i = 0; i < answer.Length; i++)
                answer[i] = targets[(int)(head.Loss.Quantiles[i] * targets.Length)];   // τ below 1
        }
        else
        {
            var sum = 0.0;
            foreach (var target in targets)
                sum += target;
            answer[0] = (float)(sum / targets.Length);
        }
    }

    private static float[] KnownTargets(EncodedTable train, int target)
    {
        var known = new List<float>(train.Rows);
        for (var i = target; i < train.Targets.Length; i += train.TargetCount)
        {
            if (!float.IsNaN(train.Targets[i]))
                known.Add(train.Targets[i]);
        }

        return [.. known];
    }
}
