namespace Gradus;

/// <summary>A layer: a record of its settings that builds an expression from an expression. Derivatives come from the op
/// table, so a layer has no backward pass.</summary>
public abstract record Layer
{
    private protected Layer()
    {
    }

    /// <summary>The layer's name in descriptions and model files.</summary>
    public abstract string Kind { get; }

    /// <summary>H = layer(X).</summary>
    /// <param name="x">(batch, inputs).</param>
    /// <param name="parameters">Gives the layer its parameters.</param>
    internal abstract Expression Apply(Expression x, ParameterFactory parameters);
}
