using Gradus.Kernels;
using Gradus.Tests.Programs;

namespace Gradus.Tests.Kernels;

public sealed class BilinearTests
{
    private const float Background = 0.25f;

    public static TheoryData<int, int> Sizes => new() { { 1, 1 }, { 1, 7 }, { 6, 1 }, { 2, 3 }, { 8, 8 }, { 28, 28 }, { 17, 33 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_identity_gives_the_picture_itself(int height, int width)
    {
        var picture = Picture(height, width);
        Assert.Equal(picture, Warp(picture, height, width, AffineMap.Identity));
        var still = new float[height * width];
        Assert.Equal(picture, Warp(picture, height, width, AffineMap.Identity, still, still));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_shift_by_whole_pixels_is_exact(int height, int width)
    {
        var picture = Picture(height, width);
        foreach (var (right, down) in new[] { (1, 0), (0, 1), (-2, 3), (5, -4), (100, 0), (0, -1000) })
        {
            var expected = At(height, width, (y, x) => Pixel(picture, height, width, y - down, x - right));
            Assert.Equal(expected, Warp(picture, height, width, AffineMap.Identity with { X0 = -right, Y0 = -down }));
            var (dx, dy) = (new float[height * width], new float[height * width]);
            Array.Fill(dx, -right);
            Array.Fill(dy, -down);
            Assert.Equal(expected, Warp(picture, height, width, AffineMap.Identity, dx, dy));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(28)]
    [InlineData(33)]
    public void A_rotation_by_a_right_angle_only_moves_pixels(int side)
    {
        var picture = Picture(side, side);
        var (sine, cosine) = Math.SinCos(Math.PI / 2);
        var middle = (side - 1) / 2.0;
        var map = new AffineMap(middle - (cosine * middle) - (sine * middle), cosine, sine, middle + (sine * middle) - (cosine * middle), -sine, cosine);
        var turned = Warp(picture, side, side, map);
        // (x, y) comes from (y, side − 1 − x). Places are within side · 2⁻²² of whole pixels, and neighbours differ by at most 1.
        AssertNear(At(side, side, (y, x) => picture[((side - 1 - x) * side) + y]), turned, 2 * side * Math.Pow(2, -22));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Any_map_and_displacement_is_that_of_the_formula_in_double(int height, int width)
    {
        var draw = new Draw(5);
        for (var i = 0; i < 20; i++)
        {
            var picture = Picture(height, width);
            var map = new AffineMap(draw.Between(-3, 3), draw.Between(-2, 2), draw.Between(-1, 1), draw.Between(-3, 3), draw.Between(-1, 1), draw.Between(-2, 2));
            float[] Displacement() => [.. Enumerable.Range(0, height * width).Select(_ => (float)draw.Between(-2, 2))];
            var (dx, dy) = i % 2 == 0 ? (Displacement(), Displacement()) : ([], []);
            var expected = At(height, width, (y, x) =>
            {
                var k = (y * width) + x;
                var (sourceX, sourceY) = (map.X0 + (map.XofX * x) + (map.XofY * y), map.Y0 + (map.YofX * x) + (map.YofY * y));
                return (float)Sample(picture, height, width, sourceX + (dx.Length > 0 ? dx[k] : 0), sourceY + (dy.Length > 0 ? dy[k] : 0));
            });
            // Places are below 128 in float: 2⁻¹⁷ each rounding, four of them in each direction, times a slope of at most 1.
            AssertNear(expected, Warp(picture, height, width, map, dx, dy), 8 * Math.Pow(2, -17));
        }
    }

    [Fact]
    public void Places_far_outside_or_that_are_no_numbers_read_nothing_but_the_frame()
    {
        var picture = Picture(4, 4);
        foreach (var place in new[] { 1e30f, -1e30f, float.PositiveInfinity, float.NegativeInfinity, float.NaN })
        {
            var there = new float[16];
            Array.Fill(there, place);
            Assert.All(Warp(picture, 4, 4, AffineMap.Identity, there, there), value => Assert.Equal(Background, value));
        }
    }

    private static float[] Picture(int height, int width)
    {
        var draw = new Draw(3);
        return [.. Enumerable.Range(0, height * width).Select(_ => (float)draw.Unit())];
    }

    private static float[] Warp(float[] picture, int height, int width, AffineMap map, float[]? dx = null, float[]? dy = null)
    {
        var framed = new GuardedMemory(Bilinear.FramedLength(height, width));
        framed.Span.Fill(Background);
        Bilinear.Frame(picture, height, width, framed.Span);
        var result = new GuardedMemory(height * width);
        Bilinear.Warp(framed.Span, height, width, map, dx ?? [], dy ?? [], width, result.Span);
        framed.AssertGuards();
        result.AssertGuards();
        return result.Span.ToArray();
    }

    private static float[] At(int height, int width, Func<int, int, float> value) =>
        [.. Enumerable.Range(0, height * width).Select(i => value(i / width, i % width))];

    private static float Pixel(float[] picture, int height, int width, int y, int x) =>
        y >= 0 && y < height && x >= 0 && x < width ? picture[(y * width) + x] : Background;

    internal static double Sample(float[] picture, int height, int width, double x, double y, float background = Background)
    {
        (x, y) = (Math.Clamp(x, -1, width), Math.Clamp(y, -1, height));
        int left = (int)Math.Floor(x), top = (int)Math.Floor(y);
        double At(int row, int column) => row >= 0 && row < height && column >= 0 && column < width ? picture[(row * width) + column] : background;
        var (right, down) = (x - left, y - top);
        return ((1 - down) * (((1 - right) * At(top, left)) + (right * At(top, left + 1))))
            + (down * (((1 - right) * At(top + 1, left)) + (right * At(top + 1, left + 1))));
    }

    private static void AssertNear(float[] expected, float[] actual, double tolerance)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.InRange(actual[i], expected[i] - tolerance, expected[i] + tolerance);
    }
}
