using System.Globalization;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>What <c>explain MODEL DATA --row N</c> shows.</summary>
internal static class ExplainRow
{
    private const int MostInputs = 15, FirstValues = 5, MostRowsOfMatrix = 8, MostColumnsOfMatrix = 5, BarWidth = 9;
    private const int MostElementsInJson = 1_000;

    public static void Draw(RowExplanation row, int number, Orientation orientation, Terminal terminal)
    {
        var model = row.Model;
        foreach (var target in row.Targets)
            terminal.Say($"Row {Figures.Count(number)}: {AnswerText(target)}");
        var truths = string.Join(", ", row.Targets.Select(target => (row.Targets.Count > 1 ? $"{target.Head.Target} = " : "") + (target.Truth ?? "missing")));
        if (row.Loss is { } loss)
            terminal.Say($"true: {truths}; loss J ({model.Loss}) = {Number(loss)}");
        else
            terminal.Say($"The row has no {TargetNames.Of(model)}, so there is no loss and no δ.");
        foreach (var target in row.Targets)
        {
            DrawInputs(row, target, terminal);
            var attribution = target.Attribution;
            terminal.Say($"sum {Number(attribution.Sum)} = {Number(attribution.Answer)} here - {Number(attribution.Baseline)} at the baseline");
        }

        terminal.Say("baseline: every feature 0 (the training mean of a standardised number)");
        terminal.Say($"{row.Attribution.Steps} steps from there to here, error of the sum {Figures.Number(row.Targets.Select(target => target.Attribution.Gap).MaxBy(Math.Abs))}");
        if (model.Members.Count > 1)
            terminal.Say($"\nThe answer and what moved it are means over {model.Members.Count} members; the layers and J are those of the first.");
        foreach (var (layer, i) in row.Layers.Select((layer, i) => (layer, i)))
            DrawLayer(row, layer, i + 1, orientation, terminal);
    }

    public static JsonObject ToJson(RowExplanation row, int number, Orientation orientation)
    {
        var model = row.Model;
        var ranges = Features(model).ToArray();
        var isOne = row.Targets.Count == 1;
        var json = new JsonObject { ["row"] = number, ["members"] = model.Members.Count, ["target"] = TargetNames.Of(model) };
        if (isOne)
            (json["answer"], json["true"]) = (Answer(row.Targets[0]), row.Target);
        json["loss"] = ExplainExpression.Number(row.Loss);
        json["notation"] = orientation.Name;
        json["inputs"] = new JsonArray([.. row.Inputs.Select((value, i) =>
        {
            var input = new JsonObject
            {
                ["column"] = model.Preprocessor.InputNames[i],
                ["value"] = value,
                ["features"] = Numbers(row.Features.Skip(ranges[i].First).Take(ranges[i].Count)),
                ["vector"] = row.Vectors[i] is { } vector ? Numbers(vector) : null,
            };
            if (isOne)
                input["contribution"] = ExplainExpression.Number(row.Attribution.Contributions[i]);
            return input;
        })]);
        if (isOne)
            json["attribution"] = Attribution(row.Targets[0]);
        json["layers"] = new JsonArray([.. row.Layers.Select((layer, i) => new JsonObject
        {
            ["layer"] = i + 1,
            ["kind"] = layer.Layer.Kind,
            ["activation"] = (layer.Layer as Dense)?.Activation.Name,
            ["inputs"] = layer.Inputs,
            ["outputs"] = layer.Outputs.Count,
            ["z"] = layer.Sums is null ? null : Numbers(layer.Sums),
            ["a"] = Numbers(layer.Outputs),
            ["delta"] = layer.Deltas is null ? null : Numbers(layer.Deltas),
            ["parameters"] = new JsonArray([.. layer.Parameters.Select(each => ToJson(each, orientation))]),
        })]);
        if (isOne)
        {
            AddAnswers(json, row.Targets[0]);
            return json;
        }

        json["targets"] = new JsonArray([.. row.Targets.Select(target => AddAnswers(new JsonObject
        {
            ["target"] = target.Head.Target,
            ["answer"] = Answer(target),
            ["true"] = target.Truth,
            ["contributions"] = Numbers(target.Attribution.Contributions),
            ["attribution"] = Attribution(target),
        }, target))]);
        return json;
    }

    private static JsonNode? Answer(ExplainedTarget target) =>
        target.Class < 0 ? ExplainExpression.Number(target.Answer) : target.Head.Classes[target.Class];

    private static JsonObject Attribution(ExplainedTarget target) => new()
    {
        ["of"] = Moved(target),
        ["answer"] = ExplainExpression.Number(target.Attribution.Answer),
        ["baseline"] = ExplainExpression.Number(target.Attribution.Baseline),
        ["sum"] = ExplainExpression.Number(target.Attribution.Sum),
        ["gap"] = ExplainExpression.Number(target.Attribution.Gap),
        ["steps"] = target.Attribution.Steps,
    };

