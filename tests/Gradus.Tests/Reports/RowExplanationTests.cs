namespace Gradus.Tests.Reports;

public class RowExplanationTests
{
    [Theory]
    [InlineData("y")]
    [InlineData("half")]
    [InlineData("kind")]
    public void Layers_follow_the_lecture_s_equations(string target)
    {
        var model = ExplainedModel.Of(target, new Dense(4, Activation.Tanh), new Dense(3, Activation.Sigmoid));
        var row = RowExplanation.Of(model, ExplainedModel.Row(6));
        var h = row.Features;
        for (var l = 0; l < 3; l++)
        {
            var layer = row.Layers[l];
            var (w, b) = (layer.Parameters[0], layer.Parameters[1]);
            Assert.Equal((h.Count, layer.Outputs.Count), (w.Rows, w.Columns));
            for (var j = 0; j < w.Columns; j++)
            {
                var u = b.Values[j] + h.Select((x, i) => x * w.Values[(i * w.Columns) + j]).Sum();
                Assert.Equal(u, layer.Sums?[j] ?? double.NaN, 1e-13);
                Assert.Equal(l == 0 ? Math.Tanh(u) : l == 1 ? 1 / (1 + Math.Exp(-u)) : u, layer.Outputs[j], 1e-13);
                var delta = layer.Deltas?[j] ?? double.NaN;
                Assert.Equal(delta, b.Gradients?[j] ?? double.NaN, 1e-15);
                for (var i = 0; i < w.Rows; i++)
                    Assert.Equal(h[i] * delta, w.Gradients?[(i * w.Columns) + j] ?? double.NaN, 1e-13);
                if (l == 2)
                    continue;
                var next = row.Layers[l + 1];
                var back = (next.Deltas ?? []).Select((d, k) => d * next.Parameters[0].Values[(j * next.Outputs.Count) + k]).Sum();
                var slope = l == 0 ? 1 - Math.Pow(layer.Outputs[j], 2) : layer.Outputs[j] * (1 - layer.Outputs[j]);
                Assert.Equal(back * slope, delta, 1e-13);
            }

            h = layer.Outputs;
        }
    }

    [Fact]
    public void Loss_answer_and_output_signal_of_a_classification()
    {
        var model = ExplainedModel.Of("kind", new Dense(4, Activation.Relu));
        var row = RowExplanation.Of(model, ExplainedModel.Row(6));
        var truth = model.Classes.ToList().IndexOf("middle");
        Assert.Equal("middle", row.Target);
        Assert.Equal(-Math.Log(row.Answers[truth]), row.Loss ?? double.NaN, 1e-12);
        // Cross-entropy after softmax: δ = p − d.
        Assert.All(row.Answers.Select((p, k) => p - (k == truth ? 1 : 0) - (row.Layers[^1].Deltas?[k] ?? double.NaN)), gap => Assert.Equal(0, gap, 1e-12));
        var predicted = model.Predict(ExplainedModel.Row(6));
        Assert.Equal(predicted.ClassOf(0), model.Classes[row.Class]);
        Assert.All(row.Answers.Zip(predicted.ProbabilitiesOf(0).ToArray()), each => Assert.Equal(each.Second, each.First, 1e-5));
    }

    [Fact]
    public void A_regression_s_answer_is_in_the_user_s_units()
    {
        var model = ExplainedModel.Of("y", new Dense(4, Activation.Tanh));
        var row = RowExplanation.Of(model, ExplainedModel.Row(6));
        Assert.Equal(model.Predict(ExplainedModel.Row(6)).Values[0], row.Answer, 1e-2);   // of 1,000: float32
        Assert.Equal(row.Answer, row.Attribution.Answer, 1e-9);
    }

    [Fact]
    public void Without_a_target_there_is_an_answer_and_no_signal()
    {
        var model = ExplainedModel.Of("y", new Dense(4, Activation.Tanh));
        var row = RowExplanation.Of(model, ExplainedModel.Row(6).Without("y"));
        Assert.Null(row.Loss);
        Assert.All(row.Layers, layer => Assert.True(layer.Deltas is null && layer.Parameters.All(each => each.GradientNorm is null)));
        Assert.Equal(RowExplanation.Of(model, ExplainedModel.Row(6)).Answer, row.Answer);
    }

    [Fact]
    public void Contributions_to_a_linear_answer_are_exact()
    {
        var model = ExplainedModel.Of("y");
        var row = RowExplanation.Of(model, ExplainedModel.Row(6), steps: 1);
        var w = row.Layers[0].Parameters[0].Values;
        var unit = model.Preprocessor.Target?.Unit ?? 0;
        Assert.Equal([.. model.Preprocessor.Inputs.Select(input => Math.Round(unit * Enumerable.Range(input.FirstFeature, input.FeatureCount)
            .Sum(i => w[i] * row.Features[i]), 9))], row.Attribution.Contributions.Select(each => Math.Round(each, 9)));
        Assert.Equal(0, row.Attribution.Gap, 1e-9);
    }

    [Theory]
    [InlineData("y")]
    [InlineData("half")]
    [InlineData("kind")]
    public void Contributions_add_up_to_the_change_of_the_answer(string target)
    {
        var model = ExplainedModel.Of(target, new Dense(4, Activation.Tanh));
        foreach (var i in (int[])[0, 6, 16])
        {
            var (coarse, fine) = (Attribute(64), Attribute(128));
            var scale = fine.Contributions.Sum(Math.Abs);
            Assert.True(scale > 0);
            // The midpoint rule's error falls with the square of the steps, to rounding.
            Assert.Equal(coarse.Gap / 4, fine.Gap, Math.Abs(coarse.Gap / 40) + (1e-12 * scale));
            Assert.True(Math.Abs(coarse.Gap) < 1e-3 * scale, $"{coarse.Gap} of {scale}");

            IntegratedGradients Attribute(int steps) => RowExplanation.Of(model, ExplainedModel.Row(i), steps).Attribution;
        }
    }
}
