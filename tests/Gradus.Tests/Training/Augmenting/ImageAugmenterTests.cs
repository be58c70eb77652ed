using Gradus.Kernels;
using Gradus.Tests.Kernels;

namespace Gradus.Tests.Training.Augmenting;

public sealed class ImageAugmenterTests
{
    private const double Degree = Math.PI / 180;

    /// <summary>Each amount alone, and those that move pixels together.</summary>
    public static TheoryData<string, int, int> Warps
    {
        get
        {
            var data = new TheoryData<string, int, int>();
            foreach (var amounts in (string[])["shift=2", "rotate=30", "scale=0.3", "shear=20", "elastic=34", "elastic=8,sigma=1.5", "elastic=300,sigma=40",
                "shift=3,rotate=180,scale=0.5,shear=30,elastic=40,sigma=5"])
            {
                data.Add(amounts, 28, 28);
                data.Add(amounts, 9, 14);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Warps))]
    public void Pictures_are_those_of_a_plain_reference_in_double(string amounts, int height, int width)
    {
        var augmentation = Read(amounts);
        var size = new ImageSize(height, width);
        var table = Pictures.Random(20, size);
        var augmenter = new ImageAugmenter(augmentation, table, 1, seed: 9);
        for (var row = 0; row < 20; row += 7)
        {
            for (var epoch = 1; epoch <= 3; epoch++)
            {
                var expected = Reference(augmentation, Pictures.Row(table, row), size, augmenter.Background, 9, ((ulong)epoch << 32) | (uint)row);
                var actual = Pictures.Make(augmenter, row, epoch).Picture;
                // Places are below 128 in float: 2⁻¹⁷ a rounding, four of them in each direction, times a slope of at most 1; and a
                // displacement of two times 2 · 3σ + 1 products, whose sizes make α at most.
                var taps = (12 * augmentation.ElasticSigma) + 4;
                var tolerance = (8 * Math.Pow(2, -17)) + (2 * taps * augmentation.Elastic * Math.Pow(2, -24));
                for (var i = 0; i < expected.Length; i++)
                    Assert.InRange(actual[i], expected[i] - tolerance, expected[i] + tolerance);
                Assert.NotEqual(Pictures.Row(table, row), actual);
            }
        }
    }

    [Fact]
    public void No_amount_gives_the_picture_itself()
    {
        var table = Pictures.Random(5, Pictures.Size);
        var augmenter = new ImageAugmenter(new Augmentation(), table, 1, 1);
        var still = new ElasticField(Pictures.Size, alpha: 0, sigma: 4);
        still.Draw(new RandomKey(1, 2, 3));
        Assert.All(still.X.ToArray().Concat(still.Y.ToArray()), move => Assert.Equal(0, move));
        Assert.Equal(Pictures.Row(table, 3), Pictures.Make(augmenter, 3, 1).Picture);
    }

    [Fact]
    public void A_picture_depends_on_seed_epoch_and_row_alone()
    {
        var table = Pictures.Random(50, Pictures.Size);
        var augmenter = new ImageAugmenter(Pictures.Everything, table, 10, seed: 4);
        var (picture, target) = Pictures.Make(augmenter, 7, 2);
        var used = augmenter.NewWorkspace();   // memory that other rows have been through
        var (again, againTarget) = (new float[augmenter.Pixels], new float[10]);
        for (var row = 0; row < 50; row++)
            augmenter.Make(row, row, used, again, againTarget);
        augmenter.Make(7, 2, used, again, againTarget);
        Assert.Equal(picture, again);
        Assert.Equal(target, againTarget);
        Assert.NotEqual(picture, Pictures.Make(augmenter, 7, 3).Picture);
        Assert.NotEqual(picture, Pictures.Make(new ImageAugmenter(Pictures.Everything, table, 10, seed: 5), 7, 2).Picture);
        var alike = Pictures.Of(50, Pictures.Size, (_, y, x) => (byte)(x * y));   // the same picture in every row
        var same = new ImageAugmenter(Pictures.Everything with { MixUp = 0 }, alike, 10, seed: 4);
        Assert.NotEqual(Pictures.Make(same, 7, 2).Picture, Pictures.Make(same, 8, 2).Picture);
    }

    [Theory]
    [InlineData("shift=3")]
    [InlineData("rotate=180")]
    [InlineData("shear=20")]
    [InlineData("scale=0.3")]
    [InlineData("elastic=34")]
    public void The_mean_brightness_is_kept(string amounts)
    {
        var table = Pictures.Blobs(300);
        var augmenter = new ImageAugmenter(Read(amounts), table, 1, 3);
        double before = 0, after = 0;
        for (var row = 0; row < 300; row++)
        {
            before += Pictures.Row(table, row).Sum();
            after += Pictures.Make(augmenter, row, 1).Picture.Sum();
        }

        // Shifts, rotations and shears keep areas; scales do in the mean, within 3 · 0.25 / √300, and so does what bends.
        Assert.InRange(after / before, 0.95, 1.05);
    }

