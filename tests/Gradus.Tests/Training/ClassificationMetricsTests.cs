namespace Gradus.Tests;

public class ClassificationMetricsTests
{
    // 150 rows: a sum in double is off by at most 150·2⁻⁵³ of itself, a logarithm by an ulp.
    private const double Relative = 160 * 1.2e-16;

    [Fact]
    public void Figures_are_those_computed_by_hand()
    {
        // predicted 0, 2, 2, 1 of true 0, 1, 2, 1
        var metrics = ClassificationMetrics.Of(
            [0.5f, 0.25f, 0.25f, 0, 0.25f, 0.75f, 0.125f, 0.125f, 0.75f, 0, 1, 0], [0, 1, 2, 1], 3);
        Assert.Equal(0.75, metrics.Accuracy);
        Assert.Equal(4, metrics.Count);
        // −ln of 1/2, 1/4, 3/4 and 1 − 2⁻²³
        Assert.Equal((Math.Log(2) + Math.Log(4) + Math.Log(4 / 3.0) - Math.Log(1 - Math.Pow(2, -23))) / 4,
            metrics.LogLoss, 1e-15);
        Assert.Equal(new ConfusionMatrix(3, [1, 0, 0, 0, 1, 1, 0, 0, 1]), metrics.Confusion);
        Assert.Equal(
            [new(1, 1, 1, 1), new(1, 0.5, 2 / 3.0, 2), new ClassMetrics(0.5, 1, 2 / 3.0, 1)], metrics.PerClass);
        Assert.Null(metrics.RocAuc);
        Assert.Equal(["accuracy", "logLoss"], metrics.Values.Keys);
    }

    [Fact]
    public void Figures_of_two_classes_are_those_of_scikit_learn()
    {
        var (probabilities, truths) = MetricsData.Classification(2, 11);
        var metrics = ClassificationMetrics.Of(probabilities, truths, 2);
        Assert.Equal(0.7133333333333334, metrics.Accuracy);
        Assert.Equal(0.5011549674987106, metrics.LogLoss, Relative);
        Assert.Equal(0.8308757417730623, metrics.RocAuc ?? 0, 1.2e-16);
        Assert.Equal(new ConfusionMatrix(2, [48, 19, 24, 59]), metrics.Confusion);
        AssertPerClass(metrics,
            [0.6666666666666666, 0.7564102564102564], [0.7164179104477612, 0.7108433734939759],
            [0.6906474820143884, 0.732919254658385], [67, 83]);
        Assert.Equal(["accuracy", "logLoss", "rocAuc"], metrics.Values.Keys);
        Assert.Equal("accuracy 0.713 · log-loss 0.501 · ROC AUC 0.831", metrics.ToString());
    }

    [Fact]
    public void Figures_of_five_classes_are_those_of_scikit_learn()
    {
        var (probabilities, truths) = MetricsData.Classification(5, 13);
        var metrics = ClassificationMetrics.Of(probabilities, truths, 5);
        Assert.Equal(0.49333333333333335, metrics.Accuracy);
        Assert.Equal(1.3159328684932825, metrics.LogLoss, 1.32 * Relative);
        Assert.Equal(
            new ConfusionMatrix(5, [14, 2, 2, 2, 4, 9, 16, 4, 4, 5, 4, 3, 15, 5, 3, 5, 6, 2, 11, 6, 2, 2, 5, 1, 18]),
            metrics.Confusion);
        AssertPerClass(metrics, [0.4117647058823529, 0.5517241379310345, 0.5357142857142857, 0.4782608695652174, 0.5],
            [0.5833333333333334, 0.42105263157894735, 0.5, 0.36666666666666664, 0.6428571428571429],
            [0.4827586206896552, 0.47761194029850745, 0.5172413793103449, 0.41509433962264153, 0.5625000000000001],
            [24, 38, 30, 30, 28]);
    }

    [Fact]
    public void A_class_without_rows_or_predictions_scores_0()
    {
        var metrics = ClassificationMetrics.Of([1, 0, 0, 1, 0, 0], [0, 1], 3);
        Assert.Equal([new(0.5, 1, 2 / 3.0, 1), new(0, 0, 0, 1), new ClassMetrics(0, 0, 0, 0)], metrics.PerClass);
    }

