using static Gradus.RecipeText;

namespace Gradus;

/// <summary>Whether a short training beats what can be had without a network, and what its curves look like.</summary>
internal static class BaselineCheck
{
    private const int LeastSteps = 1_000;
    private const double Least = 0.01;
    private const double Deviations = 4;
    private const int MostRows = 60_000;

    public static IEnumerable<RecipeCheck> Run(RecipeContext context)
    {
        var train = context.Train.Rows <= MostRows ? context.Train : context.Train.Select(context.Rows(context.Train, MostRows));
        var judged = context.Judged;
        var options = context.Setup.Training;
        var batch = Math.Min(options.BatchSize ?? train.Rows, train.Rows);
        var epochs = Math.Min(options.Epochs, Math.Max(1, LeastSteps * batch / train.Rows));
        var weights = context.Start();
        History? history = null;
        string? diverged = null;
        try
        {
            history = new Trainer(context.Network, context.Model.Loss, weights, options with { Epochs = epochs, Patience = epochs, OnEpoch = null, OnStep = null })
                .Train(train, judged);
        }
        catch (DivergedException e)
        {
            diverged = e.Message;
        }

        var after = epochs == 1 ? "one epoch" : $"{epochs} epochs";
        var model = new Model(context.Model.Preprocessor, context.Network, context.Model.Loss, weights);
        var baselines = Baselines.Measure(model, train, context.Validation, judged, options.Seed);
        var name = context.IsRegression ? "rmse" : "logLoss";
        var constant = baselines.Constant.Values[name];
        var linear = baselines.Linear?.Values[name];
        var reached = diverged is null ? model.Evaluate(judged).Values[name] : double.NaN;
        // A hinge is no probability, so more right answers do too: beyond what chance gives to the most frequent class.
        // Rows that choose the best epoch flatter it: a gain must be larger than their chance.
        var limit = constant * (1 - Math.Max(Least, 1 / Math.Sqrt(judged.Rows)));
        var better = reached < limit;
        if (!context.IsRegression && diverged is null)
        {
            var share = baselines.Constant.Values["accuracy"];
            better |= context.Model.Loss.Kind == "hinge" && model.Evaluate(judged).Values["accuracy"] > share + (Deviations * Math.Sqrt(share * (1 - share) / judged.Rows));
        }

        var expected = $"after {after} better than {(context.IsRegression ? "the mean" : "the classes' shares")}: {name} < {Figure(limit)}";
        var measured = diverged ?? $"{Figure(reached)}{(linear is null ? "" : $"; linear {Figure(linear.Value)}")}";
        yield return better ? RecipeCheck.Pass("baselines", expected, measured)
            : new RecipeCheck("baselines", Verdict.Fail, expected, measured,
                "The network learns nothing that holds for other rows: are the targets those of these rows, and do the inputs say anything of them? "
                + "Then look at the learning rate.");
        if (history is not null && context.Validation is not null)
            yield return Curves(history);
    }

    /// <summary>The loss of the best constant output: what a network that knows the targets' distribution alone reaches.</summary>
    public static double ConstantLoss(RecipeContext context, float[] targets)
    {
        var mean = targets.Average();
        var outputs = context.Network.OutputCount;
        double[] output = context.Model.Loss.ReadOut switch
        {
            ReadOut.Softmax => [.. Enumerable.Range(0, outputs).Select(c => Math.Log(Math.Max(0.5, targets.Count(d => (int)d == c)) / targets.Length))],
            ReadOut.Sigmoid => [Math.Log(Math.Clamp(mean, 1e-6, 1 - 1e-6) / (1 - Math.Clamp(mean, 1e-6, 1 - 1e-6)))],
            ReadOut.Exponential => [Math.Log(Math.Max(mean, 1e-6))],
            _ => [context.Model.Loss.Kind is "mae" or "quantile" ? targets.Order().ElementAt(targets.Length / 2) : mean],
        };
        return ExpectedLoss.Of(context.Model.Loss, output, targets);
    }

    private static RecipeCheck Curves(History history)
    {
        const string expected = "training and validation loss fall together";
        var last = history.Epochs[^1];
        var validation = last.ValidationLoss ?? double.NaN;
        var first = history.Epochs[0].ValidationLoss ?? double.NaN;
        var measured = $"training {Figure(last.Loss)}, validation {Figure(validation)} after {history.Epochs.Count}";
        if (validation > 3 * Math.Max(last.Loss, 1e-3) && validation > 1.2 * first)
        {
            return new RecipeCheck("curves", Verdict.Warn, expected, measured,
                "It overfits already: regularise (--dropout, --l2, --weight-decay), take a smaller network, or find more rows.");
        }

        return RecipeCheck.Pass("curves", expected, measured);
    }
}
