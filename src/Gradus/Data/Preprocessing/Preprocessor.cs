using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>Turns raw columns into features and targets, as fitted on the training rows: the same for every table and row
/// afterwards. Does not change once fitted; safe to use from several threads.</summary>
/// <remarks>
/// Numbers are scaled (<see cref="Scaling"/>); a missing one becomes the training median, and has an indicator feature when
/// training had missing ones. Booleans are one feature, 0 or 1. Categories are one-hot; a missing one has a feature of its
/// own when training had any, and an unseen one is all zeros; where they are many, or shall be embedded, they are one feature that
/// holds an index. Dates become year, month, weekday, hour and day number. The pixels of an image are divided by one number: 255 for
/// image files, the largest of the training rows for columns named as pixels (pixel_3_4, pixel7). Ignored columns, and columns that
/// training did not have, are passed over. Whatever training had not prepared for is counted in a <see cref="TransformReport"/>.
/// </remarks>
public sealed class Preprocessor
{
    private readonly InputTransform[] transforms;
    private readonly int[] firstFeature;  // of each transform; the last entry is the number of features
    private readonly int[] firstInput;    // likewise

    private Preprocessor(InputTransform[] transforms, TargetEncoding[] targets)
    {
        this.transforms = transforms;
        Targets = targets;
        FeatureNames = [.. transforms.SelectMany(t => t.Features)];
        InputNames = [.. transforms.SelectMany(t => t.Inputs)];
        var kinds = new Dictionary<string, ColumnKind>(StringComparer.Ordinal);
        firstFeature = new int[transforms.Length + 1];
        firstInput = new int[transforms.Length + 1];
        for (var i = 0; i < transforms.Length; i++)
        {
            firstFeature[i + 1] = firstFeature[i] + transforms[i].Features.Count;
            firstInput[i + 1] = firstInput[i] + transforms[i].Inputs.Count;
            foreach (var name in transforms[i].Inputs)
                kinds[name] = transforms[i].Kind;
        }
        InputKinds = kinds;
        Inputs = [.. transforms.Select((t, i) =>
            new InputDescription(t.Inputs, t.Kind, firstFeature[i], t.Features.Count, t.Summary) { Levels = (t as IndexTransform)?.Levels ?? 0 })];
    }

    /// <summary>How the target, the first of several, is encoded; <see langword="null"/> when fitted without one.</summary>
    public TargetEncoding? Target => Targets.Count > 0 ? Targets[0] : null;

    /// <summary>How each target is encoded, in the order of the columns of <see cref="EncodedTable.Targets"/>.</summary>
    public IReadOnlyList<TargetEncoding> Targets { get; }

    /// <summary>Names of the features, in the order that the network sees them, such as <c>age</c>, <c>sex=male</c> and
    /// <c>age=(missing)</c>.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The number of features.</summary>
    public int FeatureCount => FeatureNames.Count;

    /// <summary>The input columns, in the order of the values of <see cref="TransformRow"/>.</summary>
    public IReadOnlyList<string> InputNames { get; }

    /// <summary>The kinds of the input columns by name: what <see cref="CsvOptions.Columns"/> needs to read a file for prediction.</summary>
    public IReadOnlyDictionary<string, ColumnKind> InputKinds { get; }

    /// <summary>How each input column, or block of pixels, becomes features.</summary>
    public IReadOnlyList<InputDescription> Inputs { get; }

    /// <summary>Fits to the training rows. Rows without any target count for nothing.</summary>
    /// <param name="train">The training rows, never validation or test rows.</param>
    /// <param name="options">The targets, and how to scale.</param>
    /// <exception cref="GradusException">The target does not exist, has one value, or is missing on most rows; an option
    /// names an unknown column; or no input column is left.</exception>
    public static Preprocessor Fit(Table train, PreprocessingOptions options)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(options);
        Check(train, options);
        if (train.RowCount == 0)
            throw new GradusException($"Table '{train.Name}' has no rows to fit to. Training needs some.");

