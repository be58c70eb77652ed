namespace Gradus;

/// <summary>The function f that a layer applies to each element of U = XW + b.</summary>
public sealed record Activation
{
    private readonly Func<Expression, Expression> function;

    private Activation(string name, Func<Expression, Expression> function, bool rectifies)
    {
        Name = name;
        this.function = function;
        Rectifies = rectifies;
    }

    /// <summary>f(u) = u.</summary>
    public static Activation Identity { get; } = new("identity", u => u, rectifies: false);

    /// <summary>f(u) = 1 / (1 + e⁻ᵘ); f′ = f (1 − f).</summary>
    public static Activation Sigmoid { get; } = new("sigmoid", Functions.Sigmoid, rectifies: false);

    /// <summary>f(u) = tanh u; f′ = 1 − f².</summary>
    public static Activation Tanh { get; } = new("tanh", Functions.Tanh, rectifies: false);

    /// <summary>f(u) = max(u, 0); f′ = 1 for u &gt; 0, else 0 (Nair and Hinton 2010).</summary>
    public static Activation Relu { get; } = new("relu", Functions.Relu, rectifies: true);

    /// <summary>f(u) = u for u &gt; 0, else 0.01 u (Maas, Hannun and Ng 2013).</summary>
    public static Activation LeakyRelu { get; } = new("leaky-relu", u => Functions.LeakyRelu(u), rectifies: true);

    /// <summary>Every activation; the command line, model files and tests use this list.</summary>
    public static IReadOnlyList<Activation> All { get; } = [Identity, Sigmoid, Tanh, Relu, LeakyRelu];

    /// <summary>The name on the command line and in model files.</summary>
    public string Name { get; }

    /// <summary>Whether negative values are cut or shrunk, so that He initialisation fits.</summary>
    public bool Rectifies { get; }

    /// <summary>f(u), elementwise.</summary>
    public Expression Apply(Expression u) => function(u);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
