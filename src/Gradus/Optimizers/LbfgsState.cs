using System.Numerics.Tensors;

namespace Gradus;

/// <summary>L-BFGS at work on a function of n numbers: the last pairs of steps and changes of the gradient, and where it is.
/// </summary>
internal sealed class LbfgsState
{
    private const double LeastCurvature = 1e-10;   // s·y below it says nothing about the curvature

    private readonly Objective objective;
    private readonly WolfeSearch search;
    private readonly double[][] steps;      // s, a ring
    private readonly double[][] changes;    // y
    private readonly double[] shares;       // α of the first loop
    private readonly double[] x;
    private readonly double[] gradient;
    private readonly double[] direction;
    private int kept;
    private int next;

    /// <param name="optimizer">Its settings.</param>
    /// <param name="objective">What is to be made small.</param>
    /// <param name="start">Where to begin.</param>
    public LbfgsState(Lbfgs optimizer, Objective objective, ReadOnlySpan<double> start)
    {
        this.objective = objective;
        var n = start.Length;
        search = new WolfeSearch(objective, n);
        steps = [.. Enumerable.Range(0, optimizer.History + 1).Select(_ => new double[n])];   // one place for the pair to come
        changes = [.. steps.Select(_ => new double[n])];
        shares = new double[steps.Length];
        (x, gradient, direction) = (start.ToArray(), new double[n], new double[n]);
        Value = double.NaN;
    }

    /// <summary>Where it is.</summary>
    public ReadOnlySpan<double> X => x;

    /// <summary>The function there; NaN before the first step.</summary>
    public double Value { get; private set; }

    /// <summary>Gradients computed so far.</summary>
    public int Evaluations => search.Evaluations + 1;

    /// <summary>All that is kept from step to step, by name, to be read and written in place.</summary>
    public IEnumerable<(string Name, double[] Vector)> Vectors =>
    [
        ("x", x), ("gradient", gradient),
        .. steps.Select((s, i) => (FormattableString.Invariant($"step.{i}"), s)), .. changes.Select((y, i) => (FormattableString.Invariant($"change.{i}"), y)),
    ];

    /// <summary>Pairs kept, the place of the next one, and <see cref="Value"/>.</summary>
    public (int Kept, int Next, double Value) Position
    {
        get => (kept, next, Value);
        set => (kept, next, Value) = value;
    }

    /// <summary>Takes a step.</summary>
    /// <param name="learningRate">The step that is tried first.</param>
    /// <returns>False where no step made the function smaller: within rounding it is at a minimum. Or the function has no finite
    /// value there.</returns>
    public bool Step(double learningRate)
    {
        if (double.IsNaN(Value))
            Value = objective(x, gradient);
        while (double.IsFinite(Value))
        {
            Direct();
            var slope = TensorPrimitives.Dot<double>(gradient, direction);
            var first = kept > 0 ? 1 : Math.Min(1, 1 / TensorPrimitives.SumOfMagnitudes<double>(gradient));
            if (slope < 0)
            {
                var point = search.Run(x, Value, gradient, direction, slope, first * learningRate);
                if (point.Value < Value)
                {
                    MoveTo(point);
                    return true;
                }
            }

            if (kept == 0)
                break;
            kept = 0;   // the pairs mislead: once more along −g
        }

        return false;
    }

    /// <summary>p = −Hg by the two loops of algorithm 7.4, H₀ = s·y / y·y of the last pair (eq. 7.20).</summary>
    private void Direct()
    {
        TensorPrimitives.Negate<double>(gradient, direction);
        for (var age = 1; age <= kept; age++)
        {
            var (s, y, i) = Pair(age);
            shares[i] = TensorPrimitives.Dot<double>(s, direction) / TensorPrimitives.Dot<double>(y, s);   // αᵢ = ρᵢ sᵢ·q
            TensorPrimitives.MultiplyAdd<double>(y, -shares[i], direction, direction);                     // q ← q − αᵢ yᵢ
        }

        if (kept > 0)
        {
            var (s, y, _) = Pair(1);
            TensorPrimitives.Multiply<double>(
                direction, TensorPrimitives.Dot<double>(y, s) / TensorPrimitives.Dot<double>(y, y), direction);   // r = H₀ q
        }

        for (var age = kept; age >= 1; age--)
        {
            var (s, y, i) = Pair(age);
            var share = TensorPrimitives.Dot<double>(y, direction) / TensorPrimitives.Dot<double>(y, s);   // β = ρᵢ yᵢ·r
            TensorPrimitives.MultiplyAdd<double>(s, shares[i] - share, direction, direction);              // r ← r + (αᵢ − β) sᵢ
        }
    }

    private (double[] Step, double[] Change, int Index) Pair(int age)
    {
        var i = (next - age + steps.Length) % steps.Length;
        return (steps[i], changes[i], i);
    }

    private void MoveTo(WolfeSearch.Point point)
    {
        var (s, y) = (steps[next], changes[next]);
        for (var i = 0; i < x.Length; i++)
        {
            s[i] = point.Step * direction[i];
            y[i] = point.Gradient[i] - gradient[i];
            x[i] += s[i];
        }

        point.Gradient.CopyTo(gradient, 0);
        Value = point.Value;
        if (TensorPrimitives.Dot<double>(y, s) <= LeastCurvature)
            return;   // its place is free for the next
        next = (next + 1) % steps.Length;
        kept = Math.Min(kept + 1, steps.Length - 1);
    }
}
