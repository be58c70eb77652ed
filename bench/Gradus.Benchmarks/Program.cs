using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// `recipe PAGE` plants faults and writes what the recipe finds of them.
if (args is ["recipe", var page])
    return Gradus.Benchmarks.Faults.FaultSuite.Run(page);

// `rates [SET…]` measures the learning rates that the range test suggests.
if (args is ["rates", .. var sets])
    return Gradus.Benchmarks.Rates.RateSuite.Run(sets);

// `watch [SET…]` measures what the watch costs a training.
if (args is ["watch", .. var watched])
    return Gradus.Benchmarks.Watch.WatchSuite.Run(watched);

// Runs the suites; bench/kernels.sh compares what they measure with the stored baseline.
var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(7).WithWarmupCount(3);
var config = DefaultConfig.Instance.AddJob(job).AddExporter(JsonExporter.FullCompressed);
BenchmarkSwitcher.FromAssembly(typeof(Gradus.Benchmarks.KernelBenchmarks).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, config);
return 0;
