using static Gradus.RecipeText;

namespace Gradus;

/// <summary>Whether rows stay apart: the loss of one row has no gradient on another, and an answer does not depend on the rows
/// beside it.</summary>
internal static class IndependenceCheck
{
    private const int Rows = 6;
    private const int Chosen = 2;

    public static IEnumerable<RecipeCheck> Run(RecipeContext context)
    {
        const string expected = "∂J_i/∂x_j = 0 for i ≠ j when predicting";
        var rows = context.Rows(context.Train, Rows);
        if (rows.Length < 2)
            yield break;
        var chosen = Math.Min(Chosen, rows.Length - 1);
        var losses = context.Model.Loss.OfRows(context.Network.Output, context.Target);
        var selector = Expression.Input(Dimension.Batch, 1, "row");
        var j = Functions.Sum(losses * selector);
        var gradient = context.Setup.Differentiate(j, [context.Network.Input])[0];
        var program = context.Compile([gradient, j], rows);
        program[selector].Clear();
        program[selector][chosen] = 1;
        program.Run(1);
        var width = context.Network.InputCount;
        var (own, other) = (0.0, 0.0);
        for (var row = 0; row < rows.Length; row++)
        {
            foreach (var value in program[gradient].Slice(row * width, width))
            {
                if (row == chosen)
                    own = Math.Max(own, Math.Abs(value));
                else
                    other = double.IsNaN(value) ? double.NaN : Math.Max(other, Math.Abs(value));
            }
        }

        var measured = $"other rows {Figure(other)}, its own {Figure(own)}";
        yield return other == 0 ? RecipeCheck.Pass("independence", expected, measured)
            : new RecipeCheck("independence", Verdict.Fail, expected, measured,
                "Rows mix: normalisation takes the batch's statistics when predicting, or a shape is turned so that a sum runs over rows.");
    }
}