    [Fact]
    public void A_certain_and_wrong_row_costs_ln_of_2_to_the_23()
    {
        var metrics = ClassificationMetrics.Of([1, 0], [1], 2);
        Assert.Equal(23 * Math.Log(2), metrics.LogLoss, 1e-14);
        Assert.Null(metrics.RocAuc);  // one class only
        Assert.Equal("accuracy 0 · log-loss 15.9", metrics.ToString());
    }

    [Theory]
    [InlineData(new[] { 1, 2, 3, 4 }, new[] { 0, 0, 1, 1 }, 1)]
    [InlineData(new[] { 4, 3, 2, 1 }, new[] { 0, 0, 1, 1 }, 0)]
    [InlineData(new[] { 5, 5, 5, 5 }, new[] { 0, 1, 0, 1 }, 0.5)]
    [InlineData(new[] { 1, 3, 2, 4 }, new[] { 0, 0, 1, 1 }, 0.75)]
    [InlineData(new[] { 1, 2, 2, 4 }, new[] { 0, 0, 1, 1 }, 0.875)]
    public void Roc_auc_is_the_share_of_pairs_in_order(int[] eighths, int[] truths, double expected)
    {
        float[] probabilities = [.. eighths.SelectMany(p => new[] { 1 - p / 8f, p / 8f })];
        Assert.Equal(expected, ClassificationMetrics.Of(probabilities, truths, 2).RocAuc);
    }

    [Fact]
    public void Roc_auc_is_that_of_counting_every_pair()
    {
        for (var seed = 1u; seed < 50; seed++)
        {
            var (probabilities, truths) = MetricsData.Classification(2, seed);
            long twice = 0, pairs = 0;
            for (var i = 0; i < truths.Length; i++)
            {
                for (var j = 0; j < truths.Length; j++)
                {
                    if (truths[i] != 1 || truths[j] != 0)
                        continue;
                    pairs++;
                    twice += 1 + probabilities[2 * i + 1].CompareTo(probabilities[2 * j + 1]);
                }
            }

            Assert.Equal(twice / (2.0 * pairs), ClassificationMetrics.Of(probabilities, truths, 2).RocAuc);
        }
    }

    [Fact]
    public void The_text_is_short() => Assert.Equal(
        "accuracy 0.978 · log-loss 0.071",
        new ClassificationMetrics(new ConfusionMatrix(2, [978, 22, 0, 0]), 0.071, null).ToString());

    [Fact]
    public void Wrong_input_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassificationMetrics.Of([1], [0], 1));
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.Of([], [], 2));
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.Of([1, 0, 0], [0], 2));
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.Of([1, 0], [2], 2));
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.Of([1, 0], [-1], 2));
        Refused([3.5f, -2.5f], "row 0 has 3.5 for class 0");
        Refused([0.5f, float.NaN], "row 0 has NaN for class 1");
        Refused([0.5f, 0.25f], "row 0 sums to 0.75");
        Assert.Throws<ArgumentException>(() => new ConfusionMatrix(2, [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => new ConfusionMatrix(2, [1, 2, 3, -1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(0, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(2, [1, 2, 3, 4])[0, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(2, [1, 2, 3, 4])[-1, 0]);
    }

    [Fact]
    public void Metrics_of_the_same_figures_are_equal()
    {
        var (probabilities, truths) = MetricsData.Classification(2, 3);
        var metrics = ClassificationMetrics.Of(probabilities, truths, 2);
        Assert.Equal(metrics, ClassificationMetrics.Of(probabilities, truths, 2));
        Assert.Equal(metrics.GetHashCode(), ClassificationMetrics.Of(probabilities, truths, 2).GetHashCode());
        Assert.NotEqual(metrics, metrics with { Confusion = new ConfusionMatrix(2, [1, 2, 3, 4]) });
    }

    private static void AssertPerClass(
        ClassificationMetrics metrics, double[] precision, double[] recall, double[] f1, int[] support)
    {
        for (var c = 0; c < support.Length; c++)
        {
            var found = metrics.PerClass[c];
            Assert.Equal(precision[c], found.Precision);
            Assert.Equal(recall[c], found.Recall);
            Assert.Equal(f1[c], found.F1, 3e-16);  // scikit-learn divides by P + R, which adds roundings
            Assert.Equal(support[c], found.Support);
        }
    }

    private static void Refused(float[] probabilities, string says) => Assert.Contains(says,
        Assert.Throws<GradusException>(() => ClassificationMetrics.Of(probabilities, [0], 2)).Message,
        StringComparison.Ordinal);
}
