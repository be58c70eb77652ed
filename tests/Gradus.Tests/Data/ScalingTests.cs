using System.Text.Json;
using System.Text.Json.Nodes;
using Gradus.Tests.Architecture;

namespace Gradus.Tests;

/// <summary>Scalings beside scikit-learn's, whose values tests/Gradus.Tests/Data/Fixtures/scalings.py froze.</summary>
public class ScalingTests
{
    public sealed record Frozen(string Name, float[] Train, float[] Values, double[] Robust, double[] Quantile,
        double[] QuantileWithNoise, double Lambda, double[] Power, double[] Log)
    {
        public override string ToString() => Name;
    }

    private static readonly JsonSerializerOptions Reading = new() { PropertyNameCaseInsensitive = true };

    private static readonly Frozen[] All = JsonSerializer.Deserialize<Frozen[]>(
        File.ReadAllText(Repository.PathOf("tests/Gradus.Tests/Data/Fixtures/scalings.json")), Reading) ?? [];

    private static readonly Scaling[] Every = Enum.GetValues<Scaling>();

    public static TheoryData<string> Columns => [.. All.Select(column => column.Name)];

    public static TheoryData<Scaling> Scalings => [.. Every];

    private static Frozen Column(string name) => All.Single(column => column.Name == name);

    private static double[] Apply(Scaling scaling, Frozen column)
    {
        var scale = NumberScale.Fit(scaling, column.Train);
        return [.. column.Values.Select(v => (double)scale.Apply(v))];
    }

