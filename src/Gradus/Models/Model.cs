namespace Gradus;

/// <summary>Fitted preprocessing, a network, and how to read its output: takes raw columns, gives answers in the user's
/// units. An ensemble has several members, which share preprocessing; its answer is the mean of theirs.</summary>
/// <remarks>One thread at a time; load the file once for each thread that predicts.</remarks>
public sealed partial class Model
{
    private RowPredictor? rowPredictor;
    private Scorer[]? scorers;   // one a member
    private int scorerRows;

    internal Model(Preprocessor preprocessor, Network network, Loss loss, params IReadOnlyList<ParameterBuffer> members)
        : this(preprocessor, [.. members.Select(_ => network)], loss, members)
    {
    }

    internal Model(Preprocessor preprocessor, IReadOnlyList<Network> networks, Loss loss, IReadOnlyList<ParameterBuffer> members)
    {
        (Preprocessor, Networks, Loss, Members) = (preprocessor, networks, loss, members);
        Heads = preprocessor.Targets.Count > 0 ? Head.Of(preprocessor.Targets, loss, Network.OutputCount)
            : throw new ArgumentException("A model has a target.", nameof(preprocessor));
    }

    /// <summary>Fitted on the training rows.</summary>
    public Preprocessor Preprocessor { get; }

    /// <summary>The layers; of an ensemble, those of its first member.</summary>
    public Network Network => Networks[0];

    /// <summary>The layers of each member: one network for all, or several, if a search has put the members together.</summary>
    public IReadOnlyList<Network> Networks { get; private set; }

    /// <summary>What training makes small: the target's loss, or the mean of those of several.</summary>
    public Loss Loss { get; }

    /// <summary>The parameters of each member of an ensemble; of a single network, one.</summary>
    public IReadOnlyList<ParameterBuffer> Members { get; private set; }

    /// <summary>The parameters; of an ensemble, those of its first member.</summary>
    public ParameterBuffer Weights => Members[0];

    /// <summary>The column that says how much each row counts in training, as in <see cref="ModelOptions.Weight"/>; null if all count
    /// alike. It is not kept in the model file.</summary>
    public string? WeightColumn { get; set; }

    /// <summary>How the model was trained; null before.</summary>
    public TrainingRecord? Training { get; internal set; }

    /// <summary>The targets, one as a rule; each has its loss and its columns of the network's output.</summary>
    public IReadOnlyList<Head> Heads { get; }

    /// <summary>The predicted column; the first of several.</summary>
    public string Target => Heads[0].Target;

    /// <summary>What is predicted; of the first of several targets.</summary>
    public LearningTask Task => Heads[0].Task;

    /// <summary>Class names, of the first of several targets; empty for a regression.</summary>
    public IReadOnlyList<string> Classes => Heads[0].Classes;

    /// <summary>Sets up a model: fits preprocessing to the training rows, adds the output layer that the target needs, and
    /// starts the weights.</summary>
    /// <param name="train">Training rows.</param>
    /// <param name="target">The column to predict.</param>
    /// <param name="layers">Hidden layers; none gives linear, logistic or softmax regression.</param>
    /// <exception cref="GradusException">The target or the columns do not do; see <see cref="Preprocessor.Fit"/>.</exception>
    public static Model For(Table train, string target, params ReadOnlySpan<Layer> layers) =>
        For(train, new ModelOptions { Target = target }, layers);

