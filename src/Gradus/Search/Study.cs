namespace Gradus;

/// <summary>A search in a file, so that one that was stopped or killed goes on where it was, and several processes may work on it at
/// the same time.</summary>
/// <remarks>The file is a journal: a line of JSON says what is searched, and a line for each event follows. Whoever changes something holds
/// the file's lock, reads what others have added, and adds lines, which are on disk before the lock is free: so each trial is run by one
/// worker. A trial whose worker died is run again.</remarks>
public sealed class Study
{
    private static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly StudyFile file;
    private readonly StudyEvents events = new();
    private readonly TimeProvider time;
    private readonly string worker;

    private Study(string path, TimeProvider time, string worker) => (file, this.time, this.worker) = (new StudyFile(path), time, worker);

    /// <summary>How often a worker says that it is alive.</summary>
    internal static TimeSpan HeartBeat { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The file.</summary>
    public string Path => file.Path;

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

    /// <summary>Opens the study of a search, or begins it.</summary>
    /// <param name="path">The file; its folder is made if need be.</param>
    /// <param name="space">What may change.</param>
    /// <param name="description">What decides the results beside that, by name: data, network, seed.</param>
    /// <param name="time">Says when a worker was last heard of.</param>
    /// <exception cref="GradusException">The file is the study of other data or another space, of another version, is none, is damaged, or
    /// cannot be written.</exception>
    public static Study Open(string path, SearchSpace space, IReadOnlyDictionary<string, string> description, TimeProvider? time = null) =>
        Open(path, space, description, time ?? TimeProvider.System, StudyWorker.Current);

    internal static Study Open(string path, SearchSpace space, IReadOnlyDictionary<string, string> description, TimeProvider time, string worker)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(description);
        AtomicFile.CheckWritable(path);
        if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        var study = new Study(path, time, worker);
        string[] begun = [StudyEvents.Begin(description, space)];
        study.file.Update(FileMode.OpenOrCreate, lines =>
        {
            study.events.Take(lines, path);
            var added = lines.Count == 0 ? begun : [];
            study.events.Take(added, path);
            study.Compare(space, description);
            return added;
        });
        return study;
    }

    /// <summary>Reads a study.</summary>
    /// <exception cref="GradusException">There is none, or it cannot be read.</exception>
    public static Study Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var study = new Study(path, TimeProvider.System, StudyWorker.Current);
        study.events.Take(study.file.Read(), path);
        return study.events.Space is not null ? study : throw new GradusException($"'{path}' is no study: it is empty.");
    }

    /// <summary>Deletes a study.</summary>
    /// <exception cref="GradusException">There is none, a worker is at it, or it cannot be deleted.</exception>
    public static void Delete(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var study = new Study(path, TimeProvider.System, worker: "");   // none: this process' own trials count too
        study.events.Take(study.file.Read(), path);
        study.file.Update(FileMode.Open, lines =>
        {
            study.events.Take(lines, path);
            var at = study.events.Trials.Count(trial => trial.State == TrialState.Running && !study.IsDead(trial.Worker));
            if (at > 0)
                throw new GradusException($"A worker is at the study '{path}' ({at} of its trials are running). Stop it first.");
            File.Delete(path);
            return [];
        });
    }

    /// <summary>Takes a trial: one that was given back or whose worker died, else the next that is drawn; null if all are taken.</summary>
    /// <param name="most">Trials in all.</param>
    /// <param name="draw">Draws the next one from those that are there.</param>
    internal StudyTrial? Take(int most, Func<IReadOnlyList<StudyTrial>, StudyTrial> draw)
    {
        var number = 0;
        Change(() =>
        {
            var left = events.Trials.FirstOrDefault(trial => trial.State == TrialState.Waiting || (trial.State == TrialState.Running && IsDead(trial.Worker)));
            number = left?.Number ?? (events.Trials.Count < most ? events.Trials.Count + 1 : 0);
            return left is not null ? StudyEvents.Retried(left.Number, worker, Now)
                : number > 0 ? StudyEvents.Started(draw(events.Trials), worker, Now) : null;
        });
        lock (gate)
            return number == 0 ? null : events.Trials[number - 1];
    }

    /// <summary>Notes the value of a trial at a rung; those of all trials of the phase that have reached it, or null if the trial is no longer
    /// this worker's.</summary>
    internal IReadOnlyList<double>? Reach(StudyTrial trial, int epoch, double value)
    {
        double[]? others = null;
        Change(() =>
        {
            if (!IsMine(trial))
                return null;
            others = [.. events.Trials.Where(each => each.Phase == trial.Phase && each.Number != trial.Number)
                .Select(each => each.Rungs.TryGetValue(epoch, out var other) ? other : double.NaN).Where(double.IsFinite), value];
            return StudyEvents.Reached(trial.Number, worker, Now, epoch, value);
        });
        return others;
    }

    /// <summary>Notes the end of a trial, or that it was given back; whether it was still this worker's. Otherwise another has taken it over,
    /// and its end is the one that counts.</summary>
    internal bool End(StudyTrial trial, TrialResult result)
    {
        var isMine = false;
        Change(() =>
        {
            isMine = IsMine(trial);
            return !isMine ? null : result.State == TrialState.Waiting ? StudyEvents.GivenBack(trial.Number, worker, Now)
                : StudyEvents.Ended(trial.Number, worker, Now, result);
        });
        return isMine;
    }

    /// <summary>Says that this worker is alive.</summary>
    internal void Beat() => Change(() => StudyEvents.Alive(worker, Now));

    /// <summary>Whether no other worker is at a trial.</summary>
    internal bool OthersAreDone => Trials.All(trial => trial.HasEnded || trial.Worker == worker);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private bool IsMine(StudyTrial trial) => events.Trials[trial.Number - 1] is { State: TrialState.Running } now && now.Worker == worker && now.Retries == trial.Retries;

    private bool IsDead(string other) => other != worker && StudyWorker.IsDead(other, events.SilenceOf(other, Now), DeadAfter);

    private void Change(Func<string?> change)
    {
        lock (gate)
        {
            file.Update(FileMode.Open, lines =>
            {
                events.Take(lines, Path);
                string[] added = change() is { } line ? [line] : [];
                events.Take(added, Path);
                return added;
            });
        }
    }

    private void Compare(SearchSpace space, IReadOnlyDictionary<string, string> description)
    {
        var (there, here) = (new Dictionary<string, string>(Description), new Dictionary<string, string>(description));
        foreach (var parameter in Space.Parameters)
            there[$"parameter {parameter.Name}"] = parameter.ToString();
        foreach (var parameter in space.Parameters)
            here[$"parameter {parameter.Name}"] = parameter.ToString();
        if (Fingerprint.Differences(there, here) is { Count: > 0 } differences)
        {
            throw new GradusException($"'{Path}' is the study of another search: {string.Join("; ", differences)}. Repeat its command, choose another --study, or delete it "
                + $"with 'gradus tune delete {Path}'.");
        }
    }
}
