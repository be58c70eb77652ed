using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary><c>gradus bench</c>: how fast this machine is, and Gradus on it.</summary>
internal static class BenchCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = Commands.Create("bench", "Measure this machine and Gradus on it, with synthetic data", """
            gradus bench --seconds 0.5
            gradus bench train --layers 784,512,512,10 --batch 64 --threads 1
            """);
        var arguments = new BenchArguments();
        foreach (var option in (Option[])[arguments.Threads, arguments.Seconds, arguments.Json])
            command.Options.Add(option);
        command.SetAction(result => BenchReport.Run(arguments.TestOf(result), arguments.ThreadsOf(result), result.GetValue(arguments.Json), terminal));
        command.Subcommands.Add(Train(terminal));
        command.Subcommands.Add(Forward(terminal));
        command.Subcommands.Add(Epoch(terminal));
        command.Subcommands.Add(Product(terminal));
        command.Subcommands.Add(Cores(terminal));
        command.Subcommands.Add(BenchAugment.Create(terminal));
        return command;
    }

    private static Command Train(Terminal terminal)
    {
        var command = Commands.Create("train", "Measure a training step: batch, forward, backward, update",
            "gradus bench train --layers 784,512,512,10 --batch 64 --dropout 0.2,0.5");
        var arguments = new BenchArguments();
        foreach (var option in (Option[])[arguments.Layers, arguments.Batch, arguments.Optimizer, arguments.Threads, arguments.Seconds, arguments.Json])
            command.Options.Add(option);
        var regularization = new RegularizationArguments(command, ofStepsOnly: true);
        command.SetAction(result =>
        {
            var (layers, batch, threads) = (arguments.LayersOf(result), result.GetValue(arguments.Batch) ?? 64, arguments.ThreadsOf(result));
            var optimizer = result.GetValue(arguments.Optimizer) ?? new Adam();
            var hidden = layers[1..^1].Select(width => new Dense(width, Activation.Relu)).ToArray();
            Layer[] all = [.. regularization.OnInputs(result), .. regularization.Around(hidden, result).SelectMany(block => block), new Dense(layers[^1])];
            var options = regularization.AddTo(new TrainOptions { Optimizer = optimizer }, result);
            var time = arguments.TestOf(result).TrainingStep(layers[0], all, batch, options, threads);
            Show(terminal, result.GetValue(arguments.Json), "microsecondsPerStep", time, layers, batch, threads, optimizer.Name);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Forward(Terminal terminal)
    {
        var command = Commands.Create("forward", "Measure a forward pass", "gradus bench forward --layers 784,512,512,10 --batch 1 --threads 1");
        var arguments = new BenchArguments();
        foreach (var option in (Option[])[arguments.Layers, arguments.Batch, arguments.Threads, arguments.Seconds, arguments.Json])
            command.Options.Add(option);
        command.SetAction(result =>
        {
            var (layers, batch, threads) = (arguments.LayersOf(result), result.GetValue(arguments.Batch) ?? 64, arguments.ThreadsOf(result));
            var time = arguments.TestOf(result).ForwardPass(layers, batch, threads);
            Show(terminal, result.GetValue(arguments.Json), "microsecondsPerPass", time, layers, batch, threads, optimizer: null);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Epoch(Terminal terminal)
    {
        var command = Commands.Create("epoch", "Measure a pass over training rows: shuffling, batches, steps, validation",
            "gradus bench epoch --layers 10,64,64,1 --rows 1000000");
        var arguments = new BenchArguments();
        foreach (var option in (Option[])[arguments.Layers, arguments.Rows, arguments.ValidationRows, arguments.Batch, arguments.Optimizer, arguments.Threads, arguments.Seconds, arguments.Json])
            command.Options.Add(option);
        command.SetAction(result =>
        {
            var (layers, rows, batch) = (arguments.LayersOf(result), result.GetValue(arguments.Rows) ?? 10_000, result.GetValue(arguments.Batch) ?? 64);
            var seconds = arguments.TestOf(result).Epoch(layers, rows, batch, result.GetValue(arguments.Optimizer) ?? new Adam(),
                arguments.ThreadsOf(result), result.GetValue(arguments.ValidationRows) ?? 0);
            if (result.GetValue(arguments.Json))
                terminal.Json(new JsonObject { ["secondsPerEpoch"] = seconds, ["rows"] = rows, ["batch"] = batch, ["examplesPerSecond"] = rows / seconds });
            else
                terminal.Say(FormattableString.Invariant($"{string.Join('-', layers)}, {rows:N0} rows, batch {batch}: {seconds:G4} s an epoch, {Figures.Rate(rows / seconds)}."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Product(Terminal terminal)
    {
        var command = Commands.Create("product", "Measure a matrix product", "gradus bench product --shape 64,512,784 --threads 1");
        var arguments = new BenchArguments();
        foreach (var option in (Option[])[arguments.Shape, arguments.TransposeA, arguments.TransposeB, arguments.Threads, arguments.Seconds, arguments.Json])
            command.Options.Add(option);
        command.SetAction(result =>
        {
            var shape = result.GetValue(arguments.Shape) is { Length: 3 } given ? given : [1024, 1024, 1024];
            var threads = arguments.ThreadsOf(result);
            var test = arguments.TestOf(result);
            var peak = test.FmaPeak();
            var microseconds = test.Product(
                shape[0], shape[1], shape[2], result.GetValue(arguments.TransposeA), result.GetValue(arguments.TransposeB), threads);
            var gigaflops = 2.0 * shape[0] * shape[1] * shape[2] / microseconds / 1e3;
            if (result.GetValue(arguments.Json))
            {
                terminal.Json(new JsonObject
                {
                    ["microseconds"] = microseconds,
                    ["gigaflops"] = gigaflops,
                    ["peakGigaflops"] = peak,
                    ["shareOfPeak"] = gigaflops / peak / threads,
                    ["threads"] = threads,
                    ["runtime"] = RuntimeInformation.FrameworkDescription,
                });
                return ExitCode.Success;
            }

            terminal.Say(FormattableString.Invariant($"{shape[0]} × {shape[1]} × {shape[2]}, {Figures.Count(threads, "thread")}: {microseconds:N1} µs, {gigaflops:N0} GFLOP/s,"));
            terminal.Say(FormattableString.Invariant($"{gigaflops / peak / threads:P0} of {threads} × {peak:N0} GFLOP/s, the multiply-adds that a core can do."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Cores(Terminal terminal)
    {
        var command = Commands.Create("cores", "Measure whether threads that run at the same time have a core each", "gradus bench cores --seconds 0.1");
        var arguments = new BenchArguments();
        foreach (var option in (Option[])[arguments.Threads, arguments.Seconds, arguments.Json])
            command.Options.Add(option);
        command.SetAction(result =>
        {
            var cores = CoresReport.Measure(arguments.TestOf(result), arguments.ThreadsOf(result));
            if (result.GetValue(arguments.Json))
                terminal.Json(cores.ToJson());
            else
                cores.Say(terminal);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Show(
        Terminal terminal, bool json, string name, StepTime time, int[] layers, int batch, int threads, string? optimizer)
    {
        if (json)
        {
            var answer = new JsonObject
            {
                [name] = time.Microseconds,
                ["layers"] = new JsonArray([.. layers.Select(width => JsonValue.Create(width))]),
                ["batch"] = batch,
                ["threads"] = threads,
                ["gigaflops"] = time.GigaflopsPerSecond,
                ["compileMicroseconds"] = time.CompileMicroseconds,
                ["firstMicroseconds"] = time.FirstMicroseconds,
                ["allocatedBytes"] = time.AllocatedBytes,
            };
            if (optimizer is not null)
                answer["optimizer"] = optimizer;
            terminal.Json(answer);
            return;
        }

        var what = $"{string.Join('-', layers)}, batch {batch}{(optimizer is null ? "" : $", {optimizer}")}, {Figures.Count(threads, "thread")}";
        terminal.Say(FormattableString.Invariant($"{what}: {time.Microseconds:N2} µs, {time.GigaflopsPerSecond:N0} GFLOP/s."));
        terminal.Say(FormattableString.Invariant($"Compiled in {time.CompileMicroseconds / 1e3:N1} ms, first run {time.FirstMicroseconds / 1e3:N1} ms, {time.AllocatedBytes:N0} bytes allocated a run."));
    }
}
