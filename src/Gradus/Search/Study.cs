namespace Gradus;

/// <summary>A search that is kept, so that one that was stopped or killed goes on where it was, and several processes may work on it at
/// the same time.</summary>
/// <remarks>A line of JSON in a journal says what is searched, and a line for each event follows. Whoever changes something holds
/// the journal's lock, reads what others have added, and adds lines, which are kept before the lock is free: so each trial is run by one
/// worker. A trial whose worker died is run again.</remarks>
public sealed class Study
{
    private static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly IStudyJournal journal;
    private readonly StudyEvents events = new();
    private readonly string worker;

    private Study(IStudyJournal journal, string worker) => (this.journal, this.worker) = (journal, worker);

    /// <summary>How often a worker says that it is alive.</summary>
    internal static TimeSpan HeartBeat { get; } = TimeSpan.FromSeconds(10);

    /// <summary>What messages call it: the path of its file, or its name in a database.</summary>
    public string Name => journal.Name;

    /// <summary>What is searched.</summary>
    public SearchSpace Space => events.Space ?? throw new InvalidOperationException("The study has a space.");

    /// <summary>What decides the results, by name.</summary>
    public IReadOnlyDictionary<string, string> Description => events.Description;

    /// <summary>The trials as they stand, in the order of their numbers.</summary>
    public IReadOnlyList<StudyTrial> Trials
    {
        get
        {
            lock (gate)
                return [.. events.Trials];
        }
    }

    /// <summary>The best trial; null if none is complete.</summary>
    public StudyTrial? Best => Trials.Order(StudyTrial.BestFirst).FirstOrDefault(trial => trial.State == TrialState.Complete);

    /// <summary>Opens the study of a search in a file, or begins it.</summary>
    /// <param name="path">The file; its folder is made if need be.</param>
    /// <param name="space">What may change.</param>
    /// <param name="description">What decides the results beside that, by name: data, network, seed.</param>
    /// <exception cref="GradusException">The file is the study of other data or another space, of another version, is none, is damaged, or
    /// cannot be written.</exception>
    public static Study Open(string path, SearchSpace space, IReadOnlyDictionary<string, string> description) => Open(new StudyFile(path), space, description);

    /// <summary>Opens the study of a search, or begins it.</summary>
    /// <param name="journal">Where it is kept.</param>
    /// <param name="space">What may change.</param>
    /// <param name="description">What decides the results beside that, by name: data, network, seed.</param>
    /// <exception cref="GradusException">There is the study of other data or another space, of another version, none, or a damaged one, or
    /// it cannot be written.</exception>
    public static Study Open(IStudyJournal journal, SearchSpace space, IReadOnlyDictionary<string, string> description) =>
        Open(journal, space, description, StudyWorker.Current);

    /// <summary>Opens the study of a search, or begins it with a space that takes time to find, such as one around a learning rate that is
    /// measured. A study that is there keeps its own.</summary>
    /// <param name="journal">Where it is kept.</param>
    /// <param name="findSpace">Finds what may change; called only if there is no study yet, while other processes can go on.</param>
    /// <param name="description">What decides the results, by name: data, network, seed, and how the space is found.</param>
    /// <exception cref="GradusException">There is the study of other data, of another version, none, or a damaged one, or it cannot be
    /// written.</exception>
    public static Study Open(IStudyJournal journal, Func<SearchSpace> findSpace, IReadOnlyDictionary<string, string> description)
    {
        ArgumentNullException.ThrowIfNull(journal);
        ArgumentNullException.ThrowIfNull(findSpace);
        ArgumentNullException.ThrowIfNull(description);
        var study = new Study(journal, StudyWorker.Current);
        study.Take(journal.Update((lines, _) =>
        {
            study.Take(lines);
            return [];
        }, mayBegin: true));
        var found = study.events.Space ?? findSpace();
        study.Take(journal.Update((lines, _) =>
        {
            study.Take(lines);
            if (study.events.Space is null)
                return [StudyEvents.Begin(description, found)];
            study.Compare(study.Space, description);   // another process' may have been found first
            return [];
        }, mayBegin: true));
        return study;
    }

    internal static Study Open(IStudyJournal journal, SearchSpace space, IReadOnlyDictionary<string, string> description, string worker)
    {
        ArgumentNullException.ThrowIfNull(journal);
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(description);
        var study = new Study(journal, worker);
        study.Take(journal.Update((lines, _) =>
        {
            study.Take(lines);
            if (study.events.Space is null)
                return [StudyEvents.Begin(description, space)];
            study.Compare(space, description);
            return [];
        }, mayBegin: true));
        return study;
    }

    /// <summary>Reads a study in a file.</summary>
    /// <exception cref="GradusException">There is none, or it cannot be read.</exception>
    public static Study Read(string path) => Read(new StudyFile(path));

    /// <summary>Reads a study.</summary>
    /// <exception cref="GradusException">There is none, or it cannot be read.</exception>
    public static Study Read(IStudyJournal journal)
    {
        ArgumentNullException.ThrowIfNull(journal);
        var study = new Study(journal, StudyWorker.Current);
        study.Take(journal.Read());
        return study.events.Space is not null ? study : throw new GradusException($"'{journal.Name}' is no study: it is empty.");
    }

