using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>What <c>train</c> and <c>evaluate</c> say of several targets.</summary>
internal static class TargetReport
{
    /// <summary>The task of all targets in JSON.</summary>
    public static string TaskName(Model model) =>
        model.Heads.Select(head => Figures.TaskName(head.Task)).Distinct().ToArray() is [var only] ? only : "mixed";

    /// <summary>Each target's metrics, and those of the baselines.</summary>
    public static JsonArray ToJson(Model model, Metrics? validation, Metrics? test, Baselines? baselines) => new([.. model.Heads.Select(head =>
    {
        var json = new JsonObject { ["target"] = head.Target, ["task"] = Figures.TaskName(head.Task), ["loss"] = head.Loss.Name };
        if (Of(validation, head) is { } onValidation)
            json["validation"] = Figures.ToJson(onValidation.Values);
        if (Of(test, head) is { } onTest)
            json["test"] = Figures.ToJson(onTest.Values);
        if (Of(baselines?.Constant, head) is not { } constant)
            return json;
        var compared = new JsonObject { ["constant"] = Figures.ToJson(constant.Values) };
        if (Of(baselines?.Linear, head) is { } linear)
            compared["linear"] = Figures.ToJson(linear.Values);
        json["baselines"] = compared;
        return json;
    })]);

    /// <summary>The metrics of a target; null if no row has it.</summary>
    public static Metrics? Of(Metrics? metrics, Head head) => (metrics as JointMetrics)?.Targets.GetValueOrDefault(head.Target);

    /// <summary>A row for each figure of each target, and of all together.</summary>
    public static Spectre.Console.Table Compare(string heading, JointMetrics measured, Baselines? baselines)
    {
        var others = new (string Name, JointMetrics? Metrics)[]
        {
            ("linear", baselines?.Linear as JointMetrics), ("always the same", baselines?.Constant as JointMetrics),
        }.Where(each => each.Metrics is not null).ToArray();
        var table = Tables.New([heading, "", " this network", .. others.Select(each => $" {each.Name}")]);
        foreach (var (target, metrics) in measured.Targets)
            Rows(target, metrics, other => other.Targets.GetValueOrDefault(target));
        Rows("together", measured, other => other);
        return table;

        void Rows(string label, Metrics metrics, Func<JointMetrics, Metrics?> select)
        {
            foreach (var (name, i) in metrics.Values.Keys.Select((name, i) => (name, i)))
            {
                table.Add([i == 0 ? label : "", Figures.Heading(name), metrics.Format(name), .. others.Select(each =>
                    each.Metrics is { } other && select(other) is { } same && same.Values.ContainsKey(name) ? same.Format(name) : "")]);
            }
        }
    }
}
