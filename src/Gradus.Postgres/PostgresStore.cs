using Npgsql;

namespace Gradus;

/// <summary>Studies in a PostgreSQL database, for searches on several machines.</summary>
/// <remarks>The tables <c>gradus_studies</c> and <c>gradus_events</c> are made with the first study. A connection that is lost is opened
/// again for half a minute, less than the minute of silence after which a worker counts as dead: a short outage costs no trial.</remarks>
public sealed class PostgresStore : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly PostgresAddress address;
    private readonly TimeSpan patience;
    private readonly NpgsqlDataSource source;
    private readonly Lock gate = new();
    private bool wasReached;
    private long? lost;   // since when it cannot be reached
    private (GradusException Error, long At)? givenUp;

    /// <summary>Names a database; nothing is opened yet.</summary>
    /// <param name="address"><c>postgres://user:password@host:port/database</c>, of which the user, the password (then in PGPASSWORD or
    /// PGPASSFILE) and the port (then 5432) may be left out; behind it <c>?sslmode=require</c> and the like.</param>
    /// <exception cref="GradusException">It is no such address.</exception>
    public PostgresStore(string address)
        : this(address, TimeSpan.FromSeconds(30))
    {
    }

    internal PostgresStore(string address, TimeSpan patience)
    {
        ArgumentNullException.ThrowIfNull(address);
        (this.address, this.patience) = (PostgresAddress.Parse(address), patience);
        source = new NpgsqlSlimDataSourceBuilder(this.address.ConnectionString).EnableTransportSecurity().Build();
    }

    /// <summary>The names of the studies.</summary>
    /// <exception cref="GradusException">The database cannot be reached or read.</exception>
    public IReadOnlyList<string> Studies() => Run(connection =>
    {
        var names = new List<string>();
        using var command = new NpgsqlCommand("select name from gradus_studies order by name", connection);
        try
        {
            using var rows = command.ExecuteReader();
            while (rows.Read())
                names.Add(rows.GetString(0));
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrors.NoTable)
        {
            // Nobody has begun a study.
        }

        return names;
    });

    /// <summary>A study, which need not be there yet.</summary>
    /// <param name="name">1 to 200 characters.</param>
    /// <exception cref="GradusException">The name is empty or too long.</exception>
    public IStudyJournal Journal(string name) => new PostgresJournal(this, name);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => source.Dispose();

    /// <summary>The address without the password.</summary>
    public override string ToString() => address.ToString();

    /// <summary>Does something with a connection; again with another if one is lost, so <paramref name="work"/> must know what it has done.</summary>
    internal T Run<T>(Func<NpgsqlConnection, T> work)
    {
        using var waiting = new ManualResetEventSlim();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            lock (gate)
            {
                // The threads of a process wait for one patience together, not one after the other.
                if (givenUp is { } last && TimeProvider.System.GetElapsedTime(last.At) < patience / 3)
                    throw new GradusException(last.Error.Message, last.Error);
            }

            try
            {
                using var connection = source.OpenConnection();
                lock (gate)
                    wasReached = true;
                var result = work(connection);
                lock (gate)
                    (lost, givenUp) = (null, null);
                return result;
            }
            catch (NpgsqlException e)
            {
                Judge(e);
            }

            waiting.Wait(pause);
        }
    }

    // Returns if it is worth another try.
    private void Judge(NpgsqlException e)
    {
        lock (gate)
        {
            var error = PostgresErrors.Of(e, address, wasReached);
            if (!PostgresErrors.IsLoss(e))
                throw error;
            var now = TimeProvider.System.GetTimestamp();
            lost ??= now;
            if ((wasReached || e is PostgresException) && TimeProvider.System.GetElapsedTime(lost ?? now) < patience)
                return;
            givenUp = (error, now);
            throw error;
        }
    }
}
