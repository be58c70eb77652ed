namespace Gradus;

/// <summary>Makes the parameters of the layers of a network, in order. A network is built once for prediction and, if a layer
/// then behaves otherwise, once more for training, with the same parameters.</summary>
internal sealed class ParameterFactory
{
    private readonly List<NetworkParameter> made = [];
    private readonly List<(Expression Average, Expression Next)> averages = [];
    private bool isTraining;
    private int given;

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
            return isTraining;
        }
    }

    /// <summary>From now on the layers are built again, for training.</summary>
    public void BeginTraining() => (isTraining, given) = (true, 0);

    public Expression Make(string name, int rows, int columns, Initializer initializer, bool isWeight, bool isTrained = true)
    {
        if (isTraining)
            return made[given++].Expression;
        var fullName = FormattableString.Invariant($"layer{Layer}.{name}");
        var expression = Expression.Parameter(rows, columns, fullName);
        made.Add(new NetworkParameter(fullName, expression, initializer, isWeight, isTrained));
        return expression;
    }

    /// <summary>Says what a training step makes of a parameter that is not trained.</summary>
    public void Average(Expression average, Expression next) => averages.Add((average, next));
}
