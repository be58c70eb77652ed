using static Gradus.RecipeText;

namespace Gradus;

/// <summary>Whether regularisation raises the loss by what its formula says, and is not so strong that it rules the loss.
/// </summary>
internal static class RegularizationCheck
{
    private const double Tolerance = 1e-5;

    public static IEnumerable<RecipeCheck> Run(RecipeContext context)
    {
        yield return Formula(context);
        yield return Strength(context);
    }

    private static RecipeCheck Formula(RecipeContext context)
    {
        const string expected = "J rises by λ/2 Σ W², to 1e-5 of it, for the λ given and for 1e3";
        var squares = 0.0;
        foreach (var w in Weights(context))
        {
            foreach (var value in context.Model.Weights[w])
                squares += (double)value * value;
        }

        var rows = context.Rows(context.Train, 256);
        var losses = context.Model.Loss.OfRows(context.Network.Output, context.Target);
        var (worst, text) = (0.0, "");
        foreach (var lambda in (double[])[context.Setup.Training.L2.Values.Max() is > 0 and var given ? given : 1e-2, 1e3])
        {
            var penalty = Regularization.Penalty(context.Network, new TrainOptions { L2 = lambda });
            var mean = Functions.Mean(losses);
            var total = mean + penalty;
            var program = context.Run([total, mean, penalty], rows);
            var rise = program[penalty][0];
            var wanted = lambda / 2 * squares;
            var error = wanted == 0 ? Math.Abs(rise) : Math.Abs(rise - wanted) / wanted;
            // The sum is rounded to float: the difference shows the penalty only where it is not lost beside the loss.
            var whole = Math.Abs(program[total][0] - (program[mean][0] + wanted)) / Math.Max(1e-30, program[mean][0] + wanted);
            if (text.Length == 0 || !(Math.Max(error, whole) <= worst))
                (worst, text) = (Math.Max(error, whole), $"λ = {Figure(lambda)}: {Figure(rise)} for {Figure(wanted)}, relative error {Figure(error)}");
        }

        return worst <= Tolerance ? RecipeCheck.Pass("regularisation", expected, text)
            : new RecipeCheck("regularisation", Verdict.Fail, expected, text, "The penalty is not the one that its formula says: biases taken in, or a factor lost.");
    }

    private static RecipeCheck Strength(RecipeContext context)
    {
        const string expected = "the penalty at the start is at most the loss itself, at most 80 % of the outputs are dropped, "
            + "half of a label smoothed, and the noise on inputs is not larger than they are";
        var options = context.Setup.Training;
        var rows = context.Rows(context.Train, 256);
        var added = Regularization.Penalty(context.Network, options);
        double penalty = context.Run([added], rows)[added][0];
        var loss = RecipeContext.Mean(InitialLossCheck.Losses(context, rows, context.Model.Weights, context.Network.Output));
        var dropped = context.Network.Layers.OfType<Dropout>().Select(layer => layer.DropProbability).DefaultIfEmpty(0).Max();
        // What a step of decay takes from a weight, over an epoch.
        var steps = Math.Max(1, context.Train.Rows / Math.Min(options.BatchSize ?? context.Train.Rows, context.Train.Rows));
        var decayed = 1 - Math.Pow(Math.Max(0, 1 - (options.Optimizer.LearningRate * options.Optimizer.WeightDecay)), steps);
        var noise = context.Network.Layers.OfType<GaussianNoise>().Select(layer => layer.Deviation).DefaultIfEmpty(0).Max();
        var measured = $"penalty {Figure(penalty)}, loss {Figure(loss)}, dropped {Percent(dropped)}, decayed in an epoch {Percent(decayed)}"
            + (noise > 1 ? $", noise {Figure(noise)}" : "") + (options.LabelSmoothing > 0.5 ? $", smoothed {Percent(options.LabelSmoothing)}" : "");
        if (!(penalty > loss) && dropped <= 0.8 && decayed <= 0.5 && noise <= 1 && options.LabelSmoothing <= 0.5)
            return RecipeCheck.Pass("regularisation-strength", expected, measured);
        return new RecipeCheck("regularisation-strength", penalty > 10 * loss || dropped > 0.95 || decayed > 0.95 ? Verdict.Fail : Verdict.Warn, expected, measured,
            dropped > 0.8 ? "Drop fewer outputs (--dropout 0.1 to 0.5): what is left does not carry the answer."
                : decayed > 0.5 ? "Take less weight decay (--weight-decay 0.01): the weights shrink faster than they learn."
                : noise > 1 ? "Take less noise (--input-noise 0.1): the inputs are lost in it."
                : options.LabelSmoothing > 0.5 ? "Smooth less (--label-smoothing 0.1): the classes are hardly told apart."
                : "Take a smaller λ (--l2, --l1): training will shrink the weights rather than learn.")
        {
            Repair = new Repair("weaken regularisation", setup => setup with
            {
                Training = setup.Training with
                {
                    L2 = penalty > loss ? 1e-4 : setup.Training.L2,
                    L1 = penalty > loss ? 0 : setup.Training.L1,
                    LabelSmoothing = Math.Min(setup.Training.LabelSmoothing, 0.1),
                    Optimizer = setup.Training.Optimizer with { WeightDecay = decayed > 0.5 ? 0.01 : setup.Training.Optimizer.WeightDecay },
                },
                Layers = [.. setup.Layers.Select(layer => layer switch
                {
                    Dropout { DropProbability: > 0.8 } => new Dropout(0.2),
                    GaussianNoise { Deviation: > 1 } => new GaussianNoise(0.1),
                    _ => layer,
                })],
            }, [.. (penalty > loss ? new[] { ("--l2", (string?)"0.0001") } : []),
                .. (dropped > 0.8 ? new[] { ("--dropout", (string?)"0.2") } : []),
                .. (noise > 1 ? new[] { ("--input-noise", (string?)"0.1") } : []),
                .. (options.LabelSmoothing > 0.5 ? new[] { ("--label-smoothing", (string?)"0.1") } : []),
                .. (decayed > 0.5 ? new[] { ("--weight-decay", (string?)"0.01") } : [])]),
        };
    }

    private static IEnumerable<Expression> Weights(RecipeContext context) =>
        context.Network.Parameters.Where(parameter => parameter.IsWeight).Select(parameter => parameter.Expression);
}
