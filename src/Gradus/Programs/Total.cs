namespace Gradus.Programs;

/// <summary>A sum over all elements of what the parts of an instruction compute. Each part brings its share; whoever ends last adds them
/// up, in the order of the parts.</summary>
internal sealed class Total(Slot y, int parts)
{
    private readonly double[] shares = new double[parts];
    private int done;

    public void Add(int part, double share)
    {
        shares[part] = share;
        if (Interlocked.Increment(ref done) < shares.Length)
            return;
        done = 0;
        var sum = 0.0;
        foreach (var each in shares)
            sum += each;
        y.Span[0] = (float)sum;
    }
}
