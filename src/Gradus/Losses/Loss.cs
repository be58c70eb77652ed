using System.Globalization;
using static Gradus.Functions;

namespace Gradus;

/// <summary>How wrong an output is: one number a row, which training averages over the batch.</summary>
public sealed partial record Loss
{
    private readonly Func<Expression, Expression, Expression> rows;

    private Loss(string name, ReadOut readOut, Func<Expression, Expression, Expression> rows)
    {
        Name = name;
        ReadOut = readOut;
        this.rows = rows;
    }

    /// <summary>½‖y − ŷ‖², the lectures' J.</summary>
    public static Loss HalfSquaredError { get; } = new("half-squared", ReadOut.Identity,
        (y, d) => 0.5 * Sum(Square(y - d), Axis.Columns));

    /// <summary>Mean over the outputs of (y − ŷ)².</summary>
    public static Loss MeanSquaredError { get; } = new("mse", ReadOut.Identity,
        (y, d) => Mean(Square(y - d), Axis.Columns));

    /// <summary>−d log σ(z) − (1 − d) log(1 − σ(z)) = softplus(z) − d z, from the logit z, so that it stays exact for logits
    /// of ±1,000.</summary>
    public static Loss BinaryCrossEntropy { get; } = new("bce", ReadOut.Sigmoid,
        (z, d) => Sum(Softplus(z) - (d * z), Axis.Columns));

    /// <summary>−Σ d log softmax(z), from logits. The target is a class index (batch × 1), or a distribution of the shape of
    /// z.</summary>
    public static Loss CrossEntropy { get; } = new("cross-entropy", ReadOut.Softmax,
        (z, d) => -Sum(Distribution(d, z) * LogSoftmax(z), Axis.Columns));

    /// <summary>|y − ŷ|, mean over the outputs: its minimum is the median, so a few wrong targets do little harm.</summary>
    public static Loss MeanAbsoluteError { get; } = new("mae", ReadOut.Identity,
        (y, d) => Mean(Abs(y - d), Axis.Columns));

    /// <summary>½e² for an error |e| ≤ 1, |e| − ½ beyond, mean over the outputs (Huber 1964); one unit is a deviation of the
    /// target, which training scales.</summary>
    public static Loss Huber { get; } = new("huber", ReadOut.Identity, (y, d) =>
    {
        var error = Abs(y - d);
        var near = Min(error, 1);
        return Mean(near * (error - (0.5 * near)), Axis.Columns);   // c (|e| − c/2) with c = min(|e|, 1)
    });

    /// <summary>eᶻ − d z: the negative logarithm of Poisson's probability of the count d at mean eᶻ, without log d!. The target is
    /// not scaled.</summary>
    public static Loss Poisson { get; } = new("poisson", ReadOut.Exponential,
        (z, d) => Sum(Exp(z) - (d * z), Axis.Columns));

    /// <summary>−Σ d (1 − p)² log p, p = softmax(z): rows that are right already count for less (Lin et al. 2017, eq. 4, γ = 2).
    /// </summary>
    public static Loss Focal { get; } = new("focal", ReadOut.Softmax, (z, d) =>
    {
        var logarithms = LogSoftmax(z);
        return -Sum(Distribution(d, z) * (Square(1 - Exp(logarithms)) * logarithms), Axis.Columns);
    });

    /// <summary>max(0, 1 − s z) with s = −1 for the first class and 1 for the second: with no hidden layer, a linear support
    /// vector machine (Cortes and Vapnik 1995). σ(z) then orders rows, but is no probability.</summary>
    public static Loss Hinge { get; } = new("hinge", ReadOut.Sigmoid,
        (z, d) => Sum(Relu(1 - (((2 * d) - 1) * z)), Axis.Columns));

    /// <summary>Every loss, the quantile for the median; the command line, model files and tests use this list.</summary>
    public static IReadOnlyList<Loss> All { get; } =
    [
        HalfSquaredError, MeanSquaredError, MeanAbsoluteError, Huber, Quantile(0.5), Poisson, BinaryCrossEntropy, CrossEntropy, Focal, Hinge,
    ];

    /// <summary>The name in model files, with its number: <c>quantile(0.9)</c>.</summary>
    public string Name { get; }

    /// <summary>The name on the command line: <see cref="Name"/> without a number.</summary>
    public string Kind => Name.Split('(')[0];

    /// <summary>What turns the network's output into an answer.</summary>
    public ReadOut ReadOut { get; }

    /// <summary>The quantiles that the outputs are, ascending; empty for other losses.</summary>
    public IReadOnlyList<double> Quantiles { get; private init; } = [];