    // Probabilities of classes, or the quantiles where there are several.
    private static JsonObject AddAnswers(JsonObject json, ExplainedTarget target)
    {
        var names = target.Class >= 0 ? target.Head.Classes
            : target.Answers.Count > 1 ? [.. target.Head.Loss.Quantiles.Select(share => share.ToString(CultureInfo.InvariantCulture))] : [];
        if (names.Count == 0)
            return json;
        var answers = new JsonObject();
        foreach (var (name, value) in names.Zip(target.Answers))
            answers[name] = ExplainExpression.Number(value);
        json[target.Class >= 0 ? "probabilities" : "quantiles"] = answers;
        return json;
    }

    private static string Moved(ExplainedTarget target) =>
        target.Class < 0 ? target.Head.Target : $"p({target.Head.Classes[target.Class]})";

    private static JsonObject ToJson(ExplainedParameter parameter, Orientation orientation)
    {
        var isSmall = parameter.Values.Count <= MostElementsInJson;
        return new JsonObject
        {
            ["name"] = parameter.Name,
            ["norm"] = ExplainExpression.Number(parameter.Norm),
            ["gradientNorm"] = ExplainExpression.Number(parameter.GradientNorm),
            ["values"] = isSmall ? Matrix(parameter.Values) : null,
            ["gradient"] = isSmall && parameter.Gradients is { } gradients ? Matrix(gradients) : null,
        };

        JsonArray Matrix(IReadOnlyList<double> values) =>
            new([.. orientation.Rows(parameter.Rows, parameter.Columns, values).Select(Numbers)]);
    }

