using static Gradus.Functions;

namespace Gradus;

/// <summary>A loss of several targets, and what training and prediction ask of any loss.</summary>
public sealed partial record Loss
{
    private LossPart[] Parts { get; init; } = [];

    /// <summary>J of a row = (J₁ + … + Jₙ) / n over n targets (multi-task learning, Caruana 1997): each has its own columns of the
    /// output, one after the other, and its own column of the targets. Where a target is NaN its Jᵢ is 0.</summary>
    /// <param name="parts">The losses, and how many outputs each takes: 1, or the number of classes or of quantiles.</param>
    /// <exception cref="ArgumentException">There are no parts, or one is itself of several targets.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A part has no outputs.</exception>
    public static Loss Joint(params IReadOnlyList<(Loss Loss, int Outputs)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0 || parts.Any(part => part.Loss.Parts.Length > 0))
            throw new ArgumentException("A joint loss has at least one part, each of one target.", nameof(parts));
        var made = new LossPart[parts.Count];
        var first = 0;
        for (var i = 0; i < made.Length; i++)
        {
            var (loss, outputs) = parts[i];
            ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1, nameof(parts));
            made[i] = new LossPart(loss, first, outputs);
            first += outputs;
        }

        return new Loss($"mean({string.Join(", ", parts.Select(part => part.Loss.Name))})", ReadOut.Joint,
            (output, target) => MeanOf(made, output, target, 0, null))
        { Parts = made };
    }

    /// <summary>The targets' losses and columns: of a loss of one target, itself and all columns.</summary>
    internal IReadOnlyList<LossPart> PartsOf(int outputs) =>
        Parts.Length == 0 ? [new LossPart(this, 0, outputs)]
        : Parts.Sum(part => part.Count) is var needed && needed == outputs ? Parts
        : throw new ArgumentException($"The loss '{this}' takes {needed} outputs; the network has {outputs}.", nameof(outputs));

    /// <summary>Targets of a row.</summary>
    internal int TargetsOf(int outputs) =>
        Parts.Length > 0 ? Parts.Length : ReadOut == ReadOut.Softmax || Quantiles.Count > 1 ? 1 : outputs;

    /// <summary>The answer from the network's output, (batch × outputs); of members, the mean of theirs.</summary>
    internal Expression Answer(Expression output) =>
        Parts.Length == 0 ? ReadOut.Apply(output)
        : Parts.All(part => part.Loss.ReadOut == ReadOut.Identity) ? ReadOut.Identity.Apply(output)
        : ConcatenateColumns([.. Parts.Select(part => part.Loss.ReadOut.Apply(part.Of(output)))]);

    /// <summary>The loss of each row in training, (batch × 1): with label smoothing ε for classes, and times the weight of the row's
    /// class.</summary>
    /// <param name="output">(batch × outputs), or the members' (k·batch × outputs).</param>
    /// <param name="target">(batch × targets).</param>
    /// <param name="smoothing">ε; 0 for none.</param>
    /// <param name="classWeights">(classes × 1) for each target, null for 1; null for none.</param>
    internal Expression OfRows(Expression output, Expression target, double smoothing, IReadOnlyList<double[,]?>? classWeights)
    {
        if (Parts.Length > 0)
            return MeanOf(Parts, output, target, smoothing, classWeights);
        var losses = OfRows(output, smoothing > 0 && ReadOut is ReadOut.Sigmoid or ReadOut.Softmax ? Smooth(target, output, smoothing) : target);
        if (classWeights?[0] is not { } weights)
            return losses;
        // A row that is mixed of two classes has the mean of their weights.
        var shares = ReadOut == ReadOut.Softmax ? Distribution(target, output) : ConcatenateColumns(1 - target, target);
        return losses * shares.Dot(Expression.Constant(weights));
    }

    private static Expression MeanOf(
        LossPart[] parts, Expression output, Expression target, double smoothing, IReadOnlyList<double[,]?>? classWeights)
    {
        Expression sum = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            var d = target.Column(i);
            var known = Equal(d, d);   // NaN equals nothing
            sum += known * parts[i].Loss.OfRows(parts[i].Of(output), Select(known, d, 0), smoothing, [classWeights?[i]]);
        }

        return sum / parts.Length;
    }
}