    /// <summary>max(τe, (τ − 1)e) for an error e = ŷ − y, mean over the outputs: its minimum is the value that a share τ of the
    /// targets does not exceed (Koenker and Bassett 1978).</summary>
    /// <param name="shares">τ, above 0 and below 1. Several, ascending, have an output each and one target between them: the
    /// first and the last bound an interval.</param>
    /// <exception cref="ArgumentOutOfRangeException">A τ is not between 0 and 1.</exception>
    /// <exception cref="ArgumentException">There is no τ, or they do not ascend.</exception>
    public static Loss Quantile(params ReadOnlySpan<double> shares)
    {
        if (shares.IsEmpty)
            throw new ArgumentException("A quantile loss needs a share; 0.5 is the median.", nameof(shares));
        foreach (var share in shares)
        {
            if (!(share is > 0 and < 1))
                throw new ArgumentOutOfRangeException(nameof(shares), share, "A quantile is above 0 and below 1; 0.5 is the median.");
        }

        var (low, high) = (new double[1, shares.Length], new double[1, shares.Length]);
        for (var i = 0; i < shares.Length; i++)
        {
            if (i > 0 && shares[i] <= shares[i - 1])
                throw new ArgumentException($"Quantiles ascend, but {shares[i]} follows {shares[i - 1]}.", nameof(shares));
            (low[0, i], high[0, i]) = (shares[i], shares[i] - 1);
        }

        double[] given = shares.ToArray();
        return new Loss($"quantile({string.Join(',', given.Select(share => share.ToString("R", CultureInfo.InvariantCulture)))})", ReadOut.Identity, (y, d) =>
        {
            var error = d - y;   // several: (batch × 1) − (batch × quantiles)
            var (under, over) = given.Length == 1 ? (given[0], given[0] - 1) : (Expression.Constant(low), Expression.Constant(high));
            return Mean(Max(under * error, over * error), Axis.Columns);
        })
        { Quantiles = given };
    }

    /// <summary>Reads a name as <see cref="Name"/> gives it.</summary>
    /// <returns>Null if there is no such loss.</returns>
    public static Loss? Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (All.FirstOrDefault(loss => loss.Name == name) is { } known)
            return known;
        if (!name.StartsWith("quantile(", StringComparison.Ordinal) || !name.EndsWith(')'))
            return null;
        var texts = name["quantile(".Length..^1].Split(',');
        var shares = new double[texts.Length];
        for (var i = 0; i < shares.Length; i++)
        {
            if (!double.TryParse(texts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out shares[i])
                || !(shares[i] is > 0 and < 1) || (i > 0 && shares[i] <= shares[i - 1]))
                return null;
        }

        return Quantile(shares);
    }

    /// <summary>Two losses are equal if their names are.</summary>
    public bool Equals(Loss? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>The loss of each row: (batch × 1).</summary>
    /// <param name="output">(batch × outputs): values, or logits; (k·batch × outputs) if each pattern has the outputs of k members in
    /// consecutive rows, whose losses are averaged.</param>
    /// <param name="target">(batch × outputs); class indices, or the one target of several quantiles (batch × 1).</param>
    public Expression OfRows(Expression output, Expression target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        var members = ReadOuts.MembersOf(output.Shape.Rows, target.Shape.Rows);
        if (members == 1)
            return rows(output, target);
        var repeated = Reshape(RepeatColumns(target, members), new Shape(output.Shape.Rows, target.Shape.Columns));
        return Mean(Reshape(rows(output, repeated), new Shape(target.Shape.Rows, members)), Axis.Columns);
    }

    /// <summary>The loss of a batch, J: the mean over its rows, 1 × 1.</summary>
    public Expression Of(Expression output, Expression target) => Mean(OfRows(output, target));

    /// <summary>The target with label smoothing: (1 − ε) d + ε / classes (Szegedy et al. 2016, section 7).</summary>
    /// <exception cref="ArgumentException">The loss is not of classes.</exception>
    internal Expression Smooth(Expression target, Expression output, double smoothing)
    {
        var classes = output.Shape.Columns.Size;
        return ReadOut switch
        {
            ReadOut.Sigmoid => ((1 - smoothing) * target) + (smoothing / 2),
            ReadOut.Softmax => ((1 - smoothing) * Distribution(target, output)) + (smoothing / classes),
            _ => throw new ArgumentException($"Label smoothing is for classes; the loss '{this}' is of numbers.", nameof(smoothing)),
        };
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>A class index (batch × 1) as the distribution that it stands for; a distribution as it is.</summary>
    internal static Expression Distribution(Expression target, Expression output) =>
        target.Shape.Columns == Dimension.One && output.Shape.Columns.Size > 1 ? OneHot(target, output.Shape.Columns.Size) : target;
}
