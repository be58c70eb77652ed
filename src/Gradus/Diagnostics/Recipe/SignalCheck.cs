using static Gradus.RecipeText;

namespace Gradus;

/// <summary>What goes through the layers at the start: units that are dead, saturated or all alike, gradients that vanish or
/// explode on the way back, layers that do not move.</summary>
internal static class SignalCheck
{
    private const int MostRows = 256;
    private const double Vanished = 1e-4;
    private const double Barely = 1e-2;
    private const double Exploded = 1e3;

    public static IEnumerable<RecipeCheck> Run(RecipeContext context)
    {
        var rows = context.Rows(context.Train, MostRows);
        var layers = context.Network.LayerOutputs.SkipLast(1).Select((output, i) => (Output: output, Layer: context.Network.Layers[i], Number: i + 1))
            .Where(each => each.Layer is Dense or BatchNormalization or LayerNormalization).ToArray();
        var weights = context.Network.Parameters.Where(parameter => parameter.IsWeight).ToArray();
        var j = context.Model.Loss.Of(context.Network.Output, context.Target);
        var gradients = context.Setup.Differentiate(j, [.. weights.Select(parameter => parameter.Expression)]);
        var program = context.Run([.. layers.Select(each => each.Output), .. gradients, j], rows);
        if (layers.Length > 0)
        {
            yield return Units(program, layers);
            yield return Symmetry(context);
        }

        yield return Gradients(program, weights, gradients, context);
        yield return Updates(context, rows, weights);
    }

    private static RecipeCheck Units(CompiledProgram program, (Expression Output, Layer Layer, int Number)[] layers)
    {
        const string expected = "in each hidden layer at most half of the units are dead (0 for every row) or saturated (at a limit on 95 % of the rows)";
        var (worst, text, isDead) = (-1.0, "", false);
        foreach (var (output, layer, number) in layers)
        {
            var units = output.Shape.Columns.Size;
            var values = program[output];
            var states = UnitStates.Of(values, units, (layer as Dense)?.Activation);
            var (dead, saturated) = (states.Silent, states.Saturated);
            var share = (double)Math.Max(dead, saturated) / units;
            var (mean, deviation) = Moments(values);
            if (share > worst)
                (worst, isDead, text) = (share, dead >= saturated, $"layer {number}: {Percent(share)} {(dead >= saturated ? "dead" : "saturated")}, mean {Figure(mean)}, deviation {Figure(deviation)}");
        }

        return worst <= 0.5 ? RecipeCheck.Pass("units", expected, text)
            : new RecipeCheck("units", worst > 0.9 ? Verdict.Fail : Verdict.Warn, expected, text, isDead
                ? "A unit that gives 0 for every row has no gradient and stays dead: start biases at 0 and weights as fits ReLU (he-normal), or take leaky-relu."
                : "A saturated unit has next to no gradient: start with smaller weights (xavier-uniform), scale the inputs, or take relu.")
            {
                Repair = Repairs.DefaultInitializers,
            };
    }

    private static RecipeCheck Symmetry(RecipeContext context)
    {
        const string expected = "the units of a layer start different";
        foreach (var parameter in context.Network.Parameters.Where(parameter => parameter.IsWeight))
        {
            var (inputs, units) = (parameter.Expression.Shape.Rows.Size, parameter.Expression.Shape.Columns.Size);
            if (units < 2 || inputs < 1)
                continue;
            var w = context.Model.Weights[parameter.Expression];
            var same = true;
            for (var i = 0; i < w.Length && same; i++)
                same = w[i] == w[i - (i % units)];
            if (same && parameter != context.Network.Parameters[^2])
            {
                return new RecipeCheck("symmetry", Verdict.Fail, expected, $"all columns of {parameter.Name} are equal",
                    "Units that start equal get equal gradients and stay equal: the layer is one unit. Start weights at random (leave --initializer out).")
                {
                    Repair = Repairs.DefaultInitializers,
                };
            }
        }

        return RecipeCheck.Pass("symmetry", expected, "they do");
    }

