namespace Gradus;

/// <summary>A data set that Gradus knows by name.</summary>
public sealed record CatalogEntry
{
    /// <summary>The name that commands take, such as <c>mnist</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in a line.</summary>
    public required string Description { get; init; }

    /// <summary>What is usually learned from it.</summary>
    public required LearningTask Task { get; init; }

    /// <summary>Rows, without a test part of its own.</summary>
    public required int Rows { get; init; }

    /// <summary>Rows of the publisher's test part; 0 when there is none.</summary>
    public int TestRows { get; init; }

    /// <summary>The column that is usually predicted.</summary>
    public required string Target { get; init; }

    /// <summary>Who made it, and where it is described.</summary>
    public required string Source { get; init; }

    /// <summary>Under which terms it may be used.</summary>
    public required string Licence { get; init; }

    /// <summary>What it is called in a data folder: a CSV file, or a folder of IDX files.</summary>
    public required string LocalName { get; init; }

    /// <summary>The files to fetch; empty when it is not fetched but comes with Gradus.</summary>
    public required IReadOnlyList<CatalogFile> Files { get; init; }

    /// <summary>Makes the CSV file out of the one fetched file; <see langword="null"/> when files are used as they are.</summary>
    internal Action<Stream, Stream>? Convert { get; init; }
}
