namespace Gradus;

/// <summary>Read-outs as expressions.</summary>
public static class ReadOuts
{
    /// <summary>The answer from the network's output: (batch × outputs). If each pattern has the outputs of k members in consecutive
    /// rows, (k·batch × outputs), it is the mean of the members' answers.</summary>
    public static Expression Apply(this ReadOut readOut, Expression output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var answers = readOut switch
        {
            ReadOut.Identity => output,
            ReadOut.Exponential => Functions.Exp(output),
            ReadOut.Sigmoid => Functions.Sigmoid(output),
            ReadOut.Softmax => Functions.Softmax(output),
            _ => throw new ArgumentException("Each target of several has its own read-out.", nameof(readOut)),
        };
        if (!output.Shape.Rows.IsBatch || output.Shape.Rows == Dimension.Batch)
            return answers;
        var members = output.Shape.Rows.Factor;
        var side = Functions.Reshape(answers, new Shape(Dimension.Batch, members * output.Shape.Columns.Size));
        return (1.0 / members) * Functions.FoldColumns(side, members);
    }

    /// <summary>Outputs that each pattern has, one a member.</summary>
    internal static int MembersOf(Dimension outputRows, Dimension patternRows) =>
        outputRows.IsBatch && patternRows.IsBatch && outputRows.Factor % patternRows.Factor == 0 ? outputRows.Factor / patternRows.Factor : 1;
}
