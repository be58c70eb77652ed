using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Npgsql;
using Xunit.Sdk;

namespace Gradus.Tests.Search;

/// <summary>A PostgreSQL server of the tests' own, on loopback and with its data in a temporary folder. It starts with the first test that
/// asks for it, and ends with the process of the tests, however that ends.</summary>
internal static class PostgresServer
{
    /// <summary>Has every sign that an address must escape.</summary>
    public const string Password = "p@ss/word?#1:%";

    // initdb and postgres refuse root. The last command waits for the tests: their end closes standard input.
    private const string Script = """
        exec >"$FOLDER/log" 2>&1
        set -e
        as=()
        if [ "$(id -u)" -eq 0 ]; then chown postgres "$FOLDER"; as=(setpriv --reuid postgres --regid postgres --clear-groups); fi
        printf %s "$PASSWORD" >"$FOLDER/password"
        "${as[@]}" "$PROGRAMS/initdb" -D "$FOLDER/data" -U gradus -A scram-sha-256 --pwfile "$FOLDER/password" --no-sync
        "${as[@]}" "$PROGRAMS/postgres" -D "$FOLDER/data" -p "$PORT" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off &
        cat >/dev/null
        kill -QUIT $!
        wait
        rm -rf "$FOLDER"
        """;

    private static readonly string? Programs = FindPrograms() ?? Install();
    private static readonly Lazy<(int Port, Process Process)> Started = new(Start);   // the process is held: with it goes its standard input

    /// <summary>Why there is none; null if there is one.</summary>
    public static string? Missing { get; } = Programs is not null ? null
        : "PostgreSQL is not installed (Debian's package postgresql), and could not be installed (that takes root, and a Debian that reaches its packages).";

    public static int Port => Started.Value.Port;

    /// <summary>The address of a database.</summary>
    public static string Address(string database = "postgres", int? port = null) =>
        FormattableString.Invariant($"postgres://gradus:{Uri.EscapeDataString(Password)}@127.0.0.1:{port ?? Port}/{database}?sslmode=disable");

    /// <summary>Runs SQL.</summary>
    /// <returns>The first column.</returns>
    public static string[] Execute(string sql, string database = "postgres")
    {
        using var connection = new NpgsqlConnection(ConnectionString(Port, database));
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        using var rows = command.ExecuteReader();
        var column = new List<string>();
        while (rows.Read())
            column.Add(rows.GetString(0));
        return [.. column];
    }

    private static string ConnectionString(int port, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = "gradus",
        Password = Password,
        Database = database,
        Pooling = false,
    }.ConnectionString;

    private static (int Port, Process Process) Start()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var folder = Directory.CreateTempSubdirectory("gradus-postgres-").FullName;
        var process = Process.Start(new ProcessStartInfo("bash", ["-c", Script])
        {
            RedirectStandardInput = true,
            Environment =
            {
                ["FOLDER"] = folder,
                ["PROGRAMS"] = Programs,
                ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
                ["PASSWORD"] = Password,
            },
        }) ?? throw new InvalidOperationException("bash did not start.");
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using var connection = new NpgsqlConnection(ConnectionString(port, "postgres"));
                connection.Open();
                return (port, process);
            }
            catch (NpgsqlException e)
            {
                if (process.WaitForExit(100) || TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromSeconds(60))
                    throw new InvalidOperationException("PostgreSQL did not start: " + File.ReadAllText(Path.Combine(folder, "log")), e);
            }
        }
    }

    private static string? FindPrograms() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(folder => Path.Combine(folder, "bin")).Where(folder => File.Exists(Path.Combine(folder, "initdb"))).Max()
        : null;

    // At run level 1 the package starts no server of its own.
    private static string? Install()
    {
        if (Environment.UserName != "root" || !File.Exists("/usr/bin/apt-get"))
            return null;
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", "(apt-get update && apt-get install -y --no-install-recommends postgresql) >/dev/null 2>&1"])
        {
            Environment = { ["DEBIAN_FRONTEND"] = "noninteractive", ["RUNLEVEL"] = "1" },
        });
        process?.WaitForExit();
        return FindPrograms();
    }
}

/// <summary>A test that needs PostgreSQL; skipped, with the reason, where it cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}

/// <summary>Rows of tests that need PostgreSQL.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresServer.Missing;
}

/// <summary>A row for each kind of store: a file, and a database where PostgreSQL can be had (tests of it alone are skipped otherwise, and
/// say why).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StoresAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => PostgresServer.Missing is null ? [["file"], ["database"]] : [["file"]];
}
