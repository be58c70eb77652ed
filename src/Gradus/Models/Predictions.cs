namespace Gradus;

/// <summary>A model's answers for the rows of a table.</summary>
public sealed class Predictions
{
    private readonly double[] values;
    private readonly float[] probabilities;

    internal Predictions(int rows, double[] values, float[] probabilities, IReadOnlyList<string> classes, TransformReport report)
    {
        Rows = rows;
        this.values = values;
        this.probabilities = probabilities;
        Classes = classes;
        Report = report;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>One value a row in the target's units; empty for classes.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <summary>(rows × classes), row-major; empty for a regression.</summary>
    public ReadOnlySpan<float> Probabilities => probabilities;

    /// <summary>Class names in the order of the probabilities; empty for a regression.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>What the rows had that training had not prepared for.</summary>
    public TransformReport Report { get; }

    /// <summary>Probabilities of the classes for one row.</summary>
    public ReadOnlySpan<float> ProbabilitiesOf(int row) => probabilities.AsSpan(row * Classes.Count, Classes.Count);

    /// <summary>The most probable class of one row; the first of equals.</summary>
    public string ClassOf(int row) => Classes[System.Numerics.Tensors.TensorPrimitives.IndexOfMax(ProbabilitiesOf(row))];
}
