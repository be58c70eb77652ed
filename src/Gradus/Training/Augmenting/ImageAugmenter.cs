using System.Numerics.Tensors;
using Gradus.Kernels;

namespace Gradus;

/// <summary>Makes the changed picture and the target of a row in an epoch: a function of (seed, epoch, row) alone, whatever thread
/// asks for it and whatever batch it is in. Allocates nothing.</summary>
internal sealed class ImageAugmenter
{
    private const int RowsForBackground = 1_000;

    private readonly Augmentation amounts;
    private readonly EncodedTable table;
    private readonly ImageSize size;
    private readonly int classes;
    private readonly ulong seed;

    /// <param name="amounts">How to change pictures.</param>
    /// <param name="table">Rows of images.</param>
    /// <param name="classes">Classes of a target that becomes a distribution, or 1 for targets as the table has them.</param>
    /// <param name="seed">Seed of everything drawn.</param>
    /// <exception cref="GradusException">The rows are not images.</exception>
    public ImageAugmenter(Augmentation amounts, EncodedTable table, int classes, ulong seed)
    {
        (this.amounts, this.table, this.classes, this.seed) = (amounts, table, classes, seed);
        size = Augmentation.SizeOf(table);
        Background = RimMedian(table.Inputs, size);
    }

    /// <summary>Floats of a picture.</summary>
    public int Pixels => size.Pixels;

    /// <summary>Floats of a row's targets.</summary>
    public int TargetLength => classes == 1 ? table.TargetCount : classes;

    /// <summary>What lies outside a picture.</summary>
    public float Background { get; }

    /// <summary>Memory that one worker needs.</summary>
    public Workspace NewWorkspace() => new(size, amounts, Background);

    /// <summary>The picture and target of a row.</summary>
    /// <param name="row">From 0.</param>
    /// <param name="epoch">From 0, below 2³².</param>
    /// <param name="work">The caller's own.</param>
    /// <param name="picture">(Pixels), row after row.</param>
    /// <param name="target">(TargetLength); empty if not wanted.</param>
    public void Make(int row, int epoch, Workspace work, Span<float> picture, Span<float> target)
    {
        var step = ((ulong)(uint)epoch << 32) | (uint)row;
        Picture(row, step, 0, work, picture);
        var (partner, share) = (row, 1.0);
        if (amounts.MixUp > 0)
        {
            var draws = new Draws(new RandomKey(seed, RandomPurpose.Mixing, step));
            (partner, share) = (draws.Below(table.Rows), draws.Beta(amounts.MixUp));
            var second = work.Second.Span;
            Picture(partner, step, RandomPurpose.SecondPicture, work, second);
            TensorPrimitives.Multiply(picture, (float)share, picture);   // λ x + (1 − λ) x'
            TensorPrimitives.MultiplyAdd(second, (float)(1 - share), picture, picture);
        }

        if (target.IsEmpty)
            return;
        if (classes == 1 && table.TargetCount > 1)
        {
            table.GatherTargets([row], target);   // several are not mixed
            return;
        }

        var (own, other) = (table.Targets[row], table.Targets[partner]);
        if (classes == 1)
        {
            target[0] = (float)((share * own) + ((1 - share) * other));
            return;
        }

        target.Clear();
        target[(int)own] += (float)share;
        target[(int)other] += (float)(1 - share);
    }

