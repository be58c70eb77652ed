using System.Numerics.Tensors;
using Gradus.Kernels;
using static Gradus.Functions;

namespace Gradus;

/// <summary>The op table, elementwise rows: name, value, derivative rule, kernel. x, a, b, c are inputs, y the result, g =
/// ∂J/∂y.</summary>
internal static partial class Ops
{
    public static readonly Op Negate = Unary("negate", x => -x, (x, y, g) => -g, TensorPrimitives.Negate, FormulaOperation.Unary<NegateOp>());

    public static readonly Op Exp = Unary("exp", Math.Exp, (x, y, g) => g * y, Elementwise.Exp);

    public static readonly Op Log = Unary("log", Math.Log, (x, y, g) => g / x, Elementwise.Log);

    public static readonly Op Log1p = Unary("log1p", Reference.Log1p, (x, y, g) => g / (1 + x), Elementwise.Log1p);

    public static readonly Op Square = Unary("square", x => x * x, (x, y, g) => g * (2 * x), Elementwise.Square, FormulaOperation.Unary<Elementwise.SquareOp>());

    public static readonly Op SquareRoot = Unary("sqrt", Math.Sqrt, (x, y, g) => g / (2 * y), TensorPrimitives.Sqrt, FormulaOperation.Unary<SquareRootOp>());

    public static readonly Op Absolute = Unary("abs", Math.Abs, (x, y, g) => g * Functions.Sign(x), TensorPrimitives.Abs, FormulaOperation.Unary<AbsoluteOp>());

    public static readonly Op Sign = Unary("sign", Reference.Sign, (x, y, g) => null, Elementwise.Sign, FormulaOperation.Unary<Elementwise.SignOp>());

    public static readonly Op Sigmoid = Unary("sigmoid", Reference.Sigmoid, (x, y, g) => g * (y * (1 - y)), Elementwise.Sigmoid);

    public static readonly Op Tanh = Unary("tanh", Math.Tanh, (x, y, g) => g * (1 - Functions.Square(y)), Elementwise.Tanh);

    public static readonly Op Softplus = Unary("softplus", Reference.Softplus, (x, y, g) => g * Functions.Sigmoid(x), Elementwise.Softplus);

    public static readonly Op Relu = Unary("relu", x => x > 0 ? x : double.IsNaN(x) ? x : 0, (x, y, g) => Functions.Gate(x, g), Elementwise.Relu, FormulaOperation.Unary<Elementwise.ReluOp>());

    public static readonly Op Sine = Unary("sin", Math.Sin, (x, y, g) => g * Cos(x), TensorPrimitives.Sin);

    public static readonly Op Cosine = Unary("cos", Math.Cos, (x, y, g) => -(g * Sin(x)), TensorPrimitives.Cos);

    /// <summary>erf(x) = 2/√π ∫₀ˣ exp(−t²) dt.</summary>
    public static readonly Op ErrorFunction = Unary("erf", Reference.Erf,
        (x, y, g) => g * (2 / Math.Sqrt(Math.PI) * Functions.Exp(-Functions.Square(x))), Elementwise.Erf);

    /// <summary>x where x &gt; 0, else slope · x; the slope is an argument.</summary>
    public static readonly Op LeakyRelu = new("leaky-relu", SameShape,
        (y, inputs, _) => Map(inputs[0], x => x > 0 ? x : y.Arguments.Value * x),
        (y, g) => [Functions.Select(Greater(y.InputArray[0], 0), g, y.Arguments.Value * g)],
        new Lowering.Unary(arguments => (x, y) => Elementwise.LeakyRelu(x, (float)arguments.Value, y)));

    public static readonly Op Add = Binary("add", (a, b) => a + b, (a, b, y, g) => (g, g),
        TensorPrimitives.Add, TensorPrimitives.Add, (a, b, y) => TensorPrimitives.Add(b, a, y), FormulaOperation.Binary<AddOp>());

    public static readonly Op Subtract = Binary("subtract", (a, b) => a - b, (a, b, y, g) => (g, -g),
        TensorPrimitives.Subtract, TensorPrimitives.Subtract, TensorPrimitives.Subtract, FormulaOperation.Binary<SubtractOp>());

    public static readonly Op Multiply = Binary("multiply", (a, b) => a * b, (a, b, y, g) => (g * b, g * a),
        TensorPrimitives.Multiply, TensorPrimitives.Multiply, (a, b, y) => TensorPrimitives.Multiply(b, a, y), FormulaOperation.Binary<MultiplyOp>());

    public static readonly Op Divide = Binary("divide", (a, b) => a / b, (a, b, y, g) => (g / b, -(g * (y / b))),
        TensorPrimitives.Divide, TensorPrimitives.Divide, TensorPrimitives.Divide, FormulaOperation.Binary<DivideOp>());

    /// <summary>aᵇ; nothing flows into a constant exponent, whose logarithm of a negative base would be NaN.</summary>
    public static readonly Op Power = Binary("power", Math.Pow,
        (a, b, y, g) => (g * (b * Functions.Power(a, b - 1)), b.IsConstant() ? null : g * (y * Functions.Log(a))),
        TensorPrimitives.Pow, TensorPrimitives.Pow, TensorPrimitives.Pow);

