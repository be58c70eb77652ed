namespace Gradus.Cli.Tests;

public sealed class TuneTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Json_has_the_documented_members_and_the_line_repeats_the_best()
    {
        var outcome = Tune("--trials", "12", "--json", "--no-baselines");
        Assert.True(outcome.Code == 0, outcome.Error);
        var json = outcome.Json;
        Assert.Equal(12, (int?)json["trials"]);
        Assert.Equal(["best", "exploded", "importance", "pruned", "seconds", "study", "train", "trials"], json.Select(each => each.Key).Order(StringComparer.Ordinal));
        Assert.True((double?)json["seconds"] > 0 && (int?)json["pruned"] > 0, outcome.Output);
        Assert.Equal(["lr", "l2", "dropout", "width", "depth", "activation", "batch"], json["best"]?["parameters"]?.AsObject().Select(each => each.Key));
        var line = ((string?)json["train"] ?? "").Split(' ');
        Assert.Equal(["gradus", "train"], line[..2]);
        var repeated = Workplace.Run([.. line[1..], "--json"]);
        Assert.True(repeated.Code == 0, repeated.Error);
        Assert.Equal((double?)json["best"]?["test"]?["rmse"], (double?)repeated.Json["test"]?["rmse"]);
        Assert.Equal((double?)json["best"]?["validation"]?["rmse"], (double?)repeated.Json["validation"]?["rmse"]);
    }

    [Theory]
    [InlineData("--hidden", "none", "--trials", "4")]
    [InlineData("--activation", "tanh", "--vary", "depth=0..1", "--vary", "lr", "--trials", "6", "--halving", "none")]
    public void What_belongs_to_hidden_layers_is_left_out_where_there_are_none(params string[] options)
    {
        var outcome = Tune([.. options, "--json", "--no-baselines", "--workers", "1"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(int.Parse(options[Array.IndexOf(options, "--trials") + 1], System.Globalization.CultureInfo.InvariantCulture), (int?)outcome.Json["trials"]);
        var parameters = outcome.Json["best"]?["parameters"]?.AsObject() ?? [];
        Assert.DoesNotContain("activation", parameters.Select(each => each.Key));
        Assert.DoesNotContain("dropout", parameters.Select(each => each.Key));
    }

    [Fact]
    public void A_weight_decay_that_is_given_leaves_L2_out()
    {
        var outcome = Tune("--weight-decay", "0.01", "--trials", "2", "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(["lr", "dropout", "width", "depth", "activation", "batch"], outcome.Json["best"]?["parameters"]?.AsObject().Select(each => each.Key));
        File.Delete(Study);
        outcome = Tune("--weight-decay", "0.01", "--vary", "l2", "--trials", "2", "--json");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("--l2 and --weight-decay both", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Learning_rates_are_those_around_the_suggestion_unless_something_says_which()
    {
        var found = Tune("--trials", "2", "--json");
        Assert.Contains("the range test suggests", found.Error, StringComparison.Ordinal);
        var rates = Assert.Single(Gradus.Study.Read(Study).Space.Parameters, each => each.Name == "lr");
        Assert.InRange(rates.To / rates.From, 90, 110);
        var again = Tune("--trials", "3", "--json");
        Assert.DoesNotContain("the range test suggests", again.Error, StringComparison.Ordinal);
        Assert.Equal(3, (int?)again.Json["trials"]);
        Assert.Equal(rates.ToString(), Gradus.Study.Read(Study).Space.Parameters[0].ToString());
        File.Delete(Study);
        foreach (string[] options in (string[][])[["--lr", "0.01"], ["--vary", "lr"], ["--space", "lecture"], ["--optimizer", "lbfgs"]])
        {
            var outcome = Tune([.. options, "--trials", "2", "--json"]);
            Assert.True(outcome.Code == 0, outcome.Error);
            Assert.DoesNotContain("the range test suggests", outcome.Error, StringComparison.Ordinal);
            File.Delete(Study);
        }
    }

    [Fact]
    public void The_saved_model_is_the_best()
    {
        var outcome = Tune("--trials", "6", "--json");
        var evaluated = Workplace.Run("evaluate", place["m.safetensors"], place["numbers.csv"], "--json");
        Assert.True(evaluated.Code == 0, evaluated.Error);
        Assert.True((double?)outcome.Json["best"]?["test"]?["rmse"] < 8, outcome.Output);   // a constant has about 19
    }

    [Fact]
    public void What_is_shown_fits_into_eighty_columns()
    {
        var outcome = Tune("--trials", "30", "--halving", "none", "--vary", "lr", "--vary", "activation=relu,tanh");
        Assert.True(outcome.Code == 0, outcome.Error);
        foreach (var part in (string[])["30 trials: ", "RMSE", "Importance, %: ", "test rows", "gradus train "])
            Assert.Contains(part, outcome.Output, StringComparison.Ordinal);
        var lines = (outcome.Output[..outcome.Output.IndexOf("The line that repeats it", StringComparison.Ordinal)].Split('\n')[..^1]).Concat(outcome.Error.Split('\n'));
        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= 80, line));
        Assert.Contains("trial 30/30", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void All_parameters_of_classes_fit_into_eighty_columns()
    {
        Workplace.Run("tune", Workplace.Digits, "--trials", "14", "--halving", "none", "--epochs", "4", "--study", Study, "--out", place["m.safetensors"]);
        var show = Workplace.Run("tune", "show", Study);
        Assert.Contains("activation", show.Output, StringComparison.Ordinal);
        Assert.Contains("loss", show.Output, StringComparison.Ordinal);
        Assert.All(show.Output.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 80, line));
    }

    [Fact]
    public void A_second_run_takes_the_trials_that_are_there()
    {
        var first = Tune("--trials", "6", "--json", "--workers", "1");
        var second = Tune("--trials", "6", "--json", "--workers", "1");
        Assert.Contains("6 trials that ended", second.Error.Replace("which has ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(first.Json["best"]?.ToJsonString(), second.Json["best"]?.ToJsonString());
        var third = Tune("--trials", "9", "--json");
        Assert.Equal(9, (int?)third.Json["trials"]);
    }

    [Fact]
    public void Studies_are_listed_shown_exported_and_deleted()
    {
        Tune("--trials", "12", "--method", "coarse-fine");
        var folder = Path.GetDirectoryName(place["x"]) ?? "";
        var list = Workplace.Run("tune", "list", folder);
        Assert.Contains("numbers.study.jsonl", list.Output, StringComparison.Ordinal);
        Assert.Equal(12, (int?)Workplace.Run("tune", "list", folder, "--json").Json["studies"]?[0]?["ended"]);
        var show = Workplace.Run("tune", "show", Study);
        Assert.Contains("coarse: 6 trials of 5 epochs", show.Output, StringComparison.Ordinal);
        Assert.Contains("fine: 6 trials of 20 epochs", show.Output, StringComparison.Ordinal);
        var export = Workplace.Run("tune", "export", Study).Output.TrimEnd().Split('\n');
        Assert.Equal(13, export.Length);
        Assert.StartsWith("trial,phase,state,value,bestEpoch,epochs,seconds,lr,l2,", export[0], StringComparison.Ordinal);
        Assert.All(export, row => Assert.Equal(export[0].Count(c => c == ','), row.Count(c => c == ',')));
        Assert.Equal(12, (int?)Workplace.Run("tune", "show", Study, "--json").Json["trials"]);
        Assert.Equal(12, Workplace.Run("tune", "export", Study, "--json").Json["trials"]?.AsArray().Count);
        Assert.Equal(Study, (string?)Workplace.Run("tune", "delete", Study, "--json").Json["deleted"]);
        Assert.False(File.Exists(Study));
        Assert.Equal(2, Workplace.Run("tune", "show", Study).Code);
    }

    [PageFact]
    public void Parameters_that_matter_only_with_some_optimizer_are_searched_shown_and_repeated()
    {
        place.Write("space.json", ["""{"parameters": {"optimizer": {"values": ["adamw", "lbfgs"]}, "lr": {"from": 1e-3, "to": 1e-1, "when": {"optimizer": ["adamw"]}},""",
            """ "l2": {"from": 1e-5, "to": 1e-2, "when": {"optimizer": ["lbfgs"]}}}}"""]);
        string[] options = ["--space", place["space.json"], "--trials", "14", "--halving", "none"];
        var outcome = Tune([.. options, "--report", place["search.html"]]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.All(outcome.Output.Split('\n').Where(line => line.Contains("lbfgs", StringComparison.Ordinal) || line.Contains("adamw", StringComparison.Ordinal)).Where(line => !line.Contains("gradus", StringComparison.Ordinal)),
            line => Assert.True(line.TrimEnd().Length <= 80, line));
        Assert.Contains("\"-\"", File.ReadAllText(place["search.html"]), StringComparison.Ordinal);   // where a line passes over an axis

        var trials = Workplace.Run("tune", "export", Study, "--json").Json["trials"]?.AsArray() ?? [];
        Assert.Equal(14, trials.Count);
        foreach (var optimizer in (string[])["adamw", "lbfgs"])
        {
            var own = trials.Where(trial => (string?)trial?["parameters"]?["optimizer"] == optimizer).ToArray();
            Assert.NotEmpty(own);
            Assert.All(own, trial => Assert.Equal(["optimizer", optimizer == "adamw" ? "lr" : "l2"], trial?["parameters"]?.AsObject().Select(each => each.Key)));
        }

        var lines = Workplace.Run("tune", "export", Study).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Equal(lines[0].Count(c => c == ','), line.Count(c => c == ',')));
        var repeated = Tune([.. options, "--json"]);   // goes on with the study, whose space is read back as it was
        Assert.True(repeated.Code == 0, repeated.Error);
        Assert.Equal(14, (int?)repeated.Json["trials"]);
        var again = Workplace.Run([.. ((string?)repeated.Json["train"] ?? "").Split(' ')[1..], "--json"]);
        Assert.True(again.Code == 0, again.Error);
        Assert.Equal((double?)repeated.Json["best"]?["test"]?["rmse"], (double?)again.Json["test"]?["rmse"]);
    }

    [PageFact]
    public void A_page_holds_the_charts()
    {
        var outcome = Tune("--trials", "8", "--report", place["search.html"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        var page = File.ReadAllText(place["search.html"]);
        Assert.Contains("parallelAxis", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page[..page.IndexOf("<script>", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--vary lr=1e-1..1e-3", "reversed")]
    [InlineData("--vary lr=0.1..0.1", "holds one value")]
    [InlineData("--vary learnrate=1..2", "no parameter of a search")]
    [InlineData("--vary dropuot", "Did you mean 'dropout'?")]
    [InlineData("--vary lr --lr 0.1", "--lr fixes it")]
    [InlineData("--vary activation=relu,tahn", "Did you mean 'tanh'?")]
    [InlineData("--space nowhere.json", "cannot be read")]
    [InlineData("--method tpee", "Did you mean 'tpe'?")]
    [InlineData("--time 10", "--time is '10'. Expected a number and s, m or h")]
    [InlineData("--halving 1", "--halving is '1'")]
    [InlineData("--trials 0", "--trials is '0'")]
    [InlineData("--ensemble 3", "a trial is one")]
    [InlineData("--split 80/0/20", "no")]
    public void Bad_input_is_named(string more, string message)
    {
        var outcome = Tune(more.Split(' '));
        Assert.Equal(2, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("m.safetensors", place.Files);
    }

    [Fact]
    public void A_study_of_other_data_is_refused()
    {
        Tune("--trials", "3");
        var other = Workplace.Run("tune", place.WriteClasses("no", "yes"), "--target", "kind", "--study", Study, "--epochs", "20", "--out", place["n.safetensors"]);
        Assert.Equal(2, other.Code);
        Assert.Contains("data is numbers there and classes here", other.Error, StringComparison.Ordinal);
        Assert.Equal(3, Gradus.Study.Read(Study).Trials.Count);
    }

    private string Study => place["numbers.study.jsonl"];

    private Outcome Tune(params string[] more) => Workplace.Run(
        ["tune", place.WriteNumbers(), "--target", "y", "--study", Study, "--out", place["m.safetensors"], "--epochs", "20", .. more]);
}
