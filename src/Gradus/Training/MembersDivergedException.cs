namespace Gradus;

/// <summary>The loss of some members of an ensemble became NaN or infinite. They are left out; the others are trained to their
/// end and kept.</summary>
public sealed class MembersDivergedException : Exception
{
    internal MembersDivergedException(EnsembleHistory history)
        : base(Describe(history), history.Members.First(member => member.Divergence is not null).Divergence)
    {
        History = history;
    }

    /// <summary>How the training of all members went.</summary>
    public EnsembleHistory History { get; }

    private static string Describe(EnsembleHistory history)
    {
        var (diverged, kept) = (history.Members.Where(member => member.Divergence is not null).ToArray(), history.Kept.Count);
        var names = string.Join(", ", diverged.Select(member => FormattableString.Invariant($"member {member.Number} (seed {member.Seed})")));
        var details = diverged[0].Divergence is { } e
            ? FormattableString.Invariant($" The loss of member {diverged[0].Number} became NaN or infinite in epoch {e.Epoch}, step {e.Step}, at learning rate {e.LearningRate:G6}.")
                + (e.Origin is null ? "" : $" The first number that is not finite arose in {e.Origin}.")
                + FormattableString.Invariant($" Lower the learning rate, to {e.LearningRate / 10:G6} say")
            : "";
        return FormattableString.Invariant($"{diverged.Length} of {history.Asked} members diverged: {names}.{details}; ")
            + (kept == 0 ? "no member is left." : FormattableString.Invariant($"the {kept} that did not are kept."));
    }
}
