using System.Globalization;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>What <c>describe</c> shows of a model.</summary>
internal static class ModelDescription
{
    private const int MostInputs = 40;

    public static void Draw(Model model, string name, Terminal terminal)
    {
        terminal.Say($"{name}: predicts {string.Join(", ", model.Heads.Select(head => $"{head.Target} ({Task(head)})"))}, "
            + $"{Networks(model)}, loss {model.Loss}");
        if (CategoryReport.Embeddings(model) is { } embeddings)
            terminal.Say($"embedded: {embeddings}");
        foreach (var head in model.Heads.Where(head => head.Classes.Count > 0))
            terminal.Say($"classes{(model.Heads.Count > 1 ? $" of {head.Target}" : "")}: {string.Join(", ", head.Classes)}");
        if (model.Training is { } training)
            terminal.Say(Describe(training));
        if (model.Training is { Members.Count: > 1 } record)
            DrawMembers(model, record, terminal);
        if (IsMixed(model))
            terminal.Say("The layers of the first member:");

        var layers = Tables.New("layer", "kind", "activation", "weights", "biases", "start", " parameters");
        foreach (var (layer, i) in model.Network.Layers.Select((layer, i) => (layer, i)))
        {
            var inputs = i == 0 ? model.Network.InputCount : Width(model, i - 1);
            var weights = WeightsOf(layer);
            layers.Add($"{i + 1}", Describe(layer), Activation(layer) ?? "", weights is null ? "" : $"{Rows(inputs, layer)} × {Sums(model, i, "W") ?? Sums(model, i, "V")}",
                Sums(model, i, "b") is { } biases ? $"{biases}" : "", $"{weights}", Figures.Count(Parameters(model, i)));
        }

        terminal.Screen.Write(layers);
        var table = Tables.New("input", " features", "preprocessing");
        foreach (var input in model.Preprocessor.Inputs.Take(MostInputs))
        {
            table.Add(
                input.Columns.Count == 1 ? input.Columns[0] : $"{input.Columns[0]} … {input.Columns[^1]}",
                $"{input.FeatureCount}", input.Summary);
        }

        terminal.Screen.Write(table);
        if (model.Preprocessor.Inputs.Count > MostInputs)
            terminal.Say($"and {Figures.Count(model.Preprocessor.Inputs.Count - MostInputs, "more input")}; --json has them all.");
    }

    public static JsonObject ToJson(Model model)
    {
        var json = Describe(model);
        if (model.Heads.Count == 1)
            return json;
        json["targets"] = new JsonArray([.. model.Heads.Select(head => new JsonObject
        {
            ["target"] = head.Target,
            ["task"] = Figures.TaskName(head.Task),
            ["classes"] = Names(head.Classes),
            ["loss"] = head.Loss.Name,
            ["outputs"] = head.OutputCount,
        })]);
        json.Remove("classes");
        return json;
    }

    private static JsonObject Describe(Model model) => new()
    {
        ["task"] = TargetReport.TaskName(model),
        ["target"] = TargetNames.Of(model),
        ["classes"] = Names(model.Classes),
        ["network"] = model.Network.ToString(),
        ["parameters"] = model.Network.ParameterCount,
        ["members"] = model.Members.Count,
        ["networks"] = IsMixed(model) ? Names(model.Networks.Select(network => network.ToString())) : null,
        ["loss"] = model.Loss.Name,
        ["layers"] = new JsonArray([.. model.Network.Layers.Select((layer, i) => new JsonObject
        {
            ["kind"] = layer.Kind,
            ["inputs"] = i == 0 ? model.Network.InputCount : Width(model, i - 1),
            ["outputs"] = Width(model, i),
            ["activation"] = Activation(layer),
            ["weights"] = WeightsOf(layer)?.Name,
            ["biases"] = (layer as Dense)?.Biases.Name,
            ["within"] = layer is Residual block ? new JsonArray([.. block.Layers.Select(each => JsonValue.Create(Describe(each)))]) : null,
        })]),
        ["inputs"] = new JsonArray([.. model.Preprocessor.Inputs.Select(input => new JsonObject
        {
            ["columns"] = new JsonArray([.. input.Columns.Select(name => JsonValue.Create(name))]),
            ["kind"] = input.Kind.ToString().ToLowerInvariant(),
            ["features"] = input.FeatureCount,
            ["levels"] = input.Levels > 0 ? input.Levels : null,
            ["preprocessing"] = input.Summary,
        })]),
        ["training"] = model.Training is { } training ? new JsonObject
        {
            ["rows"] = training.Rows,
            ["validationRows"] = training.ValidationRows,
            ["epochs"] = training.Epochs,
            ["bestEpoch"] = training.BestEpoch,
            ["stopReason"] = Figures.Camel(training.StopReason),
            ["optimizer"] = training.Optimizer,
            ["learningRate"] = training.LearningRate,
            ["batchSize"] = training.BatchSize,
            ["seed"] = training.Seed,
            ["validation"] = Figures.ToJson(training.Metrics),
            ["folds"] = training.Folds,
            ["members"] = new JsonArray([.. training.Members.Select(member => new JsonObject
            {
                ["seed"] = member.Seed,
                ["epochs"] = member.Epochs,
                ["bestEpoch"] = member.BestEpoch,
                ["stopReason"] = Figures.Camel(member.StopReason),
                ["validation"] = Figures.ToJson(member.Metrics),
            })]),
            ["augmentation"] = training.Augmentation,
        } : null,
    };

