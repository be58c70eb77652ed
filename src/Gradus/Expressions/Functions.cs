namespace Gradus;

/// <summary>Functions of expressions, meant for <c>using static Gradus.Functions</c>. All are elementwise with broadcasting
/// unless they say otherwise.</summary>
/// <remarks>Building simplifies only what changes no value: constants fold, and 0 + x, 1 · x, x / 1, −(−x) become x.
/// </remarks>
public static class Functions
{
    /// <summary>The batch size as a dimension.</summary>
    public static Dimension Batch => Dimension.Batch;

    /// <summary>a + b.</summary>
    public static Expression Add(Expression a, Expression b) =>
        a.IsConstant(0) && Fits(b, a) ? b : b.IsConstant(0) && Fits(a, b) ? a : Binary(Ops.Add, a, b, (x, y) => x + y);

    /// <summary>a − b.</summary>
    public static Expression Subtract(Expression a, Expression b) =>
        b.IsConstant(0) ? a : a.IsConstant(0) ? Negate(b)
        : b.Op == Ops.Negate ? Add(a, b.InputArray[0]) : Binary(Ops.Subtract, a, b, (x, y) => x - y);

    /// <summary>a ⊙ b, elementwise; for the matrix product see <see cref="Dot(Expression, Expression)"/>.</summary>
    public static Expression Multiply(Expression a, Expression b)
    {
        if (a.IsConstant(1))
            return b;
        if (b.IsConstant(1))
            return a;
        if (b.Op == Ops.Constant && a.Op != Ops.Constant)
            (a, b) = (b, a);
        // k₁ · (k₂ · x) = (k₁ k₂) · x
        if (a.Op == Ops.Constant && b.Op == Ops.Multiply && b.InputArray[0].Op == Ops.Constant)
            return Multiply(Multiply(a, b.InputArray[0]), b.InputArray[1]);
        return Binary(Ops.Multiply, a, b, (x, y) => x * y);
    }

    /// <summary>a / b.</summary>
    public static Expression Divide(Expression a, Expression b) =>
        b.IsConstant(1) ? a : Binary(Ops.Divide, a, b, (x, y) => x / y);

    /// <summary>−x.</summary>
    public static Expression Negate(Expression x) =>
        x.Op == Ops.Negate ? x.InputArray[0] : x.Op == Ops.Constant ? -x.Arguments.Value : Node(Ops.Negate, [x]);

    /// <summary>aᵇ.</summary>
    public static Expression Power(Expression a, Expression b) =>
        b.IsConstant(1) ? a : b.IsConstant(2) ? Square(a) : Binary(Ops.Power, a, b, Math.Pow);

    /// <summary>eˣ.</summary>
    public static Expression Exp(Expression x) => Node(Ops.Exp, [x]);

    /// <summary>Natural logarithm.</summary>
    public static Expression Log(Expression x) => Node(Ops.Log, [x]);

    /// <summary>log(1 + x), exact for small x.</summary>
    public static Expression Log1p(Expression x) => Node(Ops.Log1p, [x]);

    /// <summary>x².</summary>
    public static Expression Square(Expression x) => Node(Ops.Square, [x]);

    /// <summary>√x.</summary>
    public static Expression Sqrt(Expression x) => Node(Ops.SquareRoot, [x]);

    /// <summary>|x|; sub-gradient 0 at 0.</summary>
    public static Expression Abs(Expression x) => Node(Ops.Absolute, [x]);

    /// <summary>−1, 0 or 1; its derivative is 0.</summary>
    public static Expression Sign(Expression x) => Node(Ops.Sign, [x]);

    /// <summary>The smaller of both.</summary>
    public static Expression Min(Expression a, Expression b) => Node(Ops.Minimum, [a, b]);

    /// <summary>The larger of both.</summary>
    public static Expression Max(Expression a, Expression b) => Node(Ops.Maximum, [a, b]);

    /// <summary>1 where a &gt; b, else 0.</summary>
    public static Expression Greater(Expression a, Expression b) => Node(Ops.GreaterThan, [a, b]);

