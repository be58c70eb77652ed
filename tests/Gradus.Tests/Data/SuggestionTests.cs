namespace Gradus.Tests;

public class SuggestionTests
{
    private static readonly string[] Known = ["from", "to", "scale", "values", "dropout", "lr"];

    [Theory]
    [InlineData("dropuot", "dropout")]
    [InlineData("Scales", "scale")]
    [InlineData("form", "from")]
    [InlineData("l", "lr")]
    public void A_slip_of_the_pen_finds_the_name(string typed, string meant) => Assert.Equal(meant, Suggestion.Nearest(typed, Known));

    [Theory]
    [InlineData("log")]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("momentum")]
    public void A_name_of_which_more_than_half_differs_is_not_offered(string typed) => Assert.Null(Suggestion.Nearest(typed, Known));
}
