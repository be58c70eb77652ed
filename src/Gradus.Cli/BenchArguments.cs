using System.CommandLine;
using System.Globalization;

namespace Gradus.Cli;

/// <summary>The options that the benchmarks share.</summary>
internal sealed class BenchArguments
{
    public Option<int[]?> Layers { get; } = Numbers("--layers", "Widths from input to output [default: 784,512,512,10]", 2, "784,512,512,10");

    public Option<int[]?> Shape { get; } = Numbers("--shape", "m,n,k of C (m × n) = A (m × k) · B (k × n) [default: 1024,1024,1024]", 3, "1024,1024,1024");

    public Option<int?> Batch { get; } = Parsing.WholeNumber("--batch", "Rows [default: 64]", 1, 64);

    public Option<int?> Rows { get; } = Parsing.WholeNumber("--rows", "Training rows [default: 10000]", 1, 10_000);

    public Option<int?> ValidationRows { get; } =
        Parsing.WholeNumber("--validation-rows", "Rows whose loss is measured after each pass [default: none]", 1, 6_000);

    public Option<int?> Threads { get; } = Parsing.Threads("Threads [default: one a core]");

    public Option<ElementwiseOptimizer?> Optimizer { get; } =
        Parsing.Choice("--optimizer", "Optimiser [default: adam]", [.. Gradus.Optimizer.All.OfType<ElementwiseOptimizer>()], each => each.Name);

    public Option<double?> Seconds { get; } = Parsing.Value<double?>(
        "--seconds", "S", "Duration of each measurement [default: 1]", "a number above 0, such as 1",
        (string text, out double? value) =>
        {
            var read = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
            value = number;
            return read && number > 0 && double.IsFinite(number);
        });

    public Option<bool> TransposeA { get; } = Parsing.Flag("--transpose-a", "A is stored k × m");

    public Option<bool> TransposeB { get; } = Parsing.Flag("--transpose-b", "B is stored n × k");

    public Option<bool> Json { get; } = Parsing.Json();

    public int ThreadsOf(ParseResult result) => result.GetValue(Threads) ?? Environment.ProcessorCount;

    public SpeedTest TestOf(ParseResult result) => new(result.GetValue(Seconds) ?? 1);

    public int[] LayersOf(ParseResult result) => result.GetValue(Layers) is { Length: > 0 } given ? given : [784, 512, 512, 10];

    private static Option<int[]?> Numbers(string name, string description, int least, string example) => Parsing.Value<int[]?>(
        name, "N,N,…", description, $"{(least == 3 ? "three" : "two or more")} whole numbers from 1 to 65536, such as {example}",
        (string text, out int[]? value) =>
        {
            var parts = text.Split(',');
            value = new int[parts.Length];
            if (parts.Length < least || (least == 3 && parts.Length != least))
                return false;
            for (var i = 0; i < parts.Length; i++)
            {
                if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out value[i]) || value[i] is < 1 or > 65536)
                    return false;
            }

            return true;
        });
}
