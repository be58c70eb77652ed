using System.CommandLine;

namespace Gradus.Cli;

/// <summary>Where studies are kept: in files, or in the database that <c>--store</c> names.</summary>
internal sealed class StudyStore : IDisposable
{
    /// <summary>The end of a study's file name.</summary>
    public const string Extension = ".study.jsonl";

    private readonly PostgresStore? database;

    private StudyStore(PostgresStore? database) => this.database = database;

    public static Option<string?> CreateOption() => new("--store")
    {
        HelpName = "ADDRESS",
        Description = "A PostgreSQL database that keeps the studies, for several machines: postgres://user:password@host:port/database; "
            + "the password may be in PGPASSWORD or PGPASSFILE instead [default: files]",
    };

    public static StudyStore Of(string? address) => new(address is null ? null : new PostgresStore(address));

    /// <summary>The study of a data set, where no other is named.</summary>
    public string DefaultName(string data) => database is null ? data + Extension : data;

    public IStudyJournal Journal(string name)
    {
        if (database is not null)
            return database.Journal(name);
        RefuseAddress(name);
        return new StudyFile(name);
    }

    /// <summary>The studies of the database, or of a folder where there is none, with what a list calls each.</summary>
    public IEnumerable<(string Label, Study Study)> All(string folder)
    {
        if (database is not null)
            return database.Studies().Select(name => (name, Study.Read(database.Journal(name))));
        RefuseAddress(folder);
        return !Directory.Exists(folder) ? throw new GradusException($"There is no folder '{folder}'.")
            : Directory.GetFiles(folder, "*" + Extension).Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), Study.Read(file)));
    }

    public void Dispose() => database?.Dispose();

    // It may hold a password, which a message about a missing file would show.
    private static void RefuseAddress(string name)
    {
        if (name.StartsWith("postgres", StringComparison.OrdinalIgnoreCase) && name.Contains("://", StringComparison.Ordinal))
            throw new GradusException("The address of a database is no study and no folder. Give it with --store.");
    }
}
