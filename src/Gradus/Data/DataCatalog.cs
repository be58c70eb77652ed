namespace Gradus;

/// <summary>The data sets that Gradus knows by name, and where they are on this machine.</summary>
public static class DataCatalog
{
    private const string DigitsResource = "digits.csv";

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<CatalogEntry> Entries { get; } =
    [
        new()
        {
            Name = "california-housing",
            Description = "House prices in 1990 census blocks of California, in US dollars",
            Task = LearningTask.Regression,
            Rows = 20_640,
            Target = "medianHouseValue",
            Source = "R. K. Pace and R. Barry, Sparse Spatial Autoregressions, 1997 (StatLib)",
            Licence = "No licence stated; cite Pace and Barry 1997",
            LocalName = "california-housing.csv",
            Files =
            [
                new("cal_housing.tgz", new("https://ndownloader.figshare.com/files/5976036"), null,
                    "aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681"),
            ],
            Convert = CaliforniaHousing.Convert,
        },
        new()
        {
            Name = "digits",
            Description = "Handwritten digits, 8 × 8 pixels from 0 to 16",
            Task = LearningTask.Classification,
            Rows = 1_797,
            Target = "digit",
            Source = "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, 1998 (UCI), the part that scikit-learn ships",
            Licence = "CC BY 4.0",
            LocalName = "digits.csv",
            Files = [],
        },
        new()
        {
            Name = "fashion-mnist",
            Description = "Articles of clothing, 28 × 28 pixels; MNIST's format and sizes",
            Task = LearningTask.Classification,
            Rows = 60_000,
            TestRows = 10_000,
            Target = "label",
            Source = "H. Xiao, K. Rasul and R. Vollgraf, Fashion-MNIST, 2017 (Zalando Research)",
            Licence = "MIT",
            LocalName = "fashion-mnist",
            Files =
            [
                Fashion("train-images-idx3-ubyte.gz", 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
                Fashion("train-labels-idx1-ubyte.gz", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
                Fashion("t10k-images-idx3-ubyte.gz", 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
                Fashion("t10k-labels-idx1-ubyte.gz", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
            ],
        },
        new()
        {
            Name = "mnist",
            Description = "Handwritten digits, 28 × 28 pixels",
            Task = LearningTask.Classification,
            Rows = 60_000,
            TestRows = 10_000,
            Target = "label",
            Source = "Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST Database of Handwritten Digits, 1998",
            Licence = "CC BY-SA 3.0",
            LocalName = "mnist",
            Files =
            [
                Mnist("train-images-idx3-ubyte.gz", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
                Mnist("train-labels-idx1-ubyte.gz", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
                Mnist("t10k-images-idx3-ubyte.gz", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
                Mnist("t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
            ],
        },
    ];

    /// <summary>The folder that fetched data sets are kept in: the one that <c>GRADUS_CACHE</c> names, else <c>gradus/data</c> in
    /// <c>XDG_CACHE_HOME</c>, in the local application data of Windows, or in <c>~/.cache</c>.</summary>
    public static string CacheFolder
    {
        get
        {
            if (Variable("GRADUS_CACHE") is { } folder)
                return folder;
            var root = Variable("XDG_CACHE_HOME") ?? (OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"));
            return Path.Combine(root, "gradus", "data");
        }
    }

    /// <summary>The data set of that name, or <see langword="null"/>.</summary>
    /// <param name="name">The name; upper and lower case do not differ.</param>
    public static CatalogEntry? Find(string name) =>
        Entries.FirstOrDefault(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Where a data set is on this machine: in the folder that <c>GRADUS_DATA</c> names, else in <see cref="CacheFolder"/>;
    /// <see langword="null"/> when it is in neither.</summary>
    /// <param name="entry">The data set.</param>
    public static string? Locate(CatalogEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        foreach (var folder in (string?[])[Variable("GRADUS_DATA"), CacheFolder])
        {
            var path = folder is null ? null : Path.Combine(folder, entry.LocalName);
            // A folder counts once its last file is there: an interrupted fetch is no data set.
            if (File.Exists(path) || (Directory.Exists(path) && entry.Files.All(f => Has(path, f.Name))))
                return path;
        }
        return null;
    }

    /// <summary>A CSV file in the folder that <c>GRADUS_DATA</c> names, by its name without the extension.</summary>
    internal static string? LocateFile(string name) =>
        Variable("GRADUS_DATA") is { } folder && File.Exists(Path.Combine(folder, name + ".csv"))
            ? Path.Combine(folder, name + ".csv")
            : null;

    /// <summary>The digits that come with Gradus, where they were built in.</summary>
    internal static Stream? OpenBuiltIn(CatalogEntry entry) =>
        entry.LocalName == DigitsResource ? typeof(DataCatalog).Assembly.GetManifestResourceStream(DigitsResource) : null;

    /// <summary>The usual target of a file that is called as a known data set is.</summary>
    internal static string? TargetOfFile(string path) =>
        Entries.FirstOrDefault(e => e.LocalName == Path.GetFileName(path))?.Target;

    private static bool Has(string folder, string file) =>
        File.Exists(Path.Combine(folder, file)) || File.Exists(Path.Combine(folder, Path.GetFileNameWithoutExtension(file)));

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static CatalogFile Mnist(string name, long size, string sha256) =>
        new(name, new("https://ossci-datasets.s3.amazonaws.com/mnist/" + name), size, sha256);

    private static CatalogFile Fashion(string name, long size, string sha256) =>
        new(name, new("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/" + name), size, sha256);
}
