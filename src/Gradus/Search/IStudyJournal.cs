namespace Gradus;

/// <summary>Where the events of a study are kept: lines that are only ever added, by one worker at a time.</summary>
/// <remarks>A journal remembers how far it has been read: each call hands over what others have added since the last one.</remarks>
public interface IStudyJournal
{
    /// <summary>What messages call the study, without a password: the path of a file, its name in a database.</summary>
    string Name { get; }

    /// <summary>The new lines, for one who adds none.</summary>
    /// <exception cref="GradusException">There is no such study, or it cannot be read.</exception>
    IReadOnlyList<string> Read();

    /// <summary>Adds lines while nobody else can: all of them or none, and kept safe before this returns.</summary>
    /// <param name="update">Takes the new lines and the time by the clock that all workers share, and gives the lines to add. It is called
    /// again, with what is new then, if the connection was lost before the lines were kept.</param>
    /// <param name="mayBegin">Whether a study that is not there is begun.</param>
    /// <returns>The lines that were added.</returns>
    /// <exception cref="GradusException">The study cannot be reached, or is not the one that was read.</exception>
    IReadOnlyList<string> Update(Func<IReadOnlyList<string>, DateTimeOffset, IReadOnlyList<string>> update, bool mayBegin = false);

    /// <summary>Deletes the study.</summary>
    /// <param name="check">Takes the new lines and the time, as above; if it throws, the study stays.</param>
    /// <exception cref="GradusException">There is no such study, or it cannot be deleted.</exception>
    void Delete(Action<IReadOnlyList<string>, DateTimeOffset> check);
}
