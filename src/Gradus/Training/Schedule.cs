namespace Gradus;

/// <summary>How the learning rate changes over training: a factor on the optimiser's own.</summary>
public sealed record Schedule
{
    private readonly Func<double, int, double> factor;   // of the time and the number of epochs

    private Schedule(string name, Func<double, int, double> factor) => (Name, this.factor) = (name, factor);

    /// <summary>The same learning rate throughout.</summary>
    public static Schedule Constant { get; } = new("constant", (_, _) => 1);

    /// <summary>½ (1 + cos πt): from the full rate to 0 over all epochs (Loshchilov and Hutter 2017, eq. 5, one cycle).
    /// </summary>
    public static Schedule Cosine { get; } = new("cosine", (t, _) => Falling(t));

    /// <summary>The full rate for half of the time, a tenth of it for a quarter, a hundredth for the last quarter (the steps of
    /// He et al. 2016, section 4.2).</summary>
    public static Schedule Step { get; } = new("step", (t, _) => t < 0.5 ? 1 : t < 0.75 ? 0.1 : 0.01);

    /// <summary>0.95ᵉ after e epochs.</summary>
    public static Schedule Exponential { get; } = new("exponential", (t, epochs) => Math.Pow(0.95, t * epochs));

    /// <summary>From a hundredth of the rate straight to the full rate in the first twentieth of the time (Goyal et al. 2017,
    /// section 2.2), then as <see cref="Cosine"/>.</summary>
    public static Schedule Warmup { get; } = new("warmup", (t, _) =>
        t < 0.05 ? 0.01 + (0.99 * t / 0.05) : Falling((t - 0.05) / 0.95));

    /// <summary>From a twenty-fifth of the rate up to it in three tenths of the time, then down to nearly nothing, both along a
    /// cosine (Smith and Topin 2018, with the numbers of PyTorch's OneCycleLR).</summary>
    public static Schedule OneCycle { get; } = new("one-cycle", (t, _) => t < 0.3
        ? 1 + ((0.04 - 1) * Falling(t / 0.3))
        : 4e-6 + ((1 - 4e-6) * Falling((t - 0.3) / 0.7)));

    /// <summary>½ (1 − cos(2π log₂(1 + 15t))): four cycles, each twice as long as the one before (Holzmüller, Grinsztajn and
    /// Steinwart 2024, coslog₄).</summary>
    public static Schedule MultiCycle { get; } = new("multi-cycle", (t, _) => 0.5 * (1 - Math.Cos(2 * Math.PI * Math.Log2(1 + (15 * t)))));

    /// <summary>The full rate, and half of what it is each time that five epochs have brought no lower loss of the validation rows
    /// (of the training rows where there are none). A loss counts as lower if it is by a ten-thousandth. Its factor follows from the
    /// losses alone, so <see cref="FactorAt"/> is 1.</summary>
    public static Schedule Plateau { get; } = new("plateau", (_, _) => 1);

    /// <summary>Every schedule; the command line and tests use this list.</summary>
    public static IReadOnlyList<Schedule> All { get; } = [Constant, Cosine, Step, Exponential, Warmup, OneCycle, MultiCycle, Plateau];

    /// <summary>The name on the command line.</summary>
    public string Name { get; }

    /// <summary>The factor at a time of training.</summary>
    /// <param name="time">From 0, the first step, to 1, the end of the last epoch.</param>
    /// <param name="epochs">Number of epochs that make the whole time.</param>
    public double FactorAt(double time, int epochs) => factor(time, epochs);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    // From 1 at t = 0 to 0 at t = 1.
    private static double Falling(double t) => 0.5 * (1 + Math.Cos(Math.PI * t));
}
