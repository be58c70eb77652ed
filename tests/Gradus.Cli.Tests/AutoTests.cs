namespace Gradus.Cli.Tests;

public sealed class AutoTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Json_has_the_documented_members_and_the_model_answers()
    {
        var data = place.WriteNumbers();
        var outcome = Workplace.Run("train", data, "--target", "y", "--auto", "6s", "--epochs", "40", "--out", place["m.safetensors"], "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        var json = outcome.Json;
        Assert.Equal(
            ["baselines", "bestTest", "check", "epochs", "exploded", "folds", "learningRate", "limit", "members", "model", "networks", "pruned", "refitted", "repeatable", "rows", "scaling", "seconds", "seed", "target",
                "task", "test", "trials", "usual", "validation"], json.Select(each => each.Key).Order(StringComparer.Ordinal));
        Assert.Equal((6.0, 5, 40), ((double?)json["limit"] ?? 0, (int?)json["folds"], (int?)json["epochs"]));
        Assert.True((double?)json["test"]?["rmse"] < 0.7 * (double?)json["baselines"]?["constant"]?["rmse"], outcome.Output);
        var model = Model.Load(place["m.safetensors"]);
        Assert.Equal((int?)json["networks"], model.Members.Count);
        Assert.Equal(0, model.Members.Count % (5 * json["members"]?.AsArray().Count));   // folds, dealt in up to three ways
        Assert.StartsWith("gradus train", (string?)json["members"]?[0]?["train"], StringComparison.Ordinal);
        Assert.Contains("--stop-on none", (string?)json["members"]?[0]?["train"], StringComparison.Ordinal);   // folds judge, and choose no epoch
        var evaluated = Workplace.Run("evaluate", place["m.safetensors"], data, "--json");
        Assert.True(evaluated.Code == 0, evaluated.Error);
        var described = Workplace.Run("describe", place["m.safetensors"]);
        Assert.True(described.Code == 0, described.Error);
        Assert.All(described.Output.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 80 || line.Contains("m.safetensors", StringComparison.Ordinal) || line.StartsWith("trained", StringComparison.Ordinal), line));
        var explained = Workplace.Run("explain", place["m.safetensors"], data, "--row", "3");
        Assert.True(explained.Code == 0, explained.Error);
    }

    [Fact]
    public void What_is_shown_fits_into_eighty_columns()
    {
        var data = place.WriteClasses("no", "yes");
        var outcome = Workplace.Run("train", data, "--target", "kind", "--auto", "3s", "--epochs", "8", "--out", place["m.safetensors"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        foreach (var part in (string[])["in 5 folds", "time      0:03", "trials of up to 8 epochs", "together", "ensemble of", "logistic regression", "Saved"])
            Assert.Contains(part, outcome.Output, StringComparison.Ordinal);
        Assert.All(outcome.Output.Split('\n').Where(line => !line.StartsWith("Saved", StringComparison.Ordinal) && !line.Contains("trials of", StringComparison.Ordinal)), line => Assert.True(line.TrimEnd().Length <= 80, line));
    }

    [Fact]
    public void The_checks_can_be_left_out()
    {
        var outcome = Workplace.Run("train", place.WriteNumbers(), "--target", "y", "--auto", "2s", "--epochs", "4", "--no-checks", "--out", place["m.safetensors"], "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Null(outcome.Json["check"]);
        Assert.DoesNotContain("checking the data", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void L2_that_is_given_leaves_weight_decay_out()
    {
        var outcome = Workplace.Run("train", place.WriteNumbers(), "--target", "y", "--auto", "2s", "--epochs", "4", "--l2", "0.001", "--no-checks", "--out", place["m.safetensors"], "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        var line = (string?)outcome.Json["members"]?[0]?["train"];
        Assert.Contains("--l2 0.001", line, StringComparison.Ordinal);
        Assert.DoesNotContain("--weight-decay", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Lbfgs_that_is_given_trains_all_and_the_lines_repeat_it()
    {
        var data = place.WriteNumbers();
        var outcome = Workplace.Run("train", data, "--target", "y", "--auto", "4s", "--epochs", "6", "--optimizer", "lbfgs", "--no-checks", "--out", place["m.safetensors"], "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Null(outcome.Json["learningRate"]);
        var members = outcome.Json["members"]?.AsArray() ?? [];
        Assert.NotEmpty(members);
        foreach (var line in members.Select(member => (string?)member?["train"] ?? ""))
        {
            Assert.Contains("--optimizer lbfgs", line, StringComparison.Ordinal);
            Assert.Contains("--l2 ", line, StringComparison.Ordinal);
            Assert.DoesNotContain("--lr", line, StringComparison.Ordinal);
            Assert.DoesNotContain("--batch", line, StringComparison.Ordinal);
        }

        var words = ((string?)members[0]?["train"] ?? "").Split(' ')[2..];   // no word of it needs quotes
        var again = Workplace.Run(["train", .. words, "--folds", "5", "--no-checks", "--out", place["again.safetensors"], "--json"]);
        Assert.True(again.Code == 0, again.Error);
    }

    [Fact]
    public void What_Lbfgs_does_not_take_leaves_it_out_of_the_search()
    {
        var outcome = Workplace.Run("train", place.WriteNumbers(), "--target", "y", "--auto", "3s", "--epochs", "4", "--dropout", "0.1", "--no-checks", "--out", place["m.safetensors"], "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.All(outcome.Json["members"]?.AsArray() ?? [], member => Assert.False(member?["parameters"]?.AsObject().ContainsKey("optimizer")));
        Assert.All(outcome.Json["members"]?.AsArray() ?? [], member => Assert.Contains("--dropout 0.1 --optimizer adamw", (string?)member?["train"], StringComparison.Ordinal));
    }

    [Fact]
    public void A_patience_that_is_given_stops_trials_of_folds_too()
    {
        var outcome = Workplace.Run("train", place.WriteNumbers(), "--target", "y", "--auto", "2s", "--epochs", "50", "--patience", "1", "--no-checks", "--out", place["m.safetensors"], "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.DoesNotContain("--stop-on", (string?)outcome.Json["members"]?[0]?["train"], StringComparison.Ordinal);
        Assert.Contains(Model.Load(place["m.safetensors"]).Training?.Members ?? [], member => member.Epochs < 50);
    }

    [Theory]
    [InlineData("--ensemble", "3")]
    [InlineData("--folds", "3")]
    [InlineData("--checkpoint", "c")]
    [InlineData("--freeze", "1")]
    [InlineData("--on-explosion", "reduce")]
    public void Options_that_have_no_place_in_it_are_refused(string option, string value)
    {
        var outcome = Workplace.Run("train", place.WriteNumbers(), "--target", "y", "--auto", "5s", option, value);
        Assert.Equal(ExitCode.BadInput, outcome.Code);
        Assert.Contains(option, outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--auto", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.5s", "at least a second")]
    [InlineData("5", "such as")]
    [InlineData("-5m", "such as")]
    [InlineData("soon", "such as")]
    public void Times_that_are_none_are_refused(string time, string expected)
    {
        var outcome = Workplace.Run("train", place.WriteNumbers(), "--target", "y", "--auto", time);
        Assert.Equal(ExitCode.BadInput, outcome.Code);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_search_puts_together_what_there_is()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(4));
        var error = new StringWriter();
        var outcome = Workplace.RunUntil(error, ["train", place.WriteNumbers(), "--target", "y", "--auto", "10m", "--out", place["m.safetensors"], "--json"], cancellation.Token);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.True((double?)outcome.Json["seconds"] < 60, outcome.Output);
        Assert.True(Model.Load(place["m.safetensors"]).Members.Count > 0);
    }
}
