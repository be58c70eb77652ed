using BenchmarkDotNet.Attributes;
using Gradus.Kernels;

namespace Gradus.Benchmarks;

/// <summary>Matrix products in the forms of training, on one thread.</summary>
public class ProductBenchmarks
{
    private AlignedBuffer a = new(0), b = new(0), c = new(0), scratch = new(0);
    private MatrixProduct product = new(0, 0, 0, false, false);

    /// <summary>m, n, k and the form: X·W (NN), G·Wᵀ (NT), Xᵀ·G (TN).</summary>
    [Params("64,512,784,NN", "64,512,512,NT", "784,512,64,TN", "64,10,512,NN", "1024,1024,1024,NN", "1,512,784,NN", "32,10,8,NN")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Plan()
    {
        var parts = Shape.Split(',');
        var (m, n, k) = (int.Parse(parts[0], null), int.Parse(parts[1], null), int.Parse(parts[2], null));
        product = new MatrixProduct(m, n, k, parts[3][0] == 'T', parts[3][1] == 'T');
        (a, b, c, scratch) = (new(m * k), new(k * n), new(m * n), new(product.ScratchLength));
        Philox.Uniform(new RandomKey(1, 0, 0), 0, a.Span);
        Philox.Uniform(new RandomKey(1, 1, 0), 0, b.Span);
    }

    [Benchmark]
    public void Run()
    {
        for (var part = 0; part < product.Parts; part++)
            product.Run(part, a.Span, b.Span, c.Span, scratch.Span);
    }
}