    /// <summary>1 where a ≥ b, else 0.</summary>
    public static Expression GreaterOrEqual(Expression a, Expression b) => Node(Ops.GreaterOrEqualTo, [a, b]);

    /// <summary>1 where a = b, else 0.</summary>
    public static Expression Equal(Expression a, Expression b) => Node(Ops.EqualTo, [a, b]);

    /// <summary>a where the condition is not 0, else b.</summary>
    public static Expression Select(Expression condition, Expression a, Expression b) =>
        Node(Ops.Select, [condition, a, b]);

    /// <summary>a where x &gt; 0, else 0.</summary>
    public static Expression Gate(Expression x, Expression a) => Node(Ops.Gate, [x, a]);

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Expression Sigmoid(Expression x) => Node(Ops.Sigmoid, [x]);

    /// <summary>Hyperbolic tangent.</summary>
    public static Expression Tanh(Expression x) => Node(Ops.Tanh, [x]);

    /// <summary>log(1 + eˣ), exact for large |x|.</summary>
    public static Expression Softplus(Expression x) => Node(Ops.Softplus, [x]);

    /// <summary>max(x, 0); sub-gradient 0 at 0.</summary>
    public static Expression Relu(Expression x) => Node(Ops.Relu, [x]);

    /// <summary>x where x &gt; 0, else slope · x.</summary>
    public static Expression LeakyRelu(Expression x, double slope = 0.01) =>
        Node(Ops.LeakyRelu, [x], new OpArguments(Value: slope));

    /// <summary>Sine; radians.</summary>
    public static Expression Sin(Expression x) => Node(Ops.Sine, [x]);

    /// <summary>Cosine; radians.</summary>
    public static Expression Cos(Expression x) => Node(Ops.Cosine, [x]);

    /// <summary>Gauss error function.</summary>
    public static Expression Erf(Expression x) => Node(Ops.ErrorFunction, [x]);

    /// <summary>Matrix product: (m × k)·(k × n) = (m × n).</summary>
    public static Expression Dot(Expression a, Expression b) => Dot(a, b, false, false);

    /// <summary>Xᵀ.</summary>
    public static Expression Transpose(Expression x) => x.Op == Ops.Transpose ? x.InputArray[0]
        : x.Shape.IsScalar ? x : Node(Ops.Transpose, [x]);

    /// <summary>Sum along <paramref name="axis"/>.</summary>
    public static Expression Sum(Expression x, Axis axis = Axis.All) =>
        x.Shape == Ops.Reduced(x.Shape, axis) ? x : Node(Ops.Sum, [x], OpArguments.ForAxis(axis));

    /// <summary>Sum over all elements, taken where they are computed: its last digits depend on what else the program computes, never on
    /// the number of threads.</summary>
    internal static Expression Total(Expression x) => x.Shape.IsScalar ? x : Node(Ops.TotalOf, [x], OpArguments.ForAxis(Axis.All));

    /// <summary>Mean along <paramref name="axis"/>: the sum over the number of elements.</summary>
    public static Expression Mean(Expression x, Axis axis = Axis.All) =>
        x.Shape == Ops.Reduced(x.Shape, axis) ? x : Sum(x, axis) / Count(x, axis);

    /// <summary>Largest element along <paramref name="axis"/>.</summary>
    public static Expression Max(Expression x, Axis axis) =>
        x.Shape == Ops.Reduced(x.Shape, axis) ? x : Node(Ops.MaximumOf, [x], OpArguments.ForAxis(axis));

    /// <summary>Number of rows, columns or elements that a reduction along <paramref name="axis"/> runs over, 1 × 1.
    /// </summary>
    public static Expression Count(Expression x, Axis axis = Axis.All) =>
        (axis == Axis.Columns || !x.Shape.Rows.IsBatch) && (axis == Axis.Rows || !x.Shape.Columns.IsBatch)
            ? Ops.ExtentOf(axis, x.Shape.Rows.Resolve(0), x.Shape.Columns.Resolve(0))
            : Node(Ops.Extent, [x], OpArguments.ForAxis(axis));

