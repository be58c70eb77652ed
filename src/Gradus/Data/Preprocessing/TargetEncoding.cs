using System.Globalization;
using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>How the target column becomes numbers for a network, and a network's output an answer again.</summary>
/// <remarks>Regression: t = (y − shift) / divisor and y = t · divisor + shift, in double, where a logarithm may stand for y:
/// sign(y)·ln(1 + |y|). Classification: the index of the
/// class in <see cref="Classes"/>, which are sorted: as numbers when all are numbers, else by character.</remarks>
public sealed class TargetEncoding
{
    internal const int MaxClasses = 1_000;
    private readonly NumberScale scale;

    private TargetEncoding(string column, ColumnKind kind, LearningTask task, NumberScale scale, IReadOnlyList<string> classes)
    {
        (Column, Kind, Task, this.scale, Classes) = (column, kind, task, scale, classes);
    }

    /// <summary>The target column's name.</summary>
    public string Column { get; }

    /// <summary>The kind of the target column in training.</summary>
    public ColumnKind Kind { get; }

    /// <summary>What is learned.</summary>
    public LearningTask Task { get; }

    /// <summary>The class names by index; empty for a regression.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How a regression's target is scaled.</summary>
    public Scaling Scaling => scale.Scaling;

    /// <summary>What one unit of a regression's scaled target is worth: errors are multiplied by it. NaN for a logarithm, whose
    /// unit is worth more the larger the value is.</summary>
    public double Unit => scale.IsLinear ? scale.Divisor : double.NaN;

    /// <summary>A regression's scaled target for a value in the user's units.</summary>
    /// <param name="value">The value, such as dollars.</param>
    public float Encode(double value) => scale.Apply(value);

    /// <summary>The value, in the user's units, of a regression's output.</summary>
    /// <param name="output">What the network gave.</param>
    public double Decode(float output) => scale.Undo(output);

    /// <summary>The values, in the user's units, of a regression's outputs.</summary>
    /// <param name="outputs">What the network gave.</param>
    /// <param name="values">At least as long.</param>
    public void Decode(ReadOnlySpan<float> outputs, Span<double> values)
    {
        for (var i = 0; i < outputs.Length; i++)
            values[i] = scale.Undo(outputs[i]);
    }

    internal static TargetEncoding Fit(Column column, PreprocessingOptions options)
    {
        var task = options.Task ?? TargetRule.TaskOf(column);
        if (column.Kind == ColumnKind.Ignored)
            throw new GradusException($"The target '{column.Name}' is an ignored column ({((IgnoredColumn)column).Reason}). "
                + $"Read it as {column.Name}=category or {column.Name}=number, or choose another target.");
        if (column.Kind == ColumnKind.Date)
            throw new GradusException($"The target '{column.Name}' is a column of dates, which can only be inputs. Predict a number made of "
                + $"it, such as the days from a start, or read it as {column.Name}=category.");
        if (task == LearningTask.Regression)
        {
            if (column is not NumberColumn number)
                throw new GradusException($"The target '{column.Name}' is not a column of numbers, so it cannot be the target "
                    + "of a regression. Choose a number column, or leave the task to be found out.");
            float[] present = [.. number.Values.ToArray().Where(v => !float.IsNaN(v))];
            var fitted = NumberScale.Fit(options.UnscaledTargets.Contains(column.Name) ? Scaling.None : options.TargetScaling, present);
            if (present.All(v => v == present[0]))
                throw OneValue(column, present.Length == 0 ? "nothing" : present[0].ToString(CultureInfo.InvariantCulture));
            return new TargetEncoding(column.Name, column.Kind, task, fitted, []);
        }

        var classes = ClassesOf(column);
        if (classes.Length < 2)
            throw OneValue(column, classes.Length == 0 ? "nothing" : classes[0]);
        if (classes.Length > MaxClasses)
            throw new GradusException($"The target '{column.Name}' has {classes.Length:N0} classes; at most {MaxClasses:N0} are "
                + "supported. Choose another target, or a regression if it is a number.");
        if (options.Task == LearningTask.BinaryClassification && classes.Length != 2)
            throw new GradusException($"The target '{column.Name}' has {classes.Length} classes ({Suggestion.List(classes)}), but "
                + "a binary classification has two. Leave the task to be found out.");
        return new TargetEncoding(column.Name, column.Kind, TargetRule.OfClasses(classes.Length), NumberScale.None, classes);
    }

