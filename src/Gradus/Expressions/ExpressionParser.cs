using System.Globalization;

namespace Gradus;

/// <summary>Recursive descent over
/// <code>
/// sum     = product { ("+" | "-") product }
/// product = sign { ("*" | "/") sign }
/// sign    = "-" sign | power
/// power   = atom [ "^" sign ]
/// atom    = number | name | function "(" sum { "," sum } ")" | "(" sum ")"
/// </code></summary>
internal sealed class ExpressionParser(string text)
{
    private const int MaxDepth = 200;   // of brackets and signs: the reader's own stack
    private const string Operand = "a number, a name, a function, '-' or '('";

    private static readonly Dictionary<string, (Op Op, int Count)> Functions = new(StringComparer.Ordinal)
    {
        ["exp"] = (Ops.Exp, 1),
        ["log"] = (Ops.Log, 1),
        ["log1p"] = (Ops.Log1p, 1),
        ["sqrt"] = (Ops.SquareRoot, 1),
        ["square"] = (Ops.Square, 1),
        ["abs"] = (Ops.Absolute, 1),
        ["sigmoid"] = (Ops.Sigmoid, 1),
        ["tanh"] = (Ops.Tanh, 1),
        ["softplus"] = (Ops.Softplus, 1),
        ["relu"] = (Ops.Relu, 1),
        ["leaky_relu"] = (Ops.LeakyRelu, 1),
        ["sin"] = (Ops.Sine, 1),
        ["cos"] = (Ops.Cosine, 1),
        ["erf"] = (Ops.ErrorFunction, 1),
        ["min"] = (Ops.Minimum, 2),
        ["max"] = (Ops.Maximum, 2),
    };

    private readonly Dictionary<(Op, Expression, Expression?), Expression> made = [];
    private readonly Dictionary<double, Expression> firstOf = [];
    private readonly Dictionary<string, Expression> names = new(StringComparer.Ordinal);
    private readonly List<Expression> inputs = [];
    private int at;
    private int depth;

    public static IReadOnlyList<string> FunctionNames { get; } = [.. Functions.Keys];

    public ParsedExpression Read()
    {
        var root = Sum();
        if (Peek() != '\0')
            throw Expected("an operator (+ - * / ^) or the end");
        return new ParsedExpression(text, root, inputs);
    }

    private Expression Sum()
    {
        var left = Product();
        while (true)
        {
            if (Take('+'))
                left = Node(Ops.Add, left, Product());
            else if (Take('-'))
                left = Node(Ops.Subtract, left, Product());
            else
                return left;
        }
    }

    private Expression Product()
    {
        var left = Sign();
        while (true)
        {
            if (Take('*'))
                left = Node(Ops.Multiply, left, Sign());
            else if (Take('/'))
                left = Node(Ops.Divide, left, Sign());
            else
                return left;
        }
    }

    private Expression Sign()
    {
        if (++depth > MaxDepth)
            throw new ExpressionSyntaxException(text, at, $"Brackets and signs are nested more than {MaxDepth} deep.");
        Expression result;
        if (!Take('-'))
        {
            result = Power();
        }
        else
        {
            var isNumber = char.IsAsciiDigit(Peek()) || Peek() == '.';
            var x = Sign();
            // -2 is a number, -2^2 the negative of a power.
            result = isNumber && x.Op == Ops.Constant ? Number(-x.Arguments.Value) : Node(Ops.Negate, x);
        }

        depth--;
        return result;
    }

    private Expression Power()
    {
        var x = Atom();
        return Take('^') ? Node(Ops.Power, x, Sign()) : x;
    }

    private Expression Atom()
    {
        var next = Peek();
        if (char.IsAsciiDigit(next) || next == '.')
            return ReadNumber();
        if (char.IsLetter(next) || next == '_')
            return NameOrCall();
        if (!Take('('))
            throw Expected(Operand);
        var inner = Sum();
        if (!Take(')'))
            throw Expected("an operator or ')'");
        return inner;
    }

    private Expression ReadNumber()
    {
        var start = at;
        Digits();
        if (Here('.'))
            Digits(1);
        if ((Here('e') || Here('E')) && ExponentFollows())
        {
            at += at + 1 < text.Length && text[at + 1] is '+' or '-' ? 2 : 1;
            Digits();
        }

        if (double.TryParse(text.AsSpan(start, at - start), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            return Number(value);
        at = start;
        throw Expected("a number, such as 0.5 or 1e-3");

        bool ExponentFollows()
        {
            var digit = at + 1 < text.Length && text[at + 1] is '+' or '-' ? at + 2 : at + 1;
            return digit < text.Length && char.IsAsciiDigit(text[digit]);
        }
    }

    private Expression NameOrCall()
    {
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_'))
            at++;
        var name = text[start..at];
        var isCall = Peek() == '(';
        if (!Functions.TryGetValue(name, out var function))
        {
            return isCall
                ? throw new ExpressionSyntaxException(text, start, $"There is no function '{name}'.", name)
                : Name(name);
        }

        if (!isCall)
            throw Expected($"'(' after the function '{name}'");
        Take('(');
        var first = Sum();
        Expression? second = null;
        if (function.Count == 2)
        {
            if (!Take(','))
                throw Expected($"an operator or ',': '{name}' takes two values");
            second = Sum();
        }

        if (!Take(')'))
            throw Expected(Peek() == ',' ? $"an operator or ')': '{name}' takes {(function.Count == 1 ? "one value" : "two values")}"
                : "an operator or ')'");
        return Node(function.Op, first, second);
    }

    private Expression Name(string name)
    {
        if (!names.TryGetValue(name, out var input))
        {
            names[name] = input = Expression.Input(1, 1, name);
            inputs.Add(input);
        }

        return input;
    }

    // Every number that is written is a node of its own, so that its gradient is that of its place.
    private Expression Number(double value)
    {
        var number = Expression.Constant(value);
        firstOf.TryAdd(value, number);
        return number;
    }

    // Not by Functions, which simplify: the graph shows what was written.
    private Expression Node(Op op, Expression x, Expression? y = null)
    {
        var key = (op, Same(x), y is null ? null : Same(y));
        if (!made.TryGetValue(key, out var node))
        {
            var arguments = op == Ops.LeakyRelu ? Gradus.Functions.LeakyRelu(x).Arguments : default;
            made[key] = node = new Expression(op, y is null ? [x] : [x, y], arguments, Shape.Scalar);
        }

        return node;

        Expression Same(Expression operand) => operand.Op == Ops.Constant ? firstOf[operand.Arguments.Value] : operand;
    }

    /// <summary>The next character that is no space; 0 at the end. A minus sign is a hyphen, a dot a product.</summary>
    private char Peek()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at == text.Length ? '\0' : text[at] switch { '−' => '-', '·' or '×' => '*', var c => c };
    }

    private bool Take(char expected)
    {
        if (Peek() != expected || at == text.Length)
            return false;
        at++;
        return true;
    }

    private bool Here(char expected) => at < text.Length && text[at] == expected;

    private void Digits(int skip = 0)
    {
        at += skip;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
    }

    private ExpressionSyntaxException Expected(string what)
    {
        var found = Peek() == '\0' && at == text.Length ? "the text ends here" : $"here stands '{text[at]}'";
        return new ExpressionSyntaxException(text, at, $"Expected {what}, but {found}.");
    }
}
