namespace Gradus.Cli.Tests;

public sealed class ExplainModelTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_row_is_walked_through_the_network()
    {
        var data = Train(place.WriteNumbers(), "y");
        var outcome = Workplace.Run("explain", place["m"], data, "--row", "7");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.All(outcome.Output.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.All((string[])["Row 7: y =", "true: 6.5", "U1 = X W1 + b1, H1 = relu(U1)", "δ1 = (δ2 W2ᵀ) ⊙ relu′(U1), ∂J/∂W1 = Xᵀ δ1", "‖∂J/∂W2‖"],
            part => Assert.Contains(part, outcome.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Json_adds_up_and_agrees_with_predict()
    {
        var data = Train(place.WriteNumbers(), "y");
        var json = Workplace.Run("explain", place["m"], data, "--row", "7", "--json").Json;
        var predicted = Workplace.Run("predict", place["m"], data).Output.Split('\n')[7];
        Assert.Equal(double.Parse(predicted, System.Globalization.CultureInfo.InvariantCulture), (double?)json["answer"] ?? double.NaN, 1e-3);
        var contributions = json["inputs"]?.AsArray().Sum(each => (double?)each?["contribution"]) ?? double.NaN;
        Assert.Equal((double?)json["attribution"]?["sum"] ?? double.NaN, contributions, 1e-9);
        Assert.Equal(["6", "6"], json["inputs"]?.AsArray().Select(each => (string?)each?["value"]) ?? []);
        Assert.Equal((double?)json["layers"]?[1]?["delta"]?[0], (double?)json["layers"]?[1]?["parameters"]?[1]?["gradient"]?[0]?[0]);
    }

    [Theory]
    [InlineData("row", "U2 = H1 W2 + b2", "W2 (6 × 1)", 6, 1)]
    [InlineData("W-transpose", "z2 = a1 W2ᵀ + b2", "W2 (1 × 6)", 1, 6)]
    [InlineData("column", "z2 = W2 a1 + b2", "W2 (1 × 6)", 1, 6)]
    public void The_notation_is_the_lecture_s(string notation, string formula, string shape, int rows, int columns)
    {
        var data = Train(place.WriteNumbers(), "y");
        var output = Workplace.Run("explain", place["m"], data, "--notation", notation).Output;
        Assert.Contains(formula, output, StringComparison.Ordinal);
        Assert.Contains(shape, output, StringComparison.Ordinal);
        var values = Workplace.Run("explain", place["m"], data, "--notation", notation, "--json").Json["layers"]?[1]?["parameters"]?[0]?["values"]?.AsArray();
        Assert.Equal((rows, columns), (values?.Count, values?[0]?.AsArray().Count));
    }

    [Fact]
    public void A_file_without_the_target_and_standard_input_will_do()
    {
        Train(place.WriteClasses("no", "yes"), "kind");
        place.Write("inputs.csv", "b,a", "2,5.5");
        var outcome = Workplace.Run("explain", place["m"], place["inputs.csv"]);
        Assert.Contains("kind is yes\np(yes) =", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("no loss and no δ", outcome.Output, StringComparison.Ordinal);
        using var input = File.OpenRead(place["inputs.csv"]);
        Assert.Equal(outcome.Output, Workplace.RunWithInput(input, "explain", place["m"], "-").Output);
    }

    [Fact]
    public void Importance_is_sorted_and_fits_the_screen()
    {
        var data = Train(place.WriteClasses("no", "yes"), "kind");
        var outcome = Workplace.Run("explain", place["m"], data, "--importance");
        Assert.All(outcome.Output.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.Matches(@"(?s) a +.*█.* b +", outcome.Output);
        var json = Workplace.Run("explain", place["m"], data, "--importance", "--json").Json;
        Assert.Equal(["a", "b"], json["importance"]?.AsArray().Select(each => (string?)each?["column"]) ?? []);
        Assert.True((double?)json["importance"]?[0]?["logLoss"]?["worsening"] > (double?)json["importance"]?[1]?["logLoss"]?["worsening"]);
    }

    [Fact]
    public void Long_names_and_values_take_a_line_each()
    {
        var data = place.Write("long.csv", Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? "a rather long value of it,first of the classes" : "another value of that kind,second of the classes")
            .Prepend("a rather long name of a column,a long name of the target"));
        Train(data, "a long name of the target");
        foreach (var what in (string[])["--row=1", "--importance"])
        {
            var lines = Workplace.Run("explain", place["m"], data, what).Output.Split('\n');
            Assert.All(lines, line => Assert.True(line.Length <= 80, line));
            Assert.Single(lines, line => line.Contains('█', StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_digits_fit_the_screen()
    {
        Train(Workplace.Digits, "digit");
        foreach (var what in (string[][])[["--row", "3"], ["--importance"]])
        {
            var outcome = Workplace.Run(["explain", place["m"], Workplace.Digits, .. what]);
            Assert.Equal((0, ""), (outcome.Code, outcome.Error));
            Assert.All(outcome.Output.Split('\n'), line => Assert.True(line.Length <= 80, line));
        }
    }

    [Theory]
    [InlineData("--row is 201, but 'numbers' has 200 rows.", "m", "numbers.csv", "--row", "201")]
    [InlineData("--row explains one row and --importance a whole file", "m", "numbers.csv", "--row", "2", "--importance")]
    [InlineData("--row is for a model and needs DATA", "m", "--row", "2")]
    [InlineData("To explain a model give data too", "m")]
    [InlineData("--at is for a formula", "m", "numbers.csv", "--at", "x=1")]
    [InlineData("Did you mean 'column'?", "m", "numbers.csv", "--notation", "columm")]
    public void Mistakes_are_explained(string message, params string[] args)
    {
        Train(place.WriteNumbers(), "y");
        var outcome = Workplace.Run(["explain", .. args.Select(each => each is "m" or "numbers.csv" ? place[each] : each)]);
        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    private string Train(string data, string target)
    {
        var outcome = Workplace.Run("train", data, "--target", target, "--hidden", "6", "--epochs", target == "digit" ? "2" : "60", "--lr", "0.03", "--no-baselines", "--out", place["m"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        return data;
    }
}