    private static RecipeCheck Gradients(CompiledProgram program, NetworkParameter[] weights, IReadOnlyList<Expression> gradients, RecipeContext context)
    {
        const string expected = "gradients of the same order in every layer: √(mean g²) of the first beside the last from 0.01 to 1,000";
        var sizes = gradients.Select(gradient => Size(program[gradient])).ToArray();
        var (first, last) = (sizes[0], sizes[^1]);
        if (sizes.FirstOrDefault(size => !double.IsFinite(size), 0) is var broken && !double.IsFinite(broken))
        {
            return new RecipeCheck("gradient-flow", Verdict.Fail, expected, $"{weights[Array.FindIndex(sizes, size => !double.IsFinite(size))].Name}: {Figure(broken)}",
                "The gradient is not a number at the start: look at the loss and the scale of inputs and weights.")
            { Repair = Repairs.DefaultInitializers };
        }

        var ratio = last == 0 ? (first == 0 ? 1 : double.PositiveInfinity) : first / last;
        var measured = $"{weights[0].Name} {Figure(first)}, {weights[^1].Name} {Figure(last)}";
        if (weights.Length < 3 || ratio is >= Barely and <= Exploded)
            return RecipeCheck.Pass("gradient-flow", expected, measured);
        return ratio < Barely
            ? new RecipeCheck("gradient-flow", ratio < Vanished ? Verdict.Fail : Verdict.Warn, expected, measured,
                "The gradient vanishes on its way back: fewer layers, relu instead of sigmoid, normalisation (--batch-norm), or residual blocks.")
            {
                Repair = context.Network.Layers.OfType<Dense>().Any(layer => layer.Activation == Activation.Sigmoid) ? Repairs.Relu : null,
            }
            : new RecipeCheck("gradient-flow", Verdict.Fail, expected, measured,
                "The gradient explodes on its way back: start with smaller weights, clip (--clip-norm 1), or normalise (--layer-norm).")
            {
                Repair = Repairs.DefaultInitializers,
            };
    }

    // One step as training takes it.
    private static RecipeCheck Updates(RecipeContext context, int[] rows, NetworkParameter[] weights)
    {
        const string expected = "the first step changes the weights of each layer by about a thousandth: ‖Δw‖/‖w‖ from 1e-6 to 0.1";
        var after = context.Start();
        var optimizer = OptimizerState.OfBatches(context.Setup.Training.Optimizer, after);
        var step = new TrainingStep(context.Network, context.Model.Loss, rows.Length, optimizer, context.Setup.Training, context.Team);
        step.Run(context.Train, rows, 1, context.Setup.Training.Optimizer.LearningRate);
        var (text, frozen, small, large) = ("", "", double.PositiveInfinity, 0.0);
        foreach (var parameter in weights)
        {
            var before = context.Model.Weights[parameter.Expression];
            var now = after[parameter.Expression];
            double change = 0, size = 0;
            for (var i = 0; i < before.Length; i++)
                (change, size) = (change + Math.Pow(now[i] - before[i], 2), size + Math.Pow(before[i], 2));
            var ratio = Math.Sqrt(change / Math.Max(size, 1e-30));
            if (change == 0)
                frozen = parameter.Name;
            (small, large) = (Math.Min(small, ratio), Math.Max(large, ratio));
        }

        text = frozen.Length > 0 ? $"{frozen} does not move" : $"from {Figure(small)} to {Figure(large)}";
        if (frozen.Length > 0)
        {
            return new RecipeCheck("updates", Verdict.Fail, expected, text,
                $"No gradient reaches {frozen}: the units behind it are dead, it is left out of the step, or the layers above start at 0.")
            { Repair = Repairs.DefaultInitializers };
        }

        return small >= 1e-6 && large <= 0.5 ? RecipeCheck.Pass("updates", expected, text)
            : new RecipeCheck("updates", small < 1e-8 || large > 5 ? Verdict.Fail : Verdict.Warn, expected, text,
                large > 0.5 ? "The first step overturns the weights: take a smaller learning rate (see learning-rate below)."
                    : "The first step hardly moves the weights: take a larger learning rate (see learning-rate below), or look for gradients that vanish.");
    }

    private static (double Mean, double Deviation) Moments(ReadOnlySpan<float> values)
    {
        var mean = RecipeContext.Mean(values);
        var squares = 0.0;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return (mean, Math.Sqrt(squares / values.Length));
    }

    private static double Size(ReadOnlySpan<float> values)
    {
        var squares = 0.0;
        foreach (var value in values)
            squares += (double)value * value;
        return Math.Sqrt(squares / Math.Max(1, values.Length));
    }
}
