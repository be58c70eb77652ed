using static Gradus.Functions;

namespace Gradus;

/// <summary>Batch normalisation: H = f(γ ⊙ (X − μ) / √(σ² + ε) + β), with mean μ and variance σ² of each column: of the batch
/// while training, running averages of those when predicting (Ioffe and Szegedy 2015, algorithms 1 and 2).</summary>
/// <remarks>X (batch, inputs); γ and β (1, inputs) start at 1 and 0; ε = 1e-5. After each step the averages take a tenth of the
/// batch's mean and of its variance, n / (n − 1) σ². A batch has at least two rows.</remarks>
public sealed record BatchNormalization : Layer
{
    private const double Epsilon = 1e-5;
    private const double Share = 0.1;

    /// <summary>Makes the layer.</summary>
    /// <param name="activation">f; identity if null.</param>
    public BatchNormalization(Activation? activation = null) => Activation = activation ?? Activation.Identity;

    /// <summary>f.</summary>
    public Activation Activation { get; }

    /// <inheritdoc/>
    public override string Kind => "batch-normalization";

    internal override Expression Apply(Expression x, ParameterFactory parameters)
    {
        var columns = x.Shape.Columns.Size;
        var gamma = parameters.Make("gamma", 1, columns, Initializer.Constant(1), isWeight: false);
        var beta = parameters.Make("beta", 1, columns, Initializer.Zeros, isWeight: false);
        var averageMean = parameters.Make("mean", 1, columns, Initializer.Zeros, isWeight: false, isTrained: false);
        var averageVariance = parameters.Make("variance", 1, columns, Initializer.Constant(1), isWeight: false, isTrained: false);
        var (mean, variance) = (averageMean, averageVariance);
        if (parameters.IsTraining)
        {
            var rows = Count(x, Axis.Rows);
            mean = Mean(x, Axis.Rows);
            variance = Mean(Square(x - mean), Axis.Rows);
            parameters.Average(averageMean, ((1 - Share) * averageMean) + (Share * mean));
            parameters.Average(averageVariance, ((1 - Share) * averageVariance) + (Share * (rows / (rows - 1)) * variance));
        }

        return Activation.Apply(((x - mean) / Sqrt(variance + Epsilon) * gamma) + beta, parameters);
    }
}
