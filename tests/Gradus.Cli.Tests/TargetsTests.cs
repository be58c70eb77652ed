using System.Globalization;
using System.Text.Json.Nodes;

namespace Gradus.Cli.Tests;

/// <summary>Several targets and several quantiles on the command line.</summary>
public sealed class TargetsTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Quantiles_make_an_interval()
    {
        var data = WriteMixed();
        var outcome = Workplace.Run("train", data, "--target", "y", "--columns", "kind=ignored,flag=ignored", "--quantiles", "0.05,0.5,0.95", "--epochs", "60",
            "--out", place["m"], "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(["rmse", "mae", "r2", "coverage", "width", "pinball"], outcome.Json["test"]?.AsObject().Select(each => each.Key));
        Assert.False(outcome.Json.ContainsKey("targets"));
        Assert.Equal("quantile(0.05,0.5,0.95)", (string?)Workplace.Run("describe", place["m"], "--json").Json["loss"]);

        var lines = Workplace.Run("predict", place["m"], data).Output.TrimEnd('\n').Split('\n');
        Assert.Equal("y,q(0.05),q(0.5),q(0.95)", lines[0]);
        var answers = lines.Skip(1).Select(line => Array.ConvertAll(line.Split(','), text => double.Parse(text, CultureInfo.InvariantCulture))).ToArray();
        Assert.All(answers, row => Assert.True(row[1] <= row[2] && row[2] <= row[3] && row[0] == row[2]));
        var truths = File.ReadLines(data).Skip(1).Select(line => double.Parse(line.Split(',')[2], CultureInfo.InvariantCulture));
        var evaluated = Workplace.Run("evaluate", place["m"], data, "--json").Json["metrics"];
        Assert.Equal((double?)evaluated?["coverage"] ?? 0, answers.Zip(truths, (row, t) => row[1] <= t && t <= row[3] ? 1.0 : 0).Average(), 0.005);
        Assert.Contains("from ", Workplace.Run("explain", place["m"], data, "--row", "3").Output, StringComparison.Ordinal);
        Assert.Equal(["0.05", "0.5", "0.95"], Workplace.Run("explain", place["m"], data, "--json").Json["quantiles"]?.AsObject().Select(each => each.Key));
    }

    [Fact]
    public void Several_targets_are_trained_measured_and_predicted()
    {
        var data = WriteMixed();
        var outcome = Workplace.Run("train", data, "--target", "y, kind,flag", "--loss", "huber,focal,bce", "--epochs", "60", "--balance", "--label-smoothing", "0.05",
            "--out", place["m"], "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        var json = outcome.Json;
        Assert.Equal(("mixed", "y, kind, flag"), ((string?)json["task"], (string?)json["target"]));
        Assert.Equal(["r2", "accuracy", "exactMatch", "macroF1"], json["test"]?.AsObject().Select(each => each.Key));
        var targets = Assert.IsType<JsonArray>(json["targets"]);
        Assert.Equal(["y huber", "kind focal", "flag bce"], targets.Select(each => $"{each?["target"]} {each?["loss"]}"));
        Assert.True((double?)targets[0]?["test"]?["r2"] > 0.9, outcome.Output);
        Assert.True((double?)targets[1]?["test"]?["accuracy"] > 0.8, outcome.Output);
        Assert.True((double?)targets[2]?["validation"]?["accuracy"] > 0.8, outcome.Output);
        Assert.All(targets, each => Assert.True(each?["baselines"]?["constant"] is JsonObject && each["baselines"]?["linear"] is JsonObject));

        var lines = Workplace.Run("predict", place["m"], data).Output.TrimEnd('\n').Split('\n');
        Assert.Equal("y,kind,kind.p(high),kind.p(low),kind.p(middle),flag,flag.p(no),flag.p(yes)", lines[0]);
        var truths = File.ReadLines(data).Skip(1).Select(line => line.Split(',')).ToArray();
        var evaluated = Workplace.Run("evaluate", place["m"], data, "--json").Json;
        var right = lines.Skip(1).Select(line => line.Split(',')).Zip(truths, (p, t) => p[1] == t[3] && p[5] == t[4] ? 1.0 : 0).Average();
        Assert.Equal((double?)evaluated["metrics"]?["exactMatch"] ?? 0, right, 1e-12);
        Assert.Equal(["y", "kind", "flag"], evaluated["targets"]?.AsArray().Select(each => (string?)each?["target"]));
        Assert.Equal(3, evaluated["targets"]?[1]?["confusion"]?.AsArray().Count);

        var described = Workplace.Run("describe", place["m"], "--json").Json;
        Assert.Equal([1, 3, 1], described["targets"]?.AsArray().Select(each => (int?)each?["outputs"]));
        foreach (var command in (string[][])[["describe", place["m"]], ["evaluate", place["m"], data], ["explain", place["m"], data, "--row", "2"],
            ["explain", place["m"], data, "--importance"]])
        {
            var shown = Workplace.Run(command);
            Assert.True(shown.Code == 0, shown.Error);
            Assert.All((string[])["y", "kind", "flag"], name => Assert.Contains(name, shown.Output, StringComparison.Ordinal));
        }

        var explained = Workplace.Run("explain", place["m"], data, "--row", "2", "--json").Json;
        Assert.Equal(["y", "kind", "flag"], explained["targets"]?.AsArray().Select(each => (string?)each?["target"]));
        Assert.Equal(3, explained["targets"]?[1]?["probabilities"]?.AsObject().Count);
    }

    [Fact]
    public void Inputs_alone_are_enough_to_explain_and_predict()
    {
        Workplace.Run("train", WriteMixed(), "--target", "y,flag", "--columns", "kind=ignored", "--epochs", "2", "--no-baselines", "--out", place["m"]);
        var inputs = place.Write("inputs.csv", "a,b", "1,2", "3,4");
        Assert.Equal(3, Workplace.Run("predict", place["m"], inputs).Output.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("The row has no y, flag", Workplace.Run("explain", place["m"], inputs).Output, StringComparison.Ordinal);
        Assert.Contains("'y'", Workplace.Run("evaluate", place["m"], inputs).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_whose_name_holds_a_comma_is_a_target_too()
    {
        var rows = Enumerable.Range(0, 120).Select(i => $"{i % 11},{i % 11 * 2}.5,{i % 7}.25").Prepend("a,\"x,y\",z");
        var data = place.Write("commas.csv", rows);
        foreach (var (given, names) in new[] { ("x,y", "x,y"), ("x,y,z", "x,y|z"), ("z,x,y", "z|x,y") })
        {
            var outcome = Workplace.Run("train", data, "--target", given, "--epochs", "2", "--no-baselines", "--out", place["m"], "--json");
            Assert.True(outcome.Code == 0, outcome.Error);
            Assert.Equal(names.Split('|'), Model.Load(place["m"]).Heads.Select(head => head.Target));
        }
    }

    [Fact]
    public void Missing_values_of_one_target_are_reported()
    {
        var lines = File.ReadAllLines(WriteMixed()).Select((line, i) => i % 10 == 5 ? line[..(line.LastIndexOf(',') + 1)] : line);
        var outcome = Workplace.Run("train", place.Write("gaps.csv", lines), "--target", "y,flag", "--epochs", "2", "--out", place["m"], "--json");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("Target 'flag': ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(300, outcome.Json["rows"]?.AsObject().Sum(each => (int?)each.Value));
    }

    /// <summary>y = 2a − b, kind by y, flag by b; 300 rows.</summary>
    private string WriteMixed() => place.Write("mixed.csv", Enumerable.Range(0, 300).Select(i => (A: i % 17, B: i * 7 % 23)).Select(x =>
        $"{x.A},{x.B},{(2 * x.A) - x.B}.5,{((2 * x.A) - x.B < 0 ? "low" : (2 * x.A) - x.B < 12 ? "middle" : "high")},{(x.B > 11 ? "yes" : "no")}")
        .Prepend("a,b,y,kind,flag"));
}
