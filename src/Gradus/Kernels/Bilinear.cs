using System.Runtime.CompilerServices;

namespace Gradus.Kernels;

/// <summary>Reads a picture between its pixels: each value is made of the four around its place, in proportion to how near
/// they are.</summary>
internal static unsafe class Bilinear
{
    /// <summary>Floats of a picture in a frame of background: one pixel to the left and above, two to the right and below, so that
    /// nothing is read from outside it.</summary>
    public static int FramedLength(int height, int width) => (height + 3) * (width + 3);

    /// <summary>Puts a picture (height × width) into its frame.</summary>
    public static void Frame(ReadOnlySpan<float> picture, int height, int width, Span<float> framed)
    {
        Check.Length(picture, height * width, nameof(picture));
        Check.Length<float>(framed, FramedLength(height, width), nameof(framed));
        for (var y = 0; y < height; y++)
            picture.Slice(y * width, width).CopyTo(framed[(((y + 1) * (width + 3)) + 1)..]);
    }

    /// <summary>destination (height × width): the pixel (x, y) is what the framed picture has at map(x, y) + (dx, dy).</summary>
    /// <param name="framed">As <see cref="Frame"/> leaves it.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="map">Finite.</param>
    /// <param name="dx">Displacements of rows of <paramref name="stride"/> floats; empty for none.</param>
    /// <param name="dy">As <paramref name="dx"/>.</param>
    /// <param name="stride">At least <paramref name="width"/>.</param>
    /// <param name="destination">Not the framed picture.</param>
    public static void Warp(
        ReadOnlySpan<float> framed, int height, int width, AffineMap map, ReadOnlySpan<float> dx, ReadOnlySpan<float> dy, int stride,
        Span<float> destination)
    {
        Check.Length(framed, FramedLength(height, width), nameof(framed));
        Check.Length<float>(destination, height * width, nameof(destination));
        var displaces = !dx.IsEmpty;
        if (displaces)
        {
            Check.Length(dx, (((long)height - 1) * stride) + width, nameof(dx));
            Check.Length(dy, (((long)height - 1) * stride) + width, nameof(dy));
        }

        fixed (float* from = framed, right = dx, down = dy, to = destination)
        {
            for (var y = 0; y < height; y++)
            {
                // One more for the frame. In double, so that a map by whole pixels or right angles stays exact.
                var startX = (float)(map.X0 + (map.XofY * y) + 1);
                var startY = (float)(map.Y0 + (map.YofY * y) + 1);
                if (displaces)
                    Row<Displaced>(from, height, width, startX, startY, (float)map.XofX, (float)map.YofX, right + (y * stride), down + (y * stride), to + (y * width));
                else
                    Row<Straight>(from, height, width, startX, startY, (float)map.XofX, (float)map.YofX, null, null, to + (y * width));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Row<T>(
        float* framed, int height, int width, float startX, float startY, float stepX, float stepY, float* dx, float* dy, float* to)
        where T : struct, IDisplacement
    {
        var (lastX, lastY, framedWidth) = (width + 1f, height + 1f, width + 3);
        for (var i = 0; i < width; i++)
        {
            var x = startX + (i * stepX);
            var y = startY + (i * stepY);
            if (T.IsAny)
            {
                x += dx[i];
                y += dy[i];
            }

            // A place that is no number is taken for 0, within the frame.
            x = x > 0 ? x : 0;
            y = y > 0 ? y : 0;
            x = x < lastX ? x : lastX;
            y = y < lastY ? y : lastY;
            int column = (int)x, row = (int)y;
            float right = x - column, down = y - row;
            var at = framed + (row * framedWidth) + column;
            var upper = at[0] + (right * (at[1] - at[0]));
            var lower = at[framedWidth] + (right * (at[framedWidth + 1] - at[framedWidth]));
            to[i] = upper + (down * (lower - upper));
        }
    }

    private interface IDisplacement
    {
        static abstract bool IsAny { get; }
    }

    private readonly struct Straight : IDisplacement
    {
        public static bool IsAny => false;
    }

    private readonly struct Displaced : IDisplacement
    {
        public static bool IsAny => true;
    }
}
