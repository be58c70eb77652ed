using static Gradus.RecipeText;

namespace Gradus;

/// <summary>Whether a few rows can be learnt by heart, without regularisation: they can, unless something between inputs, loss
/// and step is broken, or the network is too small for them.</summary>
internal static class OverfitCheck
{
    private const int MostRows = 20;
    private const int Steps = 3_000;
    private const double FewParameters = 8;   // a row

    public static IEnumerable<RecipeCheck> Run(RecipeContext context)
    {
        var rows = Different(context);
        if (rows.Length < 2)
            yield break;
        var goal = context.IsRegression ? "R² ≥ 0.999" : "accuracy 100 %";
        var expected = $"{rows.Length} rows are learnt by heart: {goal}";
        var few = context.Train.Select(rows);
        var (reached, loss, rate) = (double.NegativeInfinity, double.NaN, 0.0);
        foreach (var learningRate in (double[])[5e-3, 1e-3, 3e-2])
        {
            var (network, weights) = context.Plain();
            try
            {
                var (score, last) = Learn(context, network, weights, few, learningRate);
                if (score > reached)
                    (reached, loss, rate) = (score, last, learningRate);
            }
            catch (DivergedException)
            {
                continue;
            }

            if (reached >= Wanted(context))
                break;
        }

        var measured = double.IsNegativeInfinity(reached) ? "diverged at every rate"
            : $"{(context.IsRegression ? "R²" : "accuracy")} {Figure(reached)}, loss {Figure(loss)} (Adam at {Figure(rate)})";
        if (reached >= Wanted(context))
        {
            yield return RecipeCheck.Pass("overfit", expected, measured);
            yield break;
        }

        yield return new RecipeCheck("overfit", Verdict.Fail, expected, measured,
            "The network cannot even copy a few rows: look at the checks above (gradients, loss, scale); then at the activation and the initialiser, "
            + "and whether the network is too narrow.")
        { Repair = Repairs.DefaultInitializers };
    }

    private static double Wanted(RecipeContext context) => context.IsRegression ? 0.999 : 1;

    private static (double Score, double Loss) Learn(
        RecipeContext context, Network network, ParameterBuffer weights, EncodedTable few, double learningRate)
    {
        using var enough = new CancellationTokenSource();
        var (score, loss) = (double.NegativeInfinity, double.NaN);
        var constant = BaselineCheck.ConstantLoss(context, few.Targets.ToArray());
        var options = context.PlainOptions with
        {
            Optimizer = new Adam(learningRate),
            BatchSize = null,
            Epochs = Steps,
            Patience = Steps,
            Schedule = Schedule.Cosine,
            OnEpoch = report =>
            {
                loss = report.Loss;
                if (loss < constant / 3_000)
                    enough.Cancel();
            },
        };
        _ = new Trainer(network, context.Model.Loss, weights, options).Train(few, null, cancellation: enough.Token);
        // Running averages lag behind the batch that is learnt by heart: its own loss tells.
        if (network.Averages.Count > 0)
            return (loss < constant / 1_000 ? 1 : 1 - (loss / constant), loss);
        var answers = new float[few.Rows * network.OutputCount];
        new Scorer(network, context.Model.Loss, weights, few.Rows, context.Team, withLoss: false).Run(few, answers);
        var metrics = context.Model.Score(few, answers);
        score = metrics.Values.TryGetValue(context.IsRegression ? "r2" : "accuracy", out var value) ? value : double.NaN;
        return (score, loss);
    }

    // Rows whose inputs differ, as many as the network has parameters for, with more than one target among them.
    private static int[] Different(RecipeContext context)
    {
        var most = (int)Math.Clamp(context.Network.ParameterCount / (FewParameters * context.Network.OutputCount), 2, MostRows);
        if (!context.Network.Layers.SkipLast(1).OfType<Dense>().Any())
            most = Math.Clamp(context.Network.InputCount / 2, 2, MostRows);   // a linear model fits as many rows as it has inputs
        var width = context.Network.InputCount;
        var chosen = new List<int>();
        var seen = new HashSet<ulong>();
        var x = new float[width];
        foreach (var row in context.Rows(context.Train, 50 * MostRows))
        {
            context.Train.Inputs.Gather([row], x);
            var hash = 17UL;
            foreach (var value in x)
                hash = (hash * 31) + BitConverter.SingleToUInt32Bits(value);
            if (seen.Add(hash))
                chosen.Add(row);
            if (chosen.Count == most)
                break;
        }

        return [.. chosen];
    }
}
