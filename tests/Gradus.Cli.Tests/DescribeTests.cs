namespace Gradus.Cli.Tests;

public sealed class DescribeTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_table_is_described_column_by_column()
    {
        var data = place.Write("t.csv", "age,sex,member", "1.5,m,yes", "2.5,f,no", ",m,yes");
        var outcome = Workplace.Run("describe", data);
        Assert.Equal(0, outcome.Code);
        Assert.All((string[])["t: 3 rows, 3 columns", "age", "number", "1.5 to 2.5, mean 2", "m 2, f 1", "boolean", "yes 2, no 1"],
            part => Assert.Contains(part, outcome.Output, StringComparison.Ordinal));
        var columns = Workplace.Run("describe", data, "--json").Json["columns"];
        Assert.Equal(("age", 1, 2), ((string?)columns?[0]?["name"], (int?)columns?[0]?["missing"], (int?)columns?[0]?["distinct"]));
        Assert.Equal(("category", "m", 2), ((string?)columns?[1]?["kind"], (string?)columns?[1]?["top"]?[0]?["category"], (int?)columns?[1]?["top"]?[0]?["count"]));
    }

    [Fact]
    public void A_model_is_described()
    {
        Workplace.Run("train", place.WriteClasses("no", "maybe"), "--target", "kind", "--epochs", "2", "--no-baselines", "--out", place["m.safetensors"]);
        var outcome = Workplace.Run("describe", place["m.safetensors"]);
        Assert.All((string[])["predicts kind (2 classes)", "2-64-64-1", "loss bce", "classes: maybe, no", "relu", "64 × 64", "he-normal", "standardised", "seed 1"],
            part => Assert.Contains(part, outcome.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Data_sets_are_listed()
    {
        var outcome = Workplace.Run("data", "list");
        Assert.All(DataCatalog.Entries, entry => Assert.Contains(entry.Name, outcome.Output, StringComparison.Ordinal));
        Assert.Equal(DataCatalog.Entries.Count, Workplace.Run("data", "list", "--json").Json["dataSets"]?.AsArray().Count);
    }

    [Theory]
    [InlineData]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("predict")]
    [InlineData("describe")]
    [InlineData("data")]
    [InlineData("data", "list")]
    [InlineData("data", "get")]
    [InlineData("check")]
    [InlineData("tune")]
    [InlineData("tune", "list")]
    [InlineData("tune", "show")]
    [InlineData("tune", "export")]
    [InlineData("tune", "delete")]
    [InlineData("explain")]
    [InlineData("experiment")]
    [InlineData("bench")]
    [InlineData("bench", "train")]
    [InlineData("experiment", "batch-size")]
    public void Help_has_an_example_and_fits_eighty_columns(params string[] command)
    {
        var outcome = Workplace.Run([.. command, "--help"]);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("gradus " + string.Join(' ', command), outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Example:", outcome.Output, StringComparison.Ordinal);
        Assert.All(outcome.Output.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 80, line));
    }

    [Fact]
    public void Help_of_a_subcommand_has_no_arguments_of_its_parent()
    {
        var help = Workplace.Run("tune", "delete", "--help").Output;
        Assert.Contains("gradus tune delete <STUDY>", help, StringComparison.Ordinal);
        Assert.DoesNotContain("<DATA>", help, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_asked_is_answered_with_the_list_of_commands()
    {
        Assert.All((string[])["train", "evaluate", "predict", "describe", "data"],
            name => Assert.Contains(name, Workplace.Run().Output, StringComparison.Ordinal));
        Assert.Matches(@"^\d+\.\d+", Workplace.Run("--version").Output);
    }
}
