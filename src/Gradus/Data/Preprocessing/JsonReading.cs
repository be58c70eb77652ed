using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>Reads the members of a JSON object that came from a file: every member is checked, and what is wrong is named.</summary>
/// <param name="node">The object.</param>
/// <param name="what">Where it stands, for messages, such as "preprocessing.inputs[3]".</param>
internal sealed class JsonReading(JsonNode? node, string what)
{
    private readonly JsonObject json = node as JsonObject
        ?? throw new GradusException($"The model file is damaged: {what} is no JSON object. Save the model again.");

    /// <summary>Where the object stands.</summary>
    public string Place => what;

    public string Text(string name) =>
        Value(name).TryGetValue(out string? text) && text is not null ? text : throw Wrong(name, Raw(name), "a text");

    public bool Flag(string name) => Value(name).TryGetValue(out bool flag) ? flag : throw Wrong(name, Raw(name), "true or false");

    public double Number(string name)
    {
        var value = Value(name);
        if (!value.TryGetValue(out double number))
        {
            if (value.GetValueKind() != JsonValueKind.Number)
                throw Wrong(name, Raw(name), "a number");
            number = double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);
        }
        return double.IsFinite(number) ? number : throw Wrong(name, Raw(name), "a finite number");
    }

    public int Integer(string name) => Number(name) is var number && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue
        ? (int)number : throw Wrong(name, Raw(name), "a whole number");

    public double NotNegative(string name) =>
        Number(name) is >= 0 and var number ? number : throw Wrong(name, Raw(name), "a number of at least 0");

    /// <summary>A list of different texts.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        var texts = new List<string>();
        foreach (var item in Array(name))
        {
            texts.Add(item is JsonValue value && value.TryGetValue(out string? text) && text is not null
                ? text : throw Wrong(name, item?.ToJsonString() ?? "null", "a list of texts"));
        }
        if (texts.Distinct(StringComparer.Ordinal).Count() != texts.Count)
            throw Wrong(name, Raw(name), "a list of different texts");
        return texts;
    }

    /// <summary>A list of at least one finite number, none below the one before.</summary>
    public double[] Ascending(string name)
    {
        var numbers = new List<double>();
        foreach (var item in Array(name))
        {
            if (item is not JsonValue value || value.GetValueKind() != JsonValueKind.Number)
                throw Wrong(name, item?.ToJsonString() ?? "null", "a list of numbers");
            var number = double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);
            if (!double.IsFinite(number) || (numbers.Count > 0 && number < numbers[^1]))
                throw Wrong(name, value.ToJsonString(), "finite numbers in ascending order");
            numbers.Add(number);
        }
        return numbers.Count > 0 ? [.. numbers] : throw Wrong(name, "empty", "at least one number");
    }

    public JsonArray Array(string name) => json[name] as JsonArray ?? throw Wrong(name, Raw(name), "a list");

    /// <summary>Names of the members.</summary>
    public IEnumerable<string> Names => json.Select(member => member.Key);

    public bool Has(string name) => json[name] is not null;

    public JsonNode? Node(string name) => json[name];

    public JsonReading Object(string name) => new(json[name], $"{what}.{name}");

    public GradusException Wrong(string name, string value, string expected)
    {
        var shown = value.Length > 80 ? value[..80] + "…" : value;
        return new GradusException($"The model file is damaged, or a newer Gradus wrote it: {what}.{name} is {shown}; expected {expected}.");
    }

    private JsonValue Value(string name) => json[name] as JsonValue ?? throw Wrong(name, Raw(name), "a value");

    private string Raw(string name) => json[name]?.ToJsonString() ?? "missing";
}
