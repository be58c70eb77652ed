using static Gradus.RecipeText;

namespace Gradus;

/// <summary>Whether the program's gradients are the slopes of the loss: beside central differences of the reference evaluator,
/// in double.</summary>
internal static class GradientCheck
{
    private const int Rows = 4;
    private const int ElementsOfParameter = 6;
    private const double Step = 1e-5;
    private const double Tolerance = 1e-3;

    public static IEnumerable<RecipeCheck> Run(RecipeContext context)
    {
        const string expected = "∂J/∂w of each layer is (J(w + h) − J(w − h)) / 2h, to 0.1 %";
        var network = context.Network;
        var rows = context.Rows(context.Train, Rows);
        var j = context.Model.Loss.Of(network.Output, context.Target);
        var trained = network.Parameters.Where(parameter => parameter.IsTrained).ToArray();
        var gradients = context.Setup.Differentiate(j, [.. trained.Select(parameter => parameter.Expression)]);
        var program = context.Run([.. gradients, j], rows);
        var reference = Bind(context, rows);
        var (worst, text, layer) = (0.0, "", "");
        for (var i = 0; i < trained.Length; i++)
        {
            var gradient = program[gradients[i]];
            var error = ErrorOf(context, reference, trained[i].Expression, gradient, j);
            if (!(error <= worst))
                (worst, text, layer) = (error, $"{trained[i].Name}: relative error {Figure(error)}", trained[i].Name);
        }

        yield return worst <= Tolerance ? RecipeCheck.Pass("gradients", expected, text.Length == 0 ? "all exact" : $"largest in {text}")
            : new RecipeCheck("gradients", Verdict.Fail, expected, text,
                $"The derivative rule of an operation between {layer} and the loss is wrong, or the gradient of another parameter lies in its place.");
    }

    // The largest difference over a few elements, beside the largest element of the gradient.
    private static double ErrorOf(RecipeContext context, ReferenceContext reference, Expression parameter, ReadOnlySpan<float> gradient, Expression j)
    {
        var values = context.Model.Weights[parameter].ToArray();
        var scale = 1e-6;
        foreach (var value in gradient)
            scale = Math.Max(scale, Math.Abs(value));
        var worst = 0.0;
        foreach (var index in Elements(gradient, context.Setup.Training.Seed))
        {
            double At(double change)
            {
                var changed = Array.ConvertAll(values, value => (double)value);
                changed[index] += change;
                return reference.With(parameter, new Matrix(parameter.Shape.Rows.Size, parameter.Shape.Columns.Size, changed)).Evaluate(j).Values[0];
            }

            var h = Step * Math.Max(1, Math.Abs(values[index]));
            var (forward, here, back) = (At(h), At(0), At(-h));
            // Where the slopes on both sides differ, a kink lies between: no derivative to compare with.
            if (Math.Abs(forward - (2 * here) + back) > 1e-3 * Math.Abs(forward - back) + 1e-13)
                continue;
            var error = Math.Abs(((forward - back) / (2 * h)) - gradient[index]) / scale;
            worst = double.IsNaN(error) ? double.NaN : Math.Max(worst, error);
            if (double.IsNaN(worst))
                break;
        }

        return worst;
    }

    // The steepest element, and others at random.
    private static IEnumerable<int> Elements(ReadOnlySpan<float> gradient, ulong seed)
    {
        var steepest = 0;
        for (var i = 1; i < gradient.Length; i++)
        {
            if (Math.Abs(gradient[i]) > Math.Abs(gradient[steepest]))
                steepest = i;
        }

        var some = gradient.Length <= ElementsOfParameter ? Enumerable.Range(0, gradient.Length)
            : Shuffle.Permutation(gradient.Length, seed)[..ElementsOfParameter];
        return some.Append(steepest).Distinct();
    }

    private static ReferenceContext Bind(RecipeContext context, int[] rows)
    {
        var reference = RowExplanation.Bind(context.Model, new ReferenceContext(rows.Length));
        var x = new float[rows.Length * context.Network.InputCount];
        context.Train.Inputs.Gather(rows, x);
        reference.Bind(context.Network.Input, new Matrix(rows.Length, context.Network.InputCount, Array.ConvertAll(x, value => (double)value)));
        var d = new float[rows.Length];
        context.Train.GatherTargets(rows, d);
        reference.Bind(context.Target, new Matrix(rows.Length, context.Target.Shape.Columns.Size, Array.ConvertAll(d, value => (double)value)));
        return reference;
    }
}
