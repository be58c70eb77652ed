namespace Gradus.Tests;

public class RegressionMetricsTests
{
    // A sum of n terms in double is off by at most n·2⁻⁵³ of itself; the root and the division add a few more.
    private const double Relative = 210 * 1.2e-16;

    [Fact]
    public void Figures_are_those_computed_by_hand()
    {
        // Errors 1, −1, 2, 0: Σe² = 6, Σ|e| = 4. Mean 4.75: Σ(t − t̄)² = 7.5625 + 0.5625 + 0.0625 + 10.5625 = 18.75.
        var metrics = RegressionMetrics.Of([3.0, 3, 7, 8], [2.0, 4, 5, 8]);
        Assert.Equal(Math.Sqrt(6 / 4.0), metrics.Rmse, 1e-15);
        Assert.Equal(1, metrics.Mae);
        Assert.Equal(1 - 6 / 18.75, metrics.R2, 1e-15);
        Assert.Equal(4, metrics.Count);
    }

    [Fact]
    public void Figures_are_those_of_scikit_learn()
    {
        var (predictions, truths) = MetricsData.Regression(7);
        var metrics = RegressionMetrics.Of(predictions, truths);
        Assert.Equal(5.0278268634420975, metrics.Rmse, 5.03 * Relative);
        Assert.Equal(4.2821875, metrics.Mae, 4.29 * Relative);
        Assert.Equal(0.9989113918354054, metrics.R2, Relative);

        // The data are exact in float32, so the figures are the same to the bit.
        Assert.Equal(metrics, RegressionMetrics.Of(
            Array.ConvertAll(predictions, v => (float)v), Array.ConvertAll(truths, v => (float)v)));
    }

    [Theory]
    [InlineData(0.1, 0.1, 1)]
    [InlineData(0.1, 0.2, 0)]
    public void R2_of_truths_that_are_all_the_same_is_1_or_0(double truth, double prediction, double r2)
    {
        for (var n = 2; n < 40; n++)
        {
            var metrics = RegressionMetrics.Of(
                Enumerable.Repeat(prediction, n).ToArray(), Enumerable.Repeat(truth, n).ToArray());
            Assert.Equal(r2, metrics.R2);
        }
    }

    [Fact]
    public void R2_of_one_row_is_not_defined()
    {
        var metrics = RegressionMetrics.Of([3.0], [1.0]);
        Assert.True(double.IsNaN(metrics.R2));
        Assert.Equal(["rmse", "mae"], metrics.Values.Keys);
        Assert.Equal("RMSE 2 · MAE 2", metrics.ToString());
    }

    [Fact]
    public void A_large_mean_costs_no_digits()
    {
        // The spread of the truths is 1 beside a mean of 10⁹: Σt² would keep no digit of it.
        var metrics = RegressionMetrics.Of([1e9, 1e9 + 1], [1e9 + 1, 1e9]);
        Assert.Equal(1 - 2 / 0.5, metrics.R2);
        Assert.Equal(1, metrics.Rmse);
    }

    [Fact]
    public void Values_have_names_in_order()
    {
        var values = RegressionMetrics.Of([1.0, 2], [1.0, 4]).Values;
        Assert.Equal(["rmse", "mae", "r2"], values.Keys);
        Assert.Equal(Math.Sqrt(2), values["rmse"], 1e-15);
        Assert.Equal(1, values["mae"]);
        Assert.Equal(1 - 4 / 4.5, values["r2"], 1e-15);
    }

    [Theory]
    [InlineData(48_912.4, 32_633, 0.82, "RMSE 48,900 · MAE 32,600 · R² 0.82")]
    [InlineData(0.49481, 0.3, -12.345, "RMSE 0.495 · MAE 0.3 · R² -12.3")]
    [InlineData(0, 0, 1, "RMSE 0 · MAE 0 · R² 1")]
    [InlineData(0.00012345, 1.2345e-7, 0.999961, "RMSE 0.000123 · MAE 1.23E-7 · R² 0.99996")]
    [InlineData(999.6, 1e20, 0.9994, "RMSE 1,000 · MAE 1E+20 · R² 0.999")]
    [InlineData(double.PositiveInfinity, 1, 0, "RMSE Infinity · MAE 1 · R² 0")]
    public void The_text_has_three_digits(double rmse, double mae, double r2, string text) =>
        Assert.Equal(text, new RegressionMetrics(rmse, mae, r2, 10).ToString());

    [Fact]
    public void Wrong_input_is_refused()
    {
        Assert.Throws<ArgumentException>(() => RegressionMetrics.Of([1.0], [1.0, 2]));
        Assert.Throws<ArgumentException>(() => RegressionMetrics.Of([], Array.Empty<double>()));
        var diverged = Assert.Throws<GradusException>(() => RegressionMetrics.Of([1f, float.NaN], [1f, 2f]));
        Assert.Equal("The prediction of row 1 is NaN; a finite number was expected. "
            + "The network diverged: train it with a smaller learning rate.", diverged.Message);
        Assert.Throws<GradusException>(() => RegressionMetrics.Of([double.PositiveInfinity], [1.0]));
        Assert.Contains("truth of row 0 is NaN",
            Assert.Throws<GradusException>(() => RegressionMetrics.Of([1.0], [double.NaN])).Message,
            StringComparison.Ordinal);
    }
}
