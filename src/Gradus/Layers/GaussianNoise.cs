using static Gradus.Functions;

namespace Gradus;

/// <summary>Noise while training: H = X + σN, H = X when predicting. For least squares a small σ works as an L2 penalty on the
/// slope of the network (Bishop 1995).</summary>
/// <remarks>N (batch, inputs) is standard normal, drawn anew at each step.</remarks>
public sealed record GaussianNoise : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="deviation">σ, at least 0, in the units of X: standardised inputs have deviation 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">σ is negative or not finite.</exception>
    public GaussianNoise(double deviation)
    {
        if (!float.IsFinite((float)deviation) || deviation < 0)
            throw new ArgumentOutOfRangeException(nameof(deviation), deviation, "The deviation of the noise must be a number of at least 0 that float32 can hold.");
        Deviation = deviation;
    }

    /// <summary>σ.</summary>
    public double Deviation { get; }

    /// <inheritdoc/>
    public override string Kind => "gaussian-noise";

    internal override Expression Apply(Expression x, ParameterFactory parameters) => !parameters.IsTraining || Deviation == 0 ? x
        : x + (Deviation * RandomNormal(x.Shape.Rows, x.Shape.Columns, parameters.Layer));   // H = X + σN
}
