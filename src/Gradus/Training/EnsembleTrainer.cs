using System.Runtime.ExceptionServices;

namespace Gradus;

/// <summary>Trains several networks of one structure, each from first weights of its own and with its own order of rows: as many
/// at a time as there are threads, each on a thread of its own.</summary>
/// <remarks>A small network does not fill two cores, for its threads wait for each other after every instruction; two networks
/// do, for they never meet. A member's numbers follow from its seed and its rows alone, so neither the number of threads nor
/// the order in which members end changes a bit.</remarks>
internal sealed class EnsembleTrainer
{
    private readonly Network network;
    private readonly Loss loss;
    private readonly TrainOptions options;
    private readonly Func<EncodedTable, float[], Metrics>? score;
    private readonly Lock reporting = new();

    /// <param name="network">The structure of all members.</param>
    /// <param name="loss">Their loss.</param>
    /// <param name="options">How to train; member i, from 0, takes the seed plus i.</param>
    /// <param name="score">Metrics of the answers of the validation rows.</param>
    public EnsembleTrainer(Network network, Loss loss, TrainOptions options, Func<EncodedTable, float[], Metrics>? score) =>
        (this.network, this.loss, this.options, this.score) = (network, loss, options, score);

    /// <summary>Trains, and gives the weights of the members that are kept.</summary>
    /// <param name="members">How many, at least 1.</param>
    /// <param name="startOf">What member i, from 0, with its seed begins with; called from the members' threads.</param>
    /// <param name="cancellation">Stops the members at work after their batch, and begins no other.</param>
    public (EnsembleHistory History, IReadOnlyList<ParameterBuffer> Kept) Train(
        int members, Func<int, ulong, MemberStart> startOf, CancellationToken cancellation)
    {
        var started = options.Time.GetTimestamp();
        var threads = options.Threads ?? Environment.ProcessorCount;
        var atATime = Math.Min(threads, members);
        var (weights, histories) = (new ParameterBuffer?[members], new MemberHistory?[members]);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ExceptionDispatchInfo? failure = null;
        var begun = 0;

        void Work()
        {
            for (int i; !stop.IsCancellationRequested && (i = Interlocked.Increment(ref begun) - 1) < members;)
            {
                try
                {
                    (weights[i], histories[i]) = TrainMember(i, threads / atATime, startOf, stop.Token);
                }
#pragma warning disable CA1031 // Whatever a member meets is thrown again on the caller's thread.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                    stop.Cancel();
                }
            }
        }

        var others = new Thread[atATime - 1];
        for (var i = 0; i < others.Length; i++)
        {
            others[i] = new Thread(Work) { IsBackground = true, Name = FormattableString.Invariant($"Gradus member {i + 2}") };
            others[i].Start();
        }

        Work();
        foreach (var other in others)
            other.Join();
        failure?.Throw();
        var history = new EnsembleHistory(members, [.. histories.OfType<MemberHistory>()], options.Time.GetElapsedTime(started).TotalSeconds);
        return (history, [.. weights.Zip(histories).Where(each => each.Second is { IsKept: true }).Select(each => each.First).OfType<ParameterBuffer>()]);
    }

    private (ParameterBuffer Weights, MemberHistory History) TrainMember(
        int index, int threads, Func<int, ulong, MemberStart> startOf, CancellationToken cancellation)
    {
        var (number, seed) = (index + 1, unchecked(options.Seed + (ulong)index));
        var (weights, training, validation, start, save) = startOf(index, seed);
        var trainer = new Trainer(network, loss, weights, options with
        {
            Seed = seed,
            Threads = threads,
            OnEpoch = options.OnEpoch is null ? null : Report,
            OnFinding = options.OnFinding is null ? null : Find,
        });
        try
        {
            return (weights, Of(trainer.TrainFrom(training, validation, score, start, save, cancellation), null));
        }
        catch (DivergedException e)
        {
            return (weights, Of(e.History, e));
        }

        void Report(EpochReport report)
        {
            lock (reporting)
                options.OnEpoch?.Invoke(report with { Member = number });
        }

        void Find(WatchFinding finding)
        {
            lock (reporting)
                options.OnFinding?.Invoke(finding with { Member = number });
        }

        MemberHistory Of(History history, DivergedException? divergence) => new(
            number, seed, history with
            {
                Epochs = [.. history.Epochs.Select(report => report with { Member = number })],
                Watch = [.. history.Watch.Select(finding => finding with { Member = number })],
            }, divergence);
    }
}