    /// <summary>As <see cref="For(Table, string, ReadOnlySpan{Layer})"/>, with options.</summary>
    /// <exception cref="GradusException">A loss does not fit its target, the targets or columns do not do, or the parameters are too many.
    /// </exception>
    public static Model For(Table train, ModelOptions options, params ReadOnlySpan<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Targets.Count == 0)
            throw new GradusException("There is no target. Name the columns to predict (ModelOptions.Targets, --target).");
        if (options.Weight is { } weight && (options.Targets.Contains(weight) || RowWeights.Of(train, weight).Length == 0))
            throw new GradusException($"The target '{weight}' cannot be the weight of rows too. Name another column.");
        var preprocessor = Preprocessor.Fit(train, PreprocessingFor(options, train) with
        {
            Ignore = options.Weight is null ? options.Preprocessing.Ignore : [.. options.Preprocessing.Ignore, options.Weight],
        });
        return For(preprocessor, train, options, layers);
    }

    // The logarithm of a mean has no use for a shifted target.
    private static PreprocessingOptions PreprocessingFor(ModelOptions options, Table train)
    {
        var unscaled = options.Targets.Where((_, i) =>
            options.Losses.Count == 1 ? options.Loss?.ReadOut == ReadOut.Exponential : options.Losses.ElementAtOrDefault(i)?.ReadOut == ReadOut.Exponential);
        var preprocessing = options.Preprocessing with { Targets = options.Targets, UnscaledTargets = [.. unscaled] };
        return preprocessing with { Indexed = CategoryLayers.Indexed(train, preprocessing, options.Embedding) };
    }

    internal static Model For(Preprocessor preprocessor, Table train, ModelOptions options, params ReadOnlySpan<Layer> layers)
    {
        var (loss, outputs) = Head.LossOf(preprocessor.Targets, options.Losses);
        var network = new Network(preprocessor.FeatureCount, CategoryLayers.Arrange(
            preprocessor, options.Embedding, Structure.Complete(layers, outputs, options, preprocessor, train)));
        if (ParameterBuffer.LengthFor(network.Parameters.Select(parameter => parameter.Expression)) is var numbers && numbers > ParameterBuffer.MaxLength)
        {
            throw new GradusException(FormattableString.Invariant($"The network {network} has {numbers:N0} parameters; at most {ParameterBuffer.MaxLength:N0} fit. ")
                + "Take fewer or narrower layers.");
        }

        return new Model(preprocessor, network, loss, network.Initialize(options.Seed)) { WeightColumn = options.Weight };
    }

    /// <summary>Reads a model file.</summary>
    /// <exception cref="GradusException">The file does not exist, is no model, is damaged, or has another version.</exception>
    public static Model Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ModelFile.Read(path);
    }

    /// <summary>Writes the model file: whole or not at all.</summary>
    /// <exception cref="GradusException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ModelFile.Write(this, path);
    }

    /// <summary>Trains.</summary>
    /// <param name="train">The rows that the model was set up with.</param>
    /// <param name="validation">Decides when to stop and which weights to keep; null for none.</param>
    /// <param name="options">How to train; defaults if null.</param>
    /// <param name="cancellation">Ends after the current batch, keeping the best weights so far.</param>
    /// <exception cref="DivergedException">The loss became NaN or infinite; the best weights so far are kept.</exception>
    public History Train(
        Table train, Table? validation = null, TrainOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        return Train(Encode(train), validation is { RowCount: > 0 } ? Encode(validation) : null, options, cancellation);
    }

    /// <summary>Encodes rows for training: with their weights, if <see cref="WeightColumn"/> names a column.</summary>
    /// <exception cref="GradusException">As for <see cref="Preprocessor.Encode"/> and <see cref="RowWeights.Of"/>.</exception>
    public EncodedTable Encode(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var encoded = Preprocessor.Encode(table);
        return WeightColumn is null ? encoded : encoded.WithWeights(table, WeightColumn);
    }

    /// <summary>As <see cref="Train(Table, Table?, TrainOptions?, CancellationToken)"/>, on rows that
    /// <see cref="Preprocessor"/> has encoded.</summary>
    /// <exception cref="GradusException">The checkpoint to resume is of another network, other rows or other options, or its folder is in use
    /// or cannot be written.</exception>
    /// <exception cref="DivergedException">The loss became NaN or infinite; the best weights so far are kept.</exception>
    public History Train(
        EncodedTable train, EncodedTable? validation = null, TrainOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        options ??= new TrainOptions();
        if (Members.Count > 1)
            throw new GradusException($"The model is an ensemble of {Members.Count}; train it with TrainEnsemble, or one of its members: model.Member(0).Train(…).");
        var trainer = new Trainer(Network, Loss, Weights, options);
        using var checkpoint = options.Checkpoint is { } kept
            ? CheckpointFolder.Open(kept, Fingerprint.Of(this, train, validation, options)) : null;
        try
        {
            var history = trainer.TrainFrom(train, validation, Score, checkpoint?.TakeStart(), checkpoint is null ? null : checkpoint.Write, cancellation);
            (Training, hasNewOutput) = (RecordOf(history, options, train.Rows, validation?.Rows ?? 0), false);
            return history;
        }
        catch (DivergedException e)
        {
            Training = RecordOf(e.History, options, train.Rows, validation?.Rows ?? 0);
            throw;
        }
    }

    /// <summary>Finds out whether training could use the folder of <see cref="TrainOptions.Checkpoint"/>.</summary>
    /// <param name="train">The rows of training; of a cross-validation, those of all folds.</param>
    /// <param name="validation">The rows that decide when to stop; null for none, and for folds.</param>
    /// <param name="options">How to train.</param>
    /// <param name="members">Networks to train: 1 for <see cref="Train(EncodedTable, EncodedTable?, TrainOptions?, CancellationToken)"/>.</param>
    /// <param name="folds">Whether each has a fold of its own.</param>
    /// <param name="fromWeights">Whether several begin with the model's weights.</param>
    /// <exception cref="GradusException">It could not, as for training.</exception>
    public void CheckCheckpoint(
        EncodedTable train, EncodedTable? validation, TrainOptions options, int members = 1, bool folds = false, bool fromWeights = false)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Checkpoint is { } kept)
        {
            CheckpointFolder.Open(kept, members == 1 ? Fingerprint.Of(this, train, validation, options)
                : FingerprintOf(train, validation, options, members, folds, fromWeights)).Dispose();
        }
    }

    /// <summary>Metrics on rows whose target is known, in the target's units.</summary>
    /// <exception cref="GradusException">A column is missing or of another kind, or no row has a target.</exception>
    public Metrics Evaluate(Table table)
    {
        var encoded = Preprocessor.Encode(table);
        if (encoded.Rows == 0)
            throw new GradusException($"Table '{table.Name}' has no row with a '{Target}', so nothing can be measured.");
        return Evaluate(encoded);
    }

    /// <summary>As <see cref="Evaluate(Table)"/>, on at least one row that <see cref="Preprocessor"/> has encoded.</summary>
    public Metrics Evaluate(EncodedTable encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        return Score(encoded, Answers(encoded));
    }

    /// <summary>Answers for rows whose target need not be known.</summary>
    /// <exception cref="GradusException">A column is missing or of another kind.</exception>
    public Predictions Predict(Table table)
    {
        var encoded = Preprocessor.EncodeInputs(table);
        var answers = Answers(encoded);
        int[] rows = [.. Enumerable.Range(0, encoded.Rows)];
        return new Predictions(encoded.Rows, [.. Heads.Select(head => head.Read(answers, rows, Network.OutputCount))], encoded.Report);
    }

    /// <summary>The answer for one row, without allocating after the first.</summary>
    /// <param name="values">One value an input column, in the order of <see cref="Preprocessor.InputNames"/>: a number as it is, a
    /// boolean as 0 or 1, a category as <see cref="Preprocessor.ParseInput"/> gives it; NaN for a missing value.</param>
    /// <param name="answer">Takes the value in the target's units, each of several quantiles in ascending order, or the probability of
    /// each class; of several targets, one after the other (<see cref="Head.AnswerCount"/> numbers each).</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Predict(ReadOnlySpan<float> values, Span<double> answer)
    {
        var expected = 0;
        for (var i = 0; i < Heads.Count; i++)
            expected += Heads[i].AnswerCount;
        if (answer.Length != expected)
            throw new ArgumentException($"An answer is {expected} numbers, but there is room for {answer.Length}.", nameof(answer));
        rowPredictor ??= new RowPredictor(Preprocessor, Heads, Networks, Loss, Members);
        rowPredictor.Predict(values, answer);
    }

    private float[] Answers(EncodedTable encoded)
    {
        if (scorers is null || encoded.Rows > scorerRows)
        {
            scorerRows = encoded.Rows;
            scorers = [.. Members.Select((member, i) => new Scorer(Networks[i], Loss, member, encoded.Rows, team: null, withLoss: false))];
        }

        var answers = new float[encoded.Rows * Network.OutputCount];
        scorers[0].Run(encoded, answers);
        if (scorers.Length > 1)
            AddOthers(scorers, encoded, answers);
        return answers;
    }

    internal Metrics Score(EncodedTable encoded, float[] answers)
    {
        var outputs = Network.OutputCount;
        Metrics?[] each = [.. Heads.Select((head, i) => head.Measure(encoded, i, answers, outputs))];
        return each is [{ } only] ? only
            : JointMetrics.Of(encoded.Rows, Heads.Select((head, i) => (head.Target, each[i])), ExactMatch(encoded, answers));
    }

    /// <summary>The share of rows in which every class is right, of those that have them all; null if there are none.</summary>
    private double? ExactMatch(EncodedTable encoded, float[] answers)
    {
        var (rows, right) = (0, 0);
        var buffer = new double[Heads.Max(head => head.AnswerCount)];
        for (var row = 0; row < encoded.Rows; row++)
        {
            var (known, matches) = (false, true);
            for (var i = 0; i < Heads.Count; i++)
            {
                if (Heads[i].Task == LearningTask.Regression)
                    continue;
                var truth = encoded.Targets[(row * Heads.Count) + i];
                known = !float.IsNaN(truth);
                if (!known)
                    break;
                var answer = buffer.AsSpan(0, Heads[i].AnswerCount);
                Heads[i].Read(answers.AsSpan(row * Network.OutputCount, Network.OutputCount), answer);
                matches &= System.Numerics.Tensors.TensorPrimitives.IndexOfMax<double>(answer) == (int)truth;
            }

            rows += known ? 1 : 0;
            right += known && matches ? 1 : 0;
        }

        return rows == 0 ? null : (double)right / rows;
    }

    private static TrainingRecord RecordOf(History history, TrainOptions options, int rows, int validationRows) => new(
        rows, validationRows, history.Epochs.Count, history.BestEpoch, history.StopReason, options.Optimizer.Name,
        options.Optimizer.LearningRate, Math.Min(options.BatchSize ?? rows, rows), options.Seed,
        history.Best?.ValidationMetrics?.Values ?? new Dictionary<string, double>())
    {
        Augmentation = options.Augmentation?.ToString(),
    };
}