    [Fact]
    public void What_comes_in_from_outside_is_the_background_of_the_rims()
    {
        // White paper: its rims are 1, so that is what a shift brings in.
        var paper = Pictures.Of(20, Pictures.Size, (_, y, x) => x is > 8 and < 20 && y is > 8 and < 20 ? (byte)0 : (byte)255);
        var augmenter = new ImageAugmenter(new Augmentation { Shift = 3, Rotation = 45 }, paper, 1, 1);
        Assert.Equal(1, augmenter.Background);
        for (var row = 0; row < 20; row++)
        {
            var picture = Pictures.Make(augmenter, row, 1).Picture;
            Assert.All(Enumerable.Range(0, 28), i => Assert.Equal((1, 1), (picture[i], picture[i * 28])));
            Assert.Contains(picture, pixel => pixel < 0.1);
        }

        Assert.Equal(0, new ImageAugmenter(new Augmentation(), Pictures.Blobs(5), 1, 1).Background);
    }

    [Fact]
    public void A_cut_out_is_a_square_of_background_that_may_lie_across_the_rim()
    {
        var white = Pictures.Of(400, Pictures.Size, (row, y, x) => x is > 0 and < 27 && y is > 0 and < 27 ? (byte)255 : (byte)0);
        var augmenter = new ImageAugmenter(new Augmentation { CutOut = 5 }, white, 1, 1);
        var centres = new HashSet<(int, int)>();
        for (var row = 0; row < 400; row++)
        {
            var (before, after) = (Pictures.Row(white, row), Pictures.Make(augmenter, row, 1).Picture);
            var cut = Enumerable.Range(0, 784).Where(i => after[i] != before[i]).Select(i => (Y: i / 28, X: i % 28)).ToList();
            if (cut.Count == 0)
                continue;   // in a corner
            Assert.All(cut, place => Assert.Equal(0, after[(place.Y * 28) + place.X]));
            var (top, bottom, left, right) = (cut.Min(p => p.Y), cut.Max(p => p.Y), cut.Min(p => p.X), cut.Max(p => p.X));
            Assert.Equal((bottom - top + 1) * (right - left + 1), cut.Count);
            Assert.True(bottom - top < 5 && right - left < 5);
            if (top > 1 && bottom < 26)
                Assert.Equal(4, bottom - top);
            centres.Add((top, left));
        }

        Assert.True(centres.Count > 150, $"only {centres.Count} places");
    }

    [Fact]
    public void Noise_has_the_deviation_that_was_asked_for()
    {
        var table = Pictures.Random(50, Pictures.Size);
        var augmenter = new ImageAugmenter(new Augmentation { Noise = 0.2 }, table, 1, 1);
        var noise = Enumerable.Range(0, 50).SelectMany(row => Pictures.Make(augmenter, row, 1).Picture.Zip(Pictures.Row(table, row), (a, b) => (double)a - b)).ToList();
        var error = 5 * 0.2 / Math.Sqrt(noise.Count);   // five deviations of a mean
        Assert.InRange(noise.Average(), -error, error);
        Assert.InRange(Math.Sqrt(noise.Average(n => n * n)), 0.2 - error, 0.2 + error);
    }

    [Fact]
    public void Mix_up_takes_the_same_share_of_picture_and_target()
    {
        var table = Pictures.Random(10, Pictures.Size);   // one row a class
        var augmenter = new ImageAugmenter(new Augmentation { MixUp = 1 }, table, 10, 2);
        var partners = new HashSet<int>();
        for (var row = 0; row < 10; row++)
        {
            for (var epoch = 1; epoch <= 20; epoch++)
            {
                var (picture, target) = Pictures.Make(augmenter, row, epoch);
                Assert.InRange(target.Sum(), 1 - 1e-6, 1 + 1e-6);
                Assert.InRange(target.Count(share => share > 0), 1, 2);
                var expected = new double[784];
                for (var other = 0; other < 10; other++)
                {
                    var pixels = Pictures.Row(table, other);
                    for (var i = 0; i < 784; i++)
                        expected[i] += target[other] * pixels[i];
                    if (other != row && target[other] > 0)
                        partners.Add(other);
                }

                for (var i = 0; i < 784; i++)
                    Assert.InRange(picture[i], expected[i] - 1e-6, expected[i] + 1e-6);
            }
        }

        Assert.Equal(10, partners.Count);
        // A target that is one number is mixed as it is.
        var single = new ImageAugmenter(new Augmentation { MixUp = 1 }, table, 1, 2);
        var mixed = Pictures.Make(augmenter, 3, 4).Target;
        Assert.Equal(mixed.Select((share, i) => share * i).Sum(), Pictures.Make(single, 3, 4).Target[0], 1e-5);
    }

