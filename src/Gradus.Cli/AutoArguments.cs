using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Gradus.Cli;

/// <summary>The option of <c>train</c> that leaves everything that no option fixes to a search.</summary>
internal sealed class AutoArguments
{
    // Files and rows are the same for all networks; the rest of these a search does itself, or does not.
    private static readonly string[] Shared = ["--auto", "--out", "--json", "--no-baselines", "--no-checks", "--threads", "--weight", "--validation"];
    private static readonly string[] Refused = ["--ensemble", "--folds", "--checkpoint", "--every", "--resume", "--from", "--new-target", "--freeze", "--on-explosion"];

    private readonly Option<TimeSpan?> time = Parsing.Value<TimeSpan?>("--auto", "TIME",
        "Find the settings within this time: scaling, learning rate, structure, an ensemble of the best; options that are given stay fixed",
        Parsing.ExpectedTime, Parsing.ReadTime);

    public AutoArguments(Command command)
    {
        command.Options.Add(time);
        command.Validators.Add(result =>
        {
            if (result.Given(time) is null)
                return;
            if (result.Children.OfType<OptionResult>().FirstOrDefault(each => !each.Implicit && Refused.Contains(each.Option.Name)) is { } other)
                result.AddError($"--auto trains many networks and keeps the best together, so {other.Option.Name} has no place in it. Leave one of them out.");
            else if (result.Given(time) is { TotalSeconds: < 1 } given)
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--auto is {given.TotalSeconds} seconds. Expected at least a second, such as 5m."));
        });
    }

    /// <summary>The time, and what all networks have; null if nothing is to be found.</summary>
    public AutoRequest? Read(ParseResult result)
    {
        if (result.GetValue(time) is not { } limit)
            return null;
        var line = new CommandLine(result, Shared);
        var epochs = line.Options.TryGetValue("--epochs", out var count) ? int.Parse(count[0], CultureInfo.InvariantCulture) : (int?)null;
        var given = TrialLines.FixedBy(line);
        if (!line.Options.ContainsKey("--optimizer"))
            line = line.With([new("--optimizer", new AdamW().Name)]);
        return new AutoRequest(limit, epochs is null ? line.With([new("--epochs", "1")]) : line, given, epochs);
    }
}
