namespace Gradus.Tests.Training;

/// <summary>Metrics of quantiles and of several targets.</summary>
public sealed class QuantileMetricsTests
{
    [Fact]
    public void Coverage_width_and_pinball_are_those_of_a_hand_calculation()
    {
        // Truths 1, 5 and 10; the second is on the edge of its interval, the third above it.
        var metrics = QuantileMetrics.Of([0.1, 0.5, 0.9], [0, 2, 4, 1, 3, 5, 6, 7, 8], [1, 5, 10]);
        Assert.Equal(2.0 / 3, metrics.Coverage, 1e-15);
        Assert.Equal(10.0 / 3, metrics.Width, 1e-15);
        // 0.1·1, 0.5·1, 0.1·3 · 0.1·4, 0.5·2, 0 · 0.1·4, 0.5·3, 0.9·2
        Assert.Equal((0.1 + 0.5 + 0.3 + 0.4 + 1 + 0 + 0.4 + 1.5 + 1.8) / 9, metrics.Pinball, 1e-15);
        Assert.Throws<ArgumentException>(() => QuantileMetrics.Of([0.1, 0.9], [1, 2, 3], [1]));
    }

    [Fact]
    public void They_stand_beside_the_errors_of_the_middle()
    {
        var plain = RegressionMetrics.Of([2.0, 3, 7], [1.0, 5, 10]);
        Assert.Equal(["rmse", "mae", "r2"], plain.Values.Keys);
        var metrics = plain with { Quantiles = new QuantileMetrics(0.875, 12, 0.5) };
        Assert.Equal(["rmse", "mae", "r2", "coverage", "width", "pinball"], metrics.Values.Keys);
        Assert.EndsWith("coverage 0.875 · width 12 · pinball 0.5", metrics.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_targets_have_figures_together()
    {
        var number = RegressionMetrics.Of([1.0, 2, 4], [1.0, 2, 3]);                                        // R² 0.5
        var label = ClassificationMetrics.Of([0.9f, 0.1f, 0.2f, 0.8f, 0.3f, 0.7f], [0, 1, 0], 2);          // one false alarm: F1 of the second 2/3
        var kind = ClassificationMetrics.Of([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 1, 1], 3);                      // F1 1, 2/3 and 0
        var joint = JointMetrics.Of(3, [("y", number), ("label", label), ("kind", kind), ("nowhere", null)], exactMatch: 1.0 / 3);
        Assert.Equal(["y", "label", "kind"], joint.Targets.Keys);
        Assert.Equal(["r2", "accuracy", "exactMatch", "macroF1"], joint.Values.Keys);
        Assert.Equal(0.5, joint.Values["r2"], 1e-15);
        Assert.Equal(2.0 / 3, joint.Values["accuracy"], 1e-15);
        Assert.Equal(1.0 / 3, joint.Values["exactMatch"], 1e-15);
        Assert.Equal((2.0 / 3 + (1 + 2.0 / 3) / 3) / 2, joint.Values["macroF1"], 1e-15);
        Assert.Contains("together: R² 0.5 · accuracy 0.667 · exact match 0.333 · macro F1 0.611", joint.ToString(), StringComparison.Ordinal);
    }
}
