using BenchmarkDotNet.Attributes;
using Gradus.Kernels;

namespace Gradus.Benchmarks;

/// <summary>Elementwise functions, reductions and random numbers, and the peak that relates one machine to another.</summary>
public class KernelBenchmarks
{
    private const int Length = 16_384;

    private readonly AlignedBuffer x = new(Length);
    private readonly AlignedBuffer y = new(Length);

    [GlobalSetup]
    public void Fill() => Philox.Normal(new RandomKey(1, 0, 0), 0, x.Span);

    [Benchmark]
    public double Peak() => FmaPeak.Run(10_000);

    [Benchmark]
    public void Relu() => Elementwise.Relu(x.Span, y.Span);

    [Benchmark]
    public void Exp() => Elementwise.Exp(x.Span, y.Span);

    [Benchmark]
    public void Sigmoid() => Elementwise.Sigmoid(x.Span, y.Span);

    [Benchmark]
    public void Tanh() => Elementwise.Tanh(x.Span, y.Span);

    [Benchmark]
    public void SoftmaxOfTen() => Rows.Softmax(x.Span, Length / 10, 10, y.Span);

    [Benchmark]
    public double Sum() => Reductions.Sum(x.Span);

    [Benchmark]
    public void ColumnSums() => Reductions.ColumnSums(x.Span, 512, new Region(0, Length / 512, 0, 512), y.Span);

    [Benchmark]
    public void Uniform() => Philox.Uniform(new RandomKey(2, 0, 0), 0, y.Span);

    [Benchmark]
    public void Normal() => Philox.Normal(new RandomKey(2, 0, 0), 0, y.Span);
}
