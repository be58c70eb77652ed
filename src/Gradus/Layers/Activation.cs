namespace Gradus;

/// <summary>The function f that a layer applies to each element of U = XW + b.</summary>
public sealed record Activation
{
    // SELU's two constants: the fixed point of mean 0 and variance 1 (Klambauer et al. 2017, eq. 14).
    private const double SeluScale = 1.0507009873554804934193349852946;
    private const double SeluAlpha = 1.6732632423543772848170429916717;

    // PReLU's slope at the start (He et al. 2015, section 2.1).
    private const double FirstSlope = 0.25;

    private readonly Func<Expression, Expression, Expression> function;   // of u and the trained slopes

    private Activation(string name, Func<Expression, Expression> function, Initializer weights)
        : this(name, (u, _) => function(u), weights)
    {
    }

    private Activation(string name, Func<Expression, Expression, Expression> function, Initializer weights)
    {
        Name = name;
        this.function = function;
        Weights = weights;
    }

    /// <summary>f(u) = u.</summary>
    public static Activation Identity { get; } = new("identity", u => u, Initializer.XavierUniform);

    /// <summary>f(u) = 1 / (1 + e⁻ᵘ); f′ = f (1 − f).</summary>
    public static Activation Sigmoid { get; } = new("sigmoid", Functions.Sigmoid, Initializer.XavierUniform);

    /// <summary>f(u) = tanh u; f′ = 1 − f².</summary>
    public static Activation Tanh { get; } = new("tanh", Functions.Tanh, Initializer.XavierUniform);

    /// <summary>f(u) = max(u, 0); f′ = 1 for u &gt; 0, else 0 (Nair and Hinton 2010).</summary>
    public static Activation Relu { get; } = new("relu", Functions.Relu, Initializer.HeNormal);

    /// <summary>f(u) = u for u &gt; 0, else 0.01 u (Maas, Hannun and Ng 2013).</summary>
    public static Activation LeakyRelu { get; } = new("leaky-relu", u => Functions.LeakyRelu(u), Initializer.HeNormal);

    /// <summary>f(u) = u for u &gt; 0, else eᵘ − 1 (Clevert, Unterthiner and Hochreiter 2016, eq. 3, α = 1).</summary>
    public static Activation Elu { get; } = new("elu", u => Functions.Relu(u) + NegativePart(u), Initializer.HeNormal);

    /// <summary>f(u) = λu for u &gt; 0, else λα (eᵘ − 1), λ = 1.0507, α = 1.6733: activations tend to mean 0 and variance 1
    /// (Klambauer et al. 2017, eq. 2). The sub-gradient at 0 is λα, the limit from below.</summary>
    public static Activation Selu { get; } = new("selu",
        u => (SeluScale * Functions.Relu(u)) + (SeluScale * SeluAlpha * NegativePart(u)), Initializer.LeCunNormal);

    /// <summary>f(u) = u Φ(u) = ½u (1 + erf(u / √2)) (Hendrycks and Gimpel 2016).</summary>
    public static Activation Gelu { get; } = new("gelu", u => 0.5 * u * (1 + Functions.Erf(u * Math.Sqrt(0.5))), Initializer.HeNormal);

    /// <summary>f(u) = u σ(u), also called swish (Elfwing, Uchibe and Doya 2018; Ramachandran, Zoph and Le 2017).</summary>
    public static Activation Silu { get; } = new("silu", u => u * Functions.Sigmoid(u), Initializer.HeNormal);

    /// <summary>f(u) = log(1 + eᵘ); f′ = σ(u) (Dugas et al. 2001).</summary>
    public static Activation Softplus { get; } = new("softplus", Functions.Softplus, Initializer.XavierUniform);

    /// <summary>f(u) = u tanh(log(1 + eᵘ)) (Misra 2020).</summary>
    public static Activation Mish { get; } = new("mish", u => u * Functions.Tanh(Functions.Softplus(u)), Initializer.HeNormal);

