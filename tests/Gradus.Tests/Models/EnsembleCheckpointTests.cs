namespace Gradus.Tests.Models;

/// <summary>Ensembles and cross-validations that are interrupted and resumed end with the bits of those that were not.</summary>
public sealed class EnsembleCheckpointTests : IDisposable
{
    private static readonly TrainOptions Options = new() { Epochs = 6, BatchSize = 24, Seed = 5, Threads = 2, Ema = 0.9 };

    private readonly string folder = Directory.CreateTempSubdirectory("gradus-ensemble-").FullName;
    private readonly Table train = Rows(100, 1);
    private readonly Table validation = Rows(40, 2);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("ensemble", false)]
    [InlineData("ensemble", true)]
    [InlineData("folds", false)]
    [InlineData("from", false)]
    public void An_interrupted_run_goes_on_to_the_same_bits(string kind, bool breaks)
    {
        var expected = ModelOf(kind);
        var whole = Train(expected, kind, Options);
        var checkpointed = Options with { Checkpoint = new CheckpointOptions(folder) { Resume = true } };
        // Steps of all members together: 90 in all, 54 with folds.
        foreach (var (stopAfter, threads) in new[] { (1, 2), (kind == "folds" ? 8 : 13, 2), (kind == "folds" ? 24 : 40, 1), (3, 3) })
        {
            using var stop = new CancellationTokenSource();
            var steps = 0;
            var options = checkpointed with
            {
                Threads = threads,
                OnStep = _ =>
                {
                    if (Interlocked.Increment(ref steps) != stopAfter)
                        return;
                    if (breaks)
                        throw new InvalidTimeZoneException("without a last checkpoint");
                    stop.Cancel();
                },
            };
            if (breaks)
                Assert.Throws<InvalidTimeZoneException>(() => Train(ModelOf(kind), kind, options, stop.Token));
            else
                Assert.Equal(StopReason.Cancelled, Train(ModelOf(kind), kind, options, stop.Token).StopReason);
            Assert.Null(CheckpointSummary.Read(folder).Ended);
        }

        Assert.Contains(CheckpointSummary.ReadMembers(folder), member => member?.Ended is not null);
        var model = ModelOf(kind);
        var resumed = Train(model, kind, checkpointed);
        Assert.Equal(Bytes(expected), Bytes(model));
        Assert.Equal(whole.Members.Select(AllButTime), resumed.Members.Select(AllButTime));
        Assert.Equal((0, StopReason.Completed), (CheckpointSummary.Read(folder).Epoch, CheckpointSummary.Read(folder).Ended));

        // Once more, after its end: nothing is trained, and it is the same again.
        var again = ModelOf(kind);
        Train(again, kind, checkpointed with { OnStep = _ => throw new InvalidTimeZoneException("a step") });
        Assert.Equal(Bytes(expected), Bytes(again));
    }

    [Fact]
    public void Members_that_have_ended_are_not_trained_again()
    {
        var checkpointed = Options with { Threads = 1, Checkpoint = new CheckpointOptions(folder) { Resume = true } };
        using var stop = new CancellationTokenSource();
        Train(ModelOf("ensemble"), "ensemble", checkpointed with { OnEpoch = report => Stop(report, 2, 3) }, stop.Token);
        Assert.Equal([StopReason.Completed, null], CheckpointSummary.ReadMembers(folder).Take(2).Select(member => member?.Ended));
        Assert.Equal((4, null), (CheckpointSummary.ReadMembers(folder)[1]?.Epoch, CheckpointSummary.ReadMembers(folder)[2]));
        var epochs = new List<(int, int)>();
        Train(ModelOf("ensemble"), "ensemble", checkpointed with { OnEpoch = report => epochs.Add((report.Member, report.Epoch)) });
        Assert.Equal([(2, 4), (2, 5), (2, 6), .. Enumerable.Range(1, 6).Select(epoch => (3, epoch))], epochs);

        void Stop(EpochReport report, int member, int epoch)
        {
            if ((report.Member, report.Epoch) == (member, epoch))
                stop.Cancel();
        }
    }

    [Fact]
    public void Another_run_is_refused_and_says_what_differs()
    {
        var resumed = Options with { Checkpoint = new CheckpointOptions(folder) { Resume = true } };
        using var stop = new CancellationTokenSource();
        Train(ModelOf("ensemble"), "ensemble", resumed with { OnStep = _ => stop.Cancel() }, stop.Token);
        string Refusal(Func<object> run) => Assert.Throws<GradusException>(run).Message;
        Assert.Contains("members is 3 there and 4 here", Refusal(() => ModelOf("ensemble").TrainEnsemble(train, validation, 4, resumed)), StringComparison.Ordinal);
        Assert.Contains("folds is unknown there and 3 here", Refusal(() => Train(ModelOf("folds"), "folds", resumed)), StringComparison.Ordinal);
        Assert.Contains("members is 3 there and unknown here", Refusal(() => ModelOf("ensemble").Train(train, validation, resumed)), StringComparison.Ordinal);
        Assert.Contains("first weights is of their seeds there", Refusal(() => Train(ModelOf("from"), "from", resumed)), StringComparison.Ordinal);
        var begun = Options with { Checkpoint = new CheckpointOptions(folder) };
        foreach (var kind in (string[])["ensemble", "folds"])
            Assert.Contains("was interrupted. Resume it", Refusal(() => Train(ModelOf(kind), kind, begun)), StringComparison.Ordinal);
        Assert.Throws<GradusException>(() => ModelOf("ensemble").CheckCheckpoint(Encoded(train), Encoded(validation), resumed, 4));
        ModelOf("ensemble").CheckCheckpoint(Encoded(train), Encoded(validation), resumed, 3);

        // A member of another run, and a damaged one.
        var member = Path.Combine(folder, "member1", "checkpoint.safetensors");
        var good = File.ReadAllBytes(member);
        var other = Directory.CreateDirectory(Path.Combine(folder, "other")).FullName;
        Train(ModelOf("ensemble"), "ensemble", Options with { Epochs = 2, Checkpoint = new CheckpointOptions(other) });
        File.Copy(Path.Combine(other, "member1", "checkpoint.safetensors"), member, overwrite: true);
        Assert.Contains("of another run", Refusal(() => Train(ModelOf("ensemble"), "ensemble", resumed)), StringComparison.Ordinal);
        good[good.Length / 2] ^= 0x10;
        File.WriteAllBytes(member, good);
        Assert.Contains(member, Refusal(() => Train(ModelOf("ensemble"), "ensemble", resumed)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_has_ended_is_replaced_with_its_members()
    {
        var options = Options with { Checkpoint = new CheckpointOptions(folder) };
        Train(ModelOf("ensemble"), "ensemble", options);
        using var stop = new CancellationTokenSource();
        var (expected, model) = (ModelOf("folds"), ModelOf("folds"));
        Train(expected, "folds", Options with { Seed = 9 });
        Train(model, "folds", options with { Seed = 9, OnStep = _ => stop.Cancel() }, stop.Token);
        Assert.Null(CheckpointSummary.ReadMembers(folder)[2]);   // of the first run
        Train(model, "folds", options with { Seed = 9, Checkpoint = new CheckpointOptions(folder) { Resume = true } });
        Assert.Equal(Bytes(expected), Bytes(model));

        // The checkpoint of a single network in the place of a member's.
        var other = Path.Combine(folder, "other");
        using var second = new CancellationTokenSource();
        ModelOf("ensemble").Train(train, validation, Options with
        {
            Checkpoint = new CheckpointOptions(Path.Combine(other, "member2")),
            OnStep = _ => second.Cancel(),
        }, second.Token);
        var message = Assert.Throws<GradusException>(() => Train(ModelOf("ensemble"), "ensemble", Options with { Checkpoint = new CheckpointOptions(other) })).Message;
        Assert.Contains($"'{Path.Combine(other, "member2")}' holds the checkpoint of a run that was interrupted in epoch 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_begin_with_the_weights_of_a_model_where_that_is_asked_for()
    {
        var model = ModelOf("ensemble");
        model.Train(train, validation, Options);
        var from = model.Weights.All.ToArray();
        // Steps too small to change a weight.
        var still = Options with { Optimizer = new GradientDescent(1e-30), Epochs = 1, Ema = null };
        model.TrainEnsemble(train, validation, 3, still, fromWeights: true);
        Assert.All(model.Members, member => Assert.Equal(from, member.All.ToArray()));

        // From an ensemble, each goes on with its own.
        model.TrainEnsemble(train, validation, 3, Options, fromWeights: true);
        var members = model.Members.Select(member => member.All.ToArray()).ToArray();
        Assert.Equal(3, members.Select(member => member[0]).Distinct().Count());
        model.TrainEnsemble(train, validation, 3, still, fromWeights: true);
        Assert.Equal(members, model.Members.Select(member => member.All.ToArray()));
        Assert.Contains("ensemble of 3, and 4 are to begin", Assert.Throws<GradusException>(
            () => model.TrainEnsemble(train, validation, 4, still, fromWeights: true)).Message, StringComparison.Ordinal);

        // A new output layer is each member's own, its hidden layers are not; the first is what is trained alone.
        var single = model.Member(0);
        var alone = single.ForTarget(train, new ModelOptions { Target = "z", Seed = 5 });
        var several = single.ForTarget(train, new ModelOptions { Target = "z", Seed = 5 });
        several.TrainEnsemble(train, validation, 2, still, fromWeights: true);
        Assert.All(alone.Weights.All.ToArray().Zip(several.Members[0].All.ToArray()), each => Assert.Equal(each.First, each.Second, 1e-25f));
        foreach (var parameter in several.Network.Parameters.Where(parameter => parameter.IsWeight))
        {
            Assert.Equal(!Network.IsOf(parameter, several.Network.OutputLayer),
                several.Members[0][parameter.Expression].SequenceEqual(several.Members[1][parameter.Expression]));
        }
    }

    private EnsembleHistory Train(Model model, string kind, TrainOptions options, CancellationToken cancellation = default) => kind == "folds"
        ? model.TrainFolds(train, 3, options, cancellation: cancellation)
        : model.TrainEnsemble(train, validation, 3, options, fromWeights: kind == "from", cancellation);

    private Model ModelOf(string kind) => Model.For(train, new ModelOptions
    {
        Target = "y",
        Seed = kind == "from" ? 11u : 3u,
        Preprocessing = new PreprocessingOptions { Ignore = ["z"] },
    }, new Dense(8, Activation.Tanh), new Dropout(0.2));

    private EncodedTable Encoded(Table table) => ModelOf("ensemble").Encode(table);

    private static Table Rows(int rows, ulong seed)
    {
        var draw = new Programs.Draw(seed);
        var (a, b) = (new float[rows], new float[rows]);
        for (var i = 0; i < rows; i++)
            (a[i], b[i]) = ((float)draw.Between(-1, 1), (float)draw.Between(-1, 1));
        return new Table("table", [new NumberColumn("a", a), new NumberColumn("b", b),
            new NumberColumn("y", [.. a.Zip(b, (x, y) => (3 * x) - (x * y))]), new NumberColumn("z", [.. a.Zip(b, (x, y) => x + y)])]);
    }

    private static string AllButTime(MemberHistory member) => $"{member.Number} {member.Seed} {member.History.BestEpoch} {member.History.StopReason} "
        + string.Join(' ', member.History.Epochs.Select(report => report with { Seconds = 0, ExamplesPerSecond = 0 }));

    private byte[] Bytes(Model model)
    {
        var path = Path.Combine(folder, "model.safetensors");
        model.Save(path);
        return File.ReadAllBytes(path);
    }
}
