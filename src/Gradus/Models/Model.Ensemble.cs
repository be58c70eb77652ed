using System.Numerics.Tensors;

namespace Gradus;

/// <content>Ensembles: several members whose answers are averaged.</content>
public sealed partial class Model
{
    /// <summary>Members that are usual: most of what more would gain, at five times the cost.</summary>
    public const int UsualMembers = 5;

    /// <summary>Trains an ensemble (Hansen and Salamon 1990; Lakshminarayanan, Pritzel and Blundell 2017): members that differ in
    /// their first weights, their order of rows and the random numbers in their networks, and whose answers are averaged.
    /// </summary>
    /// <remarks>Member i, from 0, has the seed of the options plus i, from its first weights on; what the model had learnt before
    /// is dropped, unless it is to begin with that. As many members are trained at a time as there are threads, each on its own; the result does not depend on
    /// how many. Values and probabilities are averaged where the loss is measured, so that a loss that is convex in them
    /// (squared error, cross-entropy …) is at most the mean of the members' losses: the mean of the logarithms, if the
    /// logarithm of a target is learnt. With <see cref="TrainOptions.Checkpoint"/>, each member has a checkpoint in a folder below, and
    /// those that have ended are taken from it as they are.</remarks>
    /// <param name="train">The rows that the model was set up with.</param>
    /// <param name="validation">Decides for each member when to stop and which weights to keep; null for none.</param>
    /// <param name="members">How many, at least 2.</param>
    /// <param name="options">How to train each; defaults if null.</param>
    /// <param name="fromWeights">Whether each begins with the model's weights, or those of the member with its number, in place of first
    /// weights of its own; an output layer that <see cref="ForTarget"/> has begun anew is still its own.</param>
    /// <param name="cancellation">Stops all after their current batch. Members that have completed an epoch are kept with their
    /// best weights; if none has, the model stays as it was.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="members"/> is below 2.</exception>
    /// <exception cref="GradusException">The options do not fit, the checkpoint to resume is of another run or its folder cannot be used, or
    /// the model whose weights are begun with is an ensemble of another number.</exception>
    /// <exception cref="MembersDivergedException">The loss of members became NaN or infinite, or exploded and was to stop them. The others were trained to their end
    /// and are kept; if there is none, the model stays as it was.</exception>
    public EnsembleHistory TrainEnsemble(
        Table train, Table? validation = null, int members = UsualMembers, TrainOptions? options = null, bool fromWeights = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        return TrainEnsemble(
            Encode(train), validation is { RowCount: > 0 } ? Encode(validation) : null, members, options, fromWeights, cancellation);
    }

    /// <summary>As <see cref="TrainEnsemble(Table, Table?, int, TrainOptions?, bool, CancellationToken)"/>, on rows that
    /// <see cref="Preprocessor"/> has encoded.</summary>
    /// <inheritdoc cref="TrainEnsemble(Table, Table?, int, TrainOptions?, bool, CancellationToken)"/>
    public EnsembleHistory TrainEnsemble(
        EncodedTable train, EncodedTable? validation = null, int members = UsualMembers, TrainOptions? options = null, bool fromWeights = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentOutOfRangeException.ThrowIfLessThan(members, 2);
        validation = validation is { Rows: > 0 } ? validation : null;
        options ??= new TrainOptions();
        var (history, kept) = TrainMembers(members, options, () => FingerprintOf(train, validation, options, members, folds: false, fromWeights),
            _ => (train, validation), fromWeights, cancellation);
        return Take(history, kept, () => validation is null ? null : Evaluate(validation).Values, options, train.Rows, validation?.Rows ?? 0);
    }

    /// <summary>Cross-validates, and keeps the members as an ensemble: the rows are dealt into folds at random, classes in equal
    /// shares, and member i is trained on all but the i-th, which is its validation part (Stone 1974; Krogh and Vedelsby 1995).
    /// </summary>
    /// <remarks>The preprocessor is fitted once, to all the rows that the model was set up with, and so knows the mean and deviation
    /// of the columns in a fold that a member has not seen. Keep rows for a test apart: every row here is one that most members
    /// were trained on. Seeds, threads, averages, cancellation and errors are those of
    /// <see cref="TrainEnsemble(Table, Table?, int, TrainOptions?, bool, CancellationToken)"/>.</remarks>
    /// <param name="rows">The rows that the model was set up with; those without a target are left out.</param>
    /// <param name="folds">How many, at least 2.</param>
    /// <param name="options">How to train each; defaults if null. Its seed deals the folds, too.</param>
    /// <param name="fromWeights">As for an ensemble. Where those weights were learnt from rows of these, no fold is unseen.</param>
    /// <param name="cancellation">Stops all after their current batch.</param>
    /// <returns>Its <see cref="EnsembleHistory.Validation"/> has the mean and the deviation of each figure over the folds.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="folds"/> is below 2.</exception>
    /// <exception cref="GradusException">There are fewer rows with a target than folds; and as for an ensemble.</exception>
    /// <exception cref="MembersDivergedException">The loss of members became NaN or infinite, or exploded and was to stop them; the others are kept.</exception>
    public EnsembleHistory TrainFolds(
        Table rows, int folds = UsualMembers, TrainOptions? options = null, bool fromWeights = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        options ??= new TrainOptions();
        var encoded = Preprocessor.Encode(rows);
        if (encoded.Rows < rows.RowCount)
            rows = rows.SelectRows([.. Enumerable.Range(0, encoded.Rows).Select(encoded.SourceRow)]);
        var foldOf = Splitter.Folds(rows, folds, options.Seed, Task == LearningTask.Regression ? null : Target);
        EncodedTable Part(int fold, bool isInside) =>
            Encode(rows.SelectRows([.. Enumerable.Range(0, foldOf.Length).Where(row => foldOf[row] == fold == isInside)]));
        var (history, kept) = TrainMembers(folds, options, () => FingerprintOf(Encode(rows), null, options, folds, folds: true, fromWeights),
            fold => (Part(fold, isInside: false), Part(fold, isInside: true)), fromWeights, cancellation);
        return Take(history, kept, () => history.Validation.ToDictionary(each => each.Key, each => each.Value.Mean), options,
            foldOf.Length, foldOf.Length, folds);
    }