    /// <summary>log Σ exp along each row: (m × n) → (m × 1).</summary>
    public static Expression LogSumExp(Expression x) => Node(Ops.LogSumExp, [x]);

    /// <summary>exp / Σ exp along each row.</summary>
    public static Expression Softmax(Expression x) => Node(Ops.Softmax, [x]);

    /// <summary>Logarithm of <see cref="Softmax"/>, exact for large differences.</summary>
    public static Expression LogSoftmax(Expression x) => Node(Ops.LogSoftmax, [x]);

    /// <summary>Columns of several matrices side by side.</summary>
    public static Expression ConcatenateColumns(params ReadOnlySpan<Expression> parts) => parts.Length switch
    {
        0 => throw new ArgumentException("At least one matrix is needed.", nameof(parts)),
        1 => parts[0],
        _ => Node(Ops.Concatenate, parts.ToArray()),
    };

    /// <summary>Columns <paramref name="start"/> … <paramref name="start"/> + <paramref name="count"/> − 1.</summary>
    public static Expression SliceColumns(Expression x, int start, int count) =>
        start == 0 && x.Shape.Columns == count ? x : Node(Ops.Slice, [x], new OpArguments(start, count));

    /// <summary>Row i of the result is row index[i] of the table (v × n); index is (m × 1), whole numbers from 0.</summary>
    public static Expression GatherRows(Expression table, Expression index) => Node(Ops.Gather, [table, index]);

    /// <summary>Adds row i of the values (m × n) into row index[i] of a result of <paramref name="rows"/> rows.</summary>
    public static Expression ScatterAddRows(Expression values, Expression index, int rows) =>
        Node(Ops.ScatterAdd, [values, index], new OpArguments(rows));

    /// <summary>Row i has 1 in column index[i], else 0; index is (m × 1), whole numbers from 0.</summary>
    public static Expression OneHot(Expression index, int classes)
    {
        var numbers = new double[1, classes];
        for (var j = 0; j < classes; j++)
            numbers[0, j] = j;
        return Equal(index, Expression.Constant(numbers));
    }

    /// <summary>x repeated along its sides of length 1.</summary>
    public static Expression BroadcastTo(Expression x, Shape shape) =>
        x.Shape == shape ? x
        : Shape.Broadcast(x.Shape, shape) != shape ? throw new ArgumentException($"broadcast: {x.Shape} cannot become {shape}.")
        : new Expression(Ops.Broadcast, [x.Op == Ops.Broadcast ? x.InputArray[0] : x], default, shape);

    /// <summary>The elements of x in the same row-major order under another shape: (batch × kn) is (k·batch × n).</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
    public static Expression Reshape(Expression x, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape == shape)
            return x;
        if (Elements(x.Shape) != Elements(shape))
            throw new ArgumentException($"reshape: {x.Shape} has another number of elements than {shape}.");
        if (x.Op == Ops.Reshape)
            return Reshape(x.InputArray[0], shape);
        return x.Op == Ops.Broadcast && x.InputArray[0].Shape.IsScalar ? BroadcastTo(x.InputArray[0], shape)
            : new Expression(Ops.Reshape, [x], default, shape);

