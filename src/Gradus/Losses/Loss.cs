using static Gradus.Functions;

namespace Gradus;

/// <summary>How wrong an output is: one number a row, which training averages over the batch.</summary>
public sealed record Loss
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
    public static Loss CrossEntropy { get; } = new("cross-entropy", ReadOut.Softmax, (z, d) =>
    {
        var classes = z.Shape.Columns.Size;
        var distribution = d.Shape.Columns == Dimension.One && classes > 1 ? OneHot(d, classes) : d;
        return -Sum(distribution * LogSoftmax(z), Axis.Columns);
    });

    /// <summary>Every loss; the command line, model files and tests use this list.</summary>
    public static IReadOnlyList<Loss> All { get; } = [HalfSquaredError, MeanSquaredError, BinaryCrossEntropy, CrossEntropy];

    /// <summary>The name on the command line and in model files.</summary>
    public string Name { get; }

    /// <summary>What turns the network's output into an answer.</summary>
    public ReadOut ReadOut { get; }

    /// <summary>The loss of each row: (batch × 1).</summary>
    /// <param name="output">(batch × outputs): values, or logits.</param>
    /// <param name="target">(batch × outputs), or class indices (batch × 1).</param>
    public Expression OfRows(Expression output, Expression target) => rows(output, target);

    /// <summary>The loss of a batch, J: the mean over its rows, 1 × 1.</summary>
    public Expression Of(Expression output, Expression target) => Mean(rows(output, target));

    /// <summary>The target with label smoothing: (1 − ε) d + ε / classes (Szegedy et al. 2016, section 7).</summary>
    /// <exception cref="InvalidOperationException">The loss is not of classes.</exception>
    internal Expression Smooth(Expression target, Expression output, double smoothing)
    {
        var classes = output.Shape.Columns.Size;
        return ReadOut switch
        {
            ReadOut.Sigmoid => ((1 - smoothing) * target) + (smoothing / 2),
            ReadOut.Softmax => ((1 - smoothing) * OneHot(target, classes)) + (smoothing / classes),
            _ => throw new InvalidOperationException($"Label smoothing is for classes; the loss '{this}' is of numbers. Leave it out."),
        };
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
