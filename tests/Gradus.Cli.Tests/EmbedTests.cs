using System.Globalization;

namespace Gradus.Cli.Tests;

/// <summary>Categories as vectors, and many categories without one-hot features, from the command line.</summary>
public sealed class EmbedTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    private string WriteShops(int shops, int rows = 600) => place.Write("shops.csv", Enumerable.Range(0, rows).Select(i =>
        string.Create(CultureInfo.InvariantCulture, $"shop{i % shops},{i % 7},{(i % 3 == 0 ? "low" : i % 3 == 1 ? "mid" : "top")},{(i % shops * 7 % 11) + (i % 7)}.5"))
        .Prepend("shop,size,tier,sales"));

    [Fact]
    public void Embedded_columns_are_learnt_reported_and_described()
    {
        var data = WriteShops(20);
        var model = place["m.safetensors"];
        var outcome = Workplace.Run("train", data, "--target", "sales", "--embed", "--epochs", "150", "--lr", "0.01", "--out", model);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("shop 20 → 10 · tier 3 → 2", outcome.Output, StringComparison.Ordinal);
        var json = Workplace.Run("train", data, "--target", "sales", "--embed", "shop=4", "--epochs", "150", "--lr", "0.01", "--json", "--out", model).Json;
        Assert.Equal("""[{"column":"shop","levels":20,"width":4}]""", json["lookups"]?.ToJsonString());
        Assert.True((double?)json["test"]?["r2"] > 0.95, json.ToJsonString());

        var described = Workplace.Run("describe", model);
        Assert.Contains("embedded: shop 20 → 4", described.Output, StringComparison.Ordinal);
        Assert.Contains("20 categories, by index", described.Output, StringComparison.Ordinal);
        Assert.Equal(20, (int?)Workplace.Run("describe", model, "--json").Json["inputs"]?[0]?["levels"]);
    }

    [Fact]
    public void Unknown_categories_are_predicted_and_reported()
    {
        var model = place["m.safetensors"];
        Assert.Equal(0, Workplace.Run("train", WriteShops(20), "--target", "sales", "--embed", "--epochs", "3", "--out", model).Code);
        var outcome = Workplace.Run("predict", model, place.Write("new.csv", "shop,size,tier", "shop3,1,low", "atlantis,1,low"));
        Assert.Equal(0, outcome.Code);
        Assert.Contains("atlantis", outcome.Error + outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_is_explained_with_its_vectors()
    {
        var (data, model) = (WriteShops(20), place["m.safetensors"]);
        Assert.Equal(0, Workplace.Run("train", data, "--target", "sales", "--embed", "5", "--epochs", "20", "--out", model).Code);
        var outcome = Workplace.Run("explain", model, data, "--row", "7");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("embedding", outcome.Output, StringComparison.Ordinal);
        Assert.All(outcome.Output.Split('\n'), line => Assert.True(line.Length <= 80, line));
        var json = Workplace.Run("explain", model, data, "--row", "7", "--json").Json;
        Assert.Equal(5, json["inputs"]?[0]?["vector"]?.AsArray().Count);
        Assert.Null(json["inputs"]?[1]?["vector"]);
        Assert.Equal("embedding", (string?)json["layers"]?[0]?["kind"]);
        Assert.Equal(0, Workplace.Run("explain", model, data, "--importance").Code);
        Assert.Equal(0, Workplace.Run("evaluate", model, data).Code);
    }

    [Fact]
    public void Many_categories_are_looked_up_and_warned_about()
    {
        var (data, model) = (WriteShops(500, rows: 1_000), place["m.safetensors"]);
        var outcome = Workplace.Run("train", data, "--target", "sales", "--epochs", "3", "--json", "--out", model);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("shop", (string?)outcome.Json["lookups"]?[0]?["column"]);
        Assert.Null(outcome.Json["lookups"]?[0]?["width"]);
        Assert.Equal("5-64-64-1", (string?)outcome.Json["network"]);   // shop's index, size, three tiers
        Assert.Contains("'shop' has", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("shop=ignored", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--rare 10", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(0, Workplace.Run("explain", model, data, "--row", "2").Code);
        var refused = Workplace.Run("train", data, "--target", "sales", "--dropout", "0.2,0.5", "--out", place["n"]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("'shop'", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--embed", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, Workplace.Run("train", data, "--target", "sales", "--dropout", "0.2,0.5", "--embed", "--epochs", "2", "--out", place["n"]).Code);
    }

    [DataFact("titanic.csv")]
    public void Titanic_s_categories_are_embedded()
    {
        var outcome = Workplace.Run("train", SharedData.At("titanic.csv"), "--target", "survived", "--columns", "alive=ignored", "--embed", "--json",
            "--out", place["t"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(["sex", "embarked", "class", "who", "deck", "embark_town"], outcome.Json["lookups"]?.AsArray().Select(each => (string?)each?["column"]));
        Assert.InRange((double?)outcome.Json["test"]?["accuracy"] ?? 0, 0.76, 0.92);
    }

    [DataFact("penguins.csv")]
    public void Penguins_are_told_apart_with_embedded_islands()
    {
        var outcome = Workplace.Run("train", SharedData.At("penguins.csv"), "--target", "species", "--embed", "2", "--json", "--out", place["p"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.InRange((double?)outcome.Json["test"]?["accuracy"] ?? 0, 0.95, 1);
    }
}
