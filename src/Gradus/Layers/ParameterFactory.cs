namespace Gradus;

/// <summary>Makes the parameters of the layers of a network, in order. A network is built once for prediction and, if a layer
/// then behaves otherwise, once more for training, with the same parameters.</summary>
internal sealed class ParameterFactory
{
    // Layers within others draw random numbers with numbers that no layer of a network reaches.
    private const int FirstInner = 1 << 24;

    private readonly List<NetworkParameter> made = [];
    private readonly List<(Expression Average, Expression Next)> averages = [];
    private string? prefix;
    private bool isTraining;
    private IReadOnlyCollection<string> frozen = [];
    private int given;
    private int inner;

    public IReadOnlyList<NetworkParameter> Made => made;

    /// <summary>What a training step puts in place of parameters that are not trained.</summary>
    public IReadOnlyList<(Expression Average, Expression Next)> Averages => averages;

    /// <summary>The number of the layer, from 1: its parameters' names begin with it, and it draws its random numbers with it.
    /// </summary>
    public int Layer { get; set; }

    /// <summary>Whether a layer has asked which of the two is built.</summary>
    public bool IsTrainingDifferent { get; private set; }

    /// <summary>Whether the layer is built for training, not for prediction.</summary>
    public bool IsTraining
    {
        get
        {
            IsTrainingDifferent = true;
            return isTraining && !frozen.Any(layer => Prefix.StartsWith(layer + ".", StringComparison.Ordinal));
        }
    }

    private string Prefix => prefix ?? FormattableString.Invariant($"layer{Layer}.");

    /// <summary>From now on the layers are built again, for training.</summary>
    /// <param name="frozenLayers">Layers that are built as for prediction all the same.</param>
    public void BeginTraining(IReadOnlyCollection<string> frozenLayers)
    {
        (isTraining, given, inner, frozen) = (true, 0, 0, frozenLayers);
        averages.Clear();
    }

    public Expression Make(string name, int rows, int columns, Initializer initializer, bool isWeight, bool isTrained = true)
    {
        if (isTraining)
            return made[given++].Expression;
        var expression = Expression.Parameter(rows, columns, Prefix + name);
        made.Add(new NetworkParameter(Prefix + name, expression, initializer, isWeight, isTrained));
        return expression;
    }

    /// <summary>Applies a layer within the present one: its parameters are called <c>layer2.1.W</c>, and it draws random numbers of
    /// its own.</summary>
    /// <param name="number">Its number in the layer around it, from 1.</param>
    /// <param name="layer">The layer within.</param>
    /// <param name="x">What it is given.</param>
    public Expression Within(int number, Layer layer, Expression x)
    {
        var (outerPrefix, outerLayer) = (prefix, Layer);
        prefix = FormattableString.Invariant($"{Prefix}{number}.");
        Layer = FirstInner + inner++;
        var h = layer.Apply(x, this);
        (prefix, Layer) = (outerPrefix, outerLayer);
        return h;
    }

    /// <summary>Says what a training step makes of a parameter that is not trained.</summary>
    public void Average(Expression average, Expression next) => averages.Add((average, next));
}
