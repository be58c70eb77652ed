namespace Gradus.Tests.Reports;

/// <summary>Small models to explain: y = 3a − 2b with a column c that says nothing, and classes by a.</summary>
internal static class ExplainedModel
{
    public static Table Numbers(int rows = 200) => new("numbers",
    [
        new NumberColumn("a", [.. Enumerable.Range(0, rows).Select(i => (float)(i % 17))]),
        CategoryColumn.FromTexts("b", [.. Enumerable.Range(0, rows).Select(i => (string?)$"{i % 3}{(char)('p' + (i % 3))}")]),
        new NumberColumn("c", [.. Enumerable.Range(0, rows).Select(i => (float)(i * 7 % 13))]),
        new NumberColumn("y", [.. Enumerable.Range(0, rows).Select(i => (3f * (i % 17)) - (2 * (i % 3)) + 1000)]),
        CategoryColumn.FromTexts("kind", [.. Enumerable.Range(0, rows).Select(i => (string?)(i % 17 < 6 ? "low" : i % 17 < 12 ? "middle" : "high"))]),
        CategoryColumn.FromTexts("half", [.. Enumerable.Range(0, rows).Select(i => (string?)(i % 17 < 8 ? "no" : "yes"))]),
    ]);

    public static Model Of(string target, params Layer[] layers)
    {
        var table = Numbers().Without([.. ((string[])["y", "kind", "half"]).Where(name => name != target)]);
        var model = Model.For(table, target, layers);
        model.Train(table, null, new TrainOptions { Epochs = 60, Optimizer = new Adam(3e-2f) });
        return model;
    }

    public static Table Row(int row) => Numbers().SelectRows([row]);
}
