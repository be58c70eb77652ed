namespace Gradus;

/// <summary>A table to learn from, with its own test part when the publisher gave one.</summary>
public sealed record DataSet
{
    /// <summary>What it is called: the catalogue's name, or that of the file or folder.</summary>
    public required string Name { get; init; }

    /// <summary>All rows, or all but the publisher's test part.</summary>
    public required Table Table { get; init; }

    /// <summary>The publisher's test part, which every report on this data uses; <see langword="null"/> when there is none.</summary>
    public Table? Test { get; init; }

    /// <summary>The column that is usually predicted, when known.</summary>
    public string? Target { get; init; }

    /// <summary>Opens a CSV file, a folder with MNIST's four IDX files, or a data set that <see cref="DataCatalog"/> knows by
    /// name and that is on this machine. Nothing is downloaded.</summary>
    /// <param name="pathOrName">A path, or a name such as <c>mnist</c>; a file or folder of that name comes first.</param>
    /// <param name="options">For CSV files; <see langword="null"/> to find everything out.</param>
    /// <exception cref="GradusException">There is neither such a file nor such a name, or it cannot be read.</exception>
    public static DataSet Open(string pathOrName, CsvOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(pathOrName);
        if (Directory.Exists(pathOrName))
            return OpenFolder(pathOrName);
        if (File.Exists(pathOrName) || pathOrName.AsSpan().ContainsAny('/', '\\') || Path.HasExtension(pathOrName))
            return new DataSet
            {
                Name = Path.GetFileNameWithoutExtension(pathOrName),
                Table = Table.ReadCsv(pathOrName, options),
                Target = DataCatalog.TargetOfFile(pathOrName),
            };

        if (DataCatalog.Find(pathOrName) is null && DataCatalog.LocateFile(pathOrName) is { } file)
            return Open(file, options);
        var entry = DataCatalog.Find(pathOrName) ?? throw new GradusException($"There is no file, folder or known data set "
            + $"'{pathOrName}'.{Suggestion.Tail(pathOrName, DataCatalog.Entries.Select(e => e.Name))}");
        var path = DataCatalog.Locate(entry);
        if (path is null && DataCatalog.OpenBuiltIn(entry) is { } builtIn)
        {
            using (builtIn)
                return new DataSet { Name = entry.Name, Table = Table.ReadCsv(builtIn, entry.Name, options), Target = entry.Target };
        }
        if (path is null)
            throw new GradusException($"The data set '{entry.Name}' is not on this machine. "
                + (entry.Files.Count > 0 ? $"Fetch it with 'gradus data get {entry.Name}', or put" : "Put")
                + $" '{entry.LocalName}' into the folder that GRADUS_DATA names.");
        var opened = Directory.Exists(path) ? OpenFolder(path) : new DataSet { Name = entry.Name, Table = Table.ReadCsv(path, options) };
        return opened with { Name = entry.Name, Target = entry.Target };
    }

    /// <summary>Splits: a data set with its own test part keeps it, and only the rest is dealt out, 90 to 10 or in the given
    /// proportion of training to validation.</summary>
    /// <param name="seed">The same seed gives the same parts.</param>
    /// <param name="stratifyBy">A column whose classes are to have the same shares in each part; the target by default.</param>
    /// <param name="shares">Shares of rows for validation and for test, each from 0 to below 1; 16 and 20 % by default.</param>
    /// <exception cref="GradusException">As for <see cref="Gradus.Table.Split"/>.</exception>
    public DataSplit Split(ulong seed = 0, string? stratifyBy = null, (double Validation, double Test)? shares = null) =>
        Split(seed, stratifyBy, shares, joinsValidation: false);

    /// <summary>As <see cref="Split(ulong, string?, ValueTuple{double, double}?)"/>, with the same test part, but training and
    /// validation rows together, as a cross-validation takes them.</summary>
    /// <inheritdoc cref="Split(ulong, string?, ValueTuple{double, double}?)"/>
    public (Table Learning, Table Test) SplitForFolds(
        ulong seed = 0, string? stratifyBy = null, (double Validation, double Test)? shares = null)
    {
        var split = Split(seed, stratifyBy, shares, joinsValidation: true);
        return (split.Train, split.Test);
    }

    private DataSplit Split(ulong seed, string? stratifyBy, (double Validation, double Test)? shares, bool joinsValidation)
    {
        stratifyBy ??= Target;
        if (Test is null)
            return Splitter.Split(Table, seed, shares?.Validation ?? 0.16, shares?.Test ?? 0.20, stratifyBy, joinsValidation);
        // Rounded: 0.16 of 0.8 is 0.2, and not a little less.
        var validation = shares is { } given ? Math.Round(given.Validation / (1 - given.Test), 12) : 0.10;
        return Splitter.Split(Table, seed, validation, test: 0, stratifyBy, joinsValidation) with { Test = Test };
    }

    private static DataSet OpenFolder(string folder)
    {
        var name = Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar));
        var train = IdxReader.ReadImages(Part("train-images-idx3-ubyte"), Part("train-labels-idx1-ubyte"), name);
        var test = IdxReader.ReadImages(Part("t10k-images-idx3-ubyte"), Part("t10k-labels-idx1-ubyte"), name + " test");
        return new DataSet { Name = name, Table = train, Test = test, Target = "label" };

        string Part(string file)
        {
            foreach (var candidate in (string[])[file, file + ".gz", file.Replace("-idx", ".idx", StringComparison.Ordinal)])
            {
                if (File.Exists(Path.Combine(folder, candidate)))
                    return Path.Combine(folder, candidate);
            }
            throw new GradusException($"The folder '{folder}' has no file '{file}' or '{file}.gz'. Expected a CSV file, or a folder "
                + "with MNIST's four files: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte.");
        }
    }
}