    private void Picture(int row, ulong step, uint purpose, Workspace work, Span<float> picture)
    {
        var draws = new Draws(new RandomKey(seed, RandomPurpose.Geometry + purpose, step));
        var map = MapOf(ref draws);
        if (amounts.Warps)
        {
            table.Inputs.CopyRows(row, 1, work.Source.Span);
            Bilinear.Frame(work.Source.Span, size.Height, size.Width, work.Framed.Span);
            work.Field?.Draw(new RandomKey(seed, RandomPurpose.Displacement + purpose, step));
            Bilinear.Warp(work.Framed.Span, size.Height, size.Width, map, work.Field is null ? default : work.Field.X,
                work.Field is null ? default : work.Field.Y, work.Field?.Stride ?? 0, picture);
        }
        else
        {
            table.Inputs.CopyRows(row, 1, picture);
        }

        if (amounts.CutOut > 0)
            Cut(draws.Below(size.Height), draws.Below(size.Width), picture);
        if (amounts.Noise > 0)
        {
            var noise = work.Source.Span;
            Philox.Normal(new RandomKey(seed, RandomPurpose.PixelNoise + purpose, step), 0, noise);
            TensorPrimitives.MultiplyAdd(noise, (float)amounts.Noise, picture, picture);
        }
    }

    /// <summary>Where a pixel of the new picture is in the old one: the inverse of p' = c + t + R H S (p − c), with c the middle, t the
    /// shift, R the rotation, H the shear and S the scaling. As many numbers are drawn whatever is switched on.</summary>
    private AffineMap MapOf(ref Draws draws)
    {
        const double degree = Math.PI / 180;
        var (sine, cosine) = Math.SinCos(draws.Within(amounts.Rotation) * degree);
        var (scaleX, scaleY) = (1 + draws.Within(amounts.Scale), 1 + draws.Within(amounts.Scale));
        var slant = Math.Tan(draws.Within(amounts.Shear) * degree);
        var (middleX, middleY) = ((size.Width - 1) / 2.0, (size.Height - 1) / 2.0);
        var (fromX, fromY) = (middleX + draws.Within(amounts.Shift), middleY + draws.Within(amounts.Shift));

        // S⁻¹ H⁻¹ R⁻¹
        var (xx, xy) = ((cosine + (slant * sine)) / scaleX, (sine - (slant * cosine)) / scaleX);
        var (yx, yy) = (-sine / scaleY, cosine / scaleY);
        return new AffineMap(middleX - (xx * fromX) - (xy * fromY), xx, xy, middleY - (yx * fromX) - (yy * fromY), yx, yy);
    }

    private void Cut(int row, int column, Span<float> picture)
    {
        var side = (int)Math.Round(amounts.CutOut);
        var (top, left) = (row - (side / 2), column - (side / 2));
        var (first, last) = (Math.Max(left, 0), Math.Min(left + side, size.Width));
        for (var y = Math.Max(top, 0); y < Math.Min(top + side, size.Height); y++)
            picture.Slice((y * size.Width) + first, last - first).Fill(Background);
    }

    private static float RimMedian(FeatureMatrix inputs, ImageSize size)
    {
        var rims = new List<float>();
        var picture = new float[size.Pixels];
        for (var row = 0; row < Math.Min(inputs.Rows, RowsForBackground); row++)
        {
            inputs.CopyRows(row, 1, picture);
            for (var i = 0; i < picture.Length; i++)
            {
                var (y, x) = (i / size.Width, i % size.Width);
                if (y == 0 || x == 0 || y == size.Height - 1 || x == size.Width - 1)
                    rims.Add(picture[i]);
            }
        }

        rims.Sort();
        return rims.Count == 0 ? 0 : rims[rims.Count / 2];
    }

    /// <summary>Memory of one worker.</summary>
    internal sealed class Workspace
    {
        public Workspace(ImageSize size, Augmentation amounts, float background)
        {
            Source = new AlignedBuffer(size.Pixels);
            Second = new AlignedBuffer(amounts.MixUp > 0 ? size.Pixels : 0);
            Framed = new AlignedBuffer(amounts.Warps ? Bilinear.FramedLength(size.Height, size.Width) : 0);
            Framed.Span.Fill(background);
            Field = amounts.Elastic > 0 ? new ElasticField(size, amounts.Elastic, amounts.ElasticSigma) : null;
        }

        public AlignedBuffer Source { get; }

        public AlignedBuffer Second { get; }

        public AlignedBuffer Framed { get; }

        public ElasticField? Field { get; }
    }
}
