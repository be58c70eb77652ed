namespace Gradus;

/// <summary>One target of an explained row.</summary>
/// <param name="Head">The target.</param>
/// <param name="Truth">The true answer as the file has it; null when it has none.</param>
/// <param name="Answers">The value in the user's units, each of several quantiles in ascending order, or the probability of each
/// class.</param>
/// <param name="Class">The most probable class, by index; −1 for a regression.</param>
/// <param name="Attribution">What the inputs did to <see cref="Answer"/>.</param>
public sealed record ExplainedTarget(
    Head Head, string? Truth, IReadOnlyList<double> Answers, int Class, IntegratedGradients Attribution)
{
    /// <summary>What the inputs moved: the value, the middle one of several quantiles, or the probability of <see cref="Class"/>.</summary>
    public double Answer => Class < 0 ? Head.Middle([.. Answers]) : Answers[Class];

    /// <param name="model">The model.</param>
    /// <param name="head">One of its targets.</param>
    /// <param name="truth">The true answer.</param>
    /// <param name="x">The row's features.</param>
    /// <param name="outputs">What the read-outs of all targets give for the row.</param>
    /// <param name="steps">Steps of the path integral.</param>
    internal static ExplainedTarget Of(Model model, Head head, string? truth, double[] x, double[] outputs, int steps)
    {
        var own = outputs.AsSpan(head.FirstOutput, head.OutputCount);
        if (head.Task != LearningTask.Regression)
        {
            double[] probabilities = head.Loss.ReadOut == ReadOut.Sigmoid ? [1 - own[0], own[0]] : own.ToArray();
            var best = Array.IndexOf(probabilities, probabilities.Max());
            return new ExplainedTarget(head, truth, probabilities, best, OfClass(model, head, best, x, steps));
        }

        // The outputs that stand in the middle in this row, one or two.
        var values = own.ToArray();
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        var (below, above) = (order[(order.Length - 1) / 2], order[order.Length / 2]);
        var middle = below == above ? InUnits(Output(below)) : (InUnits(Output(below)) + InUnits(Output(above))) / 2;
        return new ExplainedTarget(head, truth, [.. order.Select(i => head.Encoding.Decode(0) + (values[i] * head.Encoding.Unit))], -1,
            IntegratedGradients.Of(model, x, middle, steps));

        Expression Output(int i) => OutputOf(model, head, i);

        Expression InUnits(Expression output) => (output * head.Encoding.Unit) + head.Encoding.Decode(0);
    }

    /// <summary>The same of an ensemble: means over the members.</summary>
    /// <param name="members">The target as each member sees it, and the member.</param>
    /// <param name="x">The row's features.</param>
    /// <param name="steps">Steps of the path integral.</param>
    internal static ExplainedTarget Mean(IReadOnlyList<(Model Model, ExplainedTarget Target)> members, double[] x, int steps)
    {
        var first = members[0].Target;
        double[] answers = [.. first.Answers.Select((_, i) => members.Average(member => member.Target.Answers[i]))];
        var best = first.Class < 0 ? -1 : Array.IndexOf(answers, answers.Max());
        return first with
        {
            Answers = answers,
            Class = best,
            Attribution = IntegratedGradients.Mean([.. members.Select(member => member.Target.Class == best
                ? member.Target.Attribution : OfClass(member.Model, member.Target.Head, best, x, steps))]),
        };
    }

    // The probability of a class.
    private static IntegratedGradients OfClass(Model model, Head head, int answerClass, double[] x, int steps) => IntegratedGradients.Of(
        model, x, head.Loss.ReadOut == ReadOut.Softmax ? OutputOf(model, head, answerClass)
            : answerClass == 1 ? OutputOf(model, head, 0) : 1 - OutputOf(model, head, 0), steps);

    private static Expression OutputOf(Model model, Head head, int output) =>
        model.Loss.Answer(model.Network.Output).Column(head.FirstOutput + output);
}