    // Results are float32: within ±5.2 a rounding is at most 2⁻²² ≈ 2.4e-7; 1e-6 leaves room for the sums before.
    private static void Near(double[] expected, double[] actual, double tolerance) =>
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - tolerance, pair.First + tolerance));

    [Theory]
    [MemberData(nameof(Columns))]
    public void Robust_is_as_published(string name) => Near(Column(name).Robust, Apply(Scaling.Robust, Column(name)), 1e-6);

    [Theory]
    [MemberData(nameof(Columns))]
    public void Log_is_as_of_scikit_learn(string name) => Near(Column(name).Log, Apply(Scaling.Log, Column(name)), 1e-5);

    // λ to 1e-4: the likelihood is flat at its top, and two minimisers stop at different points of it. A λ that differs by 1e-4
    // moves ln(1 + x)·λ by less than 1e-3 for these values.
    [Theory]
    [MemberData(nameof(Columns))]
    public void Power_is_as_of_scikit_learn(string name)
    {
        var scale = NumberScale.Fit(Scaling.Power, Column(name).Train);
        Assert.Equal(Column(name).Lambda, scale.Lambda, 1e-4);
        Near(Column(name).Power[..^2], Apply(Scaling.Power, Column(name))[..^2], 1e-4);
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public void Quantiles_are_as_of_scikit_learn(string name)
    {
        var column = Column(name);
        if (name is "tied" or "mostly zero")
            return;     // see the next test
        Near(column.Quantile, Apply(Scaling.Quantile, column), 1e-4);
    }

    // The noise spreads a tie over the shares that it spans; we give all of it the middle. A quantile's place is uncertain by
    // one of 30, which is 0.1 in the middle and more in the tails.
    [Theory]
    [InlineData("tied")]
    [InlineData("mostly zero")]
    public void Ties_get_the_middle_of_their_shares(string name)
    {
        var column = Column(name);
        var ours = Apply(Scaling.Quantile, column);
        for (var i = 0; i < ours.Length - 2; i++)
        {
            if (Math.Abs(column.QuantileWithNoise[i]) < 1.5)
                Assert.Equal(column.QuantileWithNoise[i], ours[i], 0.15);
        }
        Assert.True(Math.Abs(ours[0]) < 1.5, "not out at −5.2, where scikit-learn puts a tie at the minimum");
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.2, -0.8416212335729142)]
    [InlineData(1e-7, -5.1993375821928165)]
    [InlineData(1e-300, -37.0471)]
    public void Normal_quantiles(double p, double expected) => Assert.Equal(expected, NormalDistribution.Quantile(p), p < 1e-100 ? 1e-4 : 1e-13);

    [Theory]
    [InlineData(0.3)]
    [InlineData(-7.5)]
    public void Brent_finds_a_minimum(double at) =>
        Assert.Equal(at, Minimum.Of(x => x < -8 ? double.PositiveInfinity : Math.Cosh(x - at), -9, 11, start: 1), 1e-7);

    [Theory]
    [MemberData(nameof(Scalings))]
    public void Every_scaling_keeps_order_and_stays_finite(Scaling scaling)
    {
        foreach (var train in (float[][])[[.. All[1].Train], [.. Enumerable.Range(0, 500).Select(i => 1990f + (i % 40))],
            [.. Enumerable.Range(0, 500).Select(i => -2000f - (i % 40))], [1e30f, -1e30f, 3e38f, 1, 2, 3], [1e-30f, 2e-30f, 4e-30f, 9e-30f]])
        {
            var scale = NumberScale.Fit(scaling, train);
            var previous = float.NegativeInfinity;
            float[] further = scale.IsLinear ? [] : [float.MinValue, float.MaxValue, 0, 1e-9f];  // what is linear has no bound
            foreach (var value in train.Concat(further).Order())
            {
                var scaled = scale.Apply(value);
                Assert.True(float.IsFinite(scaled), $"{scaling} of {value}: {scaled}");
                Assert.True(scaled >= previous, $"{scaling} of {value}: {scaled} after {previous}");
                previous = scaled;
            }
            Assert.NotEqual(scale.Apply(train.Min()), scale.Apply(train.Max()));
        }
    }

    [Theory]
    [MemberData(nameof(Scalings))]
    public void Constant_and_empty_columns_are_zero(Scaling scaling)
    {
        if (scaling == Scaling.None)
            return;
        foreach (var train in (float[][])[[0.1f, 0.1f, 0.1f], [7], []])
        {
            var scale = NumberScale.Fit(scaling, train);
            Assert.Equal([0, 0, 0], [scale.Apply(0.1f), scale.Apply(-5), scale.Apply(1e6)]);
        }
    }

    [Theory]
    [MemberData(nameof(Scalings))]
    public void A_row_is_scaled_as_in_a_table_without_allocation_and_after_reading(Scaling scaling)
    {
        float[] values = [.. All[0].Train[..^1], float.NaN];
        var table = new Table("t", [new NumberColumn("x", values)]);
        var fitted = Preprocessor.Fit(table, new PreprocessingOptions { Scaling = scaling });
        var text = fitted.ToJson().ToJsonString();
        var read = Preprocessor.FromJson(JsonNode.Parse(text));
        Assert.Equal(text, read.ToJson().ToJsonString());
        Assert.Equal(fitted.Inputs[0].Summary, read.Inputs[0].Summary);
        var encoded = fitted.EncodeInputs(table).Inputs;
        float[] row = new float[2], ours = new float[2], input = new float[1];
        for (var i = 0; i < values.Length; i++)
        {
            encoded.CopyRows(i, 1, row);
            input[0] = values[i];
            read.TransformRow(input, ours);
            var before = GC.GetAllocatedBytesForCurrentThread();
            fitted.TransformRow(input, ours);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
            Assert.Equal(row, ours);
        }
    }

    [Fact]
    public void Columns_are_scaled_each_in_its_way()
    {
        var table = Table.ReadCsv(new StringReader("a,b,s,y\n1,1,x,1.5\n2,10,y,2.5\n4,100,x,3.5\n5,1000,y,9\n"), "t");
        var fitted = Preprocessor.Fit(table, new PreprocessingOptions
        {
            Target = "y",
            Scaling = Scaling.MinMax,
            ColumnScaling = new Dictionary<string, Scaling> { ["b"] = Scaling.Log },
        });
        Assert.Contains("0 … 1", fitted.Inputs[0].Summary, StringComparison.Ordinal);
        Assert.Contains("ln", fitted.Inputs[1].Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Outliers_are_clipped_before_scaling()
    {
        float[] train = [.. Enumerable.Range(0, 101).Select(i => (float)i), 1e6f];
        var table = new Table("t", [new NumberColumn("x", train)]);
        Preprocessor Fit(Scaling scaling, OutlierClip clip) =>
            Preprocessor.Fit(table, new PreprocessingOptions { Scaling = scaling, Clip = clip });
        float One(Preprocessor fitted, float value)
        {
            var features = new float[1];
            fitted.TransformRow([value], features);
            Assert.True(fitted.EncodeInputs(new Table("t", [new NumberColumn("x", [value])])).Inputs is { Columns: 1 } inputs && Same(inputs, features[0]));
            return features[0];
        }

        var quantiles = Fit(Scaling.MinMax, OutlierClip.Quantiles(0.05));   // 5.05 … 95.95
        Assert.Equal([0, 0, 1, 1], new[] { One(quantiles, -7), One(quantiles, 5.05f), One(quantiles, 95.95f), One(quantiles, 1e6f) }.Select(v => MathF.Round(v, 5)));
        var deviations = Fit(Scaling.None, OutlierClip.Deviations(2));
        Assert.Equal(-100_000, One(deviations, -100_000));
        Assert.InRange(One(deviations, 1e6f), 180_000, 220_000);            // mean 9,853, deviation 98,526
        var text = quantiles.ToJson().ToJsonString();
        var read = Preprocessor.FromJson(JsonNode.Parse(text));
        Assert.Equal(text, read.ToJson().ToJsonString());
        Assert.Equal(One(quantiles, 33), One(read, 33));
        Assert.Contains("clipped to 5.05 … 95.95", read.Inputs[0].Summary, StringComparison.Ordinal);

        static bool Same(FeatureMatrix inputs, float expected)
        {
            var row = new float[1];
            inputs.CopyRows(0, 1, row);
            return row[0] == expected;
        }
    }

    [Fact]
    public void A_column_that_is_almost_always_0_is_not_clipped_away()
    {
        float[] train = [.. new float[500], 1];
        Assert.Equal(1, NumberScale.Fit(Scaling.MinMax, train, OutlierClip.Quantiles(0.05)).Apply(1));
    }

    [Fact]
    public void Clips_out_of_range_are_refused()
    {
        foreach (var share in (double[])[0, 0.5, double.NaN])
            Assert.Throws<ArgumentOutOfRangeException>(() => OutlierClip.Quantiles(share));
        foreach (var count in (double[])[0, -1, double.PositiveInfinity])
            Assert.Throws<ArgumentOutOfRangeException>(() => OutlierClip.Deviations(count));
    }

    [Theory]
    [InlineData("s", "category column")]
    [InlineData("y", "the target")]
    [InlineData("c", "no column 'c'")]
    public void Scalings_of_what_is_no_number_are_refused(string column, string says)
    {
        var table = Table.ReadCsv(new StringReader("a,s,y\n1,x,1.5\n2,y,2.5\n4,x,3.5\n"), "t");
        var options = new PreprocessingOptions { Target = "y", ColumnScaling = new Dictionary<string, Scaling> { [column] = Scaling.Log } };
        Assert.Contains(says, Assert.Throws<GradusException>(() => Preprocessor.Fit(table, options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Scaling.Standardize)]
    [InlineData(Scaling.MinMax)]
    [InlineData(Scaling.Log)]
    [InlineData(Scaling.None)]
    public void Targets_come_back(Scaling scaling)
    {
        float[] values = [0, 1e-3f, -20, 350, 1.5f, 48_000, -1e6f];
        var table = new Table("t", [new NumberColumn("x", new float[7]), new NumberColumn("y", values)]);
        var fitted = Preprocessor.Fit(table, new PreprocessingOptions { Target = "y", TargetScaling = scaling });
        var read = Preprocessor.FromJson(JsonNode.Parse(fitted.ToJson().ToJsonString()));
        var back = new double[7];
        read.Target?.Decode(fitted.Encode(table).Targets, back);

        // The scaled target is float32: 6e-8 of it is lost, which the logarithm makes 6e-8·ln(1 + 1e6)·deviation of a value.
        for (var i = 0; i < back.Length; i++)
            Assert.Equal(values[i], back[i], scaling == Scaling.Log ? 1e-5 * (1 + Math.Abs(values[i])) : 0.1);
        Assert.True(double.IsFinite(read.Target?.Decode(1e9f) ?? double.NaN));
    }

    [Theory]
    [InlineData(Scaling.Robust)]
    [InlineData(Scaling.Quantile)]
    [InlineData(Scaling.Power)]
    public void Targets_that_would_not_come_back_are_refused(Scaling scaling)
    {
        var table = new Table("t", [new NumberColumn("x", [1, 2, 3]), new NumberColumn("y", [1.5f, 2, 9])]);
        var message = Assert.Throws<GradusException>(
            () => Preprocessor.Fit(table, new PreprocessingOptions { Target = "y", TargetScaling = scaling })).Message;
        Assert.Contains("standard, minmax, log, none", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"inputs":[{"kind":"quantile","column":"a","quantiles":[],"median":1,"indicator":false}]}""", "at least one number")]
    [InlineData("""{"inputs":[{"kind":"quantile","column":"a","quantiles":[2,1],"median":1,"indicator":false}]}""", "ascending")]
    [InlineData("""{"inputs":[{"kind":"quantile","column":"a","quantiles":["x"],"median":1,"indicator":false}]}""", "list of numbers")]
    [InlineData("""{"inputs":[{"kind":"power","column":"a","mean":1,"deviation":1,"median":1,"indicator":false}]}""", "lambda is missing")]
    public void Damaged_json_is_refused(string json, string says) => Assert.Contains(
        says, Assert.Throws<GradusException>(() => Preprocessor.FromJson(JsonNode.Parse(json))).Message, StringComparison.Ordinal);
}
