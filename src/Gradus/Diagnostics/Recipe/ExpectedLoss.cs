namespace Gradus;

/// <summary>The losses once more, as formulas over one output for all rows: what the recipe expects of the programs.</summary>
internal static class ExpectedLoss
{
    /// <summary>The mean loss of an output that is the same for every row, in double.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="output">One number an output.</param>
    /// <param name="targets">One a row.</param>
    public static double Of(Loss loss, double[] output, float[] targets)
    {
        var sum = 0.0;
        foreach (var d in targets)
            sum += Row(loss, output, d);
        return sum / targets.Length;
    }

    /// <summary>The formula for outputs of 0.</summary>
    public static string Name(Loss loss, int outputs) => loss.Kind switch
    {
        "cross-entropy" => $"ln {outputs}",
        "bce" => "ln 2",
        "mse" => "the mean of d²",
        "half-squared" => "half the mean of d²",
        "mae" => "the mean of |d|",
        _ => $"the {loss.Kind} of outputs 0",
    };

    /// <summary>The formulas in one line.</summary>
    public static string Formula(Loss loss, int outputs) => loss.Kind switch
    {
        "cross-entropy" => $"ln {outputs}; with the classes' shares as biases their entropy −Σ p ln p",
        "bce" => "ln 2; with the base rate as bias its entropy −p ln p − (1 − p) ln (1 − p)",
        "mse" => "the mean of d²; with the mean as bias the variance of d",
        "half-squared" => "half the mean of d²; with the mean as bias half the variance of d",
        _ => $"{loss.Kind} of one output for all rows",
    };

    private static double Row(Loss loss, double[] z, double d)
    {
        switch (loss.Kind)
        {
            case "cross-entropy":
                return Reference.LogSumExp(z) - z[(int)d];
            case "focal":
                var logarithm = z[(int)d] - Reference.LogSumExp(z);
                var rest = 1 - Math.Exp(logarithm);
                return -rest * rest * logarithm;
            case "bce":
                return Reference.Softplus(z[0]) - (d * z[0]);
            case "hinge":
                return Math.Max(0, 1 - (((2 * d) - 1) * z[0]));
            case "poisson":
                return Math.Exp(z[0]) - (d * z[0]);
        }

        var error = z[0] - d;
        return loss.Kind switch
        {
            "mse" => error * error,
            "half-squared" => error * error / 2,
            "mae" => Math.Abs(error),
            "huber" => Math.Abs(error) <= 1 ? error * error / 2 : Math.Abs(error) - 0.5,
            "quantile" => Math.Max(Share(loss) * -error, (Share(loss) - 1) * -error),
            _ => throw new InvalidOperationException($"The recipe has no formula for the loss '{loss}'."),
        };
    }

    private static double Share(Loss loss) =>
        double.Parse(loss.Name["quantile(".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
}
