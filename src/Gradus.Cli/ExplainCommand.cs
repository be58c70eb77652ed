using System.CommandLine;
using System.Globalization;

namespace Gradus.Cli;

/// <summary><c>gradus explain</c>: an expression with its gradients.</summary>
internal static class ExplainCommand
{
    private static readonly string[] Formats = ["tree", "mermaid", "dot", "svg"];

    public static Command Create(Terminal terminal)
    {
        var command = Commands.Create("explain", "Show how an expression gets its value and its gradients", """
            gradus explain "1/(w0*x0+w1)" --at w0=-2,x0=3,w1=4
            gradus explain "sigmoid(w*x+b)" --at w=1,x=2,b=-1 --format svg > graph.svg
            """);
        var subject = new Argument<string>("EXPRESSION")
        {
            Description = "Numbers, names, + - * / ^, parentheses and the functions " + string.Join(", ", ParsedExpression.FunctionNames),
        };
        command.Arguments.Add(subject);
        var at = Parsing.Value<IReadOnlyDictionary<string, double>?>("--at", "NAME=NUMBER,…", "The value of each name",
            "NAME=NUMBER,…, such as w0=-2,x0=3, each name once", TryParsePoint);
        var format = Parsing.Choice("--format", "How to draw the graph [default: tree]", Formats, each => each);
        var json = Parsing.Json();
        foreach (var option in (Option[])[at, format, json])
            command.Options.Add(option);
        command.SetAction(result =>
        {
            var explanation = Explain(result.GetRequiredValue(subject), result.GetValue(at) ?? new Dictionary<string, double>());
            if (result.GetValue(json))
                terminal.Json(ExplainExpression.ToJson(explanation));
            else
                ExplainExpression.Draw(explanation, result.GetValue(format) ?? "tree", terminal);
            return ExitCode.Success;
        });
        return command;
    }

    private static ExpressionExplanation Explain(string text, IReadOnlyDictionary<string, double> at)
    {
        try
        {
            return ExpressionExplanation.Of(ParsedExpression.Parse(text), at);
        }
        catch (ExpressionSyntaxException e)
        {
            var near = e.UnknownFunction is { } name ? Suggestion.Nearest(name, ParsedExpression.FunctionNames) : null;
            var hint = near is not null ? $" Did you mean '{near}'?"
                : e.UnknownFunction is not null ? $" There are {string.Join(", ", ParsedExpression.FunctionNames)}; a product is written with *." : "";
            throw new GradusException($"Character {e.Position + 1}: {e.Message}{hint}\n{e.Caret}", e);
        }
    }

    private static bool TryParsePoint(string text, out IReadOnlyDictionary<string, double>? point)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        point = values;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !double.TryParse(part.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                || !values.TryAdd(part[..equals].TrimEnd(), value))
                return false;
        }

        return true;
    }
}