    /// <summary>One member as a model of its own, which shares the member's weights.</summary>
    /// <param name="index">From 0, below the number of <see cref="Members"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    public Model Member(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Members.Count);
        return new Model(Preprocessor, Networks[index], Loss, Members[index]);
    }

    /// <summary>A model of members that were trained one by one, with the preprocessing and the read-out of this one.</summary>
    /// <param name="networks">The structure of each.</param>
    /// <param name="members">Their parameters.</param>
    /// <param name="options">How the first was trained.</param>
    /// <param name="first">How that went.</param>
    /// <param name="rows">Training rows.</param>
    /// <param name="metrics">Of all together.</param>
    /// <param name="records">How each was trained.</param>
    /// <param name="folds">Of the cross-validation, if there was one.</param>
    /// <param name="validationRows">Rows that the metrics were measured on.</param>
    internal Model With(
        IReadOnlyList<Network> networks, IReadOnlyList<ParameterBuffer> members, TrainOptions options, History first, int rows, int validationRows,
        IReadOnlyDictionary<string, double> metrics, IReadOnlyList<MemberRecord> records, int folds) => new(Preprocessor, networks, Loss, members)
        {
            WeightColumn = WeightColumn,
            Training = RecordOf(first, options, rows, validationRows) with { Metrics = metrics, Members = members.Count > 1 ? records : [], Folds = folds },
        };

    private (EnsembleHistory History, IReadOnlyList<ParameterBuffer> Kept) TrainMembers(
        int members, TrainOptions options, Func<IReadOnlyDictionary<string, string>> fingerprint,
        Func<int, (EncodedTable Training, EncodedTable? Validation)> rowsOf, bool fromWeights, CancellationToken cancellation)
    {
        if (fromWeights && Members.Count != 1 && Members.Count != members)
            throw new GradusException($"The model is an ensemble of {Members.Count}, and {members} are to begin with its weights. Begin with one member (model.Member(0)), or train {Members.Count}.");
        if (fromWeights && Networks.Any(each => !ReferenceEquals(each, Network)))
            throw new GradusException($"The {Members.Count} members of the model are of several structures, which one ensemble can't begin with. Begin with one member: model.Member(0).");
        using var checkpoint = options.Checkpoint is { } kept ? EnsembleCheckpoint.Open(kept, fingerprint(), members) : null;
        var trained = new EnsembleTrainer(Network, Loss, options, Score).Train(members, (index, seed) =>
        {
            var (training, validation) = rowsOf(index);
            var folder = checkpoint?.Member(index);
            return new MemberStart(FirstWeights(index, seed, fromWeights), training, validation, folder?.TakeStart(), folder is null ? null : folder.Write);
        }, cancellation);
        if (trained.History.StopReason != StopReason.Cancelled)
            checkpoint?.End(trained.History.StopReason);
        return trained;
    }

    private ParameterBuffer FirstWeights(int index, ulong seed, bool fromWeights)
    {
        var weights = Network.Initialize(seed);
        var from = Members.Count > 1 ? Members[index] : Weights;
        foreach (var parameter in Network.Parameters.Where(each => fromWeights && !(hasNewOutput && Network.IsOf(each, Network.OutputLayer))))
            from[parameter.Expression].CopyTo(weights[parameter.Expression]);
        return weights;
    }

    private OrderedDictionary<string, string> FingerprintOf(
        EncodedTable train, EncodedTable? validation, TrainOptions options, int members, bool folds, bool fromWeights)
    {
        var fingerprint = Fingerprint.Of(this, train, validation, options);
        fingerprint[folds ? "folds" : "members"] = FormattableString.Invariant($"{members}");
        fingerprint["checksum of the first weights"] = fromWeights ? Fingerprint.Of(Members) : "of their seeds";
        return fingerprint;
    }

    private EnsembleHistory Take(
        EnsembleHistory history, IReadOnlyList<ParameterBuffer> kept, Func<IReadOnlyDictionary<string, double>?> measure, TrainOptions options,
        int rows, int validationRows, int folds = 0)
    {
        if (kept.Count > 0)
        {
            (Networks, Members, scorers, rowPredictor, hasNewOutput) = ([.. kept.Select(_ => Network)], kept, null, null, false);
            var first = history.Kept[0].History with { StopReason = history.StopReason, Seconds = history.Seconds };
            Training = RecordOf(first, options, rows, validationRows) with
            {
                Metrics = measure() ?? new Dictionary<string, double>(),
                Members = [.. history.Kept.Select(MemberRecord.Of)],
                Folds = folds,
            };
        }

        return history.Members.Any(member => member.HasFailed) ? throw new MembersDivergedException(history) : history;
    }

    // answers ← (answers + Σ answers of the other members) / members, in the order of the members.
    private static void AddOthers(ReadOnlySpan<Scorer> scorers, EncodedTable encoded, float[] answers)
    {
        var others = new float[answers.Length];
        foreach (var scorer in scorers[1..])
        {
            scorer.Run(encoded, others);
            TensorPrimitives.Add(answers, others, answers);
        }

        TensorPrimitives.Divide(answers, scorers.Length, answers);
    }
}
