namespace Gradus.Cli.Tests;

/// <summary>The networks that courses build, as `docs/experiments.md` gives them.</summary>
public sealed class RecipeTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("uniform(0,1)", 0.9, 0.97)]
    [InlineData("xavier-uniform", 0.97, 1)]
    public void Digits_64_30_10_sigmoid_by_full_batch_descent(string initializer, double least, double most)
    {
        var outcome = Workplace.Run("train", Workplace.Digits, "--hidden", "30", "--activation", "sigmoid", "--batch", "all", "--optimizer", "sgd", "--lr", "2",
            "--schedule", "constant", "--initializer", initializer, "--epochs", "2000", "--patience", "2000", "--no-baselines", "--out", place["m.safetensors"], "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("64-30-10", (string?)outcome.Json["network"]);
        Assert.InRange((double?)outcome.Json["test"]?["accuracy"] ?? 0, least, most);
    }

    [DataFact("california-housing.csv")]
    public void California_8_10_5_1()
    {
        var outcome = Workplace.Run("train", SharedData.At("california-housing.csv"), "--hidden", "10,5", "--out", place["m.safetensors"], "--json");
        Assert.Equal(("8-10-5-1", 151), ((string?)outcome.Json["network"], (int?)outcome.Json["parameters"]));
        Assert.InRange((double?)outcome.Json["test"]?["rmse"] ?? 0, 52_000, 61_000);
        Assert.True((double?)outcome.Json["baselines"]?["linear"]?["rmse"] > 68_000, outcome.Output);
    }

    [DataFact("mnist")]
    public void Mnist_784_512_512_10_with_batches_of_64()
    {
        var outcome = Workplace.Run("train", SharedData.At("mnist"), "--hidden", "512,512", "--batch", "64", "--lr", "0.001", "--epochs", "1", "--no-baselines",
            "--out", place["m.safetensors"], "--json");
        Assert.Equal(("784-512-512-10", 669_706), ((string?)outcome.Json["network"], (int?)outcome.Json["parameters"]));
        Assert.True((double?)outcome.Json["test"]?["accuracy"] > 0.96, outcome.Output);
    }
}