        static (long Factor, int Batches) Elements(Shape shape) => ((long)shape.Rows.Factor * shape.Columns.Factor,
            (shape.Rows.IsBatch ? 1 : 0) + (shape.Columns.IsBatch ? 1 : 0));
    }

    /// <summary><paramref name="count"/> copies of all columns side by side: (m × n) → (m × kn).</summary>
    public static Expression RepeatColumns(Expression x, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return count == 1 ? x : Node(Ops.Repeat, [x], new OpArguments(count));
    }

    /// <summary>The sum of <paramref name="count"/> blocks of columns: (m × kn) → (m × n).</summary>
    /// <exception cref="ArgumentException">The columns do not make equal blocks.</exception>
    public static Expression FoldColumns(Expression x, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return count == 1 ? x : Node(Ops.Fold, [x], new OpArguments(count));
    }

    /// <summary>Uniform on [0, 1).</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="purpose">Which stream: the numbers follow from the program's seed, this number and the step of the run.
    /// </param>
    public static Expression RandomUniform(Dimension rows, Dimension columns, int purpose) =>
        new(Ops.Uniform, [], new OpArguments(purpose), new Shape(rows, columns));

    /// <summary>Standard normal; parameters as for <see cref="RandomUniform"/>.</summary>
    public static Expression RandomNormal(Dimension rows, Dimension columns, int purpose) =>
        new(Ops.Normal, [], new OpArguments(purpose), new Shape(rows, columns));

    /// <summary>1 with the given probability, else 0; parameters as for <see cref="RandomUniform"/>.</summary>
    public static Expression RandomBernoulli(Dimension rows, Dimension columns, double probability, int purpose) =>
        probability is >= 0 and <= 1
            ? new(Ops.Bernoulli, [], new OpArguments(purpose, Value: probability), new Shape(rows, columns))
            : throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability is between 0 and 1.");

    internal static Expression Dot(Expression a, Expression b, bool transposeA, bool transposeB)
    {
        if (a.Op == Ops.Transpose)
            (a, transposeA) = (a.InputArray[0], !transposeA);
        if (b.Op == Ops.Transpose)
            (b, transposeB) = (b.InputArray[0], !transposeB);
        return Node(Ops.Dot, [a, b], OpArguments.ForDot(transposeA, transposeB));
    }

    /// <summary>x with zero columns before and after: the derivative of <see cref="SliceColumns"/>.</summary>
    internal static Expression PadColumns(Expression x, int before, int columns)
    {
        var after = columns - before - x.Shape.Columns.Size;
        Expression Zeros(int width) => BroadcastTo(0, new Shape(x.Shape.Rows, width));
        return (before, after) switch
        {
            (0, 0) => x,
            (0, _) => ConcatenateColumns(x, Zeros(after)),
            (_, 0) => ConcatenateColumns(Zeros(before), x),
            _ => ConcatenateColumns(Zeros(before), x, Zeros(after)),
        };
    }

    private static Expression Binary(Op op, Expression a, Expression b, Func<double, double, double> fold)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Op == Ops.Constant && b.Op == Ops.Constant)
            return fold(a.Arguments.Value, b.Arguments.Value);
        // The other operand has the full shape already: the repetition is the operation's own broadcasting.
        if (a.Op == Ops.Broadcast && b.Op != Ops.Broadcast && b.Shape == a.Shape)
            return Again(a.InputArray[0], b);
        if (b.Op == Ops.Broadcast && a.Op != Ops.Broadcast && a.Shape == b.Shape)
            return Again(a, b.InputArray[0]);
        // Both are repetitions: work on what is repeated.
        if (a.Op == Ops.Broadcast && (b.Shape.IsScalar || b.Op == Ops.Broadcast) && Shape.Broadcast(a.Shape, b.Shape) is { } s)
            return BroadcastTo(Again(a.InputArray[0], b.Op == Ops.Broadcast ? b.InputArray[0] : b), s);
        if (b.Op == Ops.Broadcast && a.Shape.IsScalar)
            return BroadcastTo(Again(a, b.InputArray[0]), b.Shape);
        return Node(op, [a, b]);

        Expression Again(Expression x, Expression y) =>
            op == Ops.Add ? Add(x, y) : op == Ops.Subtract ? Subtract(x, y) : op == Ops.Multiply ? Multiply(x, y)
            : op == Ops.Divide ? Divide(x, y) : Node(op, [x, y]);
    }

    private static bool Fits(Expression full, Expression other) => Shape.Broadcast(full.Shape, other.Shape) == full.Shape;

    private static Expression Node(Op op, Expression[] inputs, OpArguments arguments = default)
    {
        Span<Shape> shapes = new Shape[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(inputs[i], nameof(inputs));
            shapes[i] = inputs[i].Shape;
        }

        return new Expression(op, inputs, arguments, op.Shape(op.Name, shapes, arguments));
    }
}