    /// <summary>The smaller; where both are equal, half of the gradient goes to each.</summary>
    public static readonly Op Minimum = Binary("min", (a, b) => Math.Min(a, b),
        (a, b, y, g) => (g * Preference(b, a), g * Preference(a, b)),
        TensorPrimitives.Min, TensorPrimitives.Min, (a, b, y) => TensorPrimitives.Min(b, a, y));

    /// <summary>The larger; where both are equal, half of the gradient goes to each.</summary>
    public static readonly Op Maximum = Binary("max", (a, b) => Math.Max(a, b),
        (a, b, y, g) => (g * Preference(a, b), g * Preference(b, a)),
        TensorPrimitives.Max, TensorPrimitives.Max, (a, b, y) => TensorPrimitives.Max(b, a, y));

    public static readonly Op GreaterThan = Binary("greater", (a, b) => a > b ? 1 : 0, (a, b, y, g) => (null, null),
        Elementwise.Greater, Elementwise.Greater, operation: FormulaOperation.Binary<Elementwise.GreaterOp>());

    public static readonly Op GreaterOrEqualTo = Binary("greater-or-equal", (a, b) => a >= b ? 1 : 0,
        (a, b, y, g) => (null, null), Elementwise.GreaterOrEqual, Elementwise.GreaterOrEqual, operation: FormulaOperation.Binary<Elementwise.GreaterOrEqualOp>());

    public static readonly Op EqualTo = Binary("equal", (a, b) => a == b ? 1 : 0, (a, b, y, g) => (null, null),
        Elementwise.Equal, Elementwise.Equal, operation: FormulaOperation.Binary<Elementwise.EqualOp>());

    /// <summary>a where x &gt; 0, else 0: the derivative of relu, whose sub-gradient at 0 is 0.</summary>
    public static readonly Op Gate = Binary("gate", (x, a) => x > 0 ? a : 0,
        (x, a, y, g) => (null, Functions.Gate(x, g)), Elementwise.SelectPositive, operation: FormulaOperation.Binary<Elementwise.SelectPositiveOp>());

    /// <summary>a where the condition is not 0, else b.</summary>
    public static readonly Op Select = new("select", BroadcastShape,
        (y, inputs, context) =>
        {
            var (condition, a, b) = (inputs[0], inputs[1], inputs[2]);
            return Matrix.Generate(context.RowsOf(y), context.ColumnsOf(y),
                (i, j) => condition.Broadcast(i, j) != 0 ? a.Broadcast(i, j) : b.Broadcast(i, j));
        },
        (y, g) => [null, Functions.Select(y.InputArray[0], g, 0), Functions.Select(y.InputArray[0], 0, g)],
        new Lowering.Ternary(Elementwise.Select, FormulaOperation.Ternary<Elementwise.SelectOp>()));

    /// <summary>∂max(a, b)/∂a: 1 where a &gt; b, ½ where equal.</summary>
    private static Expression Preference(Expression a, Expression b) => Greater(a, b) + (0.5 * Equal(a, b));

    private static Op Unary(string name, Func<double, double> value,
        Func<Expression, Expression, Expression, Expression?> derivative, UnaryKernel kernel, FormulaOperation? operation = null) =>
        new(name, SameShape, (_, inputs, _) => Map(inputs[0], value),
            (y, g) => [derivative(y.InputArray[0], y, g)], new Lowering.Unary(_ => kernel, operation));

    private static Op Binary(string name, Func<double, double, double> value,
        Func<Expression, Expression, Expression, Expression, (Expression?, Expression?)> derivative, BinaryKernel kernel,
        VectorScalarKernel? vectorScalar = null, ScalarVectorKernel? scalarVector = null, FormulaOperation? operation = null) =>
        new(name, BroadcastShape,
            (y, inputs, context) =>
            {
                var (a, b) = (inputs[0], inputs[1]);
                return Matrix.Generate(context.RowsOf(y), context.ColumnsOf(y),
                    (i, j) => value(a.Broadcast(i, j), b.Broadcast(i, j)));
            },
            (y, g) =>
            {
                var (a, b) = derivative(y.InputArray[0], y.InputArray[1], y, g);
                return [a, b];
            },
            new Lowering.Binary(kernel, vectorScalar, scalarVector, operation));

    private static Matrix Map(Matrix x, Func<double, double> value) =>
        new(x.Rows, x.Columns, Array.ConvertAll(x.Values, v => value(v)));

    private static Shape SameShape(string op, ReadOnlySpan<Shape> inputs, OpArguments arguments) => inputs[0];

    private static Shape BroadcastShape(string op, ReadOnlySpan<Shape> inputs, OpArguments arguments)
    {
        var shape = inputs[0];
        foreach (var other in inputs[1..])
        {
            shape = Shape.Broadcast(shape, other) ?? throw new ArgumentException(
                $"{op}: shapes {shape} and {other} do not fit; each side must be equal, or 1 on one of them.");
        }

        return shape;
    }
}