    /// <summary>f(u) = u/6 + ½, cut to [0, 1] (Howard et al. 2019, section 5.2); f′ = 0 at ±3.</summary>
    public static Activation HardSigmoid { get; } = new("hard-sigmoid", u =>
    {
        var line = Functions.Relu((u / 6) + 0.5);
        return Functions.Select(Functions.Greater(1, line), line, 1);
    }, Initializer.XavierUniform);

    /// <summary>f(u) = 1.7159 tanh(2u/3): f(±1) = ±1, and inputs of variance 1 give outputs of variance near 1 (LeCun et al.
    /// 1998, section 4.4).</summary>
    public static Activation ScaledTanh { get; } =
        new("scaled-tanh", u => 1.7159 * Functions.Tanh(2.0 / 3 * u), Initializer.LeCunNormal);

    /// <summary>f(u) = sin u; f′ = cos u (Sitzmann et al. 2020, eq. 2, with ω₀ = 1).</summary>
    public static Activation Sine { get; } = new("sine", Functions.Sin, Initializer.LeCunNormal);

    /// <summary>f(u) = u for u &gt; 0, else a u with a trained slope a for each unit, 0.25 at the start and without weight decay (He et
    /// al. 2015, eq. 1).</summary>
    public static Activation PRelu { get; } =
        new("prelu", (u, a) => Functions.Relu(u) - (a * Functions.Relu(-u)), Initializer.HeNormal) { IsTrained = true };

    /// <summary>f(u, v) = max(u, v): two sums a unit, the larger of which is its output (Goodfellow et al. 2013, k = 2). Columns
    /// (batch, 2n) give (batch, n); column j goes with column n + j.</summary>
    public static Activation Maxout { get; } = new("maxout", u =>
    {
        var units = u.Shape.Columns.Size / 2;
        return Functions.Max(Functions.SliceColumns(u, 0, units), Functions.SliceColumns(u, units, units));
    }, Initializer.HeNormal)
    { Pieces = 2 };

    /// <summary>Every activation; the command line, model files and tests use this list.</summary>
    public static IReadOnlyList<Activation> All { get; } =
    [
        Identity, Sigmoid, Tanh, Relu, LeakyRelu, Elu, Selu, Gelu, Silu, Softplus, Mish, HardSigmoid, ScaledTanh,
        Sine, PRelu, Maxout,
    ];

    /// <summary>The name on the command line and in model files.</summary>
    public string Name { get; }

    /// <summary>How the weights of a layer start that ends in it, unless the layer says otherwise.</summary>
    public Initializer Weights { get; }

    /// <summary>Sums that a unit has: 1, or 2 where the output is the larger of them.</summary>
    public int Pieces { get; private init; } = 1;

    /// <summary>Whether f has a trained slope for each unit.</summary>
    public bool IsTrained { get; private init; }

    /// <summary>f(u), elementwise but for <see cref="Maxout"/>; trained slopes as they start.</summary>
    /// <param name="u">(batch, units · <see cref="Pieces"/>).</param>
    /// <exception cref="ArgumentException">The columns of u do not make pieces.</exception>
    public Expression Apply(Expression u)
    {
        Check(u);
        return function(u, FirstSlope);
    }

    /// <summary>f(u), with trained slopes where it has some.</summary>
    /// <param name="u">(batch, units · <see cref="Pieces"/>).</param>
    /// <param name="parameters">Makes the slopes: (1, units).</param>
    internal Expression Apply(Expression u, ParameterFactory parameters)
    {
        Check(u);
        return function(u, IsTrained
            ? parameters.Make("slope", 1, u.Shape.Columns.Size, Initializer.Constant(FirstSlope), isWeight: false) : FirstSlope);
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private void Check(Expression u)
    {
        ArgumentNullException.ThrowIfNull(u);
        if (u.Shape.Columns.Size % Pieces != 0)
            throw new ArgumentException($"{this} takes {Pieces} columns a unit, and {u.Shape.Columns} columns do not make such units. Give the layer before an even width.", nameof(u));
    }

    // eᵘ − 1 for u ≤ 0, else 0. The exponent is cut before, so that e¹⁰⁰⁰ does not meet the derivative as ∞ · 0.
    private static Expression NegativePart(Expression u) => Functions.Exp(Functions.Select(Functions.Greater(u, 0), 0, u)) - 1;
}
