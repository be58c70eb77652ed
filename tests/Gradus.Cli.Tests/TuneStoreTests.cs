using System.Diagnostics;
using System.Text.Json.Nodes;
using Gradus.Tests.Search;

namespace Gradus.Cli.Tests;

/// <summary>Searches that are kept in a file or a database.</summary>
public sealed class TuneStoreTests : IDisposable
{
    private readonly Workplace place = new();
    private readonly string name = $"numbers {Guid.NewGuid()}";

    public void Dispose() => place.Dispose();

    [PostgresFact]
    public void Studies_of_a_database_are_listed_shown_exported_and_deleted()
    {
        PostgresServer.Execute("create database listed");
        string[] store = ["--store", PostgresServer.Address("listed")];
        Outcome Run(params string[] args) => Ran(Workplace.Run(["tune", .. args, .. store]), code: 0);
        Assert.Contains("There is no study", Run("list").Output, StringComparison.Ordinal);
        string[] search = [place.WriteNumbers(), "--target", "y", "--epochs", "20", "--out", place["m.safetensors"]];
        Assert.Equal("numbers", (string?)Run([.. search, "--trials", "5", "--json"]).Json["study"]);
        var again = Run([.. search, "--trials", "12", "--report", place["search.html"]]);
        Assert.Contains("Going on with 'numbers', which has 5 trials that ended.", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("--store", again.Output, StringComparison.Ordinal);   // in the line of train
        Ran(new Outcome(0, File.ReadAllText(place["search.html"]), ""), code: 0);
        Assert.Contains("numbers", Run("list").Output, StringComparison.Ordinal);
        Assert.Equal(12, (int?)Run("list", "--json").Json["studies"]?[0]?["ended"]);
        Assert.Equal(12, (int?)Run("show", "numbers", "--json").Json["trials"]);
        Assert.Contains("12 trials: ", Run("show", "numbers").Output, StringComparison.Ordinal);
        Assert.Equal(13, Run("export", "numbers").Output.TrimEnd().Split('\n').Length);
        Assert.Equal("numbers", (string?)Run("delete", "numbers", "--json").Json["deleted"]);
        Assert.Contains("There is no study 'numbers'", Ran(Workplace.Run(["tune", "show", "numbers", .. store]), code: 2).Error, StringComparison.Ordinal);
        Assert.DoesNotContain(place.Files, file => file.EndsWith(".jsonl", StringComparison.Ordinal));
    }

    [PostgresTheory]
    [InlineData("password", "refuses the login: password authentication failed")]
    [InlineData("database", "has no database 'nowhere'. Make it with 'createdb nowhere'")]
    [InlineData("port", "cannot be reached: Connection refused. Check its host and port")]
    [InlineData("nothing", "No password has been provided but the backend requires one")]
    public void A_store_that_cannot_be_used_is_named(string wrong, string message)
    {
        var address = wrong switch
        {
            "password" => PostgresServer.Address().Replace("%40", "%41", StringComparison.Ordinal),
            "database" => PostgresServer.Address("nowhere"),
            "port" => PostgresServer.Address(port: 1),
            _ => PostgresServer.Address().Replace(Uri.EscapeDataString(PostgresServer.Password), "", StringComparison.Ordinal),
        };
        string[][] commands = [[place.WriteNumbers(), "--target", "y", "--out", place["m.safetensors"]], ["list"], ["show", name], ["export", name], ["delete", name]];
        foreach (var command in commands)
            Assert.Contains(message, Ran(Workplace.Run(["tune", .. command, "--store", address]), code: 2).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("m.safetensors", place.Files);
    }

    [PostgresFact]
    public void The_password_may_be_in_the_environment()
    {
        File.WriteAllText(place["passwords"], $"*:*:*:*:{PostgresServer.Password.Replace(":", @"\:", StringComparison.Ordinal)}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(place["passwords"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var address = PostgresServer.Address().Replace(":" + Uri.EscapeDataString(PostgresServer.Password), "", StringComparison.Ordinal);
        foreach (var (variable, value) in ((string, string)[])[("PGPASSWORD", PostgresServer.Password), ("PGPASSFILE", place["passwords"])])
        {
            using var process = Launch(["tune", "list", "--store", address, "--json"], (variable, value));
            var output = process.StandardOutput.ReadToEnd();
            Assert.True(process.WaitForExit(60_000) && process.ExitCode == 0, process.StandardError.ReadToEnd());
            Assert.NotNull(JsonNode.Parse(output)?["studies"]);
        }
    }

    [PostgresFact]
    public void A_study_of_other_data_is_refused()
    {
        string[] store = ["--store", PostgresServer.Address(), "--study", name, "--epochs", "20", "--trials", "3", "--out", place["m.safetensors"]];
        Ran(Workplace.Run(["tune", place.WriteNumbers(), "--target", "y", .. store]), code: 0);
        var other = Ran(Workplace.Run(["tune", place.WriteClasses("no", "yes"), "--target", "kind", .. store]), code: 2);
        Assert.Contains("data is numbers there and classes here", other.Error, StringComparison.Ordinal);
        Assert.Equal(3, Events("database").Count(each => (string?)each?["event"] == "end"));
    }

    [Theory]
    [InlineData("list postgres://anna:secret@h/d", "Give it with --store")]
    [InlineData("show postgres://anna:secret@h/d", "Give it with --store")]
    [InlineData("list a postgres://anna:secret@h/d", "There is no argument 'postgres://…' here")]
    [InlineData("list . --store postgres://anna:secret@h/d", "FOLDER and --store are both given")]
    [InlineData("list --store mysql://anna:secret@h/d", "is no address of a PostgreSQL database")]
    public void An_address_in_a_wrong_place_is_not_shown(string line, string message)
    {
        var outcome = Workplace.Run(["tune", .. line.Split(' ')]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome.Error + outcome.Output, StringComparison.Ordinal);
    }

    [Theory, Stores]
    public void Workers_that_are_killed_lose_no_trial_and_none_runs_twice(string kind)
    {
        string[] line = ["tune", place.WriteNumbers(), "--target", "y", "--trials", "40", "--epochs", "600", "--halving", "none", "--out", place["m.safetensors"], "--json",
            .. kind == "file" ? (string[])["--study", Kept] : ["--store", PostgresServer.Address(), "--study", name]];
        var random = new Random(5);
        for (var i = 0; i < 4; i++)
        {
            var before = Taken(kind);
            using var one = Launch(line);
            using var two = Launch(line);
            while (Taken(kind) == before)
                Assert.False(one.WaitForExit(20) && two.HasExited, "The search was over before anything could be killed.");
            one.WaitForExit(random.Next(300));
            foreach (var process in (Process[])[one, two])
            {
                process.Kill();
                process.WaitForExit();
            }
        }

        using var last = Launch(line);
        Assert.True(last.WaitForExit(120_000));
        Assert.Equal(0, last.ExitCode);
        var events = Events(kind);
        int[] Of(string name) => [.. events.Where(each => (string?)each?["event"] == name).Select(each => (int?)each?["trial"] ?? 0)];
        Assert.Equal(Enumerable.Range(1, 40), Of("begin"));
        Assert.Equal(Enumerable.Range(1, 40), Of("end").Order());
        Assert.NotEmpty(Of("retry"));
    }

    private string Kept => place["numbers.study.jsonl"];

    private int Taken(string kind) => Events(kind).Count(each => (string?)each?["event"] is "begin" or "retry");

    // Those behind the header; none before there is a study.
    private JsonNode?[] Events(string kind)
    {
        using var store = kind == "file" ? null : new PostgresStore(PostgresServer.Address());
        IStudyJournal journal = store is null ? new StudyFile(Kept) : store.Journal(name);
        try
        {
            return [.. journal.Read().Skip(1).Select(line => JsonNode.Parse(line))];
        }
        catch (GradusException e) when (e.Message.Contains("There is no study", StringComparison.Ordinal))
        {
            return [];
        }
    }

    // What it said, in which no password may be.
    private static Outcome Ran(Outcome outcome, int code)
    {
        Assert.True(outcome.Code == code, outcome.Output + outcome.Error);
        foreach (var password in (string[])[PostgresServer.Password, Uri.EscapeDataString(PostgresServer.Password)])
            Assert.DoesNotContain(password, outcome.Output + outcome.Error, StringComparison.Ordinal);
        return outcome;
    }

    private static Process Launch(string[] line, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Gradus.Cli.dll"), .. line]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
    }
}
