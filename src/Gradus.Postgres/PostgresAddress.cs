using Npgsql;

namespace Gradus;

/// <summary>Which database: <c>postgres://user:password@host:port/database?sslmode=require</c>.</summary>
/// <remarks>What is wrong with an address is said without quoting it: any part of it may be a password.</remarks>
internal sealed class PostgresAddress
{
    private const string Expected = "Expected postgres://user:password@host:port/database, with %40 for @, %2F for / and so on in a password; "
        + "the password may be in PGPASSWORD or PGPASSFILE instead.";

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);   // for a connection, and for an answer

    private static readonly Dictionary<string, string> Options = new()   // libpq's name, and Npgsql's
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
    };

    private readonly NpgsqlConnectionStringBuilder settings;

    private PostgresAddress(NpgsqlConnectionStringBuilder settings) => this.settings = settings;

    public string? User => settings.Username;

    public string Database => settings.Database ?? "";

    public string ConnectionString => settings.ConnectionString;

    /// <exception cref="GradusException">It is no such address.</exception>
    public static PostgresAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql") || uri.Host.Length == 0)
            throw new GradusException("The store is no address of a PostgreSQL database. " + Expected);
        var path = uri.AbsolutePath.TrimStart('/');
        // An unescaped / # or ? in a password ends up here.
        if (path.Length == 0 || path.Contains('/', StringComparison.Ordinal) || path.Contains('@', StringComparison.Ordinal) || uri.Fragment.Length > 0)
            throw new GradusException("The address of the store names no database. " + Expected);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = uri.DnsSafeHost,
            Port = uri.IsDefaultPort || uri.Port < 0 ? NpgsqlConnection.DefaultPort : uri.Port,
            Database = Uri.UnescapeDataString(path),
            ApplicationName = "gradus",
            Timeout = (int)Wait.TotalSeconds,
            CommandTimeout = (int)Wait.TotalSeconds,
            Enlist = false,
        };
        var (user, password) = Halves(uri.UserInfo, ':');
        if (user.Length > 0)
            settings.Username = user;
        if (password.Length > 0)
            settings.Password = password;
        foreach (var option in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            Set(settings, option);
        return new PostgresAddress(settings);
    }

    /// <summary>The address without the password.</summary>
    public override string ToString()
    {
        var host = settings.Host?.Contains(':', StringComparison.Ordinal) == true ? $"[{settings.Host}]" : settings.Host;
        return FormattableString.Invariant($"postgres://{(User is null ? "" : User + "@")}{host}:{settings.Port}/{Database}");
    }

    private static void Set(NpgsqlConnectionStringBuilder settings, string option)
    {
        var (name, value) = Halves(option, '=');
        if (!Options.TryGetValue(name, out var key))
            throw new GradusException($"The address of the store has an option that is unknown. Known: {string.Join(", ", Options.Keys)}.");
        try
        {
            settings[key] = name == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
        catch (ArgumentException e)
        {
            throw new GradusException($"'{name}' of the store is '{value}'. Expected one of disable, allow, prefer, require, verify-ca, verify-full.", e);
        }
    }

    private static (string First, string Second) Halves(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (Uri.UnescapeDataString(text), "") : (Uri.UnescapeDataString(text[..at]), Uri.UnescapeDataString(text[(at + 1)..]));
    }
}
