namespace Gradus;

/// <summary>Read-outs as expressions.</summary>
public static class ReadOuts
{
    /// <summary>The answer from the network's output: (batch × outputs) of the same shape.</summary>
    public static Expression Apply(this ReadOut readOut, Expression output) => readOut switch
    {
        ReadOut.Identity => output,
        ReadOut.Exponential => Functions.Exp(output),
        ReadOut.Sigmoid => Functions.Sigmoid(output),
        ReadOut.Softmax => Functions.Softmax(output),
        _ => throw new ArgumentException("Each target of several has its own read-out.", nameof(readOut)),
    };
}
