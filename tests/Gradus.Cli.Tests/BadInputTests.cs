namespace Gradus.Cli.Tests;

/// <summary>Bad input: exit code 2, a message that names the thing, nothing on standard output, nothing written.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    public static TheoryData<string, string[], string[]> BadTables => new()
    {
        { "empty file", [""], ["bad.csv", "empty"] },
        { "header only", ["a,b,y"], ["header", "no rows"] },
        { "target of one value", [.. Enumerable.Range(0, 50).Select(i => $"{i},1,7").Prepend("a,b,y")], ["'y'", "7", "nothing to learn"] },
        { "target mostly missing", [.. Enumerable.Range(0, 50).Select(i => $"{i},1,{(i % 3 == 0 ? $"{i}.5" : "")}").Prepend("a,b,y")], ["'y'", "missing", "half"] },
        { "too few fields", ["a,b,y", "1,2,3", "1,2", "3,4,5"], ["row 2", "2 fields", "3"] },
        { "too many fields", ["a,b,y", "1,2,3", "1,2,3,4"], ["row 2", "4 fields", "3"] },
        { "number too large", [.. Enumerable.Range(0, 50).Select(i => $"{i},{(i == 7 ? "1e39" : "1")},{i}.5").Prepend("a,b,y")], ["'b'", "1e39", "row 8"] },
        { "infinite number", [.. Enumerable.Range(0, 50).Select(i => $"{i},{(i == 7 ? "inf" : "1")},{i}.5").Prepend("a,b,y")], ["'b'", "inf", "row 8"] },
        { "a class a row", ["a,b,y", "1,2,u", "1,3,v", "2,2,w", "2,3,x", "3,1,z"], ["5 rows", "too few"] },
        { "unclosed quote", ["a,b,y", "1,\"2,3", "4,5,6"], ["quote"] },
        { "two columns of a name", ["a,a,y", "1,2,3", "4,5,6"], ["'a'"] },
        { "no input column", ["y", "1.5", "2.5", "3.5", "4.5", "5.5", "6.5", "7.5", "8.5"], ["no input columns"] },
    };

    [Theory]
    [MemberData(nameof(BadTables))]
    public void Bad_tables_are_refused(string what, string[] lines, string[] expected)
    {
        Refuses(expected, "train", place.Write("bad.csv", lines), "--target", "y", "--out", place["m.safetensors"]);
        Assert.True(place.Files is ["bad.csv"], what);
    }

    public static TheoryData<string[], string[]> BadOptions => new()
    {
        { ["--lr", "0"], ["--lr", "'0'", "above 0", "0.001"] },
        { ["--lr", "-1"], ["--lr", "-1"] },
        { ["--lr", "NaN"], ["--lr", "NaN"] },
        { ["--lr", "1,5"], ["--lr", "1,5"] },
        { ["--hidden", "0"], ["--hidden", "'0'", "1 to", "64,64"] },
        { ["--hidden", "64,,64"], ["--hidden", "64,64"] },
        { ["--hidden", "99999999999"], ["--hidden", "16,384"] },
        { ["--split", "64/16"], ["--split", "64/16/20"] },
        { ["--split", "64/16/30"], ["--split", "make 100"] },
        { ["--split", "0/50/50"], ["--split", "above 0"] },
        { ["--batch", "0"], ["--batch", "all"] },
        { ["--batch", "many"], ["--batch", "'many'"] },
        { ["--epochs", "0"], ["--epochs", "at least 1"] },
        { ["--patience", "x"], ["--patience", "at least 1"] },
        { ["--threads", "0"], ["--threads", "from 1 to 1024"] },
        { ["--threads", "100000"], ["--threads", "'100000'", "from 1 to 1024"] },
        { ["--seed", "-1"], ["--seed", "at least 0"] },
        { ["--columns", "a"], ["--columns", "NAME=KIND"] },
        { ["--columns", "a=text"], ["--columns", "number, category, boolean, ignored"] },
        { ["--columns", "aa=number"], ["'aa'", "'a'"] },
        { ["--weight-decay", "-0.1"], ["--weight-decay", "-0.1", "at least 0"] },
        { ["--weight-decay", "NaN"], ["--weight-decay", "NaN", "0.01"] },
        { ["--l2", "-1"], ["--l2", "'-1'", "at least 0"] },
        { ["--l2", "0.1,x"], ["--l2", "'0.1,x'", "0.001,0,0.01"] },
        { ["--l2", "0.1,0.2"], ["--l2", "2 numbers", "3 layers"] },
        { ["--l1", "x"], ["--l1", "'x'", "at least 0"] },
        { ["--dropout", "1"], ["--dropout", "'1'", "below 1"] },
        { ["--dropout", "0.1,0.2,0.3"], ["--dropout", "'0.1,0.2,0.3'", "0.2,0.5"] },
        { ["--input-noise", "-1"], ["--input-noise", "'-1'", "at least 0"] },
        { ["--max-norm", "0"], ["--max-norm", "'0'", "above 0"] },
        { ["--clip-norm", "-1"], ["--clip-norm", "'-1'", "above 0"] },
        { ["--clip-value", "0"], ["--clip-value", "'0'", "above 0"] },
        { ["--label-smoothing", "1"], ["--label-smoothing", "'1'", "below 1"] },
        { ["--label-smoothing", "0.1"], ["Label smoothing", "'mse'"] },
        { ["--ema", "1"], ["--ema", "'1'", "below 1"] },
        { ["--ema", "0.99", "--swa"], ["--ema", "--swa", "Give one"] },
        { ["--balance"], ["Balancing", "'mse'"] },
        { ["--members", "1"], ["--members", "'1'", "2 to 256"] },
        { ["--members", "many"], ["--members", "'many'", "32"] },
        { ["--member-scales"], ["--member-scales", "--members"] },
        { ["--embed-numbers", "piecewize"], ["--embed-numbers", "'piecewize'", "'piecewise'"] },
        { ["--embed-width", "8"], ["--embed-width", "--embed-numbers"] },
        { ["--embed-bins", "0"], ["--embed-bins", "'0'", "from 1 to 1024"] },
        { ["--embed-numbers", "piecewise", "--embed-deviation", "1"], ["--embed-deviation", "periodic"] },
        { ["--embed-numbers", "periodic", "--embed-deviation", "0"], ["--embed-deviation", "'0'", "above 0"] },
        { ["--residual", "--hidden", "8"], ["--residual", "64,64,64"] },
        { ["--residual", "--hidden", "8,9"], ["--residual", "equal", "8", "9"] },
        { ["--batch-norm", "afterwards"], ["--batch-norm", "'afterwards'", "before or after"] },
        { ["--batch-norm", "--layer-norm"], ["--batch-norm", "--layer-norm"] },
        { ["--batch-norm", "--batch", "1"], ["Batch normalisation", "at least 2"] },
        { ["--hidden", "none", "--dropout", "0.5"], ["--dropout", "hidden"] },
        { ["--ensemble", "1"], ["--ensemble", "'1'", "from 2 to 1000"] },
        { ["--folds", "1"], ["--folds", "'1'", "at least 2"] },
        { ["--folds", "many"], ["--folds", "'many'", "such as 5"] },
        { ["--folds", "5", "--ensemble", "5"], ["--folds", "--ensemble"] },
        { ["--folds", "1000"], ["--folds is 1000", "160 rows"] },
        { ["--ensemble", "2", "--loss", "bce"], ["'bce'", "'y'", "mse"] },
        { ["--activation", "rellu"], ["--activation", "Did you mean 'relu'"] },
        { ["--activation", "relu,tanhh"], ["--activation", "'tanhh'", "Did you mean 'tanh'"] },
        { ["--activation", "relu,tanh,relu"], ["--activation", "3 activations", "2 hidden layers"] },
        { ["--loss", "l7"], ["--loss", "half-squared, mse, mae, huber, quantile, poisson, bce, cross-entropy, focal, hinge"] },
        { ["--loss", "hinge"], ["'hinge'", "'y'", "huber"] },
        { ["--loss", "quantile", "--quantile", "1"], ["--quantile", "below 1"] },
        { ["--loss", "mse", "--quantiles", "0.9"], ["--quantiles", "--loss is mse"] },
        { ["--quantiles", "0.9,0.1"], ["--quantiles", "'0.9,0.1'", "ascending"] },
        { ["--quantiles", "0,0.5"], ["--quantiles", "'0,0.5'", "above 0"] },
        { ["--loss", "mse,huber"], ["2 losses", "mse, huber"] },
        { ["--loss", "bce"], ["'bce'", "'y'", "mse"] },
        { ["--optimizer", "adamm"], ["Did you mean 'adam'"] },
        { ["--stop-on", "rmsee"], ["--stop-on", "'rmsee'", "Did you mean 'rmse'"] },
        { ["--stop-on", "accuracy"], ["--stop-on", "'accuracy'", "loss, none, rmse, mae, r2"] },
        { ["--l2", "0,0.01", "--weight-decay", "0.1"], ["--l2", "--weight-decay", "Leave one"] },
        { ["--stop-on", "none", "--patience", "5"], ["--patience", "--stop-on none"] },
        { ["--validation", "rows.csv", "--split", "100/0"], ["--split is '100/0'", "three percentages"] },
        { ["--standardize", "--preprocess", "nonsense=nowhere"], ["--preprocess", "nowhere"] },
        { ["--stop-on", "mae", "--split", "80/0/20"], ["'mae'", "validation rows", "--stop-on"] },
        { ["--optimizer", "lbfgs", "--batch", "32"], ["L-BFGS", "32", "--batch all"] },
        { ["--optimizer", "lbfgs", "--dropout", "0.5"], ["L-BFGS", "dropout", "another optimiser"] },
        { ["--optimizer", "lbfgs", "--schedule", "cosine"], ["L-BFGS", "'cosine'", "--schedule constant"] },
        { ["--optimizer", "lbfgs", "--weight-decay", "0.1"], ["Weight decay", "L-BFGS", "--l2"] },
        { ["--initializer", "normal"], ["--initializer", "normal(0.01)"] },
        { ["--task", "clasification"], ["Did you mean 'classification'"] },
        { ["--minmax", "--standardize"], ["--minmax", "--standardize"] },
        { ["--preprocess", "robus"], ["--preprocess", "'robus'", "age=robust", "Did you mean 'robust'"] },
        { ["--preprocess", "=log"], ["--preprocess", "NAME=SCALING"] },
        { ["--preprocess", "log,robust"], ["--preprocess", "all columns", "two scalings", "'robust'"] },
        { ["--preprocess", "a=log", "--preprocess", "a=none"], ["'a'", "two scalings"] },
        { ["--preprocess", "robust", "--minmax"], ["--preprocess", "--minmax"] },
        { ["--preprocess", "y=log"], ["'y'", "target", "--target-transform"] },
        { ["--preprocess", "aa=log"], ["'aa'", "'a'"] },
        { ["--clip-outliers", "50%"], ["--clip-outliers", "'50%'", "below 50"] },
        { ["--clip-outliers", "0"], ["--clip-outliers", "'0'", "above 0"] },
        { ["--embed"], ["category columns", "none", "--embed"] },
        { ["--embed", "0"], ["--embed", "'0'", "1 to 1024", "city=16"] },
        { ["--embed", "a"], ["--embed", "'a'", "city=16"] },
        { ["--embed", "a=8,a=4"], ["--embed", "'a'", "twice"] },
        { ["--embed", "a=8"], ["'a'", "number", "a=category"] },
        { ["--embed", "aa=8"], ["'aa'", "'a'"] },
        { ["--rare", "0"], ["--rare", "at least 1"] },
        { ["--target-transform", "power"], ["--target-transform", "standard, minmax, log, none"] },
        { ["--delimiter", ";;"], ["--delimiter", "one character"] },
        { ["--target", "Y2"], ["'Y2'", "Did you mean 'y'"] },
        { ["--target", "y,a,y"], ["twice"] },
        { ["--target", "y,bb"], ["'bb'", "Did you mean 'b'"] },
        { ["--target", "y,a,b"], ["no input columns"] },
        { ["--epoch", "5"], ["'--epoch'", "Did you mean '--epochs'"] },
        { ["--lr"], ["--lr"] },
        { ["--lr", "1e39"], ["--lr", "'1e39'", "float32", "Infinity"] },
        { ["--max-norm", "1e-300"], ["--max-norm", "'1e-300'", "float32", "for 0"] },
        { ["--dropout", "0.99999999999"], ["--dropout", "float32", "for 1"] },
        { ["--l2", "0,1e39,0"], ["--l2", "float32", "'1e39'"] },
        { ["--quantiles", "0.5,0.50000000001"], ["--quantiles", "ascending"] },
        { ["--initializer", "constant(1e39)"], ["--initializer", "'constant(1e39)'", "normal(0.01)"] },
        { ["--embed-numbers", "piecewise", "--embed-width", "100000"], ["--embed-width", "'100000'", "from 1 to 1024"] },
        { ["--ensemble", "100000"], ["--ensemble", "'100000'", "from 2 to 1000"] },
        { ["--hidden", "16384,16384,16384,16384,16384,16384"], ["2-16384-16384", "1,342,324,752 parameters", "narrower"] },
        { ["--hidden", "none", "--activation", "relu"], ["--activation", "hidden layers", "--hidden 64,64"] },
        { ["--patience", "5", "--split", "80/0/20"], ["--patience", "validation rows", "--split"] },
        { ["--optimizer", "lbfgs", "--clip-norm", "1"], ["Clipping", "L-BFGS", "line search"] },
        { ["--columns", "a=number,a=category"], ["--columns", "'a' twice", "'a=category'"] },
        { ["--from", ""], ["--from is empty", "model.safetensors"] },
        { ["--validation", "-"], ["--validation", "standard input"] },
        { ["surplus"], ["'surplus'"] },
        { ["--out", ""], ["--out"] },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Bad_options_are_refused(string[] options, string[] expected)
    {
        string[] target = options[0] == "--target" ? [] : ["--target", "y"];
        string[] output = options[0] == "--out" ? [] : ["--out", place["m.safetensors"]];
        Refuses(expected, ["train", place.WriteNumbers(), .. target, .. output, .. options]);
        Assert.Equal(["numbers.csv"], place.Files);
    }

    [Fact]
    public void Text_in_a_column_that_is_declared_a_number_is_refused_with_its_row() => Refuses(["'a'", "row 3", "'four'", "not a number"],
        "train", place.Write("bad.csv", "a,y", "1,1.5", "2,2.5", "four,3.5"), "--target", "y", "--columns", "a=number", "--out", place["m"]);

    [Fact]
    public void A_missing_file_is_named_and_the_nearest_suggested()
    {
        place.WriteNumbers();
        Refuses(["number.csv", "Did you mean 'numbers.csv'"], "train", place["number.csv"], "--target", "y");
    }

    [Fact]
    public void An_unknown_data_set_is_named_and_the_nearest_suggested() => Refuses(["'minst'", "Did you mean 'mnist'"], "train", "minst");

    [Fact]
    public void A_missing_target_option_is_asked_for() => Refuses(["--target"], "train", place.WriteNumbers());

    [Fact]
    public void An_unwritable_output_is_found_before_training()
    {
        var data = place.WriteNumbers();
        Refuses([Path.Combine("numbers.csv", "m.safetensors"), "cannot be written"], "train", data, "--target", "y",
            "--epochs", "100000000", "--patience", "100000000", "--out", Path.Combine(data, "m.safetensors"));
        Directory.CreateDirectory(place["folder"]);
        Refuses(["folder"], "train", data, "--target", "y", "--out", place["folder"]);
        Refuses(["data file itself"], "train", data, "--target", "y", "--out", data);
        Assert.Equal(["folder", "numbers.csv"], place.Files);
    }

    [Theory]
    [InlineData("trian", "train")]
    [InlineData("evalute", "evaluate")]
    [InlineData("--versoin", "--version")]
    public void Unknown_commands_are_answered_with_the_nearest(string typed, string meant) => Refuses([$"'{typed}'", $"Did you mean '{meant}'"], typed);

    [Fact]
    public void A_command_without_its_arguments_is_refused() => Refuses(["DATA"], "train");

    [Fact]
    public void Damaged_model_files_are_refused()
    {
        var data = place.WriteNumbers();
        Workplace.Run("train", data, "--target", "y", "--epochs", "1", "--no-baselines", "--out", place["good"]);
        var good = File.ReadAllBytes(place["good"]);
        var bad = place["bad.safetensors"];
        void Damaged(byte[] bytes)
        {
            File.WriteAllBytes(bad, bytes);
            foreach (var command in (string[][])[["evaluate", bad, data], ["predict", bad, data], ["describe", bad]])
                Refuses(["bad.safetensors"], command);
        }

        Damaged([]);
        Damaged(good[..5]);
        Damaged(good[..(good.Length / 2)]);
        Damaged(good[..^1]);
        foreach (var at in (int[])[0, 3, 8, 20, good.Length / 2, good.Length - 1])
        {
            var flipped = (byte[])good.Clone();
            flipped[at] ^= 0x10;
            Damaged(flipped);
        }

        Damaged(WithHeader(good, header => header.Replace("\"layer1.b\"", "\"layer1.W\"", StringComparison.Ordinal)));   // twice the same key
        Damaged(WithHeader(good, header => header.Replace("\"shape\":[2,64]", "\"shape\":[2147483647,2147483647]", StringComparison.Ordinal)));
        Damaged(WithHeader(good, header => header.Replace("\"gradus.version\":\"1\"", "\"gradus.version\":\"999\"", StringComparison.Ordinal)));
        Refuses(["nowhere.safetensors"], "describe", place["nowhere.safetensors"]);
        Assert.Equal(0, Workplace.Run("describe", place["good"]).Code);
    }

    [Fact]
    public void Predicting_refuses_a_missing_column_and_one_of_another_kind()
    {
        var model = place["m.safetensors"];
        Workplace.Run("train", place.WriteNumbers(), "--target", "y", "--epochs", "1", "--no-baselines", "--out", model);
        var missing = place.Write("missing.csv", "a,bb", "1,2", "3,4");
        Refuses(["'b'", "Did you mean 'bb'"], "predict", model, missing, "--out", place["p.csv"]);
        Refuses(["'b'"], "predict", model, missing);
        Refuses(["'y'"], "evaluate", model, place.Write("targetless.csv", "a,b", "1,2", "3,4"));
        Refuses(["'b'", "'red'", "row 2", "not a number"], "predict", model, place.Write("kind.csv", "a,b", "1,2", "3,red"), "--out", place["p.csv"]);
        Refuses(["nowhere.csv"], "predict", model, place["nowhere.csv"], "--out", place["p.csv"]);
        Refuses(["--out"], "predict", model, missing, "--json");
        Refuses(["also what is read"], "predict", model, missing, "--out", model);
        Assert.DoesNotContain("p.csv", place.Files);
    }

    [Fact]
    public void Evaluating_refuses_an_unknown_class()
    {
        Workplace.Run("train", place.WriteClasses("no", "yes"), "--target", "kind", "--epochs", "1", "--no-baselines", "--out", place["m"]);
        Refuses(["'kind'", "'other'"], "evaluate", place["m"], place.Write("x.csv", "a,b,kind", "1,2,other", "1,2,other2"));
    }

    [Fact]
    public void The_scaling_of_a_target_is_refused_for_classes() => Refuses(["(Log)", "'kind'", "classes"],
        "train", place.WriteClasses("no", "yes"), "--target", "kind", "--target-transform", "log", "--out", place["m"]);

    [Fact]
    public void Whole_numbers_that_were_taken_for_classes_are_explained_where_the_loss_is_one_of_numbers() =>
        Refuses(["'mse'", "one of 4 classes", "whole numbers", "--task regression"], "train",
            place.Write("whole.csv", Enumerable.Range(0, 200).Select(i => $"{i % 17},{i % 4}").Prepend("a,y")), "--target", "y", "--loss", "mse", "--out", place["m"]);

    [Fact]
    public void An_empty_path_of_data_is_refused() => Refuses(["DATA is empty"], "train", "", "--target", "y");

    [Fact]
    public void Data_are_no_validation_rows_of_themselves()
    {
        var data = place.WriteNumbers();
        Refuses(["--validation", "the data itself"], "train", data, "--target", "y", "--validation", data, "--out", place["m"]);
    }

    [Fact]
    public void Quantiles_of_classes_are_refused() => Refuses(["quantile(0.1,0.9)", "'kind'", "two classes", "quantiles are of numbers"],
        "train", place.WriteClasses("no", "yes"), "--target", "kind", "--quantiles", "0.1,0.9", "--out", place["m"]);

    [Fact]
    public void Fetching_an_unknown_data_set_is_refused() => Refuses(["'mnits'", "'mnist'"], "data", "get", "mnits");

    private static byte[] WithHeader(byte[] file, Func<string, string> change)
    {
        var length = (int)BitConverter.ToInt64(file);
        var header = System.Text.Encoding.UTF8.GetString(file, 8, length);
        var changed = change(header);
        Assert.NotEqual(header, changed);
        var bytes = System.Text.Encoding.UTF8.GetBytes(changed);
        return [.. BitConverter.GetBytes((long)bytes.Length), .. bytes, .. file.AsSpan(8 + length)];
    }

    private static void Refuses(string[] expected, params string[] args)
    {
        var outcome = Workplace.Run(args);
        Assert.True(outcome.Code == 2, $"exit code {outcome.Code}: {outcome.Error}");
        Assert.Empty(outcome.Output);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.All(expected, part => Assert.Contains(part, outcome.Error, StringComparison.Ordinal));
    }
}
