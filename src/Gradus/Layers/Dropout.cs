using static Gradus.Functions;

namespace Gradus;

/// <summary>Dropout with inverted scaling: H = X ⊙ M / (1 − p) while training, H = X when predicting (Srivastava et al. 2014,
/// section 10).</summary>
/// <remarks>M (batch, inputs) is drawn anew at each step: 0 with probability p, else 1.</remarks>
public sealed record Dropout : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="dropProbability">p, from 0 up to below 1; 0.5 is usual after hidden layers, 0.2 on inputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">p is not in [0, 1).</exception>
    public Dropout(double dropProbability)
    {
        if (!(dropProbability is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(dropProbability), dropProbability, "The probability to drop must be from 0 up to below 1.");
        DropProbability = dropProbability;
    }

    /// <summary>p.</summary>
    public double DropProbability { get; }

    /// <inheritdoc/>
    public override string Kind => "dropout";

    internal override Expression Apply(Expression x, ParameterFactory parameters)
    {
        if (!parameters.IsTraining || DropProbability == 0)
            return x;
        var keep = 1 - DropProbability;
        return x * RandomBernoulli(x.Shape.Rows, x.Shape.Columns, keep, parameters.Layer) * (1 / keep);   // H = X ⊙ M / (1 − p)
    }
}
