namespace Gradus;

/// <summary>How the learning rate changes over training: a factor on the optimiser's own.</summary>
public sealed record Schedule
{
    private readonly Func<double, double> factor;

    private Schedule(string name, Func<double, double> factor) => (Name, this.factor) = (name, factor);

    /// <summary>The same learning rate throughout.</summary>
    public static Schedule Constant { get; } = new("constant", _ => 1);

    /// <summary>½ (1 + cos πt): from the full rate to 0 over all epochs (Loshchilov and Hutter 2017, eq. 5, one cycle).
    /// </summary>
    public static Schedule Cosine { get; } = new("cosine", t => 0.5 * (1 + Math.Cos(Math.PI * t)));

    /// <summary>Every schedule; the command line and tests use this list.</summary>
    public static IReadOnlyList<Schedule> All { get; } = [Constant, Cosine];

    /// <summary>The name on the command line.</summary>
    public string Name { get; }

    /// <summary>The factor at a time of training.</summary>
    /// <param name="time">From 0, the first step, to 1, the end of the last epoch.</param>
    public double FactorAt(double time) => factor(time);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
