using System.Text.Json.Nodes;

namespace Gradus.Cli.Tests;

[Collection(nameof(Alone))]
public sealed class AugmentTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Amounts_are_taken_reported_and_kept_in_the_model_file()
    {
        const string amounts = "shift=1,rotate=10,elastic=3,sigma=1.5,mixup=0.2";
        JsonObject Train(params string[] more) =>
            Run(["train", Workplace.Digits, "--epochs", "3", "--no-baselines", "--out", place["d.safetensors"], "--json", .. more]);
        var json = Train("--augment", amounts);
        Assert.Equal(amounts, (string?)json["augmentation"]);
        Assert.Equal(amounts, (string?)Run("describe", place["d.safetensors"], "--json")["training"]?["augmentation"]);
        Assert.Contains($"pictures changed by {amounts}", Workplace.Run("describe", place["d.safetensors"]).Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.NotEqual((double?)json["test"]?["logLoss"], (double?)Train()["test"]?["logLoss"]);
        Assert.Null(Train()["augmentation"]);
    }

    [Fact]
    public void Without_amounts_the_default_is_put_in_proportion_to_the_images()
    {
        var outcome = Workplace.Run("train", Workplace.Digits, "--epochs", "2", "--no-baselines", "--out", place["d.safetensors"], "--augment");
        Assert.Equal(0, outcome.Code);
        Assert.Contains(Augmentation.DefaultFor(new ImageSize(8, 8)).ToString(), outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_that_are_no_images_are_refused() =>
        Refuses(["2 inputs", "IDX", "square"], "train", place.WriteNumbers(), "--target", "y", "--augment", "--out", place["m"]);

    [Fact]
    public void Pixels_that_are_scaled_one_by_one_are_refused() =>
        Refuses(["64 inputs", "scal"], "train", Workplace.Digits, "--preprocess", "standard", "--augment", "--out", place["m"]);

    [Theory]
    [InlineData("rotat=3", "Did you mean 'rotate'")]
    [InlineData("rotate=200", "from 0 to 180 degrees")]
    [InlineData("scale=-1", "from 0 to 0.9, such as 0.1")]
    [InlineData("samples", "shift, rotate, scale, shear, elastic, sigma, noise, cutout, mixup")]
    public void Amounts_out_of_range_are_refused(string amounts, string expected) =>
        Refuses(["--augment", expected], "train", Workplace.Digits, "--augment", amounts, "--out", place["m"]);

    [Fact]
    public void The_speed_is_measured()
    {
        var json = Run("bench", "augment", "--augment", "shift=1,elastic=3", "--size", "8,9", "--batch", "20", "--threads", "1", "--seconds", "0.05", "--json");
        Assert.True((double?)json["imagesPerSecond"] > 1_000, json.ToString());
        Assert.Equal((8, 9, 20, 1), ((int?)json["height"], (int?)json["width"], (int?)json["batch"], (int?)json["threads"]));
        Assert.Equal(0, (long?)json["allocatedBytes"]);
        Assert.Contains(Augmentation.Default.ToString(), Workplace.Run("bench", "augment", "--seconds", "0.05").Output, StringComparison.Ordinal);
        Refuses(["--size", "'8'"], "bench", "augment", "--size", "8");
    }

    [Fact]
    public void Pictures_are_drawn_as_they_are_and_changed()
    {
        var json = Run("describe", Workplace.Digits, "--pictures", place["a.png"], "--augment", "--json");
        Assert.Equal(Augmentation.DefaultFor(new ImageSize(8, 8)).ToString(), (string?)json["augmentation"]);
        Assert.Contains("8 × 8", Workplace.Run("describe", Workplace.Digits, "--pictures", place["b.png"]).Output, StringComparison.Ordinal);
        Assert.Equal(["a.png", "b.png"], place.Files);
        foreach (var file in place.Files)
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(place[file])[..4]);
        Refuses(["--pictures"], "describe", Workplace.Digits, "--augment");
        Refuses(["pixel_3_4"], "describe", place.WriteNumbers(), "--pictures", place["c.png"]);
        Refuses(["--pictures"], "describe", Workplace.Digits, "--pictures", "");
    }

    private static JsonObject Run(params string[] args)
    {
        var outcome = Workplace.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome.Json;
    }

    private static void Refuses(string[] expected, params string[] args)
    {
        var outcome = Workplace.Run(args);
        Assert.True(outcome.Code == 2, $"exit code {outcome.Code}: {outcome.Error}");
        Assert.All(expected, part => Assert.Contains(part, outcome.Error, StringComparison.Ordinal));
    }
}
