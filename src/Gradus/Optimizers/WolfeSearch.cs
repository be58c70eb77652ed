using System.Numerics.Tensors;

namespace Gradus;

/// <summary>A step α along a direction p that satisfies the strong Wolfe conditions: f(x + αp) ≤ f(x) + c₁α f′ and
/// |∇f(x + αp)·p| ≤ c₂ |f′|, with f′ = ∇f(x)·p below 0 (Nocedal and Wright 2006, algorithms 3.5 and 3.6; steps are the minima of
/// cubics, eq. 3.59, held inside as PyTorch and minFunc do).</summary>
internal sealed class WolfeSearch
{
    private const double Decrease = 1e-4;     // c₁
    private const double Curvature = 0.9;     // c₂
    private const int MaxTrials = 25;
    private const double Narrowest = 1e-9;    // of an interval, times the largest |pᵢ|
    private const double Margin = 0.1;        // of the interval, kept to its ends where cubics make no progress

    private readonly Objective objective;
    private readonly double[] at;
    private Point low;
    private Point high;
    private Point trial;

    public WolfeSearch(Objective objective, int length)
    {
        (this.objective, at) = (objective, new double[length]);
        (low, high, trial) = (new Point(length), new Point(length), new Point(length));
    }

    /// <summary>Gradients computed so far.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Searches.</summary>
    /// <param name="x">Where the step begins.</param>
    /// <param name="value">f(x), finite.</param>
    /// <param name="gradient">∇f(x).</param>
    /// <param name="direction">p.</param>
    /// <param name="slope">f′, below 0.</param>
    /// <param name="step">The first α to try.</param>
    /// <returns>The best point found, valid until the next search. Where rounding hides the conditions, it may be the beginning.
    /// </returns>
    public Point Run(
        ReadOnlySpan<double> x, double value, ReadOnlySpan<double> gradient, ReadOnlySpan<double> direction, double slope, double step)
    {
        var last = Evaluations + MaxTrials;
        (low.Step, low.Value, low.Slope) = (0, value, slope);
        gradient.CopyTo(low.Gradient);
        Evaluate(x, direction, step);
        return Bracket(x, value, direction, slope, last) ? trial : Zoom(x, value, direction, slope, last);
    }

    /// <summary>Algorithm 3.5: longer steps until one is good, or a good one lies between the last two.</summary>
    /// <returns>Whether <see cref="trial"/> is good; otherwise it lies between <see cref="low"/> and <see cref="high"/>.</returns>
    private bool Bracket(ReadOnlySpan<double> x, double value, ReadOnlySpan<double> direction, double slope, int last)
    {
        for (var i = 0; ; i++)
        {
            var isTooLong = !(trial.Value <= value + (Decrease * trial.Step * slope)) || (i > 1 && trial.Value >= low.Value);
            if (!isTooLong && Math.Abs(trial.Slope) <= -Curvature * slope)
                return true;
            if (isTooLong || trial.Slope >= 0 || Evaluations >= last)
                break;
            // At least a hundredth of the last stretch further, at most ten times as far.
            var next = Cubic(low, trial, trial.Step + (0.01 * (trial.Step - low.Step)), trial.Step * 10);
            (low, trial) = (trial, low);
            Evaluate(x, direction, next);
        }

        (high, trial) = (trial, high);
        Order();
        return false;
    }

    /// <summary>Algorithm 3.6: narrows the interval, whose lower end is the best point so far.</summary>
    private Point Zoom(ReadOnlySpan<double> x, double value, ReadOnlySpan<double> direction, double slope, int last)
    {
        var largest = Math.Abs(TensorPrimitives.MaxMagnitude(direction));
        var isSlow = false;
        while (Evaluations < last && Math.Abs(high.Step - low.Step) * largest >= Narrowest)
        {
            var (least, most) = (Math.Min(low.Step, high.Step), Math.Max(low.Step, high.Step));
            var next = Cubic(low, high, least, most);
            // Twice near an end: the cubics do not narrow the interval, so go a part of it inside.
            var margin = Margin * (most - least);
            var isNear = Math.Min(most - next, next - least) < margin;
            if (isNear && (isSlow || next >= most || next <= least))
            {
                next = most - next < next - least ? most - margin : least + margin;
                isNear = false;
            }

            isSlow = isNear;
            Evaluate(x, direction, next);
            if (!(trial.Value <= value + (Decrease * next * slope)) || trial.Value >= low.Value)
            {
                (high, trial) = (trial, high);
                Order();
                continue;
            }

            if (Math.Abs(trial.Slope) <= -Curvature * slope)
                return trial;
            if (trial.Slope * (high.Step - low.Step) >= 0)
                (high, low) = (low, high);
            (low, trial) = (trial, low);
        }

        return low;
    }

    private void Order()
    {
        if (high.Value < low.Value)
            (low, high) = (high, low);
    }

    private void Evaluate(ReadOnlySpan<double> x, ReadOnlySpan<double> direction, double step)
    {
        for (var i = 0; i < at.Length; i++)
            at[i] = x[i] + (step * direction[i]);   // x + αp
        trial.Step = step;
        trial.Value = objective(at, trial.Gradient);
        trial.Slope = TensorPrimitives.Dot<double>(trial.Gradient, direction);
        Evaluations++;
    }

    /// <summary>The minimum of the cubic through both points' values and slopes (eq. 3.59), cut to an interval; its middle where
    /// there is none.</summary>
    private static double Cubic(Point a, Point b, double least, double most)
    {
        var (left, right) = a.Step <= b.Step ? (a, b) : (b, a);
        var d1 = left.Slope + right.Slope - (3 * (left.Value - right.Value) / (left.Step - right.Step));
        var d2 = Math.Sqrt((d1 * d1) - (left.Slope * right.Slope));
        var minimum = right.Step - ((right.Step - left.Step) * ((right.Slope + d2 - d1) / (right.Slope - left.Slope + (2 * d2))));
        return double.IsNaN(minimum) ? (least + most) / 2 : Math.Min(Math.Max(minimum, least), most);
    }

    /// <summary>A step along the direction.</summary>
    internal sealed class Point(int length)
    {
        /// <summary>α.</summary>
        public double Step { get; set; }

        /// <summary>f(x + αp).</summary>
        public double Value { get; set; }

        /// <summary>∇f(x + αp)·p.</summary>
        public double Slope { get; set; }

        /// <summary>∇f(x + αp).</summary>
        public double[] Gradient { get; } = new double[length];
    }
}
