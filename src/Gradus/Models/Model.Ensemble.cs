using System.Numerics.Tensors;

namespace Gradus;

/// <content>Ensembles: several members of one structure whose answers are averaged.</content>
public sealed partial class Model
{
    /// <summary>Members that are usual: most of what more would gain, at five times the cost.</summary>
    public const int UsualMembers = 5;

    /// <summary>Trains an ensemble (Hansen and Salamon 1990; Lakshminarayanan, Pritzel and Blundell 2017): members that differ in
    /// their first weights, their order of rows and the random numbers in their networks, and whose answers are averaged.
    /// </summary>
    /// <remarks>Member i, from 0, has the seed of the options plus i, from its first weights on; what the model had learnt before
    /// is dropped. As many members are trained at a time as there are threads, each on its own; the result does not depend on
    /// how many. Values and probabilities are averaged where the loss is measured, so that a loss that is convex in them
    /// (squared error, cross-entropy …) is at most the mean of the members' losses: the mean of the logarithms, if the
    /// logarithm of a target is learnt.</remarks>
    /// <param name="train">The rows that the model was set up with.</param>
    /// <param name="validation">Decides for each member when to stop and which weights to keep; null for none.</param>
    /// <param name="members">How many, at least 2.</param>
    /// <param name="options">How to train each; defaults if null.</param>
    /// <param name="cancellation">Stops all after their current batch. Members that have completed an epoch are kept with their
    /// best weights; if none has, the model stays as it was.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="members"/> is below 2.</exception>
    /// <exception cref="MembersDivergedException">The loss of members became NaN or infinite, or exploded and was to stop them. The others were trained to their end
    /// and are kept; if there is none, the model stays as it was.</exception>
    public EnsembleHistory TrainEnsemble(
        Table train, Table? validation = null, int members = UsualMembers, TrainOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        return TrainEnsemble(
            Encode(train), validation is { RowCount: > 0 } ? Encode(validation) : null, members, options, cancellation);
    }

    /// <summary>As <see cref="TrainEnsemble(Table, Table?, int, TrainOptions?, CancellationToken)"/>, on rows that
    /// <see cref="Preprocessor"/> has encoded.</summary>
    /// <inheritdoc cref="TrainEnsemble(Table, Table?, int, TrainOptions?, CancellationToken)"/>
    public EnsembleHistory TrainEnsemble(
        EncodedTable train, EncodedTable? validation = null, int members = UsualMembers, TrainOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentOutOfRangeException.ThrowIfLessThan(members, 2);
        validation = validation is { Rows: > 0 } ? validation : null;
        options ??= new TrainOptions();
        var (history, kept) = new EnsembleTrainer(Network, Loss, options, Score).Train(members, _ => (train, validation), cancellation);
        return Take(history, kept, () => validation is null ? null : Evaluate(validation).Values, options, train.Rows, validation?.Rows ?? 0);
    }

    /// <summary>Cross-validates, and keeps the members as an ensemble: the rows are dealt into folds at random, classes in equal
    /// shares, and member i is trained on all but the i-th, which is its validation part (Stone 1974; Krogh and Vedelsby 1995).
    /// </summary>
    /// <remarks>The preprocessor is fitted once, to all the rows that the model was set up with, and so knows the mean and deviation
    /// of the columns in a fold that a member has not seen. Keep rows for a test apart: every row here is one that most members
    /// were trained on. Seeds, threads, averages, cancellation and errors are those of
    /// <see cref="TrainEnsemble(Table, Table?, int, TrainOptions?, CancellationToken)"/>.</remarks>
    /// <param name="rows">The rows that the model was set up with; those without a target are left out.</param>
    /// <param name="folds">How many, at least 2.</param>
    /// <param name="options">How to train each; defaults if null. Its seed deals the folds, too.</param>
    /// <param name="cancellation">Stops all after their current batch.</param>
    /// <returns>Its <see cref="EnsembleHistory.Validation"/> has the mean and the deviation of each figure over the folds.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="folds"/> is below 2.</exception>
    /// <exception cref="GradusException">There are fewer rows with a target than folds.</exception>
    /// <exception cref="MembersDivergedException">The loss of members became NaN or infinite, or exploded and was to stop them; the others are kept.</exception>
    public EnsembleHistory TrainFolds(
        Table rows, int folds = UsualMembers, TrainOptions? options = null, CancellationToken cancellation = default)
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
        var (history, kept) = new EnsembleTrainer(Network, Loss, options, Score).Train(
            folds, fold => (Part(fold, isInside: false), Part(fold, isInside: true)), cancellation);
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
        return new Model(Preprocessor, Network, Loss, Members[index]);
    }

    private EnsembleHistory Take(
        EnsembleHistory history, IReadOnlyList<ParameterBuffer> kept, Func<IReadOnlyDictionary<string, double>?> measure, TrainOptions options,
        int rows, int validationRows, int folds = 0)
    {
        if (kept.Count > 0)
        {
            (Members, scorers, rowPredictor) = (kept, null, null);
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
