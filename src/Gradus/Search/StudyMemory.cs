namespace Gradus;

/// <summary>A study that lasts as long as its search. Nobody else adds to it, so there is never anything new to read.</summary>
/// <param name="time">The clock of the workers.</param>
internal sealed class StudyMemory(TimeProvider time) : IStudyJournal
{
    /// <inheritdoc/>
    public string Name => "the search";

    /// <inheritdoc/>
    public IReadOnlyList<string> Read() => [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Update(Func<IReadOnlyList<string>, DateTimeOffset, IReadOnlyList<string>> update, bool mayBegin = false)
    {
        ArgumentNullException.ThrowIfNull(update);
        return update([], time.GetUtcNow());
    }

    /// <inheritdoc/>
    public void Delete(Action<IReadOnlyList<string>, DateTimeOffset> check) => throw new NotSupportedException("It ends with its search.");
}
