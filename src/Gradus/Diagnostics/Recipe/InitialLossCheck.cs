using static Gradus.RecipeText;

namespace Gradus;

/// <summary>Whether the loss is what its formula says: where the network gives the same output for every row, and at the start.
/// </summary>
internal static class InitialLossCheck
{
    private const int MostRows = 2_000;

    public static IEnumerable<RecipeCheck> Run(RecipeContext context)
    {
        yield return OfConstants(context);
        yield return AtStart(context);
    }

    // With the last layer's weights at 0 the output is its bias: ln C for zeros, the entropy of the shares for their logarithms.
    private static RecipeCheck OfConstants(RecipeContext context)
    {
        var rows = context.Rows(context.Train, MostRows);
        var targets = new float[rows.Length];
        context.Train.GatherTargets(rows, targets);
        var weights = context.Start();
        var (w, b) = (context.Network.Parameters[^2].Expression, context.Network.Parameters[^1].Expression);
        weights[w].Clear();
        var outputs = context.Network.OutputCount;
        var prior = Prior(context, targets, outputs);
        var (text, worst, what) = ("", 0.0, "");
        foreach (var (bias, name) in ((double[], string)[])[(new double[outputs], Zeros(context)), (prior, Priors(context)), (Ramp(outputs), "with biases that differ")])
        {
            for (var i = 0; i < outputs; i++)
                weights[b][i] = (float)bias[i];
            var measured = RecipeContext.Mean(Losses(context, rows, weights, context.Network.Output));
            var expected = ExpectedLoss.Of(context.Model.Loss, Array.ConvertAll(weights[b].ToArray(), value => (double)value), targets);
            var difference = Math.Abs(measured - expected) / Math.Max(1e-3, Math.Abs(expected));
            text += $"{(text.Length == 0 ? "" : ", ")}{Figure(measured)} {name}";
            if (!(difference <= worst))
                (worst, what) = (difference, $"{Figure(measured)} {name}, where {Figure(expected)} is expected");
        }

        var formula = $"weights of the last layer 0: {ExpectedLoss.Formula(context.Model.Loss, outputs)}";
        return worst <= 1e-3 ? RecipeCheck.Pass("loss-formula", formula, text)
            : new RecipeCheck("loss-formula", Verdict.Fail, formula, what,
                $"The loss '{context.Model.Loss}' does not get what it expects: softmax or sigmoid applied twice, a loss of another read-out, or targets "
                + "encoded otherwise. Give it the last layer's sums, without an activation.");
    }

    // Outputs of random weights know nothing of the targets: their loss is that of the same outputs with the targets dealt anew.
    private static RecipeCheck AtStart(RecipeContext context)
    {
        var rows = context.Rows(context.Train, MostRows);
        var targets = new float[rows.Length];
        context.Train.GatherTargets(rows, targets);
        var measured = RecipeContext.Mean(Losses(context, rows, context.Model.Weights, context.Network.Output));
        var constant = ExpectedLoss.Of(context.Model.Loss, new double[context.Network.OutputCount], targets);
        var expected = $"at the start about {ExpectedLoss.Name(context.Model.Loss, context.Network.OutputCount)} = {Figure(constant)}, and less than 10 times it";
        var ratio = measured / Math.Max(constant, 1e-6);
        if (double.IsFinite(measured) && ratio <= 10)
            return RecipeCheck.Pass("initial-loss", expected, Figure(measured));
        return new RecipeCheck("initial-loss", !double.IsFinite(measured) || ratio > 50 ? Verdict.Fail : Verdict.Warn, expected, Figure(measured),
            "The weights start too large: take the initialiser that fits the activation (leave --initializer out), and scale inputs and target.")
        {
            Repair = Repairs.DefaultInitializers,
        };
    }

    /// <summary>The loss of each row under given parameters.</summary>
    public static float[] Losses(RecipeContext context, int[] rows, ParameterBuffer weights, Expression output)
    {
        var losses = context.Model.Loss.OfRows(output, context.Target);
        return context.Run([losses], rows, weights)[losses].ToArray();
    }

    private static double[] Prior(RecipeContext context, float[] targets, int outputs)
    {
        var mean = targets.Average();
        switch (context.Model.Loss.ReadOut)
        {
            case ReadOut.Softmax:
                var counts = new double[outputs];
                foreach (var target in targets)
                    counts[(int)target]++;
                return Array.ConvertAll(counts, count => Math.Log(Math.Max(count, 0.5) / targets.Length));
            case ReadOut.Sigmoid:
                var share = Math.Clamp(mean, 0.5 / targets.Length, 1 - (0.5 / targets.Length));
                return [Math.Log(share / (1 - share))];
            case ReadOut.Exponential:
                return [Math.Log(Math.Max(mean, 1e-3))];
            default:
                return [.. Enumerable.Repeat((double)mean, outputs)];
        }
    }

    private static string Zeros(RecipeContext context) => context.IsRegression ? "at 0" : "with equal probabilities";

    private static string Priors(RecipeContext context) => context.IsRegression ? "at the mean" : "with the shares of the classes";

    // Of both signs, so that a function that changes only one shows.
    private static double[] Ramp(int outputs) => [.. Enumerable.Range(1, outputs).Select(i => (i % 2 == 0 ? 1.0 : -1) * i / outputs)];
}
