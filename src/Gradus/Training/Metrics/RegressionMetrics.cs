using System.Globalization;
using System.Numerics;

namespace Gradus;

/// <summary>How far predicted numbers are from the true ones, in the unit of the target.</summary>
/// <param name="Rmse">Root mean squared error, √(Σ(y − t)² / n): at least 0, unit of the target.</param>
/// <param name="Mae">Mean absolute error, Σ|y − t| / n: at least 0, unit of the target.</param>
/// <param name="R2">Coefficient of determination, 1 − Σ(y − t)² / Σ(t − t̄)²: 1 is perfect, 0 as good as the mean of
/// the truths, no lower bound. Where every truth is the same it is 1 for exact predictions, else 0, and NaN for a
/// single row, as in scikit-learn's <c>r2_score</c>.</param>
/// <param name="Count">Number of rows n.</param>
public sealed record RegressionMetrics(double Rmse, double Mae, double R2, int Count) : Metrics
{
    /// <inheritdoc/>
    public override int Count { get; } = Count;

    /// <summary>How good the quantiles are; null unless there are several.</summary>
    public QuantileMetrics? Quantiles { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Values
    {
        get
        {
            var values = new OrderedDictionary<string, double> { ["rmse"] = Rmse, ["mae"] = Mae };
            if (!double.IsNaN(R2))
                values["r2"] = R2;
            if (Quantiles is not null)
                (values["coverage"], values["width"], values["pinball"]) = (Quantiles.Coverage, Quantiles.Width, Quantiles.Pinball);
            return values;
        }
    }

    /// <summary>Measures predictions, computing in double.</summary>
    /// <param name="predictions">y, one a row, in the unit of the target.</param>
    /// <param name="truths">t, as many.</param>
    /// <exception cref="ArgumentException">There is no row, or the lengths differ.</exception>
    /// <exception cref="GradusException">A value is not finite:
    /// the network diverged or a truth is missing.</exception>
    public static RegressionMetrics Of(ReadOnlySpan<double> predictions, ReadOnlySpan<double> truths) =>
        Compute(predictions, truths);

    /// <inheritdoc cref="Of(ReadOnlySpan{double}, ReadOnlySpan{double})"/>
    public static RegressionMetrics Of(ReadOnlySpan<float> predictions, ReadOnlySpan<float> truths) =>
        Compute(predictions, truths);

    /// <summary>The figures in one line: <c>RMSE 48,900 · MAE 32,600 · R² 0.82</c>.</summary>
    public override string ToString() =>
        $"RMSE {Figure(Rmse)} · MAE {Figure(Mae)}" + (double.IsNaN(R2) ? "" : $" · R² {Score(R2)}")
        + (Quantiles is null ? "" : $" · coverage {Score(Quantiles.Coverage)} · width {Figure(Quantiles.Width)} · pinball {Figure(Quantiles.Pinball)}");

    private static RegressionMetrics Compute<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> truths)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (predictions.Length != truths.Length || predictions.IsEmpty)
        {
            throw new ArgumentException(
                $"{predictions.Length} predictions for {truths.Length} truths; as many are needed, at least one.");
        }

        // Sums of t − t₀ rather than of t: exactly 0 for truths that are all the same, and no loss to a large mean.
        var origin = Finite(truths[0], "truth", 0);
        double squares = 0, absolutes = 0, shifted = 0;
        for (var i = 0; i < truths.Length; i++)
        {
            var error = Finite(predictions[i], "prediction", i) - Finite(truths[i], "truth", i);
            squares += error * error;
            absolutes += Math.Abs(error);
            shifted += double.CreateChecked(truths[i]) - origin;
        }

        var n = truths.Length;
        var mean = shifted / n;  // t̄ − t₀
        var spread = 0.0;  // Σ(t − t̄)²
        foreach (var truth in truths)
        {
            var deviation = double.CreateChecked(truth) - origin - mean;
            spread += deviation * deviation;
        }

        var r2 = n == 1 ? double.NaN : spread > 0 ? 1 - squares / spread : squares > 0 ? 0 : 1;
        return new RegressionMetrics(Math.Sqrt(squares / n), absolutes / n, r2, n);
    }

    private static double Finite<T>(T value, string what, int row)
        where T : struct, IFloatingPointIeee754<T>
    {
        return T.IsFinite(value) ? double.CreateChecked(value) : throw new GradusException(string.Create(
            CultureInfo.InvariantCulture, $"The {what} of row {row} is {value}; a finite number was expected. ")
            + (what == "truth" ? "Leave out rows without a target."
                : "The network diverged: train it with a smaller learning rate."));
    }
}