        foreach (var column in options.Targets.Select(name => train[name]))
        {
            if (column.MissingCount * 2L > column.Count)
                throw new GradusException($"The target '{column.Name}' is missing in {column.MissingCount} of {column.Count} "
                    + "training rows. At most half may be; fill in more, or choose another target.");
        }
        if (options.Targets.Count > 0 && RowsWithTarget(train, options.Targets) is { } rows)
            train = train.SelectRows(rows);
        TargetEncoding[] targets = [.. options.Targets.Select(name => TargetEncoding.Fit(train[name], options))];
        if (options.TargetScaling != Scaling.Standardize && targets.Length > 0 && targets.All(target => target.Task != LearningTask.Regression))
            throw new GradusException($"The scaling of a target ({options.TargetScaling}) is for numbers, and '{targets[0].Column}' has classes. Leave it out.");
        var transforms = new InputFitting(train, options).Run();
        if (transforms.Length == 0)
            throw new GradusException($"Table '{train.Name}' has no input columns beside the target and ignored ones "
                + $"({Suggestion.List(train.Columns.Select(c => c.Name))}). Training needs at least one."
                + string.Concat(train.Columns.OfType<IgnoredColumn>().Take(3).Select(c => $" '{c.Name}' is ignored: {c.Reason}.")));
        return new Preprocessor(transforms, targets);
    }

    /// <summary>The same inputs with other targets, which are fitted to the training rows.</summary>
    /// <exception cref="GradusException">A target is an input, or does not do.</exception>
    internal Preprocessor WithTarget(Table train, PreprocessingOptions options)
    {
        if (options.Targets.FirstOrDefault(InputNames.Contains) is { } input)
            throw new GradusException($"The column '{input}' is an input of the model, so it cannot be the target too. Choose another.");
        var own = new Table(train.Name, [.. InputNames.Concat(options.Targets).Select(name => train[name])]);
        return new Preprocessor(transforms, [.. Fit(own, options with { Ignore = [] }).Targets]);
    }

    /// <summary>Encodes inputs and targets, for training and evaluation. Rows whose target is missing, or each of several, are left
    /// out, and counted in the report.</summary>
    /// <param name="table">A table with the input columns and the targets; other columns are passed over.</param>
    /// <exception cref="GradusException">A column is missing or of another kind, or the target has a class that training
    /// did not have.</exception>
    /// <exception cref="InvalidOperationException">The preprocessor was fitted without a target.</exception>
    public EncodedTable Encode(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (Targets.Count == 0)
            throw new InvalidOperationException("The preprocessor was fitted without a target; use EncodeInputs.");
        var before = table.RowCount;
        var rows = RowsWithTarget(table, Targets.Select(target => target.Column));
        if (rows is not null)
            table = table.SelectRows(rows);
        var missing = Targets.ToDictionary(target => target.Column, target => table[target.Column].MissingCount);
        return EncodeInputs(table, EncodeTargets(table), rows, new TransformReport([], before - table.RowCount)
        {
            MissingTargets = missing.Where(each => each.Value > 0).ToDictionary(),
        });
    }

    /// <summary>Encodes inputs alone, for prediction.</summary>
    /// <param name="table">A table with the input columns; other columns are passed over.</param>
    /// <exception cref="GradusException">An input column is missing or of another kind.</exception>
    public EncodedTable EncodeInputs(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return EncodeInputs(table, [], null, new TransformReport([], 0));
    }

    /// <summary>Encodes one row. Allocates nothing.</summary>
    /// <param name="values">One value an input column, in the order of <see cref="InputNames"/>: a number as it is, a boolean
    /// as 0 or 1, a category or a date as <see cref="ParseInput"/> gives it; NaN for a missing value.</param>
    /// <param name="features">At least <see cref="FeatureCount"/> long.</param>
    /// <exception cref="ArgumentException">A span is of the wrong length.</exception>
    public void TransformRow(ReadOnlySpan<float> values, Span<float> features)
    {
        if (values.Length != InputNames.Count)
            throw new ArgumentException($"A row has {InputNames.Count} values, but {values.Length} were given.", nameof(values));
        if (features.Length < FeatureCount)
            throw new ArgumentException($"A row has {FeatureCount} features, but there is room for {features.Length}.", nameof(features));
        for (var i = 0; i < transforms.Length; i++)
            transforms[i].EncodeRow(values[firstInput[i]..firstInput[i + 1]], features[firstFeature[i]..firstFeature[i + 1]]);
    }

    /// <summary>Reads the text of one input as a value for <see cref="TransformRow"/>.</summary>
    /// <param name="input">Index in <see cref="InputNames"/>.</param>
    /// <param name="text">As a file would hold it; <see langword="null"/> or empty when missing.</param>
    /// <returns>A number; 0 or 1; the index of a category, or the number of categories for an unknown one; the days since 2000-01-01
    /// of a date; NaN when missing.</returns>
    /// <exception cref="GradusException">The text is no number, boolean or date where one is expected.</exception>
    public float ParseInput(int input, string? text)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)input, (uint)InputNames.Count, nameof(input));
        foreach (var transform in transforms)
        {
            if (input < transform.Inputs.Count)
                return transform.Parse(input, text);
            input -= transform.Inputs.Count;
        }
        throw new ArgumentOutOfRangeException(nameof(input));
    }

    /// <summary>Everything fitted, as JSON; <see cref="FromJson"/> gives the same preprocessor, to the last bit.</summary>
    public JsonObject ToJson() => new()
    {
        ["inputs"] = new JsonArray([.. transforms.Select(t => t.ToJson())]),
        [Targets.Count > 1 ? "targets" : "target"] = Targets.Count > 1
            ? new JsonArray([.. Targets.Select(target => target.ToJson())]) : Target?.ToJson(),
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The object, perhaps from an untrusted file: every member is checked.</param>
    /// <exception cref="GradusException">A member is missing or wrong, or of a kind that is not known.</exception>
    public static Preprocessor FromJson(JsonNode? json) => PreprocessorJson.Read(json, (t, targets) => new Preprocessor(t, targets));

    private static void Check(Table train, PreprocessingOptions options)
    {
        foreach (var name in options.Ignore)
            _ = train[name];
        if (options.Targets.Distinct(StringComparer.Ordinal).Count() < options.Targets.Count)
            throw new GradusException($"A target is named twice ({Suggestion.List(options.Targets)}). Name each once.");
        foreach (var (name, scaling) in options.ColumnScaling)
        {
            if (options.Targets.Contains(name))
                throw new GradusException($"A scaling ({scaling}) is given for '{name}', which is the target and no input. Scale a "
                    + "regression's target by its own option (TargetScaling, --target-transform).");
            if (train[name].Kind != ColumnKind.Number)
                throw new GradusException($"A scaling ({scaling}) is given for '{name}', which is {train[name].Kind.Indefinite()}. "
                    + $"Only numbers are scaled; leave it out, or read the column as {name}=number.");
        }
        foreach (var name in options.Indexed)
        {
            if (options.Targets.Contains(name))
                throw new GradusException($"'{name}' is a target and no input: it cannot be embedded. Leave it out.");
            if (options.Ignore.Contains(name))
                throw new GradusException($"'{name}' is to be embedded and to be ignored. Leave one of the two out.");
            if (train[name].Kind != ColumnKind.Category)
                throw new GradusException($"'{name}' is to be embedded, but is {train[name].Kind.Indefinite()}. Embeddings are for categories; "
                    + $"leave it out, or read the column as {name}=category.");
        }
        ArgumentOutOfRangeException.ThrowIfNegative(options.OneHotUpTo);
        if (options.RareBelow < 0)
            throw new GradusException($"Categories below {options.RareBelow} rows cannot be grouped. Expected a number of at least 0, such as 10.");
        if (ScalingNames.OfTargets.All(each => each.Scaling != options.TargetScaling))
            throw new GradusException($"A target cannot be scaled by {options.TargetScaling}: its predictions could not be turned "
                + $"back. Expected one of {ScalingNames.List(ScalingNames.OfTargets)}.");
    }

    private EncodedTable EncodeInputs(Table table, float[] targets, int[]? rows, TransformReport ofTargets)
    {
        var report = new ReportBuilder();
        if (transforms is [PixelTransform only] && only.PixelsOf(table) is { } pixels)
            return new EncodedTable(new FeatureMatrix(pixels, only.Divisor), targets, rows, ofTargets with { Columns = report.ToReport(0).Columns }) { Images = only.Size };

        if ((long)table.RowCount * FeatureCount > Array.MaxLength)
            throw new GradusException($"Table '{table.Name}' makes {table.RowCount:N0} rows of {FeatureCount:N0} features, more than fit "
                + "into memory at once. Set aside columns with many categories (name=ignored), or use fewer rows at a time.");
        var dense = new float[table.RowCount * FeatureCount];
        for (var i = 0; i < transforms.Length; i++)
            transforms[i].Encode(table, dense.AsSpan(firstFeature[i] < dense.Length ? firstFeature[i] : 0), FeatureCount, report);
        return new EncodedTable(new FeatureMatrix(dense, table.RowCount, FeatureCount), targets, rows, ofTargets with { Columns = report.ToReport(0).Columns })
        {
            Images = transforms is [PixelTransform image] ? image.Size : null,
        };
    }

    // (rows × targets), row-major.
    private float[] EncodeTargets(Table table)
    {
        if (Targets.Count == 1)
            return Targets[0].EncodeColumn(table[Targets[0].Column]);
        var encoded = new float[table.RowCount * Targets.Count];
        for (var i = 0; i < Targets.Count; i++)
        {
            var column = Targets[i].EncodeColumn(table[Targets[i].Column]);
            for (var row = 0; row < column.Length; row++)
                encoded[(row * Targets.Count) + i] = column[row];
        }
        return encoded;
    }

    /// <summary>The rows in which at least one target is not missing; null for all.</summary>
    private static int[]? RowsWithTarget(Table table, IEnumerable<string> targets)
    {
        Column[] columns = [.. targets.Select(name => table[name])];
        if (columns.Any(column => column.MissingCount == 0))
            return null;
        var rows = new List<int>(table.RowCount);
        for (var row = 0; row < table.RowCount; row++)
        {
            if (columns.Any(column => IsPresent(column, row)))
                rows.Add(row);
        }
        return rows.Count == table.RowCount ? null : [.. rows];
    }

    private static bool IsPresent(Column column, int row) => column switch
    {
        NumberColumn number => !float.IsNaN(number.Values[row]),
        CategoryColumn category => category.Codes[row] >= 0,
        BooleanColumn boolean => boolean.Values[row] >= 0,
        _ => true,
    };
}
