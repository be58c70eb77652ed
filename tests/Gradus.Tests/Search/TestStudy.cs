using System.Text.Json.Nodes;

namespace Gradus.Tests.Search;

/// <summary>A study of a test, in a file or a database.</summary>
internal sealed class TestStudy : IDisposable
{
    public static readonly Dictionary<string, string> Description = new() { ["data"] = "wine", ["seed"] = "1" };
    public static readonly SearchSpace Space = new(SearchParameter.Parse("lr"), SearchParameter.Parse("activation"));
    public static readonly SearchPlan Plan = new() { Space = Space, Trials = 3 };

    private readonly string folder = Directory.CreateTempSubdirectory("gradus-study-").FullName;
    private readonly PostgresStore? store;

    /// <param name="kind">"file" or "database".</param>
    /// <param name="port">Of the server, or of something before it.</param>
    /// <param name="database">Its name.</param>
    /// <param name="patience">How long an outage may last; else as long as for users.</param>
    public TestStudy(string kind, int? port = null, string database = "postgres", TimeSpan? patience = null)
    {
        var address = kind == "file" ? "" : PostgresServer.Address(database, port);
        store = kind == "file" ? null : patience is { } limit ? new PostgresStore(address, limit) : new PostgresStore(address);
        (Database, Name) = (database, store is null ? Path.Combine(folder, "a.study.jsonl") : $"study {Guid.NewGuid()}");
    }

    public string Database { get; }

    public string Name { get; }

    /// <summary>What it holds.</summary>
    public string[] Lines
    {
        get => store is null ? File.ReadAllLines(Name) : PostgresServer.Execute($"select line {FromEvents} order by number", Database);
        set
        {
            if (store is null)
            {
                File.WriteAllText(Name, string.Concat(value.Select(line => line + "\n")));
                return;
            }

            if (PostgresServer.Execute("select to_regclass('gradus_events')::text where to_regclass('gradus_events') is not null", Database).Length == 0)
                Open();   // makes the tables
            PostgresServer.Execute($"delete from gradus_studies where name = '{Name}'; insert into gradus_studies (name) values ('{Name}')", Database);
            var rows = new JsonArray([.. value.Select(line => JsonValue.Create(line))]).ToJsonString().Replace("'", "''", StringComparison.Ordinal);
            PostgresServer.Execute($"""
                insert into gradus_events (study, number, append, line) select gradus_studies.id, each.number, gen_random_uuid(), each.line
                from gradus_studies, json_array_elements_text('{rows}'::json) with ordinality as each(line, number) where name = '{Name}'
                """, Database);
        }
    }

    public string FromEvents => $"from gradus_events join gradus_studies on id = study where name = '{Name}'";

    public IStudyJournal Journal => store is null ? new StudyFile(Name) : store.Journal(Name);

    public Study Open(string? worker = null, Clock? clock = null) =>
        Study.Open(clock is null ? Journal : new ShiftedJournal(Journal, clock), Space, Description, worker ?? StudyWorker.Current);

    public Study Read() => Study.Read(Journal);

    public void Delete() => Study.Delete(Journal);

    public void Dispose()
    {
        store?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    public static StudyTrial Take(Study study) => study.Take(9, Plan.Draw) ?? throw new InvalidOperationException("A trial is left.");

    public static TrialResult Ended(double value) => new(TrialState.Complete, value, 7, 3, 1.5, new Dictionary<string, double> { ["accuracy"] = 0.9 });

    /// <summary>How far the clock of all workers is ahead.</summary>
    public sealed class Clock
    {
        public TimeSpan Ahead { get; private set; }

        public void Advance(TimeSpan time) => Ahead += time;
    }

    private sealed class ShiftedJournal(IStudyJournal journal, Clock clock) : IStudyJournal
    {
        public string Name => journal.Name;

        public IReadOnlyList<string> Read() => journal.Read();

        public IReadOnlyList<string> Update(Func<IReadOnlyList<string>, DateTimeOffset, IReadOnlyList<string>> update, bool mayBegin = false) =>
            journal.Update((lines, now) => update(lines, now + clock.Ahead), mayBegin);

        public void Delete(Action<IReadOnlyList<string>, DateTimeOffset> check) => journal.Delete((lines, now) => check(lines, now + clock.Ahead));
    }
}
