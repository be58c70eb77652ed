using System.Globalization;

namespace Gradus.Cli.Tests;

public sealed class PredictTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Predicted_classes_give_the_accuracy_that_evaluate_gives()
    {
        Workplace.Run("train", Workplace.Digits, "--epochs", "5", "--no-baselines", "--out", place["m"]);
        var outcome = Workplace.Run("predict", place["m"], Workplace.Digits, "--out", place["p.csv"], "--json");
        Assert.Equal((0, 1797), (outcome.Code, (int?)outcome.Json["rows"]));
        var lines = File.ReadAllLines(place["p.csv"]);
        Assert.Equal("digit,p(0),p(1),p(2),p(3),p(4),p(5),p(6),p(7),p(8),p(9)", lines[0]);
        var truths = File.ReadLines(Workplace.Digits).Skip(1).Select(line => line[(line.LastIndexOf(',') + 1)..]).ToArray();
        var hits = lines.Skip(1).Zip(truths).Count(each => each.First.Split(',')[0] == each.Second);
        var evaluated = Workplace.Run("evaluate", place["m"], Workplace.Digits, "--json").Json;
        Assert.Equal(1797, (int?)evaluated["rows"]);
        Assert.Equal((double?)evaluated["metrics"]?["accuracy"], hits / 1797.0);
        Assert.Equal(hits, Enumerable.Range(0, 10).Sum(i => (int?)evaluated["confusion"]?[i]?[i]));
        Assert.Equal(1797, evaluated["classes"]?.AsArray().Sum(each => (int?)each?["support"]));
        Assert.All(lines.Skip(1), line => Assert.Equal(1, line.Split(',').Skip(1).Sum(p => double.Parse(p, CultureInfo.InvariantCulture)), 1e-5));
    }

    [Fact]
    public void Predicted_numbers_give_the_error_that_evaluate_gives()
    {
        var data = place.WriteNumbers();
        Workplace.Run("train", data, "--target", "y", "--epochs", "5", "--no-baselines", "--out", place["m"]);
        var lines = Workplace.Run("predict", place["m"], data).Output.TrimEnd('\n').Split('\n');
        Assert.Equal("y", lines[0]);
        Assert.Contains(lines, line => line.StartsWith('-'));   // a negative number stays one
        var truths = File.ReadLines(data).Skip(1).Select(line => double.Parse(line[(line.LastIndexOf(',') + 1)..], CultureInfo.InvariantCulture));
        var squares = lines.Skip(1).Select(line => double.Parse(line, CultureInfo.InvariantCulture)).Zip(truths, (y, t) => (y - t) * (y - t));
        var evaluated = Workplace.Run("evaluate", place["m"], data, "--json").Json;
        Assert.Equal((double?)evaluated["metrics"]?["rmse"] ?? 0, Math.Sqrt(squares.Average()), 1e-5);
    }

    [Fact]
    public void Evaluate_finds_the_test_part_that_train_measured()
    {
        var trained = Workplace.Run("train", Workplace.Digits, "--epochs", "3", "--seed", "5", "--no-baselines", "--out", place["m"], "--json").Json;
        var evaluated = Workplace.Run("evaluate", place["m"], Workplace.Digits, "--part", "test", "--json").Json;
        Assert.Equal((double?)trained["test"]?["logLoss"], (double?)evaluated["metrics"]?["logLoss"]);
    }

    [Fact]
    public void Evaluate_shows_classes_and_confusions()
    {
        Workplace.Run("train", Workplace.Digits, "--epochs", "3", "--no-baselines", "--out", place["m"]);
        var outcome = Workplace.Run("evaluate", place["m"], Workplace.Digits);
        Assert.All((string[])["1,797 rows: accuracy", "precision", "recall", "F1", "true \\ predicted"],
            part => Assert.Contains(part, outcome.Output, StringComparison.Ordinal));
        Assert.All(outcome.Output.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void Texts_that_a_spreadsheet_would_run_are_disarmed()
    {
        var data = place.WriteClasses("=cmd|' /C calc'!A0", "+yes");
        Workplace.Run("train", data, "--target", "kind", "--epochs", "1", "--no-baselines", "--out", place["m"]);
        var lines = Workplace.Run("predict", place["m"], data).Output.TrimEnd('\n').Split('\n');
        Assert.Equal(121, lines.Length);
        Assert.All(lines.Skip(1), line => Assert.Matches("""^"?'(=cmd|\+yes)""", line));
    }

    [Fact]
    public void Standard_input_is_read_as_a_file_is()
    {
        var data = place.WriteNumbers();
        Workplace.Run("train", data, "--target", "y", "--epochs", "2", "--no-baselines", "--out", place["m"]);
        using var input = File.OpenRead(data);
        var piped = Workplace.RunWithInput(input, "predict", place["m"], "-");
        Assert.Equal(Workplace.Run("predict", place["m"], data).Output, piped.Output);
    }

    [Fact]
    public void Columns_that_the_model_does_not_need_may_hold_anything_and_stand_anywhere()
    {
        var data = place.WriteNumbers();
        Workplace.Run("train", data, "--target", "y", "--epochs", "2", "--no-baselines", "--out", place["m"]);
        var shuffled = File.ReadLines(data).Select((line, i) => line.Split(',') is var f && i == 0 ? "note,b,a" : $"note {i},{line.Split(',')[1]},{line.Split(',')[0]}");
        Assert.Equal(Workplace.Run("predict", place["m"], data).Output, Workplace.Run("predict", place["m"], place.Write("s.csv", shuffled)).Output);
    }

    [Fact]
    public void Many_rows_are_predicted_in_chunks_and_unseen_categories_are_counted_over_all()
    {
        var rows = Enumerable.Range(0, 100).Select(i => $"{(i % 2 == 0 ? "red" : "blue")},{i % 2}.5").Prepend("colour,y");
        Workplace.Run("train", place.Write("t.csv", rows), "--target", "y", "--epochs", "1", "--no-baselines", "--out", place["m"]);
        var many = Enumerable.Range(0, 50_000).Select(i => i is 20_000 or 40_000 ? "green" : "red").Prepend("colour");
        var outcome = Workplace.Run("predict", place["m"], place.Write("many.csv", many), "--out", place["p.csv"]);
        Assert.Equal(0, outcome.Code);
        Assert.Equal(50_001, File.ReadLines(place["p.csv"]).Count());
        Assert.Contains("2 values that training did not have, such as 'green' (row 20001)", outcome.Error, StringComparison.Ordinal);
    }
}
