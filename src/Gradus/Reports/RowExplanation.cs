namespace Gradus;

/// <summary>One row's way through a trained network: every layer's sum, output and error signal, the size of every
/// gradient, and which inputs moved the answer. In double precision.</summary>
/// <remarks>Of an ensemble, <see cref="Answers"/> and <see cref="Attribution"/> are the means over the members, as its answer is;
/// <see cref="Layers"/> and <see cref="Loss"/> are those of its first member. <see cref="Model.Member"/> gives the others.
/// </remarks>
public sealed class RowExplanation
{
    /// <summary>Steps of the path integral.</summary>
    public const int DefaultSteps = 64;

    private RowExplanation(Model model) => Model = model;

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The text of each input column, in the order of <see cref="Preprocessor.InputNames"/>; null when missing.</summary>
    public required IReadOnlyList<string?> Inputs { get; init; }

    /// <summary>What the network sees, in the order of <see cref="Preprocessor.FeatureNames"/>.</summary>
    public required IReadOnlyList<double> Features { get; init; }

    /// <summary>For each input column the vector that the network looks up for its category; null where it looks up none.</summary>
    public required IReadOnlyList<IReadOnlyList<double>?> Vectors { get; init; }

    /// <summary>The layers.</summary>
    public required IReadOnlyList<ExplainedLayer> Layers { get; init; }

    /// <summary>J, the loss of this row; null without a target.</summary>
    public double? Loss { get; private init; }

    /// <summary>The targets, one as a rule, in the order of <see cref="Model.Heads"/>; the members below are of the first.</summary>
    public required IReadOnlyList<ExplainedTarget> Targets { get; init; }

    /// <inheritdoc cref="ExplainedTarget.Truth"/>
    public string? Target => Targets[0].Truth;

    /// <inheritdoc cref="ExplainedTarget.Answers"/>
    public IReadOnlyList<double> Answers => Targets[0].Answers;

    /// <inheritdoc cref="ExplainedTarget.Class"/>
    public int Class => Targets[0].Class;

    /// <inheritdoc cref="ExplainedTarget.Answer"/>
    public double Answer => Targets[0].Answer;

    /// <inheritdoc cref="ExplainedTarget.Attribution"/>
    public IntegratedGradients Attribution => Targets[0].Attribution;

    /// <summary>What came otherwise than training had prepared for.</summary>
    public required TransformReport Report { get; init; }

    /// <summary>Explains a row.</summary>
    /// <param name="model">A trained model.</param>
    /// <param name="row">A table of one row; targets may be missing, or the columns of all of them absent.</param>
    /// <param name="steps">Steps of the path integral, at least 1.</param>
    /// <exception cref="GradusException">A column is missing or of another kind, or the class is unknown.</exception>
    /// <exception cref="ArgumentException">The table has another number of rows.</exception>
    public static RowExplanation Of(Model model, Table row, int steps = DefaultSteps)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(row);
        if (model.Members.Count > 1)
            return OfEnsemble(model, row, steps);
        if (row.RowCount != 1)
            throw new ArgumentException($"One row is explained at a time, but the table has {row.RowCount}.", nameof(row));
        string?[] truths = [.. model.Heads.Select(head => row.TryGetColumn(head.Target, out var column) ? column.TextAt(0) : null)];
        var isKnown = truths.Any(truth => truth is not null) && model.Heads.All(head => row.TryGetColumn(head.Target, out _));
        var encoded = !isKnown ? model.Preprocessor.EncodeInputs(row) : model.Preprocessor.Encode(row);
        var features = new float[model.Preprocessor.FeatureCount];
        encoded.Inputs.CopyRows(0, 1, features);
        var x = Array.ConvertAll(features, value => (double)value);

        var network = model.Network;
        var values = Bind(model, new ReferenceContext());
        values.Bind(network.Input, new Matrix(1, x.Length, x));
        var d = TrainingObjective.TargetOf(network, model.Loss);
        var j = model.Loss.Of(network.Output, d);
        if (isKnown)
            values.Bind(d, new Matrix(1, encoded.TargetCount, Array.ConvertAll(encoded.Targets.ToArray(), value => (double)value)));

        var outputs = values.Evaluate(model.Loss.Answer(network.Output)).Values;
        return new RowExplanation(model)
        {
            Inputs = [.. model.Preprocessor.InputNames.Select(name => row[name].TextAt(0))],
            Features = x,
            Vectors = VectorsOf(model, values),
            Layers = ExplainedLayer.Of(network, values, isKnown ? j : null),
            Loss = isKnown ? values.Evaluate(j).Values[0] : null,
            Targets = [.. model.Heads.Zip(truths, (head, truth) => ExplainedTarget.Of(model, head, truth, x, outputs, steps))],
            Report = encoded.Report,
        };
    }

    private static IReadOnlyList<IReadOnlyList<double>?> VectorsOf(Model model, ReferenceContext values)
    {
        var vectors = model.Network.Lookups.ToDictionary(lookup => lookup.Category.Column, lookup => values.Evaluate(lookup.Vector).Values);
        return [.. IntegratedGradients.FeaturesOf(model.Preprocessor).Select(range => vectors.GetValueOrDefault(range.Start.Value))];
    }

    private static RowExplanation OfEnsemble(Model model, Table row, int steps)
    {
        RowExplanation[] members = [.. Enumerable.Range(0, model.Members.Count).Select(i => Of(model.Member(i), row, steps))];
        double[] x = [.. members[0].Features];
        return new RowExplanation(model)
        {
            Inputs = members[0].Inputs,
            Features = x,
            Vectors = members[0].Vectors,
            Layers = members[0].Layers,
            Loss = members[0].Loss,
            Targets = [.. model.Heads.Select((_, i) => ExplainedTarget.Mean([.. members.Select(member => (member.Model, member.Targets[i]))], x, steps))],
            Report = members[0].Report,
        };
    }

    /// <summary>Gives a context the weights of a model.</summary>
    internal static ReferenceContext Bind(Model model, ReferenceContext context)
    {
        foreach (var parameter in model.Weights.Parameters)
        {
            context.Bind(parameter, new Matrix(parameter.Shape.Rows.Size, parameter.Shape.Columns.Size,
                Array.ConvertAll(model.Weights[parameter].ToArray(), value => (double)value)));
        }

        return context;
    }
}
