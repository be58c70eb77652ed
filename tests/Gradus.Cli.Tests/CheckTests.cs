namespace Gradus.Cli.Tests;

public sealed class CheckTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_leaking_column_fails_the_check()
    {
        var outcome = Workplace.Run("check", Leaking(), "--target", "y", "--hidden", "8");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("fail leakage", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("'copy'", outcome.Output, StringComparison.Ordinal);
        Assert.All(outcome.Output.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 80, line));
    }

    [Fact]
    public void Fix_leaves_it_out_and_prints_the_line_that_trains()
    {
        var outcome = Workplace.Run("check", Leaking(), "--target", "y", "--hidden", "16", "--lr", "0.01", "--fix", "--json");
        Assert.True(outcome.Code == 0, outcome.Output);
        Assert.Equal("fail", (string?)outcome.Json["before"]);
        var train = (string?)outcome.Json["train"] ?? "";
        Assert.StartsWith("gradus train ", train, StringComparison.Ordinal);
        Assert.Contains("--columns copy=ignored", train, StringComparison.Ordinal);
        Assert.DoesNotContain("--fix", train, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_every_check()
    {
        var checks = Workplace.Run("check", Leaking(), "--target", "y", "--json").Json["checks"]?.AsArray() ?? [];
        var names = checks.Select(check => (string?)check?["name"]).ToHashSet();
        Assert.Superset(new HashSet<string?> { "leakage", "initial-loss", "regularisation", "gradients", "independence", "overfit", "learning-rate", "baselines" }, names);
        Assert.All(checks, check => Assert.True(((string?)check?["expected"])?.Length > 0 && ((string?)check?["measured"])?.Length > 0, check?.ToJsonString()));
    }

    private string Leaking()
    {
        var random = new Random(1);
        var lines = Enumerable.Range(0, 600).Select(_ =>
        {
            var (a, b) = (random.NextDouble(), random.NextDouble());
            var y = (3 * a) - (2 * b) + (0.3 * random.NextDouble());
            return FormattableString.Invariant($"{a:0.####},{b:0.####},{y:0.####},{(10 * y) + 3:0.####}");
        });
        return place.Write("leaking.csv", lines.Prepend("a,b,y,copy"));
    }
}