    private static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(value => ExplainExpression.Number(value))]);

    private static string AnswerText(ExplainedTarget target)
    {
        var head = target.Head;
        if (target.Class < 0 && target.Answers.Count > 1)
            return $"{head.Target} = {Number(target.Answer)}, from {Number(target.Answers[0])} to {Number(target.Answers[^1])}";
        if (target.Class < 0)
            return $"{head.Target} = {Number(target.Answer)}";
        var likely = target.Answers.Select((p, i) => (P: p, Name: head.Classes[i])).OrderByDescending(each => each.P).Take(3);
        return $"{head.Target} is {head.Classes[target.Class]}\n"
            + string.Join(", ", likely.Select(each => $"p({Cut(each.Name, 12)}) = {Number(each.P)}"));
    }

    private static void DrawInputs(RowExplanation row, ExplainedTarget target, Terminal terminal)
    {
        var model = row.Model;
        var ranges = Features(model).ToArray();
        var contributions = target.Attribution.Contributions;
        var table = Tables.New("input", " value", " as features", $" moved {Cut(Moved(target), 10)} by", "");
        var order = Enumerable.Range(0, row.Inputs.Count).OrderByDescending(i => Math.Abs(contributions[i])).ToArray();
        var largest = order.Length == 0 ? 0 : Math.Abs(contributions[order[0]]);
        foreach (var i in order.Take(MostInputs))
        {
            var features = row.Features.Skip(ranges[i].First).Take(ranges[i].Count).ToArray();
            // Of one-hot features the one that is not 0 says everything.
            var set = Enumerable.Range(0, features.Length).Where(f => features[f] != 0).ToArray();
            var text = row.Vectors[i] is { } vector ? $"[{string.Join(' ', vector.Take(3).Select(Short))}{(vector.Count > 3 ? " …" : "")}]"
                : features.Length == 1 ? Number(features[0])
                : set.Length == 1 ? model.Preprocessor.FeatureNames[ranges[i].First + set[0]][model.Preprocessor.InputNames[i].Length..] is { Length: > 0 } name ? name : Number(features[0])
                : string.Join(' ', features.Select(Number));
            table.Add(Cut(model.Preprocessor.InputNames[i], 18), Cut(row.Inputs[i] ?? "missing", 11), Cut(text, 12),
                Signed(contributions[i]), Bars.Of(Math.Abs(contributions[i]), largest, BarWidth));
        }

        terminal.Screen.Write(table);
        if (order.Length > MostInputs)
        {
            terminal.Say($"and {Figures.Count(order.Length - MostInputs, "more input")}, together "
                + $"{Signed(order.Skip(MostInputs).Sum(i => contributions[i]))}; --json has them all");
        }
    }

    private static void DrawLayer(RowExplanation row, ExplainedLayer layer, int number, Orientation orientation, Terminal terminal)
    {
        var function = (layer.Layer as Dense)?.Activation.Name ?? layer.Layer.Kind;
        var (sum, output) = ($"{orientation.Sum}{number}", $"{orientation.Output}{number}");
        terminal.Say("");
        var rows = row.Model.Network.LayerOutputs[number - 1].Shape;
        terminal.Say($"Layer {number}: {layer.Layer.Kind}, {layer.Inputs} to {rows.Columns}"
            + (rows.Rows.Factor > 1 ? $" for each of {rows.Rows.Factor} members" : ""));
        if (layer.Sums is not null)
        {
            var (inputRows, inputColumns) = orientation.Pattern(layer.Inputs);
            var sums = layer.Parameters[0].Columns;
            var (w, h) = orientation.TransposesWeights ? (sums, layer.Inputs) : (layer.Inputs, sums);
            terminal.Say($"  {orientation.SumFormula(number)}, {output} = {(function == "identity" ? sum : $"{function}({sum})")}");
            terminal.Say($"  {orientation.Input(number)} ({inputRows} × {inputColumns}), W{number} ({w} × {h}), b{number} and {sum} "
                + $"({orientation.Pattern(sums).Rows} × {orientation.Pattern(sums).Columns})");
            if (layer.Deltas is not null)
            {
                var isBeforeDense = number < row.Layers.Count && row.Layers[number].Layer is Dense;
                terminal.Say($"  {(isBeforeDense && layer.Layer is Dense ? orientation.DeltaFormula(number, function) : $"δ{number} = ∂J/∂{sum}")}, "
                    + orientation.GradientFormula(number));
            }
        }

        var table = Tables.New("", " mean", " deviation", " zeros", "first values");
        if (layer.Sums is not null)
            AddValues(table, $"{sum}{(orientation.TransposesWeights ? "" : " (z)")}", layer.Sums);
        AddValues(table, $"{output}{(orientation.TransposesWeights ? "" : " (a)")}", layer.Outputs);
        if (layer.Deltas is not null)
            AddValues(table, $"δ{number}", layer.Deltas);
        terminal.Screen.Write(table);
        foreach (var parameter in layer.Parameters)
        {
            terminal.Say($"  ‖{parameter.Name}{number}‖ = {Number(parameter.Norm)}"
                + (parameter.GradientNorm is { } norm ? $", ‖∂J/∂{parameter.Name}{number}‖ = {Number(norm)}" : ""));
            DrawMatrix($"{parameter.Name}{number}", parameter, parameter.Values, orientation, terminal);
            if (parameter.Gradients is { } gradients)
                DrawMatrix($"∂J/∂{parameter.Name}{number}", parameter, gradients, orientation, terminal);
        }
    }

    private static void DrawMatrix(
        string name, ExplainedParameter parameter, IReadOnlyList<double> values, Orientation orientation, Terminal terminal)
    {
        var rows = orientation.Rows(parameter.Rows, parameter.Columns, values);
        if (rows.Length > MostRowsOfMatrix || rows[0].Length > MostColumnsOfMatrix)
            return;
        for (var i = 0; i < rows.Length; i++)
        {
            var heading = i == 0 ? $"{name} =" : "";
            terminal.Say($"  {heading,-10}{string.Concat(rows[i].Select(value => Number(value).PadLeft(12)))}");
        }
    }

    private static void AddValues(Spectre.Console.Table table, string name, IReadOnlyList<double> values)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        var zeros = (double)values.Count(value => value == 0) / values.Count;
        table.Add(name, Short(mean), Short(deviation), zeros.ToString("0 %", CultureInfo.InvariantCulture),
            FirstOf(values));
    }

    /// <summary>The first values, as many as fit into a line.</summary>
    private static string FirstOf(IReadOnlyList<double> values)
    {
        const int width = 38;
        var text = "";
        for (var i = 0; i < Math.Min(FirstValues, values.Count); i++)
        {
            var next = $"{(i == 0 ? "" : "  ")}{Short(values[i])}";
            if (text.Length + next.Length > width - 2)
                return text + " …";
            text += next;
        }

        return values.Count > FirstValues ? text + " …" : text;
    }

    private static IEnumerable<(int First, int Count)> Features(Model model) => model.Preprocessor.Inputs.SelectMany(input =>
        Enumerable.Range(0, input.Columns.Count).Select(i =>
            (input.FirstFeature + (i * (input.FeatureCount / input.Columns.Count)), input.FeatureCount / input.Columns.Count)));

    private static string Number(double value) => Math.Abs(value) is >= 1e4 and < 1e15
        ? Figures.Number(value) : ExpressionExplanation.Format(value);

    private static string Short(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    private static string Signed(double value) => (value > 0 ? "+" : "") + Figures.Number(value);

    private static string Cut(string text, int width) => text.Length <= width ? text : text[..(width - 1)] + "…";
}