    private static string Task(Head head) =>
        head.Task == LearningTask.Regression ? "regression" : Figures.Count(head.Classes.Count, "class");

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(name => JsonValue.Create(name))]);

    private static bool IsMixed(Model model) => model.Networks.Distinct().Count() > 1;

    private static string Networks(Model model) => IsMixed(model)
        ? $"mean of {model.Members.Count} networks of {Figures.Count(model.Networks.Distinct().Count(), "structure")}, {Figures.Count(model.Networks.Sum(network => (long)network.ParameterCount), "parameter")}"
        : $"{(model.Members.Count > 1 ? $"mean of {model.Members.Count} networks" : "network")} {model.Network}, {Figures.Count(model.Network.ParameterCount, "parameter")}{(model.Members.Count > 1 ? " each" : "")}";

    private static void DrawMembers(Model model, TrainingRecord training, Terminal terminal)
    {
        // Fewer figures beside the structures, in eighty columns.
        string[] names = [.. training.Members[0].Metrics.Keys.Take(IsMixed(model) ? 1 : int.MaxValue)];
        var table = Tables.New([training.Folds > 0 && !IsMixed(model) ? "fold" : "member", .. IsMixed(model) ? (string[])["network"] : [], " seed", " epochs", " best", .. names.Select(name => $" validation\n{Figures.Heading(name)}")]);
        foreach (var (member, i) in training.Members.Select((member, i) => (member, i)))
        {
            table.Add([$"{i + 1}", .. IsMixed(model) ? (string[])[$"{model.Networks[i]}"] : [], $"{member.Seed}", $"{member.Epochs}", $"{member.BestEpoch}",
                .. names.Select(name => member.Metrics.TryGetValue(name, out var value) ? Figures.Number(value) : "")]);
        }

        terminal.Screen.Write(table);
    }

    private static string Describe(TrainingRecord training)
    {
        var metrics = string.Join(", ", training.Metrics.Select(each => $"{Figures.Heading(each.Key)} {Figures.Number(each.Value)}"));
        return string.Create(CultureInfo.InvariantCulture, $"trained on {training.Rows:N0} rows for {training.Epochs} epochs ")
            + string.Create(CultureInfo.InvariantCulture, $"(best: {training.BestEpoch}) with {training.Optimizer} at ")
            + string.Create(CultureInfo.InvariantCulture, $"{training.LearningRate}, batches of {training.BatchSize}, seed {training.Seed}")
            + (training.Augmentation is null ? "" : $", pictures changed by {training.Augmentation}")
            + (metrics.Length > 0 ? $"; on {Figures.Count(training.ValidationRows, "validation row")}: {metrics}" : "");
    }

    private static string? Activation(Layer layer) => layer switch
    {
        Dense dense => dense.Activation.Name,
        LayerNormalization normalization => normalization.Activation.Name,
        BatchNormalization normalization => normalization.Activation.Name,
        MemberDense dense => dense.Activation.Name,
        Residual block => block.Layers.Select(Activation).LastOrDefault(name => name is not null),
        _ => null,
    };

    private static string Describe(Layer layer) => layer switch
    {
        Residual block => $"residual ({string.Join(", ", block.Layers.Select(Describe))})",
        Members members => $"{members.Count} members",
        PiecewiseEmbedding embedding => $"{Figures.Count(embedding.Features.Count, "number")} to {embedding.Width} piecewise",
        PeriodicEmbedding embedding => $"{Figures.Count(embedding.Columns.Count, "number")} to {embedding.Width} periodic",
        _ => layer.Kind,
    };

    private static Initializer? WeightsOf(Layer layer) => layer switch
    {
        Dense dense => dense.Weights,
        MemberDense dense => dense.Weights,
        MemberOutputs last => last.Weights,
        _ => null,
    };

    // Columns of a parameter of a layer.
    private static int? Sums(Model model, int layer, string name) => model.Network.Parameters
        .FirstOrDefault(parameter => parameter.Name == FormattableString.Invariant($"layer{layer + 1}.{name}"))?.Expression.Shape.Columns.Size;

    // Trained numbers of a layer; its parameters are called as it is numbered.
    private static long Parameters(Model model, int layer) => model.Network.Parameters
        .Where(parameter => parameter.IsTrained && parameter.Name.StartsWith($"layer{layer + 1}.", StringComparison.Ordinal))
        .Sum(parameter => (long)parameter.Count);

    // A category that is looked up has a row of weights for each level, not for its index.
    private static int Rows(int inputs, Layer layer) =>
        inputs + ((layer as Dense)?.Categories.Sum(category => category.Levels - 1) ?? 0);

    private static int Width(Model model, int layer) => model.Network.LayerOutputs[layer].Shape.Columns.Size;
}
