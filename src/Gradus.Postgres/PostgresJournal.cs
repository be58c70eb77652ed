using System.Data;
using Npgsql;

namespace Gradus;

/// <summary>A study in a database: rows that are only ever added, by whoever has locked the row of the study.</summary>
/// <remarks>A row has a mark of the call that added it. If the answer to a commit is lost, the next attempt sees by it whether the rows are
/// there, and so adds them once. The lock falls when the connection does, or after ten seconds in which its holder says nothing.</remarks>
internal sealed class PostgresJournal : IStudyJournal
{
    private const int LongestName = 200;

    private const string Settings = "select set_config('lock_timeout', '8s', true), set_config('idle_in_transaction_session_timeout', '10s', true)";
    private const string LockStudy = "select id from gradus_studies where name = $1 for update";
    private const string NewLines = """
        select number, append, line from gradus_events join gradus_studies on gradus_studies.id = study where name = $1 and number >= $2 order by number
        """;

    private const string Time = "select clock_timestamp()";
    private const string Tables = """
        select pg_advisory_xact_lock(5201820250417);
        create table if not exists gradus_studies (id bigint generated always as identity primary key, name text not null unique);
        create table if not exists gradus_events (study bigint not null references gradus_studies on delete cascade, number integer not null,
            append uuid not null, line text not null, primary key (study, number));
        """;

    private const string Begin = "insert into gradus_studies (name) values ($1) on conflict (name) do nothing";
    private const string Add = "insert into gradus_events (study, number, append, line) values ($1, $2, $3, $4)";
    private const string Remove = "delete from gradus_studies where name = $1";

    private readonly PostgresStore store;
    private int read;         // lines up to here are known
    private Guid lastAppend;  // the mark of the last of them

    public PostgresJournal(PostgresStore store, string name)
    {
        (this.store, Name) = (store, name);
        if (name.Length is 0 or > LongestName || name.Contains('\0', StringComparison.Ordinal))
            throw new GradusException($"The name of a study has {name.Length} characters. Expected 1 to {LongestName}.");
    }

    public string Name { get; }

    public IReadOnlyList<string> Read() => store.Run(connection => Known(Look(connection, locked: false).New));

    public IReadOnlyList<string> Update(Func<IReadOnlyList<string>, DateTimeOffset, IReadOnlyList<string>> update, bool mayBegin = false)
    {
        ArgumentNullException.ThrowIfNull(update);
        var append = Guid.NewGuid();
        IReadOnlyList<string> added = [];
        return store.Run(connection =>
        {
            using var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
            if (mayBegin)
                BeginStudy(connection);
            var there = Look(connection, locked: true);
            if (there.New.Count > 0 && there.New[0].Append == append)
            {
                Known(there.New[..added.Count]);   // an earlier attempt has added them
                return added;
            }

            added = update(Known(there.New), there.Now);
            if (added.Count == 0)
                return added;
            using var batch = new NpgsqlBatch(connection);
            foreach (var (i, line) in added.Index())
                batch.BatchCommands.Add(Command(Add, there.Id, read + 1 + i, append, line));
            batch.ExecuteNonQuery();
            transaction.Commit();
            Known([.. added.Select(line => new Line(append, line))]);
            return added;
        });
    }

    public void Delete(Action<IReadOnlyList<string>, DateTimeOffset> check)
    {
        ArgumentNullException.ThrowIfNull(check);
        var mayBeDeleted = false;
        store.Run(connection =>
        {
            using var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
            var there = Look(connection, locked: true, mayBeAbsent: mayBeDeleted);
            if (there.Id == 0)
                return true;   // an earlier attempt has deleted it
            check(Known(there.New), there.Now);
            mayBeDeleted = true;
            using var batch = new NpgsqlBatch(connection) { BatchCommands = { Command(Remove, Name) } };
            batch.ExecuteNonQuery();
            transaction.Commit();
            return true;
        });
    }

    // The tables and the row of the study, if need be.
    private void BeginStudy(NpgsqlConnection connection)
    {
        using var look = new NpgsqlCommand("select to_regclass('gradus_events') is null", connection);
        if (look.ExecuteScalar() is true)
        {
            using var make = new NpgsqlCommand(Tables, connection);
            make.ExecuteNonQuery();
        }

        using var begin = new NpgsqlBatch(connection) { BatchCommands = { Command(Settings), Command(Begin, Name) } };
        begin.ExecuteNonQuery();
    }

    private (long Id, DateTimeOffset Now, List<Line> New) Look(NpgsqlConnection connection, bool locked, bool mayBeAbsent = false)
    {
        using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Command(Settings), Command(locked ? LockStudy : LockStudy.Replace(" for update", "", StringComparison.Ordinal), Name), Command(NewLines, Name, Math.Max(1, read)), Command(Time),
            },
        };
        try
        {
            using var rows = batch.ExecuteReader();
            rows.NextResult();
            var id = rows.Read() ? rows.GetInt64(0) : 0;
            rows.NextResult();
            var (lines, number) = (new List<Line>(), Math.Max(1, read));
            for (; rows.Read(); number++)
            {
                if (rows.GetInt32(0) != number)
                    throw new GradusException($"Line {number} of '{Name}' in {store} is missing: the study is damaged. Choose another --study.");
                lines.Add(new Line(rows.GetGuid(1), rows.GetString(2)));
            }

            rows.NextResult();
            rows.Read();
            if (id == 0 && !mayBeAbsent)
                throw Absent();
            return (id, rows.GetFieldValue<DateTimeOffset>(0), id == 0 ? [] : WithoutKnown(lines));
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrors.NoTable)
        {
            throw Absent();
        }
    }

    // The first is the last that was known, which must be the same still.
    private List<Line> WithoutKnown(List<Line> lines)
    {
        if (read == 0)
            return lines;
        return lines.Count > 0 && lines[0].Append == lastAppend ? lines[1..] : throw Other();
    }

    private List<string> Known(List<Line> lines)
    {
        if (lines.Count > 0)
            (read, lastAppend) = (read + lines.Count, lines[^1].Append);
        return [.. lines.Select(line => line.Text)];
    }

    private GradusException Absent() => read > 0 ? Other() : new($"There is no study '{Name}' in {store}. 'gradus tune list --store' names those that are there.");

    private GradusException Other() => new($"The study '{Name}' in {store} is not the one that was read: it was deleted, or the server has lost what it had kept. "
        + "The same command goes on with what is there.");

    private static NpgsqlBatchCommand Command(string text, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private readonly record struct Line(Guid Append, string Text);
}
