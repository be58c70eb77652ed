using System.Diagnostics.CodeAnalysis;

namespace Gradus;

/// <summary>A matrix that is not computed yet: an operation, its inputs and its shape. Expressions are immutable and form a
/// directed acyclic graph; <see cref="Gradient"/> differentiates them, a <see cref="CompiledProgram"/> runs them, and
/// <see cref="Evaluate"/> gives their value in double precision.</summary>
/// <remarks>Matrices are row-major and of rank 2. Elementwise operations broadcast a side of length 1.</remarks>
[SuppressMessage("Usage", "CA2225", Justification = "Functions holds the named forms.")]
public sealed class Expression
{
    internal Expression(Op op, Expression[] inputs, OpArguments arguments, Shape shape, string? name = null,
        Matrix? data = null)
    {
        Op = op;
        InputArray = inputs;
        Arguments = arguments;
        Shape = shape;
        Name = name;
        Data = data;
    }

    internal Op Op { get; }

    internal Expression[] InputArray { get; }

    internal OpArguments Arguments { get; }

    /// <summary>The elements of a constant matrix; null for every other op.</summary>
    internal Matrix? Data { get; }

    /// <summary>The name of the operation, as in the op table.</summary>
    public string Operation => Op.Name;

    /// <summary>The operands.</summary>
    public IReadOnlyList<Expression> Inputs => InputArray;

    /// <summary>Rows and columns.</summary>
    public Shape Shape { get; }

    /// <summary>The name given to an input or parameter; null elsewhere.</summary>
    public string? Name { get; }

    /// <summary>A matrix that is supplied at every run: data, targets.</summary>
    /// <param name="rows">Often <see cref="Dimension.Batch"/>.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="name">What to call it when printed.</param>
    public static Expression Input(Dimension rows, Dimension columns, string? name = null) =>
        new(Ops.Input, [], default, new Shape(rows, columns), name);

    /// <summary>A matrix that training changes: weights, biases.</summary>
    /// <param name="rows">Fixed number of rows.</param>
    /// <param name="columns">Fixed number of columns.</param>
    /// <param name="name">What to call it when printed.</param>
    public static Expression Parameter(int rows, int columns, string? name = null) =>
        new(Ops.Parameter, [], default, new Shape(rows, columns), name);

    /// <summary>A number.</summary>
    public static Expression Constant(double value) => new(Ops.Constant, [], new OpArguments(Value: value), Shape.Scalar);

    /// <summary>A matrix of fixed numbers.</summary>
    /// <param name="values">Rows and columns; copied.</param>
    public static Expression Constant(double[,] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var matrix = Matrix.From(values);
        return new Expression(Ops.ConstantMatrix, [], default, new Shape(matrix.Rows, matrix.Columns), data: matrix);
    }

    /// <summary>A number where an expression stands: a 1 × 1 constant.</summary>
    public static implicit operator Expression(double value) => Constant(value);

    /// <summary>Elementwise sum.</summary>
    public static Expression operator +(Expression a, Expression b) => Functions.Add(a, b);

    /// <summary>Elementwise difference.</summary>
    public static Expression operator -(Expression a, Expression b) => Functions.Subtract(a, b);

    /// <summary>Elementwise product (for the matrix product see <see cref="Dot"/>).</summary>
    public static Expression operator *(Expression a, Expression b) => Functions.Multiply(a, b);

    /// <summary>Elementwise quotient.</summary>
    public static Expression operator /(Expression a, Expression b) => Functions.Divide(a, b);

    /// <summary>−x.</summary>
    public static Expression operator -(Expression x) => Functions.Negate(x);

    /// <summary>Elementwise a &gt; b: 1 where it holds, else 0.</summary>
    public static Expression operator >(Expression a, Expression b) => Functions.Greater(a, b);

    /// <summary>Elementwise a &lt; b: 1 where it holds, else 0.</summary>
    public static Expression operator <(Expression a, Expression b) => Functions.Greater(b, a);

    /// <summary>Elementwise a ≥ b: 1 where it holds, else 0.</summary>
    public static Expression operator >=(Expression a, Expression b) => Functions.GreaterOrEqual(a, b);

    /// <summary>Elementwise a ≤ b: 1 where it holds, else 0.</summary>
    public static Expression operator <=(Expression a, Expression b) => Functions.GreaterOrEqual(b, a);

    /// <summary>Matrix product: (m × k)·(k × n) = (m × n).</summary>
    public Expression Dot(Expression right) => Functions.Dot(this, right);

    /// <summary>Xᵀ.</summary>
    public Expression Transpose() => Functions.Transpose(this);

    /// <summary>One column, as (rows × 1).</summary>
    /// <param name="index">From 0.</param>
    public Expression Column(int index) => Functions.SliceColumns(this, index, 1);

    /// <summary>The value in double precision, by the reference rule of every op; slow and exact, for tests and lessons.
    /// </summary>
    /// <param name="values">A value for each input and parameter that occurs.</param>
    /// <exception cref="ArgumentException">A value is missing or has another shape.</exception>
    public double[,] Evaluate(params ReadOnlySpan<(Expression Leaf, double[,] Value)> values)
    {
        var context = new ReferenceContext();
        foreach (var (leaf, value) in values)
            context.Bind(leaf, Matrix.From(value));
        return context.Evaluate(this).ToArray();
    }

    /// <summary>Infix text; a subexpression that is used more than once is named on a line before.</summary>
    public override string ToString() => ExpressionText.Of(this);

    /// <summary>The graph in Graphviz' DOT language.</summary>
    public string ToDot() => ExpressionText.Dot(this);

    /// <summary>The graph as a Mermaid flowchart.</summary>
    public string ToMermaid() => ExpressionText.Mermaid(this);
}
