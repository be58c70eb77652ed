namespace Gradus;

/// <summary>A scalar expression read from a text such as <c>1/(w0*x0+w1)</c>.</summary>
/// <remarks>The graph is the text's: nothing is simplified, and a part that is written twice is one
/// node (but for numbers). Numbers, names,
/// <c>+ − * / ^</c> (which binds to the right and before the minus sign: −x^2 = −(x²)), parentheses, and the functions of
/// <see cref="FunctionNames"/>.</remarks>
public sealed class ParsedExpression
{
    internal ParsedExpression(string text, Expression root, IReadOnlyList<Expression> inputs) =>
        (Text, Root, Inputs) = (text, root, inputs);

    /// <summary>The functions that a text may call.</summary>
    public static IReadOnlyList<string> FunctionNames => ExpressionParser.FunctionNames;

    /// <summary>What was read.</summary>
    public string Text { get; }

    /// <summary>1 × 1.</summary>
    public Expression Root { get; }

    /// <summary>An input (1 × 1) for each name, in the order of the text.</summary>
    public IReadOnlyList<Expression> Inputs { get; }

    /// <summary>Reads a text.</summary>
    /// <exception cref="ExpressionSyntaxException">It is no expression.</exception>
    public static ParsedExpression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ExpressionParser(text).Read();
    }

    /// <summary>The text.</summary>
    public override string ToString() => Text;
}
