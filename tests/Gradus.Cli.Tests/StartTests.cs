namespace Gradus.Cli.Tests;

/// <summary>Beginning from a model file, frozen layers, validation files and weights of rows.</summary>
public sealed class StartTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void From_a_model_training_goes_on_where_it_ended()
    {
        var data = Trained();
        // Steps too small to change a weight.
        var outcome = Workplace.Run("train", data, "--from", place["m"], "--optimizer", "sgd", "--lr", "1e-30", "--epochs", "1", "--out", place["n"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("preprocessing and all weights", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("2-8-6-1 tanh", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(Model.Load(place["m"]).Weights.All.ToArray(), Model.Load(place["n"]).Weights.All.ToArray());
        var json = Workplace.Run("train", data, "--from", place["m"], "--target", "y", "--freeze", "layer1,layer3", "--out", place["n"], "--json").Json;
        Assert.Equal((place["m"], 31), ((string?)json["from"], (int?)json["frozenParameters"]));
        var (before, after) = (Model.Load(place["m"]), Model.Load(place["n"]));
        foreach (var (old, now) in before.Network.Parameters.Zip(after.Network.Parameters))
            Assert.Equal(!old.Name.StartsWith("layer2", StringComparison.Ordinal), before.Weights[old.Expression].SequenceEqual(after.Weights[now.Expression]));
    }

    [Fact]
    public void A_new_target_keeps_the_layers_and_begins_the_output_anew()
    {
        Trained();
        var outcome = Workplace.Run("train", place.WriteClasses("no", "yes"), "--from", place["m"], "--new-target", "kind", "--freeze", "2",
            "--epochs", "30", "--out", place["n"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("m: preprocessing and layer1, layer2; layer3 begins anew", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("layer1, layer2: 78 parameters", outcome.Output, StringComparison.Ordinal);
        var (before, after) = (Model.Load(place["m"]), Model.Load(place["n"]));
        Assert.Equal(("kind", LearningTask.BinaryClassification), (after.Target, after.Task));
        Assert.Equal(before.Preprocessor.ToJson()["inputs"]?.ToJsonString(), after.Preprocessor.ToJson()["inputs"]?.ToJsonString());
        foreach (var (old, now) in before.Network.Parameters.Zip(after.Network.Parameters))
            Assert.Equal(!old.Name.StartsWith("layer3", StringComparison.Ordinal), before.Weights[old.Expression].SequenceEqual(after.Weights[now.Expression]));
    }

    [Fact]
    public void A_run_from_a_model_is_resumed_too()
    {
        string[] line = ["train", Trained(), "--from", place["m"], "--freeze", "1", "--epochs", "40", "--no-baselines"];
        Assert.Equal(0, Workplace.Run([.. line, "--out", place["whole"]]).Code);
        using var interruption = new CancellationTokenSource();
        using var error = new InterruptingWriter(interruption);
        Assert.Equal(130, Workplace.RunUntil(error, [.. line, "--out", place["n"], "--checkpoint", place["run"]], interruption.Token).Code);
        Assert.Equal(0, Workplace.Run("train", "--resume", place["run"]).Code);
        Assert.Equal(File.ReadAllBytes(place["whole"]), File.ReadAllBytes(place["n"]));
    }

    [Fact]
    public void A_validation_file_is_used_as_it_is()
    {
        var validation = place.Write("v.csv", "b,extra,a,y", "1,x,2,4.5", "2,y,3,5.5", "3,z,,6.5", "4,x,1,");
        var json = Workplace.Run("train", place.WriteNumbers(), "--target", "y", "--validation", validation, "--epochs", "2", "--out", place["m"], "--json").Json;
        Assert.Equal((160, 3, 40), ((int?)json["rows"]?["train"], (int?)json["rows"]?["validation"], (int?)json["rows"]?["test"]));
        json = Workplace.Run("train", place["numbers.csv"], "--target", "y", "--validation", validation, "--split", "100/0/0", "--epochs", "2", "--out", place["m"], "--json").Json;
        Assert.Equal((200, 3, 0), ((int?)json["rows"]?["train"], (int?)json["rows"]?["validation"], (int?)json["rows"]?["test"]));
    }

    [Fact]
    public void A_column_of_weights_is_no_input_and_prediction_does_without()
    {
        var lines = File.ReadAllLines(place.WriteNumbers());
        var data = place.Write("weighted.csv", lines.Select((line, i) => i == 0 ? line + ",w" : $"{line},{i % 3}"));
        var validation = place.Write("v.csv", "a,b,y,w", "1,2,3.5,1", "2,2,4.5,0.5");
        var outcome = Workplace.Run("train", data, "--target", "y", "--weight", "w", "--validation", validation, "--epochs", "3", "--out", place["m"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("column 'w'", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(["a", "b"], Model.Load(place["m"]).Preprocessor.InputNames);
        Assert.Equal(0, Workplace.Run("predict", place["m"], place["numbers.csv"], "--out", place["p.csv"]).Code);
        Assert.Equal(0, Workplace.Run("evaluate", place["m"], place["numbers.csv"]).Code);
        Workplace.Run("train", data, "--target", "y", "--columns", "w=ignored", "--validation", validation, "--epochs", "3", "--out", place["unweighted"]);
        Assert.NotEqual(Model.Load(place["m"]).Weights.All.ToArray(), Model.Load(place["unweighted"]).Weights.All.ToArray());
        Assert.Equal(0, Workplace.Run("train", data, "--target", "y", "--weight", "w", "--folds", "3", "--epochs", "2", "--out", place["folds"]).Code);
    }

    [Theory]
    [InlineData("--ensemble")]
    [InlineData("--folds")]
    public void Several_networks_begin_from_a_model_and_keep_what_is_frozen(string option)
    {
        var data = Trained();
        var outcome = Workplace.Run("train", data, "--from", place["m"], option, "3", "--freeze", "layer1", "--epochs", "3", "--no-baselines", "--out", place["n"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        foreach (var part in (string[])["3 × 2-8-6-1", "preprocessing and all weights", "layer1: 24 parameters"])
            Assert.Contains(part, outcome.Output, StringComparison.Ordinal);
        var (before, after) = (Model.Load(place["m"]), Model.Load(place["n"]));
        foreach (var (old, now) in before.Network.Parameters.Zip(after.Network.Parameters))
        {
            Assert.All(after.Members, member => Assert.Equal(old.Name.StartsWith("layer1", StringComparison.Ordinal), before.Weights[old.Expression].SequenceEqual(member[now.Expression])));
            Assert.Equal(old.Name.StartsWith("layer1", StringComparison.Ordinal), after.Members[0][now.Expression].SequenceEqual(after.Members[1][now.Expression]));
        }

        // For another target, and interrupted: the model file is read again.
        string[] line = ["train", place.WriteClasses("no", "yes"), "--from", place["m"], "--new-target", "kind", option, "2", "--threads", "1", "--epochs", "5", "--no-baselines"];
        Assert.Equal(0, Workplace.Run([.. line, "--out", place["whole"]]).Code);
        using var interruption = new CancellationTokenSource();
        using var error = new InterruptingWriter(interruption);
        Assert.Equal(130, Workplace.RunUntil(error, [.. line, "--out", place["k"], "--checkpoint", place["run"]], interruption.Token).Code);
        Assert.Equal(0, Workplace.Run("train", "--resume", place["run"]).Code);
        Assert.Equal(File.ReadAllBytes(place["whole"]), File.ReadAllBytes(place["k"]));
    }

    [Fact]
    public void The_first_of_an_ensemble_from_a_model_is_what_the_model_gives_alone_and_all_take_the_validation_file()
    {
        var data = Trained();
        var validation = place.Write("v.csv", "a,b,y", "1,2,-0.5", "2,2,2.5", "3,3,3.5");
        string[] line = ["train", data, "--from", place["m"], "--validation", validation, "--epochs", "3", "--no-baselines"];
        Workplace.Run([.. line, "--out", place["alone"]]);
        var json = Workplace.Run([.. line, "--ensemble", "2", "--out", place["n"], "--json"]).Json;
        Assert.Equal((160, 3, 40), ((int?)json["rows"]?["train"], (int?)json["rows"]?["validation"], (int?)json["rows"]?["test"]));
        Assert.Equal(Model.Load(place["alone"]).Weights.All.ToArray(), Model.Load(place["n"]).Members[0].All.ToArray());

        // An ensemble goes on with each of its networks: with steps too small to change a weight, to the same file but for the record.
        Assert.Equal(0, Workplace.Run("train", data, "--from", place["n"], "--ensemble", "2", "--optimizer", "sgd", "--lr", "1e-30", "--epochs", "1", "--no-baselines", "--out", place["k"]).Code);
        Assert.Equal(Model.Load(place["n"]).Members.Select(member => member.All.ToArray()), Model.Load(place["k"]).Members.Select(member => member.All.ToArray()));
        Assert.Equal(0, Workplace.Run("train", data, "--target", "y", "--ensemble", "2", "--freeze", "1", "--epochs", "2", "--no-baselines", "--out", place["f"]).Code);
        var frozen = Model.Load(place["f"]);
        Assert.Equal(frozen.Network.Initialize(2)[frozen.Network.Parameters[0].Expression], frozen.Members[1][frozen.Network.Parameters[0].Expression]);
    }

    public static TheoryData<string[], string[]> Wrong => new()
    {
        { ["--from", "{m}", "--hidden", "5"], ["--hidden", "--from", "Leave it out"] },
        { ["--from", "{m}", "--loss", "mae"], ["--loss", "--new-target"] },
        { ["--from", "{m}", "--target", "a"], ["'a'", "'y'", "--new-target a"] },
        { ["--from", "{m}", "--new-target", "a"], ["'a'", "input of the model"] },
        { ["--from", "{m}", "--new-target", "aa"], ["'aa'", "Did you mean 'a'"] },
        { ["--from", "{e}"], ["ensemble of 2 networks", "--ensemble 2", "a single one"] },
        { ["--from", "{e}", "--ensemble", "3"], ["ensemble of 2 networks", "--ensemble 2"] },
        { ["--from", "{e}", "--folds", "2"], ["ensemble of 2 networks", "--ensemble 2"] },
        { ["--from", "{e}", "--ensemble", "2", "--new-target", "b"], ["ensemble of 2 networks", "a single one"] },
        { ["--from", "{m}", "--ensemble", "3", "--freeze", "3"], ["--freeze", "'3'", "from 1 to 2"] },
        { ["--target", "y", "--folds", "3", "--freeze", "layer7"], ["'layer7'", "layer1, layer2, layer3"] },
        { ["--target", "y", "--ensemble", "3", "--validation", "{empty.csv}"], ["empty.csv", "no row with a 'y'"] },
        { ["--from", "{nowhere}"], ["nowhere", "no model file"] },
        { ["--from", "{other.csv}"], ["other.csv"] },
        { ["--new-target", "b"], ["--new-target", "--from"] },
        { ["--target", "y", "--freeze", "3"], ["--freeze", "'3'", "from 1 to 2", "layer1, layer2, layer3"] },
        { ["--target", "y", "--freeze", "layer7"], ["'layer7'", "layer1, layer2, layer3"] },
        { ["--target", "y", "--freeze", "layer1,layer2,layer3"], ["Every layer", "nothing"] },
        { ["--target", "y", "--validation", "{other.csv}"], ["other.csv", "no column 'a'"] },
        { ["--target", "y", "--validation", "{nowhere.csv}"], ["nowhere.csv"] },
        { ["--target", "y", "--validation", "{numbers.csv}"], ["--validation", "the data itself"] },
        { ["--target", "y", "--validation", "{empty.csv}"], ["empty.csv", "no row with a 'y'"] },
        { ["--target", "y", "--validation", "{other.csv}", "--split", "60/20/20"], ["--validation", "--split 60/0/40"] },
        { ["--target", "y", "--validation", "{other.csv}", "--folds", "3"], ["--validation", "--folds"] },
        { ["--target", "y", "--weight", "ww"], ["'ww'", "no column"] },
        { ["--target", "y", "--weight", "y"], ["'y'", "target"] },
        { ["--target", "b", "--weight", "y"], ["'y'", "row 18", "-34.5", "at least 0"] },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_options_are_refused(string[] options, string[] expected)
    {
        var data = Trained();
        place.Write("other.csv", "b,y", "1,2.5", "2,3.5");
        place.Write("empty.csv", "a,b,y", "1,2,", "2,3,");
        if (options.Contains("{e}"))
            Assert.Equal(0, Workplace.Run("train", data, "--target", "y", "--ensemble", "2", "--epochs", "1", "--no-baselines", "--out", place["e"]).Code);
        var files = place.Files;
        var outcome = Workplace.Run(["train", data, .. options.Select(each => each.StartsWith('{') ? place[each.Trim('{', '}')] : each), "--out", place["out"]]);
        Assert.True(outcome.Code == 2 && outcome.Output.Length == 0, $"{outcome.Code}: {outcome.Output}{outcome.Error}");
        Assert.All(expected, part => Assert.Contains(part, outcome.Error, StringComparison.Ordinal));
        Assert.Equal(files, place.Files);
    }

    private string Trained()
    {
        var data = place.WriteNumbers();
        Assert.Equal(0, Workplace.Run("train", data, "--target", "y", "--hidden", "8,6", "--activation", "tanh", "--epochs", "5", "--no-baselines", "--out", place["m"]).Code);
        return data;
    }
}
