using System.Text.Json.Nodes;

namespace Gradus.Cli.Tests;

public sealed class TrainTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Digits_are_learnt_and_reported_beside_the_baselines()
    {
        var outcome = Workplace.Run("train", Workplace.Digits, "--target", "digit", "--out", place["d.safetensors"]);
        Assert.Equal(0, outcome.Code);
        foreach (var part in (string[])["1,797 rows", "digit: 10 classes", "1,150 training · 288 validation · 359 test", "64-64-64-10 relu",
            "8,970 parameters", "softmax regression", "always the most frequent class", "accuracy", "log-loss", "Saved "])
            Assert.Contains(part, outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', outcome.Output + outcome.Error);
        Assert.All(outcome.Output.Split('\n').Where(line => !line.Contains("Saved", StringComparison.Ordinal)),
            line => Assert.True(line.Length <= 80, line));
        Assert.Equal(["d.safetensors"], place.Files);
    }

    [Fact]
    public void Json_is_one_object_with_the_documented_members()
    {
        var outcome = Workplace.Run("train", Workplace.Digits, "--seed", "1", "--out", place["d.safetensors"], "--json");
        Assert.Equal(0, outcome.Code);
        var json = outcome.Json;
        Assert.Equal("classification", (string?)json["task"]);
        Assert.Equal((1150, 288, 359), ((int?)json["rows"]?["train"], (int?)json["rows"]?["validation"], (int?)json["rows"]?["test"]));
        Assert.Equal(8970, (int?)json["parameters"]);
        Assert.Equal(1, (int?)json["seed"]);
        Assert.Equal("earlyStopping", (string?)json["stopReason"]);
        Assert.Equal(place["d.safetensors"], (string?)json["model"]);
        Assert.Equal(20, (int?)json["epochs"] - (int?)json["bestEpoch"]);
        Assert.True((double?)json["seconds"] > 0 && (double?)json["examplesPerSecond"] > 0);
        Assert.True((double?)json["test"]?["accuracy"] >= 0.95, outcome.Output);
        Assert.True((double?)json["validation"]?["accuracy"] >= 0.95, outcome.Output);
        Assert.InRange((double?)json["baselines"]?["linear"]?["accuracy"] ?? 0, 0.93, 0.98);
        Assert.InRange((double?)json["baselines"]?["constant"]?["accuracy"] ?? 0, 0.09, 0.12);
        Assert.InRange((double?)json["baselines"]?["constant"]?["logLoss"] ?? 0, 2.30, 2.31);   // ln 10
    }

    [Fact]
    public void Scalings_are_chosen_for_all_columns_and_for_one()
    {
        var outcome = Workplace.Run("train", place.WriteNumbers(), "--target", "y", "--epochs", "200", "--preprocess", "quantile,b=robust",
            "--target-transform", "minmax", "--out", place["m.safetensors"], "--json");
        Assert.Equal(0, outcome.Code);
        Assert.True((double?)outcome.Json["test"]?["r2"] > 0.5, outcome.Output);
        var inputs = Workplace.Run("describe", place["m.safetensors"], "--json").Json["inputs"];
        Assert.Contains("quantiles", (string?)inputs?[0]?["preprocessing"], StringComparison.Ordinal);
        Assert.Contains("robust", (string?)inputs?[1]?["preprocessing"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2-24-24-24-1 (8 members)", "--members", "8", "--residual", "--batch-norm", "--dropout", "0.1", "--hidden", "24,24,24")]
    [InlineData("2-24-24-1 (8 members)", "--members", "8", "--member-scales", "--embed-numbers", "periodic", "--embed-width", "5", "--activation", "prelu,maxout")]
    [InlineData("2-48-48-1", "--embed-numbers", "piecewise", "--embed-width", "6", "--embed-bins", "12", "--activation", "maxout", "--layer-norm")]
    public void Members_embeddings_and_residual_blocks_train_and_their_models_answer(string network, params string[] options)
    {
        var data = place.WriteNumbers();
        string[] hidden = options.Contains("--hidden") ? [] : ["--hidden", "24,24"];
        var outcome = Workplace.Run([
            "train", data, "--target", "y", "--epochs", "60", "--optimizer", "adamw", "--lr", "0.01", .. hidden, .. options, "--out", place["m.safetensors"], "--json"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(network, (string?)outcome.Json["network"]);
        var r2 = (double?)outcome.Json["test"]?["r2"];
        Assert.True(r2 > 0.5, outcome.Output);
        Assert.Equal(r2, (double?)Workplace.Run("evaluate", place["m.safetensors"], data, "--part", "test", "--json").Json["metrics"]?["r2"]);
        Assert.Equal(0, Workplace.Run("describe", place["m.safetensors"]).Code);
        Assert.Equal(0, Workplace.Run("describe", place["m.safetensors"], "--json").Code);
        var explained = Workplace.Run("explain", place["m.safetensors"], data, "--row", "3");
        Assert.True(explained.Code == 0, explained.Error);
        Assert.Equal(options.Contains("--members"), explained.Output.Contains("for each of 8 members", StringComparison.Ordinal));
        Assert.Equal(0, Workplace.Run("explain", place["m.safetensors"], data, "--row", "3", "--json").Code);
    }

    [Fact]
    public void Embedding_numbers_where_there_are_none_is_refused()
    {
        var data = place.Write("c.csv", [.. Enumerable.Range(0, 60).Select(i => $"{"uvw"[i % 3]},{"yn"[i % 2]}").Prepend("a,y")]);
        var outcome = Workplace.Run("train", data, "--target", "y", "--embed-numbers", "piecewise", "--out", place["m.safetensors"]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("piecewise-embedding", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("none", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_classes_have_a_roc_auc()
    {
        var outcome = Workplace.Run("train", place.WriteClasses("no", "yes"), "--target", "kind", "--out", place["m.safetensors"], "--json");
        Assert.Equal(["accuracy", "logLoss", "rocAuc"], outcome.Json["test"]?.AsObject().Select(each => each.Key));
        Assert.Equal(0.5, (double?)outcome.Json["baselines"]?["constant"]?["rocAuc"]);
    }

    [Fact]
    public void A_regression_is_measured_in_the_target_s_units()
    {
        var outcome = Workplace.Run("train", place.WriteNumbers(), "--target", "y", "--hidden", "none", "--lr", "0.05",
            "--out", place["m.safetensors"], "--json");
        Assert.Equal(["rmse", "mae", "r2"], outcome.Json["test"]?.AsObject().Select(each => each.Key));
        Assert.True((double?)outcome.Json["test"]?["rmse"] < 0.5, outcome.Output);
        Assert.True((double?)outcome.Json["baselines"]?["linear"]?["rmse"] < 0.5, outcome.Output);
        Assert.InRange((double?)outcome.Json["baselines"]?["constant"]?["r2"] ?? 1, -0.2, 0.0);
        Assert.Equal(3, (int?)outcome.Json["parameters"]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_file_whatever_the_number_of_threads()
    {
        foreach (var threads in (string[])["1", "2"])
            Workplace.Run("train", Workplace.Digits, "--epochs", "2", "--no-baselines", "--threads", threads, "--out", place[threads]);
        var models = ((string[])["1", "2"]).Select(threads => Model.Load(place[threads])).ToArray();
        var expected = models[0].Network.Parameters.Select(each => models[0].Weights[each.Expression].ToArray());
        Assert.Equal(expected, models[1].Network.Parameters.Select(each => models[1].Weights[each.Expression].ToArray()));
    }

    [Fact]
    public void Options_reach_the_model()
    {
        var outcome = Workplace.Run("train", place.WriteNumbers(), "--target", "y", "--hidden", "5, 4", "--activation", "tanh,gelu", "--loss", "half-squared",
            "--optimizer", "sgd", "--lr", "0.02", "--batch", "all", "--epochs", "3", "--initializer", "normal(0.1)", "--minmax",
            "--split", "50/25/25", "--seed", "7", "--columns", "b=ignored", "--no-baselines", "--out", place["m.safetensors"], "--json");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("'b'", outcome.Error, StringComparison.Ordinal);
        Assert.False(outcome.Json.ContainsKey("baselines"));
        var json = Workplace.Run("describe", place["m.safetensors"], "--json").Json;
        Assert.Equal("1-5-4-1", (string?)json["network"]);
        Assert.Equal("half-squared", (string?)json["loss"]);
        Assert.Equal(("tanh", "normal(0.1)"), ((string?)json["layers"]?[0]?["activation"], (string?)json["layers"]?[2]?["weights"]));
        Assert.Equal("gelu", (string?)json["layers"]?[1]?["activation"]);
        Assert.Equal(("sgd", 0.02, 100), ((string?)json["training"]?["optimizer"], (double?)json["training"]?["learningRate"], (int?)json["training"]?["batchSize"]));
        Assert.Equal((7, 3, 50), ((int?)json["training"]?["seed"], (int?)json["training"]?["epochs"], (int?)json["training"]?["validationRows"]));
        Assert.Contains("0 … 16 to 0 … 1", (string?)json["inputs"]?[0]?["preprocessing"], StringComparison.Ordinal);
    }

    [Fact]
    public void Regularisation_and_normalisation_reach_the_model()
    {
        foreach (var (norm, kind) in new[] { ("--batch-norm", "batch-normalization"), ("--layer-norm", "layer-normalization") })
        {
            var outcome = Workplace.Run("train", Workplace.Digits, "--hidden", "20", "--activation", "gelu", "--dropout", "0.1,0.3", "--input-noise", "0.05",
                norm, "--l2", "1e-4", "--l1", "1e-5", "--weight-decay", "0", "--label-smoothing", "0.1", "--max-norm", "3", "--clip-norm", "1",
                "--clip-value", "0.5", "--ema", "0.9", "--balance", "--epochs", "60", "--no-baselines", "--out", place["m.safetensors"], "--json");
            Assert.True(outcome.Code == 0, outcome.Error);
            Assert.True((double?)outcome.Json["test"]?["accuracy"] > 0.85, outcome.Output);
            var layers = Workplace.Run("describe", place["m.safetensors"], "--json").Json["layers"]?.AsArray();
            Assert.Equal(["gaussian-noise", "dropout", "dense", kind, "dropout", "dense"], layers?.Select(layer => (string?)layer?["kind"]));
            Assert.Equal("gelu", (string?)layers?[3]?["activation"]);
            if (kind == "batch-normalization")
            {
                outcome = Workplace.Run("train", Workplace.Digits, "--hidden", "20,10", "--activation", "gelu,tanh", norm, "after", "--l2", "0.001,0,0.01", "--swa",
                    "--stop-on", "accuracy", "--schedule", "plateau", "--epochs", "5", "--no-baselines", "--out", place["after.safetensors"], "--json");
                Assert.True(outcome.Code == 0, outcome.Error);
                layers = Workplace.Run("describe", place["after.safetensors"], "--json").Json["layers"]?.AsArray();
                Assert.Equal(["gelu", "identity", "tanh", "identity", "identity"], layers?.Select(layer => (string?)layer?["activation"]));
            }

            Assert.Equal(0, Workplace.Run("describe", place["m.safetensors"]).Code);
            Assert.Equal(0, Workplace.Run("evaluate", place["m.safetensors"], Workplace.Digits).Code);
        }
    }

    [Fact]
    public void Every_loss_is_taken_for_a_target_that_it_fits()
    {
        var counts = place.Write("counts.csv", Enumerable.Range(0, 200).Select(i => $"{i % 25},{(i % 25) + (i % 3)}").Prepend("a,n"));
        var classes = place.Write("classes.csv", Enumerable.Range(0, 200).Select(i => $"{i % 25},{(i % 25 > 12 ? "yes" : "no")}").Prepend("a,c"));
        foreach (var loss in Loss.All)
        {
            var (data, target) = loss.ReadOut is ReadOut.Identity or ReadOut.Exponential ? (counts, "n") : (classes, "c");
            string[] quantile = loss.Kind == "quantile" ? ["--quantile", "0.9"] : [];
            var outcome = Workplace.Run(["train", data, "--target", target, "--loss", loss.Kind, .. quantile, "--lr", "0.01", "--epochs", "60", "--no-baselines",
                "--out", place["m.safetensors"], "--json"]);
            Assert.True(outcome.Code == 0, $"{loss}: {outcome.Error}");
            var (metric, least) = target == "n" ? ("r2", 0.9) : ("accuracy", 0.9);
            Assert.True((double?)outcome.Json["test"]?[metric] > least, $"{loss}: {outcome.Output}");
            Assert.Equal(quantile.Length > 0 ? "quantile(0.9)" : loss.Name, Model.Load(place["m.safetensors"]).Loss.Name);
        }
    }

    [Fact]
    public void Every_listed_name_is_taken_by_its_option()
    {
        var data = place.WriteNumbers();
        foreach (var (option, name) in Activation.All.Select(each => ("--activation", each.Name))
            .Concat(Optimizer.All.Select(each => ("--optimizer", each.Name)))
            .Concat(Schedule.All.Select(each => ("--schedule", each.Name)))
            .Concat(((string[])["zeros", "constant(0.1)", "uniform(-0.1,0.1)", "normal(0.01)", "xavier-uniform", "xavier-normal", "he-uniform", "he-normal", "lecun-normal"])
                .Select(each => ("--initializer", each))))
        {
            var outcome = Workplace.Run("train", data, "--target", "y", option, name, "--epochs", "1", "--no-baselines", "--out", place["m.safetensors"]);
            Assert.True(outcome.Code == 0, $"{option} {name}: {outcome.Error}");
        }

        var help = Workplace.Run("train", "--help").Output;
        Assert.All(Activation.All.Select(each => each.Name).Concat(Loss.All.Select(each => each.Kind)).Concat(Optimizer.All.Select(each => each.Name)).Concat(Schedule.All.Select(each => each.Name)),
            name => Assert.Contains(name, help, StringComparison.Ordinal));
    }

    [Fact]
    public void A_number_can_be_made_a_class_and_whole_numbers_a_regression()
    {
        var numbers = place.WriteNumbers();
        var json = Workplace.Run("train", numbers, "--target", "a", "--task", "regression", "--out", place["m"], "--json").Json;
        Assert.Equal("regression", (string?)json["task"]);
        var rows = Enumerable.Range(0, 150).Select(i => $"{i % 5},{(i % 5) + 0.5}".Replace(',', ';')).Prepend("a;y");
        json = Workplace.Run("train", place.Write("c.csv", rows), "--target", "y", "--task", "classification", "--out", place["m"], "--json").Json;
        Assert.Equal("classification", (string?)json["task"]);
    }

    [Fact]
    public void The_default_split_can_do_without_validation_and_test()
    {
        var outcome = Workplace.Run("train", place.WriteNumbers(), "--target", "y", "--split", "100/0/0", "--epochs", "5", "--out", place["m"], "--json");
        Assert.Equal(0, outcome.Code);
        Assert.Equal(200, (int?)outcome.Json["rows"]?["train"]);
        Assert.False(outcome.Json.ContainsKey("test") || outcome.Json.ContainsKey("validation"));
    }

    [Fact]
    public void Interrupted_training_keeps_and_saves_the_best_weights()
    {
        using var interruption = new CancellationTokenSource();
        using var error = new InterruptingWriter(interruption);
        var outcome = Workplace.RunUntil(
            error, ["train", Workplace.Digits, "--epochs", "100000", "--patience", "100000", "--out", place["d.safetensors"], "--json"], interruption.Token);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("Cancelled: the weights of epoch", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("cancelled", (string?)outcome.Json["stopReason"]);
        Assert.True(outcome.Json["test"] is JsonObject);
        Assert.Equal(["d.safetensors"], place.Files);
        Assert.Equal(StopReason.Cancelled, Model.Load(place["d.safetensors"]).Training?.StopReason);
    }

    [Fact]
    public void Interrupted_before_anything_was_learnt_saves_nothing()
    {
        var outcome = Workplace.RunUntil(
            new StringWriter(), ["train", Workplace.Digits, "--out", place["d.safetensors"]], new CancellationToken(canceled: true));
        Assert.Equal(1, outcome.Code);
        Assert.Contains("nothing was written", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(place.Files);
    }

    [Fact]
    public void Divergence_at_once_saves_nothing_and_says_what_to_do()
    {
        var data = place.WriteNumbers();
        var outcome = Workplace.Run("train", data, "--target", "y", "--optimizer", "sgd", "--lr", "1e30", "--batch", "8", "--out", place["m"], "--json");
        Assert.Equal(1, outcome.Code);
        foreach (var part in (string[])["epoch 1", "step", "learning rate 1E+30", "Lower the learning rate", "No model was saved"])
            Assert.Contains(part, outcome.Error, StringComparison.Ordinal);
        Assert.Equal("diverged", (string?)outcome.Json["stopReason"]);
        Assert.Null(outcome.Json["model"]);
        Assert.Equal(["numbers.csv"], place.Files);
    }

    [Fact]
    public void Divergence_after_an_epoch_saves_the_best_weights()
    {
        var outcome = Workplace.Run("train", place.WriteNumbers(), "--target", "y", "--hidden", "none", "--optimizer", "sgd", "--lr", "100",
            "--batch", "all", "--patience", "1000", "--out", place["m"]);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("Lower the learning rate", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("Saved", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(StopReason.Diverged, Model.Load(place["m"]).Training?.StopReason);
    }

    [Fact]
    public void Rows_without_a_target_are_left_out_and_counted()
    {
        var lines = File.ReadAllLines(place.WriteNumbers()).Select((line, i) => i % 10 == 5 ? line[..(line.LastIndexOf(',') + 1)] : line);
        var outcome = Workplace.Run("train", place.Write("gaps.csv", lines), "--target", "y", "--epochs", "2", "--out", place["m"], "--json");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("rows left out: their target is missing", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(180, outcome.Json["rows"]?.AsObject().Sum(each => (int?)each.Value));
    }

    [DataFact("california-housing.csv")]
    public void California_housing_is_learnt()
    {
        var json = Workplace.Run("train", SharedData.At("california-housing.csv"), "--seed", "1", "--out", place["m"], "--json").Json;
        Assert.True((double?)json["test"]?["rmse"] <= 55_000, json.ToJsonString());
        Assert.InRange((double?)json["baselines"]?["linear"]?["rmse"] ?? 0, 67_000, 72_000);
    }

    [DataFact("mnist")]
    public void Mnist_keeps_its_own_test_part()
    {
        var outcome = Workplace.Run("train", SharedData.At("mnist"), "--hidden", "32", "--epochs", "1", "--no-baselines", "--out", place["m"], "--json");
        Assert.Equal((54_000, 6_000, 10_000), ((int?)outcome.Json["rows"]?["train"], (int?)outcome.Json["rows"]?["validation"], (int?)outcome.Json["rows"]?["test"]));
        Assert.True((double?)outcome.Json["test"]?["accuracy"] > 0.9, outcome.Output);
        var evaluated = Workplace.Run("evaluate", place["m"], SharedData.At("mnist"), "--json").Json;
        Assert.Equal(("test", 10_000), ((string?)evaluated["part"], (int?)evaluated["rows"]));
        Assert.Equal((double?)outcome.Json["test"]?["accuracy"], (double?)evaluated["metrics"]?["accuracy"]);
    }

    [DataFact("penguins.csv")]
    public void Penguins_are_learnt() => Learns("penguins.csv", "species", 0.95);

    [DataFact("titanic.csv")]
    public void Titanic_is_learnt() => Learns("titanic.csv", "survived", 0.75, "--columns", "alive=ignored");

    private void Learns(string file, string target, double accuracy, params string[] more)
    {
        var outcome = Workplace.Run(["train", SharedData.At(file), "--target", target, "--out", place["m"], "--json", .. more]);
        Assert.Equal(0, outcome.Code);
        Assert.True((double?)outcome.Json["test"]?["accuracy"] >= accuracy, outcome.Output);
    }
}