    /// <summary>The encoded targets of a column; NaN for missing values.</summary>
    internal float[] EncodeColumn(Column column)
    {
        if (Task == LearningTask.Regression)
        {
            return column is NumberColumn number
                ? Array.ConvertAll(number.Values.ToArray(), v => float.IsNaN(v) ? v : Encode(v))
                : throw new GradusException($"The target '{Column}' is a number in training, but is not in this table. "
                    + $"Read the file with {Column}=number.");
        }
        var targets = new float[column.Count];
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var row = 0; row < targets.Length; row++)
        {
            if (column.TextAt(row) is not { } text)
            {
                targets[row] = float.NaN;
                continue;
            }
            if (!known.TryGetValue(text, out var index))
                known[text] = index = IndexOf(text);
            if (index < 0)
                throw new GradusException($"Column '{Column}' has {Classes.Count} classes in training but '{text}' (row {row + 1}) "
                    + $"is none of them. Known: {Suggestion.List(Classes)}.");
            targets[row] = index;
        }
        return targets;
    }

    /// <summary>The index of a class by name; −1 when there is none. Numbers match by value (1 and 1.0), and booleans by
    /// truth (yes and true).</summary>
    /// <param name="text">The class as a file writes it.</param>
    public int IndexOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var i = 0; i < Classes.Count; i++)
        {
            if (Classes[i] == text)
                return i;
        }
        for (var i = 0; i < Classes.Count; i++)
        {
            if (SameNumber(Classes[i], text) || (Kind == ColumnKind.Boolean && SameTruth(Classes[i], text)))
                return i;
        }
        return -1;
    }

    internal JsonObject ToJson()
    {
        var json = Task == LearningTask.Regression ? ScaleJson.Write(scale) : new JsonObject { ["kind"] = "classes" };
        json["column"] = Column;
        json["columnKind"] = Kind.ToString().ToLowerInvariant();
        if (Task != LearningTask.Regression)
            json["classes"] = new JsonArray([.. Classes.Select(c => JsonValue.Create(c))]);
        return json;
    }

    internal static TargetEncoding FromJson(JsonReading json)
    {
        var column = json.Text("column");
        var kind = json.Text("columnKind") switch
        {
            "number" => ColumnKind.Number,
            "category" => ColumnKind.Category,
            "boolean" => ColumnKind.Boolean,
            var other => throw json.Wrong("columnKind", other, "number, category or boolean"),
        };
        if (json.Text("kind") != "classes")
            return new TargetEncoding(column, kind, LearningTask.Regression, ScaleJson.Read(json), []);
        var classes = json.Texts("classes");
        return classes.Count is >= 2 and <= MaxClasses
            ? new TargetEncoding(column, kind, TargetRule.OfClasses(classes.Count), NumberScale.None, classes)
            : throw json.Wrong("classes", $"a list of {classes.Count}", $"2 to {MaxClasses} classes");
    }

    private static string[] ClassesOf(Column column)
    {
        if (column is BooleanColumn boolean)
        {
            string[] both = [boolean.FalseText, boolean.TrueText];  // false comes first, however it is spelt
            return [.. both.Where((_, truth) => boolean.Values.Contains((sbyte)truth))];
        }
        var different = new HashSet<string>(StringComparer.Ordinal);
        for (var row = 0; row < column.Count && different.Count <= MaxClasses; row++)
        {
            if (column.TextAt(row) is { } text)
                different.Add(text);
        }
        string[] classes = [.. different];
        CategoryOrder.Sort(classes);
        return classes;
    }

    private static bool SameNumber(string a, string b) =>
        double.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
        && double.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out var y) && x == y;

    private static bool SameTruth(string a, string b) =>
        BooleanColumn.TryParse(a, digits: true, out var x) && BooleanColumn.TryParse(b, digits: true, out var y) && x == y;

    private static GradusException OneValue(Column column, string value) => new(
        $"The target '{column.Name}' holds {value} in every training row, so there is nothing to learn. Choose another target.");
}
