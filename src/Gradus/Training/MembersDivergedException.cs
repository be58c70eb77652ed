namespace Gradus;

/// <summary>The loss of some members of an ensemble became NaN or infinite, or exploded and was to stop them. They are left out; the others are trained to their
/// end and kept.</summary>
public sealed class MembersDivergedException : Exception
{
    internal MembersDivergedException(EnsembleHistory history)
        : base(Describe(history), history.Members.First(member => member.HasFailed).Divergence)
    {
        History = history;
    }

    /// <summary>How the training of all members went.</summary>
    public EnsembleHistory History { get; }

    private static string Describe(EnsembleHistory history)
    {
        var (failed, kept) = (history.Members.Where(member => member.HasFailed).ToArray(), history.Kept.Count);
        var names = string.Join(", ", failed.Select(member => FormattableString.Invariant($"member {member.Number} (seed {member.Seed})")));
        var finding = failed[0].History.Watch.Last(each => each.Kind is WatchKind.NonFinite or WatchKind.Explosion);
        return FormattableString.Invariant($"{failed.Length} of {history.Asked} members diverged: {names}. Member {failed[0].Number}: {finding.Message} {finding.Advice.TrimEnd('.')}; ")
            + (kept == 0 ? "no member is left." : FormattableString.Invariant($"the {kept} that did not are kept."));
    }
}