    [Fact]
    public void Mix_up_moves_both_pictures_on_their_own()
    {
        // Every row is the same picture: were both moved alike, mixing would change nothing.
        var alike = Pictures.Of(30, Pictures.Size, (_, y, x) => (byte)((x * 9) ^ (y * 5)));
        var moved = new ImageAugmenter(new Augmentation { Shift = 4 }, alike, 1, 1);
        var mixed = new ImageAugmenter(new Augmentation { Shift = 4, MixUp = 1 }, alike, 1, 1);
        Assert.NotEqual(Pictures.Make(moved, 5, 1).Picture, Pictures.Make(mixed, 5, 1).Picture);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(7)]
    public void The_share_is_of_the_beta_distribution(double alpha)
    {
        const int n = 20_000;
        var draws = new Draws(new RandomKey(3, 4, 5));
        double sum = 0, squares = 0;
        for (var i = 0; i < n; i++)
        {
            var share = draws.Beta(alpha);
            Assert.InRange(share, 0, 1);
            sum += share - 0.5;
            squares += (share - 0.5) * (share - 0.5);
        }

        // Mean ½, variance 1 / (4 (2α + 1)); five deviations, with the largest variance that numbers in [−½, ½] and their squares have.
        var error = 5 * 0.5 / Math.Sqrt(n);
        Assert.InRange(sum / n, -error, error);
        Assert.InRange(squares / n, (1 / (4 * ((2 * alpha) + 1))) - (error / 4), (1 / (4 * ((2 * alpha) + 1))) + (error / 4));
    }

    [Fact]
    public void Rows_that_are_no_images_are_refused_with_what_is_needed()
    {
        var error = Assert.Throws<GradusException>(() => new ImageAugmenter(new Augmentation { Shift = 1 }, Examples.Regression(5), 1, 1));
        foreach (var part in (string[])["3 inputs", "IDX", "pixel_ROW_COLUMN", "square"])
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    private static Augmentation Read(string amounts) =>
        Augmentation.TryParse(amounts, out var read, out var error) && read is not null ? read : throw new FormatException(error);

    /// <summary>What a new picture is by the definition: forward matrix, inverted; field smoothed by the whole Gaussian; pixels read in
    /// double.</summary>
    private static double[] Reference(Augmentation amounts, float[] picture, ImageSize size, float background, ulong seed, ulong step)
    {
        var draws = new Draws(new RandomKey(seed, RandomPurpose.Geometry, step));
        var angle = draws.Within(amounts.Rotation) * Degree;
        var (sx, sy) = (1 + draws.Within(amounts.Scale), 1 + draws.Within(amounts.Scale));
        var slant = Math.Tan(draws.Within(amounts.Shear) * Degree);
        var (shiftX, shiftY) = (draws.Within(amounts.Shift), draws.Within(amounts.Shift));
        // R (−angle as y points down) times H times S
        var (c, s) = (Math.Cos(angle), Math.Sin(angle));
        double m00 = c * sx, m01 = ((c * slant) - s) * sy, m10 = s * sx, m11 = ((s * slant) + c) * sy;
        var determinant = (m00 * m11) - (m01 * m10);
        var (dx, dy) = Field(amounts, size, seed, step);
        var (cx, cy) = ((size.Width - 1) / 2.0, (size.Height - 1) / 2.0);
        return [.. Enumerable.Range(0, size.Pixels).Select(i =>
        {
            double x = (i % size.Width) - cx - shiftX, y = (i / size.Width) - cy - shiftY;
            var fromX = cx + (((m11 * x) - (m01 * y)) / determinant) + dx[i];
            var fromY = cy + (((m00 * y) - (m10 * x)) / determinant) + dy[i];
            return BilinearTests.Sample(picture, size.Height, size.Width, fromX, fromY, background);
        })];
    }

    private static (double[] X, double[] Y) Field(Augmentation amounts, ImageSize size, ulong seed, ulong step)
    {
        var drawn = new float[2 * size.Pixels];
        Philox.Uniform(new RandomKey(seed, RandomPurpose.Displacement, step), 0, drawn);
        var (sigma, reach) = (amounts.ElasticSigma, (int)Math.Ceiling(3 * amounts.ElasticSigma));
        double Weight(int i) => Math.Abs(i) > reach ? 0 : Math.Exp(-i * i / (2 * sigma * sigma));
        var total = Enumerable.Range(-reach, (2 * reach) + 1).Sum(Weight);
        double[] Smooth(int first) => [.. Enumerable.Range(0, size.Pixels).Select(i => amounts.Elastic
            * Enumerable.Range(0, size.Pixels).Sum(j => Weight((i / size.Width) - (j / size.Width)) * Weight((i % size.Width) - (j % size.Width))
                * ((2.0 * drawn[first + j]) - 1)) / (total * total))];
        return amounts.Elastic > 0 ? (Smooth(0), Smooth(size.Pixels)) : (new double[size.Pixels], new double[size.Pixels]);
    }
}
