using Gradus.Kernels;

namespace Gradus;

/// <summary>How the elements of a parameter start.</summary>
/// <remarks>fanIn is the number of inputs of a unit (rows of W), fanOut the number of units it feeds (columns of W).</remarks>
public sealed record Initializer
{
    private enum Distribution
    {
        Uniform,
        Normal,
        Signs,
    }

    private readonly Distribution distribution;
    private readonly Func<int, int, (double First, double Second)> range;   // [low, high) or (mean, deviation)

    private Initializer(string name, Distribution distribution, Func<int, int, (double First, double Second)> range)
    {
        Name = name;
        this.distribution = distribution;
        this.range = range;
    }

    /// <summary>All 0: right for biases; for weights it leaves every unit of a layer equal.</summary>
    public static Initializer Zeros { get; } = new("zeros", Distribution.Uniform, (_, _) => (0, 0));

    /// <summary>Uniform on ±√(6 / (fanIn + fanOut)) (Glorot and Bengio 2010, eq. 16).</summary>
    public static Initializer XavierUniform { get; } = new("xavier-uniform", Distribution.Uniform,
        (fanIn, fanOut) => Symmetric(Math.Sqrt(6.0 / (fanIn + fanOut))));

    /// <summary>Normal with deviation √(2 / (fanIn + fanOut)) (Glorot and Bengio 2010, eq. 12).</summary>
    public static Initializer XavierNormal { get; } = new("xavier-normal", Distribution.Normal,
        (fanIn, fanOut) => (0, Math.Sqrt(2.0 / (fanIn + fanOut))));

    /// <summary>Uniform on ±√(6 / fanIn) (He et al. 2015, eq. 10, as a uniform distribution of the same variance).</summary>
    public static Initializer HeUniform { get; } = new("he-uniform", Distribution.Uniform,
        (fanIn, _) => Symmetric(Math.Sqrt(6.0 / fanIn)));

    /// <summary>Normal with deviation √(2 / fanIn) (He et al. 2015, eq. 10).</summary>
    public static Initializer HeNormal { get; } = new("he-normal", Distribution.Normal,
        (fanIn, _) => (0, Math.Sqrt(2.0 / fanIn)));

    /// <summary>Normal with deviation √(1 / fanIn) (LeCun et al. 1998, eq. 16).</summary>
    public static Initializer LeCunNormal { get; } = new("lecun-normal", Distribution.Normal,
        (fanIn, _) => (0, Math.Sqrt(1.0 / fanIn)));

    /// <summary>−1 or 1, each with probability ½: scalings that tell the members of an ensemble apart (Wen, Tran and Ba 2020).
    /// </summary>
    public static Initializer Signs { get; } = new("signs", Distribution.Signs, (_, _) => (-1, 1));

    /// <summary>The name on the command line and in model files, with its numbers: <c>normal(0.01)</c>.</summary>
    public string Name { get; }

    /// <summary>All equal to <paramref name="value"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public static Initializer Constant(double value)
    {
        if (!float.IsFinite((float)value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "A parameter starts with a finite number.");
        return new Initializer(FormattableString.Invariant($"constant({value:R})"), Distribution.Uniform, (_, _) => (value, value));
    }

    /// <summary>Uniform on [<paramref name="low"/>, <paramref name="high"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">high is below low, or one is not finite.</exception>
    public static Initializer Uniform(double low, double high)
    {
        if (!float.IsFinite((float)low) || !float.IsFinite((float)high) || high < low)
            throw new ArgumentOutOfRangeException(nameof(high), FormattableString.Invariant($"[{low}, {high}) is no interval; give two finite numbers, the lower first."));
        return new Initializer(FormattableString.Invariant($"uniform({low:R},{high:R})"), Distribution.Uniform, (_, _) => (low, high));
    }

    /// <summary>Standard normal times <paramref name="scale"/>: 0.01 and 0.001 are the lectures'.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The scale is negative or not finite.</exception>
    public static Initializer Normal(double scale)
    {
        if (!float.IsFinite((float)scale) || scale < 0)
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "The deviation must be a number of at least 0.");
        return new Initializer(FormattableString.Invariant($"normal({scale:R})"), Distribution.Normal, (_, _) => (0, scale));
    }

    /// <summary>Reads a name as <see cref="Name"/> gives it.</summary>
    /// <returns>Null if there is no such initialiser.</returns>
    public static Initializer? Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (var known in (Initializer[])[Zeros, XavierUniform, XavierNormal, HeUniform, HeNormal, LeCunNormal, Signs])
        {
            if (known.Name == name)
                return known;
        }

        var open = name.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !name.EndsWith(')'))
            return null;
        var numbers = new List<double>();
        foreach (var part in name[(open + 1)..^1].Split(','))
        {
            if (!double.TryParse(part, System.Globalization.CultureInfo.InvariantCulture, out var number) || !float.IsFinite((float)number))
                return null;
            numbers.Add(number);
        }

        return (name[..open], numbers.Count) switch
        {
            ("constant", 1) => Constant(numbers[0]),
            ("normal", 1) when numbers[0] >= 0 => Normal(numbers[0]),
            ("uniform", 2) when numbers[0] <= numbers[1] => Uniform(numbers[0], numbers[1]),
            _ => null,
        };
    }

    /// <summary>Two initialisers are equal if their names are.</summary>
    public bool Equals(Initializer? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Draws the elements of one parameter.</summary>
    /// <param name="values">(fanIn × fanOut) for weights.</param>
    /// <param name="fanIn">Rows of the weight matrix.</param>
    /// <param name="fanOut">Columns of the weight matrix.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="stream">Which parameter; each has random numbers of its own.</param>
    internal void Fill(Span<float> values, int fanIn, int fanOut, ulong seed, ulong stream)
    {
        var (first, second) = range(Math.Max(1, fanIn), Math.Max(1, fanOut));
        var key = new RandomKey(seed, RandomPurpose.Initialization, stream);
        if (distribution == Distribution.Normal)
        {
            Philox.Normal(key, 0, values);
            foreach (ref var value in values)
                value = (float)(first + (second * value));
        }
        else
        {
            Philox.Uniform(key, 0, values);
            foreach (ref var value in values)
                value = distribution == Distribution.Signs ? value < 0.5f ? -1 : 1 : (float)(first + ((second - first) * value));
        }
    }

    private static (double Low, double High) Symmetric(double limit) => (-limit, limit);
}
