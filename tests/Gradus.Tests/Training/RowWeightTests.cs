namespace Gradus.Tests.Training;

/// <summary>A weight for each row.</summary>
public sealed class RowWeightTests
{
    private static readonly TrainOptions Options = new()
    {
        BatchSize = null,
        Optimizer = new GradientDescent(0.1),
        Schedule = Schedule.Constant,
        Epochs = 20,
        Threads = 1,
    };

    [Fact]
    public void A_weight_of_two_is_a_row_that_stands_twice_and_zero_one_that_is_not_there()
    {
        float[] Train(Table table, bool weighted)
        {
            var model = ModelFor(table, weighted);
            model.Train(table, null, Options);
            return model.Weights.All.ToArray();
        }

        // Rows 0 to 29 with weights 0, 1, 2, 0, 1, 2, …; the same rows repeated as often. Preprocessing is of the same rows in both.
        var weighted = TableOf([.. Enumerable.Range(0, 30).Select(i => (i, (float)(i % 3)))]);
        var repeated = TableOf([.. Enumerable.Range(0, 30).SelectMany(i => Enumerable.Repeat((i, 1f), i % 3))]);
        var model = ModelFor(repeated, true);
        var (one, two) = (model.Weights.Similar(), model.Weights.Similar());
        model.Weights.CopyTo(one);
        foreach (var (table, weights) in new[] { (weighted, one), (repeated, two) })
        {
            var start = model.Network.Initialize(4);
            new Trainer(model.Network, model.Loss, start, Options).Train(model.Preprocessor.Encode(table).WithWeights(table, "w"), null);
            start.CopyTo(weights);
        }

        for (var i = 0; i < one.Length; i++)
            Assert.InRange(one.All[i] - two.All[i], -1e-5, 1e-5);   // sums of 30 terms near 1 in another order, 20 steps
        Assert.NotEqual(Train(weighted, weighted: true), Train(weighted, weighted: false));
    }

    [Fact]
    public void A_factor_on_all_weights_changes_nothing_and_equal_weights_are_no_weights()
    {
        float[] Train(float factor, bool weighted)
        {
            var table = TableOf([.. Enumerable.Range(0, 32).Select(i => (i, factor * (1 + (i % 2))))]);
            var model = ModelFor(table, true);
            var encoded = model.Preprocessor.Encode(table);
            new Trainer(model.Network, model.Loss, model.Weights, Options).Train(weighted ? encoded.WithWeights(table, "w") : encoded, null);
            return model.Weights.All.ToArray();
        }

        Assert.Equal(Train(1, true), Train(4, true));
        Assert.NotEqual(Train(1, true), Train(1, false));
        var table = TableOf([.. Enumerable.Range(0, 32).Select(i => (i, 3f))]);
        var (with, without) = (ModelFor(table, true), ModelFor(table, true));
        with.Train(table, null, Options);
        without.Train(without.Preprocessor.Encode(table), null, Options);
        Assert.Equal(with.Weights.All.ToArray(), without.Weights.All.ToArray());
    }

    [Fact]
    public void The_losses_are_weighted_means_and_the_metrics_are_not()
    {
        var table = TableOf([.. Enumerable.Range(0, 40).Select(i => (i, i < 20 ? 9f : 1f))]);
        var model = ModelFor(table, true);
        var encoded = model.Preprocessor.Encode(table).WithWeights(table, "w");
        // A step too small to change a weight.
        var history = model.Train(encoded, encoded, Options with { Epochs = 1, BatchSize = 7, Optimizer = new GradientDescent(1e-30) });
        var scorer = new Scorer(model.Network, model.Loss, model.Weights, 1, null, withLoss: true);
        var expected = 0.0;
        for (var row = 0; row < 40; row++)
        {
            var one = table.SelectRows([row]);
            expected += scorer.Run(model.Preprocessor.Encode(one), new float[1]) * (row < 20 ? 0.9 : 0.1) / 20;
        }

        Assert.InRange(history.Epochs[0].Loss / expected - 1, -1e-5, 1e-5);
        Assert.InRange((history.Epochs[0].ValidationLoss ?? 0) / expected - 1, -1e-5, 1e-5);
        Assert.Equal(model.Evaluate(table), history.Epochs[0].ValidationMetrics);
    }

