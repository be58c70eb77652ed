using System.Globalization;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>Numbers and names as people read them, whatever the machine's language.</summary>
internal static class Figures
{
    /// <summary>1,150.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>"1 row", "1,150 rows".</summary>
    public static string Count(long count, string one) => $"{Count(count)} {one}{(count == 1 ? "" : one.EndsWith('s') ? "es" : "s")}";

    /// <summary>182k rows/s.</summary>
    public static string Rate(double rowsPerSecond) => rowsPerSecond switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{rowsPerSecond / 1e6:0.0}M rows/s"),
        >= 1e4 => string.Create(CultureInfo.InvariantCulture, $"{rowsPerSecond / 1e3:0}k rows/s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{rowsPerSecond:N0} rows/s"),
    };

    /// <summary>0:42, 12:05, 3:00:10.</summary>
    public static string Duration(TimeSpan time) =>
        time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);

    /// <summary>Up to four significant digits.</summary>
    public static string Number(double value) => Math.Abs(value) is >= 1e4 and < 1e15
        ? value.ToString("N0", CultureInfo.InvariantCulture)
        : value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>The heading of a metric.</summary>
    public static string Heading(string metric) => metric switch
    {
        "rmse" => "RMSE",
        "mae" => "MAE",
        "r2" => "R²",
        "logLoss" => "log-loss",
        "rocAuc" => "ROC AUC",
        "exactMatch" => "exact match",
        "macroF1" => "macro F1",
        _ => metric,
    };

    /// <summary>A task as words.</summary>
    public static string Task(LearningTask task) => task switch
    {
        LearningTask.Regression => "regression",
        LearningTask.BinaryClassification => "two classes",
        _ => "classes",
    };

    /// <summary>A task in JSON.</summary>
    public static string TaskName(LearningTask task) => task == LearningTask.Regression ? "regression" : "classification";

    /// <summary>A name of an enumeration as JSON writes it: earlyStopping.</summary>
    public static string Camel(Enum value) => $"{value}" is var name ? char.ToLowerInvariant(name[0]) + name[1..] : "";

    /// <summary>Metrics by name.</summary>
    public static JsonObject ToJson(IReadOnlyDictionary<string, double> metrics)
    {
        var json = new JsonObject();
        foreach (var (name, value) in metrics)
            json[name] = value;
        return json;
    }
}
