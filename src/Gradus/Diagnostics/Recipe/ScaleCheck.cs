using static Gradus.RecipeText;

namespace Gradus;

/// <summary>Whether what the network sees, and what it is to give, is of the order of 1, and comes in batches.</summary>
internal static class ScaleCheck
{
    private const double Large = 10;
    private const double Small = 0.01;
    private const int MostRows = 2_000;

    public static IEnumerable<RecipeCheck> Run(RecipeContext context)
    {
        yield return Batches(context);
        yield return Inputs(context);
        if (context.IsRegression && context.Model.Loss.ReadOut == ReadOut.Identity)
            yield return Target(context);
    }

    private static RecipeCheck Batches(RecipeContext context)
    {
        const string expected = "a batch of at most the training rows, and several steps an epoch unless all rows are asked for";
        var (rows, batch) = (context.Train.Rows, context.Setup.Training.BatchSize);
        var measured = batch is null ? $"all {rows:N0} rows" : $"{batch:N0} of {rows:N0} rows";
        return batch is null || batch <= Math.Max(64, rows / 2) ? RecipeCheck.Pass("batch-size", expected, measured)
            : new RecipeCheck("batch-size", Verdict.Warn, expected, measured, "Take smaller batches (--batch 64), or say --batch all: an epoch is one or two steps.")
            {
                Repair = new Repair("batches of 64 rows", setup => setup with { Training = setup.Training with { BatchSize = 64 } }, [("--batch", "64")]),
            };
    }

    private static RecipeCheck Inputs(RecipeContext context)
    {
        const string expected = "features of the order of 1: √(mean x²) from 0.01 to 10";
        var rows = context.Rows(context.Train, MostRows);
        var width = context.Network.InputCount;
        var x = new float[rows.Length * width];
        context.Train.Inputs.Gather(rows, x);
        var squares = new double[width];
        for (var i = 0; i < x.Length; i++)
            squares[i % width] += (double)x[i] * x[i];
        var sizes = Array.ConvertAll(squares, sum => Math.Sqrt(sum / rows.Length));
        var names = context.Model.Preprocessor.FeatureNames;
        var (largest, smallest) = (sizes.Max(), sizes.Where(size => size > 0).DefaultIfEmpty(1).Min());
        // The pixels at the border of an image are small and do no harm.
        var isImage = context.Model.Preprocessor.Inputs.Any(input => input.Columns.Count > 1);
        var worst = largest > Large ? largest : !isImage && smallest < Small ? smallest : (double?)null;
        if (worst is not { } size)
            return RecipeCheck.Pass("input-scale", expected, isImage ? $"largest {Figure(largest)}" : $"from {Figure(smallest)} to {Figure(largest)}");
        // One-hot columns of rare categories are small by nature.
        var feature = names[Array.IndexOf(sizes, size)];
        if (size < Small && feature.Contains('=', StringComparison.Ordinal))
            return RecipeCheck.Pass("input-scale", expected, $"largest {Figure(largest)}; rare categories {Figure(smallest)}");
        return new RecipeCheck("input-scale", size > 100 || size < 1e-4 ? Verdict.Fail : Verdict.Warn, expected, $"'{feature}': {Figure(size)}",
            "Scale the inputs (--preprocess standard): the weights of large features meet large gradients, and one learning rate cannot suit all.")
        {
            Repair = new Repair("standardise the inputs", setup => setup with
            {
                Model = setup.Model with
                {
                    Preprocessing = setup.Model.Preprocessing with { Scaling = Scaling.Standardize, ColumnScaling = new Dictionary<string, Scaling>() },
                },
            }, [("--preprocess", "standard")]),
        };
    }

    private static RecipeCheck Target(RecipeContext context)
    {
        const string expected = "targets of the order of 1: √(mean d²) from 0.01 to 10";
        var size = Math.Sqrt(RecipeContext.Mean([.. context.Train.Targets.ToArray().Select(d => d * d)]));
        return size is >= Small and <= Large ? RecipeCheck.Pass("target-scale", expected, Figure(size))
            : new RecipeCheck("target-scale", Verdict.Fail, expected, Figure(size),
                "Scale the target (--target-transform standard), which answers undo: gradients grow with it, and the usual rates are for targets near 1.")
            {
                Repair = new Repair("standardise the target", setup => setup with
                {
                    Model = setup.Model with { Preprocessing = setup.Model.Preprocessing with { TargetScaling = Scaling.Standardize } },
                }, [("--target-transform", "standard")]),
            };
    }
}