    [Fact]
    public void Balance_multiplies_the_weights()
    {
        var data = Examples.Classes(60, 3, 2);
        var network = new Network(3, new Dense(1));
        float[] Train(bool balance, Func<int, float>? weightOf, double rate = 0.1)
        {
            var table = new Table("t", [new NumberColumn("w", [.. Enumerable.Range(0, 60).Select(i => weightOf?.Invoke(i) ?? 1)])]);
            return Examples.Train(network, Loss.BinaryCrossEntropy, data.WithWeights(table, "w"), Options with { Balance = balance, Optimizer = new GradientDescent(rate) });
        }

        float BalanceOf(int row) => 60f / (2 * data.Targets.ToArray().Count(target => target == data.Targets[row]));
        float Odd(int row) => 1 + (row % 2);
        // The second normalises the product to mean 1; a rate that is larger by that mean makes up for it.
        var mean = Enumerable.Range(0, 60).Average(row => Odd(row) / 1.5f * BalanceOf(row));
        var (product, expected) = (Train(true, Odd), Train(false, row => Odd(row) * BalanceOf(row), 0.1 * mean));
        Assert.NotEqual(Train(true, null), product);
        Assert.All(product.Zip(expected), each => Assert.InRange(each.First - each.Second, -1e-5, 1e-5));   // 20 steps, 60 terms, numbers below 2
    }

    [Theory]
    [InlineData("-1", "row 2", "-1", "at least 0")]
    [InlineData("", "row 2", "missing")]
    public void Weights_below_zero_and_missing_ones_are_refused_with_their_row(string value, params string[] expected)
    {
        var table = Table.ReadCsv(new StringReader($"a,w,y\n1,1,2.5\n2,{value},3.5\n3,2,4.5\n4,2,4.5\n"), "t");
        var message = Assert.Throws<GradusException>(() => Model.For(table, new ModelOptions { Target = "y", Weight = "w" })).Message;
        Assert.All(expected.Append("'w'"), part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Weights_that_are_all_zero_no_numbers_or_the_target_are_refused()
    {
        string Refusal(string weights, string column) => Assert.Throws<GradusException>(() =>
        {
            var table = Table.ReadCsv(new StringReader("a,w,y\n" + string.Concat(weights.Split(',').Select((w, i) => $"{i},{w},{i}.5\n"))), "t");
            Model.For(table, new ModelOptions { Target = "y", Weight = column }).Train(table);
        }).Message;
        Assert.Contains("training rows are all 0", Refusal("0,0,0,0", "w"), StringComparison.Ordinal);
        Assert.Contains("'w', which is a category column", Refusal("red,blue,red,blue", "w"), StringComparison.Ordinal);
        Assert.Contains("'y'", Refusal("1,2,3,4", "y"), StringComparison.Ordinal);
        Assert.Contains("Did you mean 'w'", Refusal("1,2,3,4", "ww"), StringComparison.Ordinal);
    }

    private static Model ModelFor(Table table, bool weighted) => Model.For(
        table, new ModelOptions { Target = "y", Seed = 4, Weight = weighted ? "w" : null, Preprocessing = new PreprocessingOptions { Ignore = ["w"] } },
        new Dense(6, Activation.Tanh));

    private static Table TableOf((int Number, float Weight)[] rows) => new("t",
    [
        new NumberColumn("a", [.. rows.Select(row => (row.Number % 7) - 3f)]),
        new NumberColumn("b", [.. rows.Select(row => (row.Number % 5) - 2f)]),
        new NumberColumn("w", [.. rows.Select(row => row.Weight)]),
        new NumberColumn("y", [.. rows.Select(row => ((row.Number % 7) - 3f) * ((row.Number % 5) - 1.5f))]),
    ]);
}
