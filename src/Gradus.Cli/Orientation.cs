namespace Gradus.Cli;

/// <summary>How a text writes a layer: patterns as rows with W (inputs × outputs), as rows with W (outputs × inputs), or as
/// columns.</summary>
internal sealed record Orientation
{
    private Orientation(string name, bool transposesWeights, bool isColumn) =>
        (Name, TransposesWeights, IsColumn) = (name, transposesWeights, isColumn);

    public static Orientation Row { get; } = new("row", transposesWeights: false, isColumn: false);

    public static IReadOnlyList<Orientation> All { get; } =
        [Row, new("W-transpose", transposesWeights: true, isColumn: false), new("column", transposesWeights: true, isColumn: true)];

    public string Name { get; }

    /// <summary>Whether W is (outputs × inputs).</summary>
    public bool TransposesWeights { get; }

    /// <summary>Whether a pattern is a column.</summary>
    public bool IsColumn { get; }

    /// <summary>Letter of XW + b.</summary>
    public string Sum => TransposesWeights ? "z" : "U";

    /// <summary>Letter of f(XW + b).</summary>
    public string Output => TransposesWeights ? "a" : "H";

    /// <summary>Letter of the input of layer l, from 1.</summary>
    public string Input(int layer) => layer == 1 ? TransposesWeights ? "x" : "X" : $"{Output}{layer - 1}";

    /// <summary>U1 = X W1 + b1.</summary>
    public string SumFormula(int layer)
    {
        var x = Input(layer);
        var product = IsColumn ? $"W{layer} {x}" : TransposesWeights ? $"{x} W{layer}ᵀ" : $"{x} W{layer}";
        return $"{Sum}{layer} = {product} + b{layer}";
    }

    /// <summary>δ1 = (δ2 W2ᵀ) ⊙ f′(U1).</summary>
    public string DeltaFormula(int layer, string function)
    {
        var next = layer + 1;
        var product = IsColumn ? $"W{next}ᵀ δ{next}" : TransposesWeights ? $"δ{next} W{next}" : $"δ{next} W{next}ᵀ";
        return function == "identity" ? $"δ{layer} = {product}" : $"δ{layer} = ({product}) ⊙ {function}′({Sum}{layer})";
    }

    /// <summary>∂J/∂W1 = Xᵀ δ1.</summary>
    public string GradientFormula(int layer) => $"∂J/∂W{layer} = "
        + (IsColumn ? $"δ{layer} {Input(layer)}ᵀ" : TransposesWeights ? $"δ{layer}ᵀ {Input(layer)}" : $"{Input(layer)}ᵀ δ{layer}");

    /// <summary>The shape of a pattern of that many numbers.</summary>
    public (int Rows, int Columns) Pattern(int width) => IsColumn ? (width, 1) : (1, width);

    /// <summary>The rows of a parameter as this text writes it: of a weight transposed or not, of a bias like a pattern.</summary>
    public double[][] Rows(int rows, int columns, IReadOnlyList<double> values) =>
        (rows == 1 ? IsColumn : TransposesWeights)
            ? [.. Enumerable.Range(0, columns).Select(j => Enumerable.Range(0, rows).Select(i => values[(i * columns) + j]).ToArray())]
            : [.. Enumerable.Range(0, rows).Select(i => Enumerable.Range(0, columns).Select(j => values[(i * columns) + j]).ToArray())];

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
