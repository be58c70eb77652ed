namespace Gradus.Tests.Reports;

public class PermutationImportanceTests
{
    [Fact]
    public void The_column_that_decides_comes_first_and_one_that_says_nothing_last()
    {
        var model = ExplainedModel.Of("y");
        var table = ExplainedModel.Numbers();
        var (whole, columns) = PermutationImportance.Of(model, table);
        Assert.Equal(model.Evaluate(table).Values, whole.Values);
        Assert.Equal(["a", "b", "c"], columns.Select(column => column.Column));
        Assert.All(columns, column => Assert.Equal(5, column.Losses["rmse"].Count));
        Assert.True(columns[0].Worsening("rmse", whole).Mean > 5 * Math.Abs(columns[2].Worsening("rmse", whole).Mean));
        Assert.Equal(columns[0].Worsening("rmse", whole).Mean, columns[0].Losses["rmse"].Average() - whole.Values["rmse"], 1e-9);
    }

    [Fact]
    public void A_permuted_column_is_what_its_shuffled_values_give()
    {
        // Two rows have two orders: the loss is that of the table itself, or of the table with the two values exchanged.
        var model = ExplainedModel.Of("y");
        var table = ExplainedModel.Numbers().SelectRows([0, 16]);
        var exchanged = table.With(new NumberColumn("a", [16, 0]));
        double[] possible = [model.Evaluate(table).Values["rmse"], model.Evaluate(exchanged).Values["rmse"]];
        var losses = PermutationImportance.Of(model, table, repetitions: 20).Columns.Single(each => each.Column == "a").Losses["rmse"];
        Assert.Equal(possible.Order(), losses.Distinct().Order());
    }

    [Fact]
    public void The_same_seed_gives_the_same_figures()
    {
        var model = ExplainedModel.Of("kind", new Dense(4, Activation.Relu));
        double[] Losses(ulong seed) => [.. PermutationImportance.Of(model, ExplainedModel.Numbers(), seed).Columns.SelectMany(each => each.Losses["logLoss"])];
        Assert.Equal(Losses(3), Losses(3));
        Assert.NotEqual(Losses(3), Losses(4));
    }

    [Fact]
    public void A_falling_score_is_a_worsening()
    {
        var model = ExplainedModel.Of("kind", new Dense(4, Activation.Relu));
        var (whole, columns) = PermutationImportance.Of(model, ExplainedModel.Numbers());
        Assert.Equal("a", columns[0].Column);
        Assert.True(columns[0].Worsening("accuracy", whole).Mean > 0.2);
    }

    [Fact]
    public void One_row_cannot_be_permuted() => Assert.Throws<GradusException>(
        () => PermutationImportance.Of(ExplainedModel.Of("y"), ExplainedModel.Row(0)));
}
