using BenchmarkDotNet.Attributes;

namespace Gradus.Benchmarks;

/// <summary>Training steps on one thread.</summary>
public class StepBenchmarks
{
    private Action step = () => { };

    [Params("8,10,1 32 sgd", "8,10,5,1 32 adam", "64,30,10 64 adam", "784,512,512,10 64 adam")]
    public string Network { get; set; } = "";

    [GlobalSetup]
    public void Compile()
    {
        var parts = Network.Split(' ');
        var optimizer = Optimizer.All.OfType<ElementwiseOptimizer>().First(each => each.Name == parts[2]);
        var sizes = parts[0].Split(',').Select(size => int.Parse(size, null)).ToArray();
        step = SpeedTest.PrepareStep(sizes, int.Parse(parts[1], null), optimizer, null, TimeProvider.System).Step;
    }

    [Benchmark]
    public void Step() => step();
}
