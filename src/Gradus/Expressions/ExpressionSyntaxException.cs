namespace Gradus;

/// <summary>A text is no expression: where it goes wrong and what was expected there.</summary>
public sealed class ExpressionSyntaxException : FormatException
{
    private const int Window = 70;

    internal ExpressionSyntaxException(string text, int position, string problem, string? unknownFunction = null)
        : base(problem) => (Text, Position, UnknownFunction) = (text, position, unknownFunction);

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>The character at which it goes wrong, from 0; the length of the text when it ends too early.</summary>
    public int Position { get; }

    /// <summary>The name that was called but is no function; null if something else is wrong.</summary>
    public string? UnknownFunction { get; }

    /// <summary>Two lines: the text, cut to seventy characters around the place, and a caret beneath it.</summary>
    public string Caret
    {
        get
        {
            var first = Text.Length <= Window ? 0 : Math.Clamp(Position - (Window / 2), 0, Text.Length - Window);
            var (before, after) = (first > 0 ? "…" : "", first + Window < Text.Length ? "…" : "");
            var shown = Text.AsSpan(first, Math.Min(Window, Text.Length - first)).ToString();
            shown = string.Concat(shown.Select(c => char.IsControl(c) ? ' ' : c));
            return $"  {before}{shown}{after}\n{new string(' ', 2 + before.Length + Position - first)}^";
        }
    }
}
