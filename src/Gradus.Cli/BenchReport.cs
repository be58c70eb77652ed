using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>The whole list of measurements of <c>gradus bench</c>.</summary>
internal static class BenchReport
{
    private static readonly (int M, int N, int K)[] Products =
        [(64, 512, 784), (64, 512, 512), (64, 10, 512), (256, 256, 256), (1024, 1024, 1024), (2048, 2048, 2048), (1, 512, 784), (32, 10, 8)];

    private static readonly (string Name, Func<Expression, Expression> Function)[] Elementwise =
        [("relu", Functions.Relu), ("exp", Functions.Exp), ("sigmoid", Functions.Sigmoid), ("tanh", Functions.Tanh)];

    private static readonly (int[] Layers, int Batch, ElementwiseOptimizer Optimizer)[] Steps =
    [
        ([8, 10, 1], 32, new GradientDescent()), ([8, 10, 5, 1], 32, new Adam()), ([64, 30, 10], 64, new Adam()),
        ([784, 512, 512, 10], 64, new GradientDescent()), ([784, 512, 512, 10], 64, new Adam()), ([784, 2048, 2048, 10], 512, new Adam()),
    ];

    private static readonly (int[] Layers, int Batch)[] Passes =
        [([8, 10, 5, 1], 1), ([784, 512, 512, 10], 1), ([784, 512, 512, 10], 64), ([784, 512, 512, 10], 1024), ([784, 2048, 2048, 10], 512)];

    public static int Run(SpeedTest test, int threads, bool json, Terminal terminal)
    {
        var cores = CoresReport.Measure(test, threads);
        var (peak, bandwidth, answer) = (cores.Peak, test.Bandwidth(), cores.ToJson());
        answer["bandwidthGigabytes"] = bandwidth;
        if (!json)
        {
            cores.Say(terminal);
            terminal.Say(FormattableString.Invariant($"A core moves {bandwidth:N0} GB/s from and to memory."));
        }

        int[] counts = threads > 1 ? [1, threads] : [1];

        Section("products", [.. counts.SelectMany(count => Products.SelectMany(shape => Forms(shape).Select(form => (shape, form, count))))],
            ["m × n × k", "form", " threads", " µs", " GFLOP/s", " of peak"], json, answer, terminal, item =>
            {
                var (shape, form, count) = item;
                var microseconds = test.Product(shape.M, shape.N, shape.K, form == "TN", form == "NT", count);
                var speed = 2.0 * shape.M * shape.N * shape.K / microseconds / 1e3;
                return ([$"{shape.M} × {shape.N} × {shape.K}", form, $"{count}", Figures.Number(microseconds), Figures.Number(Math.Round(speed)), FormattableString.Invariant($"{speed / peak / count:P0}")],
                    new JsonObject { ["m"] = shape.M, ["n"] = shape.N, ["k"] = shape.K, ["form"] = form, ["threads"] = count, ["microseconds"] = microseconds, ["gigaflops"] = speed, ["shareOfPeak"] = speed / peak / count });
            });
        Section("elementwise", Elementwise, ["function of 16,384 numbers", " µs", " ns each"], json, answer, terminal, item =>
        {
            const int length = 16_384;
            var microseconds = test.Elementwise(item.Function, length);
            return ([item.Name, Figures.Number(microseconds), Figures.Number(microseconds * 1e3 / length)],
                new JsonObject { ["function"] = item.Name, ["length"] = length, ["microseconds"] = microseconds });
        });
        Section("steps", [.. counts.SelectMany(count => Steps.Select(step => (step, count)))],
            ["training step", " batch", "optimiser", " threads", " µs", " GFLOP/s", " compile ms"], json, answer, terminal, item =>
            {
                var (step, count) = item;
                return Timed(test.TrainingStep(step.Layers, step.Batch, step.Optimizer, count), step.Layers, step.Batch, step.Optimizer.Name, count);
            });
        Section("passes", [.. counts.SelectMany(count => Passes.Select(pass => (pass, count)))],
            ["forward pass", " batch", " threads", " µs", " GFLOP/s", " compile ms"], json, answer, terminal, item =>
            {
                var (pass, count) = item;
                return Timed(test.ForwardPass(pass.Layers, pass.Batch, count), pass.Layers, pass.Batch, null, count);
            });
        if (json)
            terminal.Json(answer);
        return ExitCode.Success;
    }

    // X·W as it stands, G·Wᵀ and Xᵀ·G as training needs them.
    private static string[] Forms((int M, int N, int K) shape) => shape.M > 1 && shape.N > 10 ? ["NN", "NT", "TN"] : ["NN"];

    private static (string[] Cells, JsonObject Json) Timed(StepTime time, int[] layers, int batch, string? optimizer, int threads)
    {
        var json = new JsonObject
        {
            ["layers"] = new JsonArray([.. layers.Select(width => JsonValue.Create(width))]),
            ["batch"] = batch,
            ["threads"] = threads,
            ["microseconds"] = time.Microseconds,
            ["gigaflops"] = time.GigaflopsPerSecond,
            ["compileMicroseconds"] = time.CompileMicroseconds,
            ["firstMicroseconds"] = time.FirstMicroseconds,
            ["allocatedBytes"] = time.AllocatedBytes,
        };
        string[] end = [$"{threads}", Figures.Number(time.Microseconds), Figures.Number(Math.Round(time.GigaflopsPerSecond)), FormattableString.Invariant($"{time.CompileMicroseconds / 1e3:N1}")];
        if (optimizer is null)
            return ([string.Join('-', layers), $"{batch}", .. end], json);
        json["optimizer"] = optimizer;
        return ([string.Join('-', layers), $"{batch}", optimizer, .. end], json);
    }

    private static void Section<T>(
        string name, T[] items, string[] headings, bool json, JsonObject answer, Terminal terminal,
        Func<T, (string[] Cells, JsonObject Json)> measure)
    {
        var list = new JsonArray();
        var table = Tables.New(headings);
        for (var i = 0; i < items.Length; i++)
        {
            terminal.Cancellation.ThrowIfCancellationRequested();
            if (terminal.IsInteractive)
                terminal.Error.Write($"\r{name} {i + 1}/{items.Length}   ");
            var (cells, row) = measure(items[i]);
            table.Add(cells);
            list.Add((JsonNode)row);
        }

        if (terminal.IsInteractive)
            terminal.Error.Write("\r                              \r");
        answer[name] = list;
        if (!json)
            terminal.Screen.Write(table);
    }
}
