using System.Text.Json.Nodes;

namespace Gradus.Cli.Tests;

/// <summary><c>train --ensemble</c> and <c>--folds</c>, and what the other commands make of the model.</summary>
public sealed class EnsembleTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void An_ensemble_is_reported_member_by_member()
    {
        var outcome = Workplace.Run("train", Workplace.Digits, "--ensemble", "3", "--epochs", "8", "--out", place["e"], "--json");
        Assert.Equal(0, outcome.Code);
        var json = outcome.Json;
        var members = json["members"]?.AsArray() ?? [];
        Assert.Equal([1, 2, 3], members.Select(member => (int?)member?["seed"]));
        Assert.All(members, member => Assert.Equal((8, true), ((int?)member?["epochs"], (bool?)member?["kept"])));
        foreach (var part in (string[])["validation", "test"])
        {
            double[] figures = [.. members.Select(member => (double?)member?[part]?["logLoss"] ?? double.NaN)];
            Assert.Equal(3, figures.Distinct().Count());
            Assert.Equal(figures.Average(), (double?)json["mean"]?[part]?["logLoss"] ?? 0, 1e-12);
            Assert.True((double?)json["deviation"]?[part]?["logLoss"] > 0);
            Assert.True((double?)json[part]?["logLoss"] < figures.Average(), outcome.Output);
        }

        Assert.Equal(3, Model.Load(place["e"]).Members.Count);
        var evaluated = Workplace.Run("evaluate", place["e"], Workplace.Digits, "--part", "test", "--json").Json;
        Assert.Equal((double?)json["test"]?["accuracy"], (double?)evaluated["metrics"]?["accuracy"]);
        var described = Workplace.Run("describe", place["e"], "--json").Json;
        Assert.Equal((3, 3), ((int?)described["members"], described["training"]?["members"]?.AsArray().Count));
        Assert.Equal(0, Workplace.Run("explain", place["e"], Workplace.Digits, "--row", "3").Code);
        Assert.Equal(3, (int?)Workplace.Run("explain", place["e"], Workplace.Digits, "--row", "3", "--json").Json["members"]);
        Assert.Equal(0, Workplace.Run("predict", place["e"], Workplace.Digits, "--out", place["p.csv"]).Code);

        // The first member is the network that the seed gives alone.
        var alone = Workplace.Run("train", Workplace.Digits, "--epochs", "8", "--no-baselines", "--out", place["one"], "--json").Json;
        Assert.True(JsonNode.DeepEquals(alone["test"], members[0]?["test"]), alone.ToJsonString());
    }

    [Theory]
    [InlineData("--ensemble")]
    [InlineData("--folds")]
    public void The_report_fits_into_eighty_columns(string option)
    {
        foreach (var (data, target) in ((string, string)[])[(Workplace.Digits, "digit"), (place.WriteNumbers(), "y"), (place.WriteClasses("no", "yes"), "kind")])
        {
            var outcome = Workplace.Run("train", data, "--target", target, option, "3", "--epochs", "4", "--out", place["m"]);
            Assert.Equal(0, outcome.Code);
            foreach (var part in (string[])["mean", "deviation", "ensemble of 3", "3 × ", option == "--folds" ? "in 3 folds" : "training ·"])
                Assert.Contains(part, outcome.Output, StringComparison.Ordinal);
            Assert.Contains(option == "--folds" ? "fold 2, epoch 1/4" : "member 2, epoch 1/4", outcome.Error, StringComparison.Ordinal);
            Assert.All(outcome.Output.Split('\n').Where(line => !line.Contains("Saved", StringComparison.Ordinal)),
                line => Assert.True(line.Length <= 80, line));
            Assert.Equal(0, Workplace.Run("describe", place["m"]).Code);
        }
    }

    [Fact]
    public void A_cross_validation_keeps_the_test_part_apart()
    {
        var outcome = Workplace.Run("train", Workplace.Digits, "--folds", "4", "--epochs", "5", "--no-baselines", "--out", place["m"], "--json");
        Assert.Equal(0, outcome.Code);
        Assert.Equal((1438, 0, 359), ((int?)outcome.Json["rows"]?["train"], (int?)outcome.Json["rows"]?["validation"], (int?)outcome.Json["rows"]?["test"]));
        Assert.Equal((4, 4), ((int?)outcome.Json["folds"], outcome.Json["members"]?.AsArray().Count));
        Assert.Equal((double?)outcome.Json["mean"]?["validation"]?["accuracy"], (double?)outcome.Json["validation"]?["accuracy"]);
        var evaluated = Workplace.Run("evaluate", place["m"], Workplace.Digits, "--part", "test", "--json").Json;
        Assert.Equal((double?)outcome.Json["test"]?["logLoss"], (double?)evaluated["metrics"]?["logLoss"]);
        Assert.Contains("cross-validated in 4 folds", Workplace.Run("evaluate", place["m"], Workplace.Digits, "--part", "validation").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_is_the_same_whatever_the_number_of_threads()
    {
        foreach (var option in (string[])["--ensemble", "--folds"])
        {
            foreach (var threads in (string[])["1", "2", "4"])
                Workplace.Run("train", Workplace.Digits, option, "3", "--epochs", "2", "--dropout", "0.1", "--no-baselines", "--threads", threads, "--out", place[threads]);
            var expected = Model.Load(place["1"]).Members.Select(member => member.All.ToArray()).ToArray();
            foreach (var threads in (string[])["2", "4"])
                Assert.Equal(expected, Model.Load(place[threads]).Members.Select(member => member.All.ToArray()));
        }
    }

    [Fact]
    public void Interrupted_members_are_kept_and_saved()
    {
        using var interruption = new CancellationTokenSource();
        using var error = new InterruptingWriter(interruption);
        var outcome = Workplace.RunUntil(error, ["train", Workplace.Digits, "--ensemble", "4", "--threads", "1", "--epochs", "100000", "--patience", "100000",
            "--out", place["d"], "--json"], interruption.Token);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("Cancelled: 1 of 4 networks", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("cancelled", (string?)outcome.Json["stopReason"]);
        Assert.Equal(1, outcome.Json["members"]?.AsArray().Count);
        Assert.Equal(StopReason.Cancelled, Model.Load(place["d"]).Training?.StopReason);
    }

    [Fact]
    public void Divergence_of_all_members_saves_nothing()
    {
        var outcome = Workplace.Run("train", place.WriteNumbers(), "--target", "y", "--ensemble", "2", "--optimizer", "sgd", "--lr", "1e30", "--batch", "8",
            "--out", place["m"], "--json");
        Assert.Equal(1, outcome.Code);
        foreach (var part in (string[])["2 of 2 members diverged", "member 1 (seed 1), member 2 (seed 2)", "Lower the learning rate", "no member is left", "No model was saved"])
            Assert.Contains(part, outcome.Error, StringComparison.Ordinal);
        Assert.Equal("diverged", (string?)outcome.Json["stopReason"]);
        Assert.Contains("diverged", (string?)outcome.Json["error"], StringComparison.Ordinal);
        Assert.Null(outcome.Json["model"]);
        Assert.Equal(["numbers.csv"], place.Files);
    }

    [DataFact("california-housing.csv")]
    public void An_ensemble_is_better_than_its_best_member_on_California_housing()
    {
        var json = Workplace.Run("train", SharedData.At("california-housing.csv"), "--ensemble", "5", "--no-baselines", "--out", place["m"], "--json").Json;
        var best = json["members"]?.AsArray().Min(member => (double?)member?["test"]?["rmse"]);
        Assert.True((double?)json["test"]?["rmse"] < best - 500, json.ToJsonString());
    }
}
