namespace Gradus;

/// <summary>Makes the parameters of the layers of a network, in order.</summary>
internal sealed class ParameterFactory
{
    private readonly List<NetworkParameter> made = [];

    public IReadOnlyList<NetworkParameter> Made => made;

    /// <summary>Names begin with this: the number of the layer, from 1.</summary>
    public string Prefix { get; set; } = "";

    public Expression Make(string name, int rows, int columns, Initializer initializer, bool isWeight)
    {
        var expression = Expression.Parameter(rows, columns, Prefix + name);
        made.Add(new NetworkParameter(Prefix + name, expression, initializer, isWeight));
        return expression;
    }
}
