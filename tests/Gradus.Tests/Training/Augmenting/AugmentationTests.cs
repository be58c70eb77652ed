namespace Gradus.Tests.Training.Augmenting;

public sealed class AugmentationTests
{
    public static TheoryData<string> Names => [.. Augmentation.Amounts.Select(amount => amount.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_amount_has_a_range_a_text_and_a_place_of_its_own(string name)
    {
        var amount = Augmentation.Amounts.Single(each => each.Name == name);
        var one = amount.With(new Augmentation(), amount.Example);
        Assert.Equal(amount.Example, amount.Get(one));
        Assert.All(Augmentation.Amounts.Where(other => other != amount), other => Assert.Equal(other.Get(new Augmentation()), other.Get(one)));
        foreach (var value in new[] { amount.Least - 0.1, amount.Most + 0.1, double.NaN, double.PositiveInfinity })
        {
            Assert.Contains(name, Assert.Throws<ArgumentOutOfRangeException>(() => amount.With(one, value)).Message, StringComparison.Ordinal);
            Assert.False(Augmentation.TryParse(FormattableString.Invariant($"elastic=1,{name}={value}"), out _, out var error));
            if (name != "elastic")
                Assert.Contains(amount.Expected, error, StringComparison.Ordinal);
        }

        foreach (var value in new[] { amount.Least, amount.Most })
            Assert.Equal(value, amount.Get(amount.With(one, value)));
    }

    [Fact]
    public void Text_is_read_as_it_is_written()
    {
        foreach (var augmentation in new[] { Augmentation.Default, Pictures.Everything, Pictures.Everything with { ElasticSigma = 2.5 } })
        {
            Assert.True(Augmentation.TryParse(augmentation.ToString(), out var read, out var error), error);
            Assert.Equal(augmentation, read);
        }

        Assert.Equal("none", new Augmentation().ToString());
        Assert.Equal("shift=2,rotate=10", new Augmentation { Shift = 2, Rotation = 10 }.ToString());
    }

    [Theory]
    [InlineData("rotat=5", "Did you mean 'rotate'?")]
    [InlineData("blur=5", "shift, rotate, scale")]
    [InlineData("rotate", "from 0 to 180 degrees, such as 10")]
    [InlineData("rotate=x", "'rotate=x'")]
    [InlineData("shift=1,shift=2", "twice")]
    [InlineData("sigma=3", "elastic=34")]
    [InlineData("", "shift=2,rotate=10")]
    public void What_cannot_be_read_is_named(string text, string part)
    {
        Assert.False(Augmentation.TryParse(text, out var read, out var error));
        Assert.Null(read);
        Assert.Contains(part, error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_is_in_proportion_to_the_images()
    {
        Assert.Equal(Augmentation.Default, Augmentation.DefaultFor(new ImageSize(28, 28)));
        var half = Augmentation.DefaultFor(new ImageSize(14, 14));
        Assert.Equal((Augmentation.Default.Shift / 2, Augmentation.Default.Elastic / 4, 2), (half.Shift, half.Elastic, half.ElasticSigma));
        Assert.Equal(Augmentation.Default.Rotation, half.Rotation);
        Assert.Equal(0.5, Augmentation.DefaultFor(new ImageSize(1, 1)).ElasticSigma);
    }

    [Theory]
    [InlineData("pixel_0_0,pixel_0_1,pixel_0_2,pixel_1_0,pixel_1_1,pixel_1_2", 2, 3)]
    [InlineData("pixel 1x1,pixel 1x2,pixel 2x1,pixel 2x2", 2, 2)]
    [InlineData("pixel0,pixel1,pixel2,pixel3", 2, 2)]
    [InlineData("pixel7", 1, 1)]
    public void The_size_of_images_follows_from_the_names_of_their_pixels(string names, int height, int width) =>
        Assert.Equal(new ImageSize(height, width), ImageSize.Of(names.Split(',')));

    [Theory]
    [InlineData("pixel0,pixel1,pixel2")]
    [InlineData("pixel0,pixel2,pixel1,pixel3")]
    [InlineData("pixel_0_0,pixel_0_1,pixel_1_0")]
    [InlineData("pixel_0_0,pixel_1_0,pixel_0_1,pixel_1_1")]
    [InlineData("pixel_0_0,pixel1,pixel2,pixel3")]
    [InlineData("pixel")]
    [InlineData("pixel99999999999")]
    public void Names_that_are_not_the_pixels_of_an_image_have_no_size(string names) => Assert.Null(ImageSize.Of(names.Split(',')));
}
