namespace Gradus;

/// <summary>Layers applied one after the other: an expression of the output from the input, and its parameters.</summary>
public sealed class Network
{
    private readonly ParameterFactory factory;

    /// <summary>Builds the expression.</summary>
    /// <param name="inputs">Number of features, at least 1.</param>
    /// <param name="layers">The last one is the output layer; at least one.</param>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    public Network(int inputs, params IReadOnlyList<Layer> layers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count == 0)
            throw new ArgumentException("A network has at least one layer.", nameof(layers));
        Layers = [.. layers];
        Input = Expression.Input(Dimension.Batch, inputs, "X");
        factory = new ParameterFactory();
        LayerOutputs = Build(factory);
        Parameters = factory.Made;
        Lookups = factory.Lookups;
        (TrainingOutputs, Averages) = ForTraining([]);
    }

    /// <summary>The layers.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>X: (batch, inputs).</summary>
    public Expression Input { get; }

    /// <summary>What the last layer gives: (batch, outputs).</summary>
    public Expression Output => LayerOutputs[^1];

    /// <summary>What the last layer gives while training, where dropout and noise are at work and normalisation takes the
    /// batch's own statistics: (batch, outputs). <see cref="Output"/> itself if no layer has such a difference.</summary>
    public Expression TrainingOutput => TrainingOutputs[^1];

    /// <summary>What each layer gives.</summary>
    public IReadOnlyList<Expression> LayerOutputs { get; }

    /// <summary>What each layer gives while training.</summary>
    internal IReadOnlyList<Expression> TrainingOutputs { get; }

    /// <summary>Parameters in order of the layers.</summary>
    public IReadOnlyList<NetworkParameter> Parameters { get; }

    /// <summary>Names of the layers that have trained parameters, from the input on: <c>layer1</c>, <c>layer3</c>.</summary>
    public IReadOnlyList<string> ParameterLayers =>
        [.. Parameters.Where(parameter => parameter.IsTrained).Select(parameter => parameter.Name.Split('.')[0]).Distinct()];

    /// <summary>Number of features.</summary>
    public int InputCount => Input.Shape.Columns.Size;

    /// <summary>Number of outputs.</summary>
    public int OutputCount => Output.Shape.Columns.Size;

    /// <summary>Number of trained numbers.</summary>
    public int ParameterCount => Parameters.Where(parameter => parameter.IsTrained).Sum(parameter => parameter.Count);

    /// <summary>What a training step writes in place of parameters that are not trained.</summary>
    internal IReadOnlyList<(Expression Average, Expression Next)> Averages { get; }

    /// <summary>What <see cref="Output"/> looks up by the indices of categories.</summary>
    internal IReadOnlyList<CategoryLookup> Lookups { get; }

    /// <summary>Networks in one that share weights; 1 for a plain network.</summary>
    public int Members => Output.Shape.Rows.Factor;

    /// <summary>Widths from input to output, such as 8-64-64-1, and the members if there are some.</summary>
    public override string ToString() => string.Join('-', Layers.SelectMany(Widths).Prepend(InputCount))
        + (Members > 1 ? FormattableString.Invariant($" ({Members} members)") : "");

    /// <summary>Memory for the parameters, each started by its initialiser.</summary>
    /// <param name="seed">The same seed gives the same start.</param>
    public ParameterBuffer Initialize(ulong seed)
    {
        var buffer = new ParameterBuffer([.. Parameters.Select(parameter => parameter.Expression)]);
        for (var i = 0; i < Parameters.Count; i++)
        {
            var (shape, expression) = (Parameters[i].Expression.Shape, Parameters[i].Expression);
            Parameters[i].Initializer.Fill(buffer[expression], Parameters[i].FanIn ?? shape.Rows.Size, shape.Columns.Size, seed, (ulong)i);
        }

        return buffer;
    }

    private static IEnumerable<int> Widths(Layer layer) => layer switch
    {
        Dense dense => [dense.Outputs],
        MemberDense dense => [dense.Outputs],
        MemberOutputs last => [last.Outputs],
        Residual block => block.Layers.SelectMany(Widths),
        _ => [],
    };

    /// <summary>The name of the last layer.</summary>
    internal string OutputLayer => FormattableString.Invariant($"layer{Layers.Count}");

    /// <summary>Whether a parameter is of a layer of that name, or of one within it.</summary>
    internal static bool IsOf(NetworkParameter parameter, string layer) => parameter.Name.StartsWith(layer + ".", StringComparison.Ordinal);

    /// <summary>What each layer gives while training, and what a training step writes in place of parameters that are not trained.
    /// </summary>
    /// <param name="frozen">Layers that work as in prediction.</param>
    internal (IReadOnlyList<Expression> Outputs, IReadOnlyList<(Expression Average, Expression Next)> Averages) ForTraining(IReadOnlyCollection<string> frozen)
    {
        if (!factory.IsTrainingDifferent)
            return (LayerOutputs, []);
        lock (factory)   // members of an ensemble share a network
        {
            factory.BeginTraining(frozen);
            return (Build(factory), [.. factory.Averages]);
        }
    }

    private List<Expression> Build(ParameterFactory factory)
    {
        var outputs = new List<Expression>();
        foreach (var layer in Layers)
        {
            factory.Layer = outputs.Count + 1;
            var x = outputs.Count == 0 ? Input : outputs[^1];
            factory.BeginLayer(x.Shape.Columns.Size, isFirst: outputs.Count == 0);
            outputs.Add(layer.Apply(x, factory));
        }

        return outputs;
    }
}
