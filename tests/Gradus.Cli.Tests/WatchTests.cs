using System.Text.Json.Nodes;

namespace Gradus.Cli.Tests;

public sealed class WatchTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    // Standardised and linear, its loss grows about a hundredfold a step.
    private string[] Exploding(int epochs, params string[] others) => ["train", place.WriteNumbers(), "--target", "y", "--hidden", "none", "--optimizer", "sgd", "--lr", "6",
        "--schedule", "constant", "--epochs", $"{epochs}", "--out", place["m.safetensors"], .. others];

    [Fact]
    public void An_explosion_stops_training_where_it_is_to()
    {
        var outcome = Workplace.Run(Exploding(40, "--json", "--on-explosion", "stop"));
        Assert.Equal((1, "exploded", 0), (outcome.Code, (string?)outcome.Json["stopReason"], (int?)outcome.Json["epochs"]));
        var finding = Assert.Single(Assert.IsType<JsonArray>(outcome.Json["watch"]));
        Assert.Equal(("explosion", 1, 2), ((string?)finding?["kind"], (int?)finding?["epoch"], (int?)finding?["step"]));
        Assert.Null(finding?["layer"]);
        Assert.Contains("The loss rose to", (string?)outcome.Json["error"], StringComparison.Ordinal);
        Assert.Contains("No model was saved", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("warn", Verdict(outcome, "explosion"));
        Assert.Equal(["numbers.csv"], place.Files);
    }

    [Fact]
    public void An_explosion_halves_the_learning_rate_where_it_is_to()
    {
        var outcome = Workplace.Run(Exploding(40, "--json", "--on-explosion", "reduce"));
        Assert.Equal((0, "completed"), (outcome.Code, (string?)outcome.Json["stopReason"]));
        Assert.True((double?)outcome.Json["test"]?["r2"] > 0.99, outcome.Output);
        Assert.InRange(outcome.Json["watch"]?.AsArray().Count ?? 0, 1, 4);
        Assert.Contains("Watch: The loss rose to", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_more_it_is_said_and_a_loss_that_is_not_finite_ends_training()
    {
        var warned = Workplace.Run(Exploding(2));
        Assert.Equal(0, warned.Code);
        Assert.Contains("Recipe: 11 checks passed, 1 warned:\n  warn explosion: The loss rose to", warned.Output, StringComparison.Ordinal);
        Assert.Contains("--on-explosion reduce", warned.Output, StringComparison.Ordinal);
        var outcome = Workplace.Run(Exploding(40, "--json"));
        Assert.Equal((1, "diverged"), (outcome.Code, (string?)outcome.Json["stopReason"]));
        Assert.Equal(["explosion", "nonFinite"], outcome.Json["watch"]?.AsArray().Select(each => (string?)each?["kind"]));
        Assert.Equal("fail", Verdict(outcome, "finite"));
    }

    [Fact]
    public void The_recipe_is_one_line_where_all_is_well_and_can_be_left_out()
    {
        string[] line = ["train", place.WriteNumbers(), "--target", "y", "--epochs", "5", "--out", place["m.safetensors"]];
        var outcome = Workplace.Run(line);
        Assert.Contains("\nRecipe: 12 checks passed.\nSaved ", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Recipe", Workplace.Run([.. line, "--no-checks"]).Output, StringComparison.Ordinal);
        var json = Workplace.Run([.. line, "--json"]).Json;
        Assert.Equal(("pass", 12), ((string?)json["recipe"]?["verdict"], json["recipe"]?["checks"]?.AsArray().Count));
        Assert.Empty(Assert.IsType<JsonArray>(json["watch"]));
        Assert.Null(Workplace.Run([.. line, "--json", "--no-checks"]).Json["recipe"]);
    }

    [Fact]
    public void What_a_check_finds_is_said_with_advice_and_changes_no_exit_code()
    {
        var data = place.Write("leak.csv", Enumerable.Range(0, 200).Select(i => FormattableString.Invariant($"{i % 17},{i * 7 % 191},{2 * (i * 7 % 191)}.5")).Prepend("a,b,y"));
        var outcome = Workplace.Run("train", data, "--target", "y", "--epochs", "5", "--out", place["m.safetensors"]);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("  fail leakage: 'b'", outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"`gradus check {data} --target y` tells more.", outcome.Output, StringComparison.Ordinal);
        // With several targets, and with a column of weights: neither is an input.
        Assert.DoesNotContain("leakage", Workplace.Run("train", data, "--target", "y,b", "--epochs", "5", "--out", place["m.safetensors"]).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("leakage", Workplace.Run("train", data, "--target", "y", "--weight", "b", "--epochs", "5", "--out", place["m.safetensors"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_say_what_their_watch_found()
    {
        var outcome = Workplace.Run(Exploding(40, "--json", "--ensemble", "2", "--on-explosion", "reduce"));
        Assert.Equal(0, outcome.Code);
        Assert.Equal([1, 2], outcome.Json["watch"]?.AsArray().Select(each => (int?)each?["member"] ?? 0).Distinct().Order());
        Assert.Contains("Watch: member 2: ", outcome.Error, StringComparison.Ordinal);
        Assert.NotNull(outcome.Json["recipe"]);
    }

    [Theory]
    [InlineData("--on-explosion", "halt")]
    [InlineData("--optimizer", "lbfgs", "--on-explosion", "reduce")]
    public void What_cannot_be_is_refused(params string[] options)
    {
        var outcome = Workplace.Run(["train", place.WriteNumbers(), "--target", "y", .. options]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("--on-explosion", outcome.Error, StringComparison.Ordinal);
    }

    private static string? Verdict(Outcome outcome, string check) =>
        (string?)outcome.Json["recipe"]?["checks"]?.AsArray().First(each => (string?)each?["name"] == check)?["verdict"];
}
