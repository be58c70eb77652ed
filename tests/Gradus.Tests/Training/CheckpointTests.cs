namespace Gradus.Tests.Training;

/// <summary>A run that is interrupted and resumed ends with the bits of the run that was not.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gradus-checkpoint-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string, TrainOptions> Rows
    {
        get
        {
            var rows = new TheoryData<string, TrainOptions>();
            foreach (var optimizer in Optimizer.All)
                rows.Add("dense", optimizer is Lbfgs ? new TrainOptions { Optimizer = optimizer, BatchSize = null, Schedule = Schedule.Constant } : new TrainOptions { Optimizer = optimizer });
            foreach (var schedule in Schedule.All)
                rows.Add("dense", new TrainOptions { Schedule = schedule });
            rows.Add("norm", new TrainOptions());
            rows.Add("norm", new TrainOptions { Swa = true });
            rows.Add("dense", new TrainOptions { StopOn = "r2" });
            rows.Add("dropout", new TrainOptions { Ema = 0.9 });
            rows.Add("noise", new TrainOptions { BatchSize = null });
            rows.Add("dense", new TrainOptions { Optimizer = new Adam { WeightDecay = 0.01 }, L1 = 1e-4, ClipNorm = 1, MaxNorm = 2 });
            rows.Add("wide", new TrainOptions());   // the step is part of each gradient's epilogue
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void An_interrupted_run_goes_on_to_the_same_bits(string layers, TrainOptions options)
    {
        options = options with { Epochs = 12, BatchSize = options.BatchSize is null ? null : 24, Threads = 2, Seed = 5 };
        var (expected, whole) = Train(layers, options, stopAfter: []);
        var (actual, resumed) = Train(layers, options with { Checkpoint = new CheckpointOptions(folder) { Resume = true } }, stopAfter: options.BatchSize is null ? [1, 3, 2] : [1, 5, 4, 9, 33]);
        Assert.Equal(expected.Weights.All.ToArray(), actual.Weights.All.ToArray());
        Assert.Equal((whole.BestEpoch, whole.StopReason), (resumed.BestEpoch, resumed.StopReason));
        Assert.Equal(whole.Epochs.Select(AllButTime), resumed.Epochs.Select(AllButTime));
        Assert.Equal(SavedBytes(expected), SavedBytes(actual));
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("dropout")]
    public void A_run_that_goes_back_after_explosions_goes_on_to_the_same_bits(string layers)
    {
        // The rate rises for four epochs, so it explodes in the middle.
        var options = new TrainOptions { Epochs = 12, BatchSize = 24, Threads = 2, Seed = 5, Optimizer = new Adam(40), Schedule = Schedule.OneCycle, Ema = 0.5, OnExplosion = ExplosionPolicy.Reduce };
        var (expected, whole) = Train(layers, options, stopAfter: []);
        Assert.Contains(whole.Watch, finding => finding.Kind == WatchKind.Explosion && finding.Epoch > 1);
        var (actual, resumed) = Train(layers, options with { Threads = 1, Checkpoint = new CheckpointOptions(folder) { Resume = true } }, stopAfter: [1, 5, 4, 9, 3, 2, 7]);
        Assert.Equal(expected.Weights.All.ToArray(), actual.Weights.All.ToArray());
        Assert.Equal(whole.Watch, resumed.Watch);
        Assert.Equal(whole.Epochs.Select(AllButTime), resumed.Epochs.Select(AllButTime));
    }

    [Fact]
    public void A_run_that_ended_early_is_resumed_to_its_end()
    {
        // What is learnt is the opposite of what is checked.
        var options = new TrainOptions { Epochs = 50, Patience = 2, BatchSize = 24, Threads = 1, Optimizer = new Adam(0.01) };
        var (expected, whole) = Train("dense", options, [], opposite: true);
        var checkpointed = options with { Checkpoint = new CheckpointOptions(folder) { Resume = true } };
        var (_, first) = Train("dense", checkpointed, [], opposite: true);
        var (actual, second) = Train("dense", checkpointed, [], opposite: true);
        Assert.Equal(StopReason.EarlyStopping, whole.StopReason);
        Assert.Equal(whole.Epochs.Select(AllButTime), second.Epochs.Select(AllButTime));
        Assert.Equal((first.Seconds, first.BestEpoch), (second.Epochs[^1].Seconds <= second.Seconds ? first.Seconds : -1, second.BestEpoch));
        Assert.Equal(expected.Weights.All.ToArray(), actual.Weights.All.ToArray());
        Assert.Equal(StopReason.EarlyStopping, CheckpointSummary.Read(folder).Ended);
    }

    [Fact]
    public void Checkpoints_come_as_often_as_asked_for()
    {
        List<(int Epoch, int Steps)> Written(CheckpointOptions checkpoint)
        {
            var (written, steps, last) = (new List<(int, int)>(), 0, "");
            void Look()
            {
                var bytes = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "checkpoint.safetensors"))));
                if (bytes != last)
                    written.Add((CheckpointSummary.Read(folder).Epoch, steps));
                last = bytes;
            }

            Train("dense", new TrainOptions
            {
                Epochs = 7,
                BatchSize = 24,
                Threads = 1,
                Checkpoint = checkpoint,
                Time = new Clock(),   // a second each time that it is read
                OnStep = _ =>
                {
                    Look();
                    steps++;
                },
            }, []);
            Look();
            return written;
        }

        Assert.Equal([(1, 0), (4, 15), (7, 30), (8, 35)], Written(new CheckpointOptions(folder) { Epochs = 3 }));   // five steps an epoch
        File.Delete(Path.Combine(folder, "checkpoint.safetensors"));
        Assert.InRange(Written(new CheckpointOptions(folder) { Interval = TimeSpan.FromSeconds(20) }).Count, 3, 7);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CheckpointOptions(folder) { Epochs = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CheckpointOptions(folder) { Interval = TimeSpan.Zero });
    }

    [Fact]
    public void A_checkpoint_of_another_run_says_what_differs()
    {
        var options = new TrainOptions { Epochs = 4, BatchSize = 24, Threads = 1, Checkpoint = new CheckpointOptions(folder) { Resume = true } };
        Assert.Throws<OperationCanceledException>(() => Train("dense", options, [7], onlyOnce: true));
        string Refusal(string layers, TrainOptions other, bool opposite = false) =>
            Assert.Throws<GradusException>(() => Train(layers, other, [], opposite)).Message;
        Assert.Contains("Epochs is 4 there and 5 here", Refusal("dense", options with { Epochs = 5 }), StringComparison.Ordinal);
        Assert.Contains("Adam { LearningRate = 0.001", Refusal("dense", options with { Optimizer = new Adam(0.002) }), StringComparison.Ordinal);
        Assert.Contains("network is 2-8-1 there and 2-300-300-1 here", Refusal("wide", options), StringComparison.Ordinal);
        Assert.Contains("checksum of the validation rows", Refusal("dense", options, opposite: true), StringComparison.Ordinal);
        Assert.Contains("Resume it, give another folder, or delete this one",
            Refusal("dense", options with { Checkpoint = new CheckpointOptions(folder) }), StringComparison.Ordinal);
        var (_, history) = Train("dense", options with { Threads = 2 }, []);   // threads change no bit
        Assert.Equal(4, history.Epochs.Count);
        Train("dense", options with { Epochs = 2, Checkpoint = new CheckpointOptions(folder) }, []);   // a run that has ended may be replaced
        Assert.Equal(3, CheckpointSummary.Read(folder).Epoch);
    }

    [Fact]
    public void Every_option_that_changes_a_bit_is_part_of_the_fingerprint()
    {
        var (train, validation) = Tables(false);
        var model = ModelOf("dense", train);
        var all = Fingerprint.Of(model, model.Preprocessor.Encode(train), model.Preprocessor.Encode(validation), new TrainOptions());
        string[] aside = ["Threads", "Time", "OnEpoch", "OnStep", "OnFinding", "Checkpoint"];
        Assert.All(typeof(TrainOptions).GetProperties().Select(property => property.Name).Except(aside), name => Assert.True(all.ContainsKey(name), name));
        Assert.DoesNotContain(aside, all.ContainsKey);
        Assert.DoesNotContain(all.Values, text => text.StartsWith("System.", StringComparison.Ordinal));
    }

    [Fact]
    public void Damaged_checkpoints_folders_in_use_and_folders_without_one_are_refused()
    {
        var options = new TrainOptions { Epochs = 3, BatchSize = 24, Threads = 1, Checkpoint = new CheckpointOptions(folder) };
        Assert.Contains("no checkpoint", Assert.Throws<GradusException>(() => CheckpointSummary.Read(folder)).Message, StringComparison.Ordinal);
        Train("dense", options, []);
        var resumed = options with { Checkpoint = new CheckpointOptions(folder) { Resume = true } };
        using (File.Open(Path.Combine(folder, "lock"), FileMode.Open, FileAccess.Write, FileShare.None))
            Assert.Contains("Another run", Assert.Throws<GradusException>(() => Train("dense", resumed, [])).Message, StringComparison.Ordinal);
        var path = Path.Combine(folder, "checkpoint.safetensors");
        var good = File.ReadAllBytes(path);
        foreach (var at in (int[])[0, 30, good.Length / 2, good.Length - 1])
        {
            var bad = (byte[])good.Clone();
            bad[at] ^= 0x10;
            File.WriteAllBytes(path, bad);
            Assert.Contains("checkpoint.safetensors", Assert.Throws<GradusException>(() => Train("dense", resumed, [])).Message, StringComparison.Ordinal);
        }

        File.WriteAllBytes(path, good);
        File.WriteAllText(Path.Combine(folder, ".checkpoint.safetensors.x.tmp"), "what a killed run left");
        Train("dense", resumed, []);
        Assert.Equal(["checkpoint.safetensors", "lock"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        var file = Path.Combine(folder, "lock", "below");
        Assert.Throws<GradusException>(() => Train("dense", options with { Checkpoint = new CheckpointOptions(file) }, []));
        var network = Examples.Regressor();
        Assert.Throws<InvalidOperationException>(() => new Trainer(network, Loss.MeanSquaredError, network.Initialize(1), options).Train(Examples.Regression(30), null));
    }

    /// <summary>Trains a model, beginning again from nothing but the checkpoint each time that it is stopped.</summary>
    /// <param name="layers">Which network.</param>
    /// <param name="options">How.</param>
    /// <param name="stopAfter">Steps after which it is stopped, the first time, the second time, …</param>
    /// <param name="opposite">Whether validation rows have the opposite target.</param>
    /// <param name="onlyOnce">Whether to throw instead of going on.</param>
    private (Model Model, History History) Train(string layers, TrainOptions options, int[] stopAfter, bool opposite = false, bool onlyOnce = false)
    {
        var (train, validation) = Tables(opposite);
        for (var time = 0; ; time++)
        {
            var model = ModelOf(layers, train);
            if (time > 0)
                model.Weights.All.Fill(7);   // what is not taken from the checkpoint shows
            using var stop = new CancellationTokenSource();
            var steps = 0;
            var history = model.Train(train, validation, options with
            {
                OnStep = time < stopAfter.Length ? _ =>
                {
                    if (++steps == stopAfter[time])
                        stop.Cancel();
                }
                : options.OnStep,
            }, stop.Token);
            if (history.StopReason != StopReason.Cancelled)
                return (model, history);
            if (onlyOnce)
                throw new OperationCanceledException();
        }
    }

    private static Model ModelOf(string layers, Table train) => Model.For(train, new ModelOptions { Target = "y", Seed = 3 }, layers switch
    {
        "norm" => [new Dense(8), new BatchNormalization(Activation.Relu)],
        "dropout" => [new Dense(8, Activation.Relu), new Dropout(0.3)],
        "noise" => [new GaussianNoise(0.2), new Dense(8, Activation.Tanh)],
        "wide" => [new Dense(300, Activation.Relu), new Dense(300, Activation.Relu)],
        _ => [new Dense(8, Activation.Tanh)],
    });

    // 100 training rows make four batches of 24 and one of 4.
    private static (Table Train, Table Validation) Tables(bool opposite)
    {
        Table Of(int rows, ulong seed, float sign)
        {
            var draw = new Programs.Draw(seed);
            var (a, b) = (new float[rows], new float[rows]);
            for (var i = 0; i < rows; i++)
                (a[i], b[i]) = ((float)draw.Between(-1, 1), (float)draw.Between(-1, 1));
            return new Table("table", [new NumberColumn("a", a), new NumberColumn("b", b),
                new NumberColumn("y", [.. a.Zip(b, (x, y) => sign * ((3 * x) - (x * y)))])]);
        }

        return (Of(100, 1, 1), Of(40, 2, opposite ? -1 : 1));
    }

    private static EpochReport AllButTime(EpochReport report) => report with { Seconds = 0, ExamplesPerSecond = 0 };

    private byte[] SavedBytes(Model model)
    {
        var path = Path.Combine(folder, "model.safetensors");
        model.Save(path);
        return File.ReadAllBytes(path);
    }
}
