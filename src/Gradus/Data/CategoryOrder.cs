using System.Globalization;

namespace Gradus;

/// <summary>The order of category and class names: as numbers when all are numbers, else by character.</summary>
internal static class CategoryOrder
{
    /// <summary>Sorts in place and returns where each text went: <c>moved[old] = new</c>.</summary>
    public static int[] Sort(string[] texts)
    {
        var numbers = new double[texts.Length];
        var numeric = true;
        for (var i = 0; i < texts.Length && numeric; i++)
            numeric = double.TryParse(texts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])
                && double.IsFinite(numbers[i]);

        var order = new int[texts.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(order, (a, b) =>
        {
            var byNumber = numeric ? numbers[a].CompareTo(numbers[b]) : 0;
            return byNumber != 0 ? byNumber : string.CompareOrdinal(texts[a], texts[b]);
        });

        var old = (string[])texts.Clone();
        var moved = new int[texts.Length];
        for (var i = 0; i < order.Length; i++)
            (texts[i], moved[order[i]]) = (old[order[i]], i);
        return moved;
    }
}
