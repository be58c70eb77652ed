namespace Gradus;

/// <summary>The minimum of a function of one variable, without derivatives: Brent (1973), "Algorithms for Minimization
/// without Derivatives", chapter 5.</summary>
internal static class Minimum
{
    private const double GoldenSection = 0.3819660112501051;    // (3 − √5)/2
    private const double Tolerance = 1e-9;
    private const int MostSteps = 200;

    /// <summary>Where a function with one minimum between <paramref name="low"/> and <paramref name="high"/> is least. It may
    /// be +∞ towards the ends, but not at <paramref name="start"/>.</summary>
    public static double Of(Func<double, double> f, double low, double high, double start)
    {
        double best = start, second = start, third = start;         // the three lowest points so far
        double atBest = f(best), atSecond = atBest, atThird = atBest;
        double step = 0, beforeLast = 0;
        for (var i = 0; i < MostSteps; i++)
        {
            var middle = (low + high) / 2;
            var tolerance = (Tolerance * Math.Abs(best)) + Tolerance;
            if (Math.Abs(best - middle) <= (2 * tolerance) - ((high - low) / 2))
                break;

            // The vertex of the parabola through the three points, at best + p/q.
            var r = (best - second) * (atBest - atThird);
            var q = (best - third) * (atBest - atSecond);
            var p = ((best - third) * q) - ((best - second) * r);
            q = 2 * (q - r);
            (p, q) = q > 0 ? (-p, q) : (p, -q);
            var falls = Math.Abs(p) < Math.Abs(q * beforeLast / 2) && p > q * (low - best) && p < q * (high - best);  // false for NaN
            if (falls)
            {
                (beforeLast, step) = (step, p / q);
                if (best + step - low < 2 * tolerance || high - best - step < 2 * tolerance)
                    step = Math.CopySign(tolerance, middle - best);
            }
            else
            {
                beforeLast = best < middle ? high - best : low - best;
                step = GoldenSection * beforeLast;
            }

            var next = best + (Math.Abs(step) >= tolerance ? step : Math.CopySign(tolerance, step));
            var atNext = f(next);
            if (atNext <= atBest)
            {
                (low, high) = next < best ? (low, best) : (best, high);
                (third, atThird, second, atSecond, best, atBest) = (second, atSecond, best, atBest, next, atNext);
                continue;
            }
            (low, high) = next < best ? (next, high) : (low, next);
            if (atNext <= atSecond || second == best)
                (third, atThird, second, atSecond) = (second, atSecond, next, atNext);
            else if (atNext <= atThird || third == best || third == second)
                (third, atThird) = (next, atNext);
        }
        return best;
    }
}
