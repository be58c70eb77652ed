using System.Numerics.Tensors;
using Gradus.Kernels;

namespace Gradus;

/// <summary>Smooth random displacements of the pixels of a picture, one number a direction and pixel (Simard, Steinkraus and Platt
/// 2003, section 2): uniform in [−1, 1], 0 outside the picture, smoothed by a Gaussian of deviation σ whose weights make 1, times α.
/// </summary>
/// <remarks>The Gaussian is cut off at 3σ and applied to rows, then to columns: the whole field, no coarser grid. Both directions
/// lie below each other in one matrix, each with rows of zeros above and below. One field a worker.</remarks>
internal sealed class ElasticField
{
    private readonly int height;
    private readonly int width;
    private readonly int radius;
    private readonly int columns;          // width, rounded up to whole blocks
    private readonly float[] taps;
    private readonly float[] scaledTaps;   // times α
    private readonly AlignedBuffer drawn;
    private readonly AlignedBuffer rough;  // (2 height) rows, each with zeros at both sides
    private readonly AlignedBuffer smooth; // 2 (height + 2 radius) rows
    private readonly AlignedBuffer moves;   // (2 height) rows

    public ElasticField(ImageSize size, double alpha, double sigma)
    {
        (height, width) = (size.Height, size.Width);
        var reach = (int)Math.Ceiling(3 * sigma);
        var weights = Enumerable.Range(-reach, (2 * reach) + 1).Select(i => Math.Exp(-i * i / (2 * sigma * sigma))).ToArray();
        // What is further away than the picture is large meets zeros alone.
        radius = Math.Min(reach, Math.Max(height, width) - 1);
        var kept = weights[(reach - radius)..(reach + radius + 1)];
        taps = [.. kept.Select(weight => (float)(weight / weights.Sum()))];
        scaledTaps = [.. kept.Select(weight => (float)(alpha * weight / weights.Sum()))];
        columns = (width + Convolution.Block - 1) / Convolution.Block * Convolution.Block;
        Stride = columns + (2 * radius);
        drawn = new AlignedBuffer(2 * height * width);
        rough = new AlignedBuffer(2 * height * Stride);
        smooth = new AlignedBuffer(2 * (height + (2 * radius)) * Stride);
        moves = new AlignedBuffer(2 * height * Stride);
    }

    /// <summary>Floats from row to row.</summary>
    public int Stride { get; }

    /// <summary>Displacements to the right, <see cref="Stride"/> floats a row.</summary>
    public ReadOnlySpan<float> X => moves.Slice(0, height * Stride);

    /// <summary>Displacements down.</summary>
    public ReadOnlySpan<float> Y => moves.Slice(height * Stride, height * Stride);

    /// <summary>Draws the field of a key.</summary>
    public void Draw(RandomKey key)
    {
        var numbers = drawn.Span;
        Philox.Uniform(key, 0, numbers);
        TensorPrimitives.Multiply(numbers, 2, numbers);
        TensorPrimitives.Subtract(numbers, 1, numbers);
        for (var y = 0; y < 2 * height; y++)
            numbers.Slice(y * width, width).CopyTo(rough.Slice((y * Stride) + radius, width));

        for (var direction = 0; direction < 2; direction++)
        {
            var (first, padded) = (direction * height * Stride, direction * (height + (2 * radius)) * Stride);
            Convolution.Run(rough.Slice(first, height * Stride), Stride, taps, 1, height, columns,
                smooth.Slice(padded + (radius * Stride), height * Stride));
            Convolution.Run(smooth.Slice(padded, (height + (2 * radius)) * Stride), Stride, scaledTaps, Stride, height, columns,
                moves.Slice(first, height * Stride));
        }
    }
}
