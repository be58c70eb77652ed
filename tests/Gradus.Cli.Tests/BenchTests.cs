using System.Text.Json.Nodes;

namespace Gradus.Cli.Tests;

[Collection(nameof(Alone))]
public sealed class BenchTests
{
    [Fact]
    public void A_step_of_a_small_network_is_measured_and_allocates_nothing()
    {
        var json = Run("train", "--layers", "8,10,5,1", "--batch", "32", "--optimizer", "nadam", "--threads", "1", "--dropout", "0.1", "--l2", "0.001");
        Assert.InRange((double?)json["microsecondsPerStep"] ?? 0, 0.1, 1e6);
        Assert.Equal("[8,10,5,1]", json["layers"]?.ToJsonString());
        Assert.Equal((32, 1, "nadam", 0L), ((int?)json["batch"], (int?)json["threads"], (string?)json["optimizer"], (long?)json["allocatedBytes"]));
        Assert.True((double?)json["compileMicroseconds"] > 0 && (double?)json["firstMicroseconds"] > 0);
    }

    [Fact]
    public void A_pass_and_an_epoch_are_measured()
    {
        var pass = Run("forward", "--layers", "8,10,5,1", "--batch", "3", "--threads", "1");
        Assert.InRange((double?)pass["microsecondsPerPass"] ?? 0, 0.01, 1e6);
        Assert.Equal(0, (long?)pass["allocatedBytes"]);
        var epoch = Run("epoch", "--layers", "8,4,1", "--rows", "500", "--validation-rows", "100", "--batch", "50", "--threads", "1");
        var seconds = (double?)epoch["secondsPerEpoch"] ?? 0;
        Assert.InRange(seconds, 1e-6, 10);
        Assert.Equal(500 / seconds, (double?)epoch["examplesPerSecond"] ?? 0, 6);
    }

    [Fact]
    public void Threads_that_run_together_are_compared_with_one_alone()
    {
        var json = Run("cores", "--threads", "2");
        double Figure(string name) => (double?)json[name] ?? 0;
        Assert.InRange(Figure("peakGigaflops"), 1, 1e4);
        Assert.Equal(Figure("togetherGigaflops") / Figure("peakGigaflops") / 2, Figure("shareOfPeak"), 9);
        Assert.InRange(Figure("togetherGigaflops"), 1, 1e4);
        if (Environment.ProcessorCount > 1)
            Assert.InRange(Figure("handoverNanoseconds"), 1, 1e7);
        json = Run("cores", "--threads", "1");
        Assert.Equal(1, Figure("shareOfPeak"), 9);
        Assert.Null(json["handoverNanoseconds"]);
        Assert.Contains("2 threads together do", Workplace.Run("bench", "cores", "--threads", "2", "--seconds", "0.01").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_product_is_compared_with_the_peak_of_the_threads()
    {
        var json = Run("product", "--shape", "200,100,300", "--threads", "2", "--transpose-a");
        var (speed, peak) = ((double?)json["gigaflops"] ?? 0, (double?)json["peakGigaflops"] ?? 0);
        Assert.InRange(peak, 1, 1e4);
        Assert.Equal(2.0 * 200 * 100 * 300 / ((double?)json["microseconds"] ?? 0) / 1e3, speed, 6);
        Assert.Equal(speed / peak / 2, (double?)json["shareOfPeak"] ?? 0, 9);
        Assert.Contains("1 thread", Workplace.Run("bench", "product", "--shape", "20,10,30", "--threads", "1", "--seconds", "0.01").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'784'", "train", "--layers", "784")]
    [InlineData("'0,4'", "forward", "--layers", "0,4")]
    [InlineData("'2,3'", "product", "--shape", "2,3")]
    [InlineData("'0'", "epoch", "--seconds", "0")]
    [InlineData("'lbfgs'", "train", "--optimizer", "lbfgs")]   // takes no steps of batches
    public void What_cannot_be_measured_is_refused(string value, string what, string option, string given)
    {
        var outcome = Workplace.Run("bench", what, option, given);
        Assert.True(outcome.Code == 2, $"exit code {outcome.Code}: {outcome.Error}");
        Assert.Contains(option, outcome.Error, StringComparison.Ordinal);
        Assert.Contains(value, outcome.Error, StringComparison.Ordinal);
    }

    private static JsonObject Run(params string[] arguments)
    {
        var outcome = Workplace.Run(["bench", .. arguments, "--seconds", "0.02", "--json"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        return Assert.IsType<JsonObject>(JsonNode.Parse(outcome.Output));
    }
}
