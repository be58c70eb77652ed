using System.Globalization;

namespace Gradus;

/// <summary>How good predictions are, measured on rows whose truth is known: <see cref="RegressionMetrics"/> for
/// numbers, <see cref="ClassificationMetrics"/> for classes, <see cref="JointMetrics"/> for several targets.</summary>
public abstract record Metrics
{
    private protected Metrics()
    {
    }

    /// <summary>Number of rows measured, at least 1.</summary>
    public abstract int Count { get; }

    /// <summary>The figures by name, for JSON and tables: <c>rmse</c>, <c>mae</c>, <c>r2</c>, or <c>accuracy</c>,
    /// <c>logLoss</c>, <c>rocAuc</c>; with several quantiles also <c>coverage</c>, <c>width</c>, <c>pinball</c>. A figure that is not defined for these rows is left out.</summary>
    public abstract IReadOnlyDictionary<string, double> Values { get; }

    /// <summary>The figures that a task can report.</summary>
    public static IReadOnlyList<string> NamesOf(LearningTask task) => task switch
    {
        LearningTask.Regression => ["rmse", "mae", "r2"],
        LearningTask.BinaryClassification => ["accuracy", "logLoss", "rocAuc"],
        _ => ["accuracy", "logLoss"],
    };

    /// <summary>The figures that several targets or quantiles add.</summary>
    internal static IReadOnlyList<string> NamesOfSeveral { get; } = ["coverage", "width", "pinball", "exactMatch", "macroF1"];

    /// <summary>Whether more of a figure is better: of <c>r2</c>, <c>accuracy</c>, <c>rocAuc</c>, <c>exactMatch</c>, <c>macroF1</c> and
    /// <c>coverage</c>, which are scores; the others are errors.</summary>
    /// <param name="name">Its name, such as <c>rmse</c>.</param>
    public static bool IsScore(string name) => name is "r2" or "accuracy" or "rocAuc" or "exactMatch" or "macroF1" or "coverage";

    /// <summary>One of <see cref="Values"/> as a person reads it, the way <see cref="object.ToString"/> shows it.</summary>
    /// <param name="name">Its name, such as <c>rmse</c>.</param>
    /// <exception cref="KeyNotFoundException">These metrics have no such figure.</exception>
    public string Format(string name) =>
        IsScore(name) ? Score(Values[name]) : Figure(Values[name]);

    /// <summary>Three significant digits, thousands grouped: 48,900 and 0.0713.</summary>
    private protected static string Figure(double value)
    {
        var culture = CultureInfo.InvariantCulture;
        var rounded = double.Parse(value.ToString("E2", culture), culture);
        return Math.Abs(rounded) is 0 or (>= 1e-4 and < 1e15)
            ? rounded.ToString("#,0.######", culture)
            : rounded.ToString("0.##E+0", culture);
    }

    /// <summary>As <see cref="Figure"/>, but with the digits it takes to show that a score is below 1:
    /// 0.99996.</summary>
    private protected static string Score(double value)
    {
        if (value is not (> 0.999 and < 1))
            return Figure(value);
        var digits = 3;
        while (digits < 15 && Math.Round(value, digits) >= 1)
            digits++;
        return Math.Round(value, digits).ToString("0.###############", CultureInfo.InvariantCulture);
    }
}
