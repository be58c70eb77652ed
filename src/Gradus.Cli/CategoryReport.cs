using System.Globalization;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>What the commands say of categories that a network looks up by index.</summary>
internal static class CategoryReport
{
    /// <summary>Rows of each category below which a column looks like an identifier.</summary>
    private const int FewRows = 10;

    private const int FewCategories = 50;

    /// <summary>The embedded columns with their numbers of categories and lengths; null if there are none.</summary>
    public static string? Embeddings(Model model)
    {
        string[] texts =
        [
            .. model.Network.Layers.OfType<Embedding>().SelectMany(layer => layer.Columns)
                .Select(each => $"{NameOf(model, each.Category)} {Figures.Count(each.Category.Levels)} → {each.Width}"),
        ];
        return texts.Length == 0 ? null : string.Join(" · ", texts.Take(6)) + (texts.Length > 6 ? $" and {texts.Length - 6} more" : "");
    }

    /// <summary>One object a column that is looked up: its name, levels, and the length of its vector; null for one whose rows are
    /// weights of the first dense layer.</summary>
    public static JsonArray ToJson(Model model)
    {
        return
        [
            .. model.Network.Layers.SelectMany(layer => layer switch
            {
                Embedding embedding => embedding.Columns.Select(each => Entry(each.Category, each.Width)),
                Dense dense => dense.Categories.Select(category => Entry(category, null)),
                _ => [],
            }),
        ];

        JsonNode Entry(CategoryInput category, int? width) =>
            new JsonObject { ["column"] = NameOf(model, category), ["levels"] = category.Levels, ["width"] = width };
    }

    /// <summary>A warning for each category column that has few rows of each category.</summary>
    public static IEnumerable<string> Warnings(Model model, int rows)
    {
        foreach (var input in model.Preprocessor.Inputs.Where(input => input.Kind == ColumnKind.Category))
        {
            var levels = Math.Max(input.Levels, input.FeatureCount);
            if (levels <= FewCategories || (long)levels * FewRows <= rows)
                continue;
            var each = ((double)rows / levels).ToString("0.0", CultureInfo.InvariantCulture);
            yield return $"'{input.Columns[0]}' has {Figures.Count(levels)} categories in {Figures.Count(rows, "training row")}, {each} rows each: an identifier is better "
                + $"set aside (--columns {input.Columns[0]}=ignored), and rare categories grouped (--rare {FewRows}).";
        }
    }

    private static string NameOf(Model model, CategoryInput category) => model.Preprocessor.FeatureNames[category.Column];
}