    /// <summary>Deletes a study in a file.</summary>
    /// <exception cref="GradusException">There is none, a worker is at it, or it cannot be deleted.</exception>
    public static void Delete(string path) => Delete(new StudyFile(path));

    /// <summary>Deletes a study.</summary>
    /// <exception cref="GradusException">There is none, a worker is at it, or it cannot be deleted.</exception>
    public static void Delete(IStudyJournal journal)
    {
        ArgumentNullException.ThrowIfNull(journal);
        var study = new Study(journal, worker: "");   // none: this process' own trials count too
        study.Take(journal.Read());
        journal.Delete((lines, now) =>
        {
            study.Take(lines);
            var at = study.events.Trials.Count(trial => trial.State == TrialState.Running && !study.IsDead(trial.Worker, now));
            if (at > 0)
                throw new GradusException($"A worker is at the study '{journal.Name}' ({at} of its trials are running). Stop it first.");
        });
    }

    /// <summary>Takes a trial: one that was given back or whose worker died, else the next that is drawn; null if all are taken, or the
    /// next cannot be drawn yet.</summary>
    /// <param name="most">Trials in all.</param>
    /// <param name="draw">Draws the next one from those that are there; null if it cannot yet.</param>
    internal StudyTrial? Take(int most, Func<IReadOnlyList<StudyTrial>, StudyTrial?> draw)
    {
        var number = 0;
        Change(now =>
        {
            var left = events.Trials.FirstOrDefault(trial => trial.State == TrialState.Waiting || (trial.State == TrialState.Running && IsDead(trial.Worker, now)));
            var next = left is null && events.Trials.Count < most ? draw(events.Trials) : null;
            number = left?.Number ?? next?.Number ?? 0;
            return left is not null ? StudyEvents.Retried(left.Number, worker, now) : next is not null ? StudyEvents.Started(next, worker, now) : null;
        });
        lock (gate)
            return number == 0 ? null : events.Trials[number - 1];
    }

    /// <summary>Notes the value of a trial at a rung; those of the trials of the phase that have reached it, up to the number
    /// <paramref name="last"/>, and its own, or null if the trial is no longer this worker's.</summary>
    internal IReadOnlyList<double>? Reach(StudyTrial trial, int epoch, double value, int last = int.MaxValue)
    {
        double[]? others = null;
        Change(now =>
        {
            if (!IsMine(trial))
                return null;
            others = [.. events.Trials.Take(last).Where(each => each.Phase == trial.Phase && each.Number != trial.Number)
                .Select(each => each.Rungs.TryGetValue(epoch, out var other) ? other : double.NaN).Where(double.IsFinite), value];
            return StudyEvents.Reached(trial.Number, worker, now, epoch, value);
        });
        return others;
    }

    /// <summary>Notes the end of a trial, or that it was given back; whether it was still this worker's. Otherwise another has taken it over,
    /// and its end is the one that counts.</summary>
    internal bool End(StudyTrial trial, TrialResult result)
    {
        var isMine = false;
        Change(now =>
        {
            isMine = IsMine(trial);
            return !isMine ? null : result.State == TrialState.Waiting ? StudyEvents.GivenBack(trial.Number, worker, now)
                : StudyEvents.Ended(trial.Number, worker, now, result);
        });
        return isMine;
    }

    /// <summary>Says that this worker is alive.</summary>
    internal void Beat() => Change(now => StudyEvents.Alive(worker, now));

    /// <summary>Whether no other worker is at a trial.</summary>
    internal bool OthersAreDone => Trials.All(trial => trial.HasEnded || trial.Worker == worker);

    private bool IsMine(StudyTrial trial) =>
        events.Trials[trial.Number - 1] is { State: TrialState.Running } there && there.Worker == worker && there.Retries == trial.Retries;

    private bool IsDead(string other, DateTimeOffset now) => other != worker && StudyWorker.IsDead(other, events.SilenceOf(other, now), DeadAfter);

    private void Change(Func<DateTimeOffset, string?> change)
    {
        lock (gate)
        {
            Take(journal.Update((lines, now) =>
            {
                Take(lines);
                return change(now) is { } line ? [line] : [];
            }));
        }
    }

    private void Take(IReadOnlyList<string> lines) => events.Take(lines, Name);

    private void Compare(SearchSpace space, IReadOnlyDictionary<string, string> description)
    {
        var (there, here) = (new Dictionary<string, string>(Description), new Dictionary<string, string>(description));
        foreach (var parameter in Space.Parameters)
            there[$"parameter {parameter.Name}"] = parameter.ToString();
        foreach (var parameter in space.Parameters)
            here[$"parameter {parameter.Name}"] = parameter.ToString();
        if (Fingerprint.Differences(there, here) is { Count: > 0 } differences)
        {
            throw new GradusException($"'{Name}' is the study of another search: {string.Join("; ", differences)}. Repeat its command, choose another --study, or delete it "
                + "with 'gradus tune delete'.");
        }
    }
}
