using System.Globalization;
using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>What a search may change: a number of a range, or one of some names.</summary>
/// <remarks>A value is a text, as the command line takes it, and has a place in [0, 1): where it lies in its range, by logarithm if
/// that is what matters.</remarks>
public sealed class SearchParameter
{
    private const string AsLogarithm = "log", AsNumber = "linear", Condition = "when";

    private SearchParameter(string name) => Name = name;

    /// <summary>The name: an option of <c>train</c> without its dashes, <c>width</c> or <c>depth</c>.</summary>
    public string Name { get; }

    /// <summary>The least value of a number.</summary>
    public double From { get; private init; }

    /// <summary>The largest value of a number.</summary>
    public double To { get; private init; }

    /// <summary>Whether a number is drawn uniformly by its logarithm: 10^U(log₁₀ from, log₁₀ to).</summary>
    public bool IsLogarithmic { get; private init; }

    /// <summary>Whether a number is whole.</summary>
    public bool IsWhole { get; private init; }

    /// <summary>The names to choose from; empty for a number.</summary>
    public IReadOnlyList<string> Choices { get; private init; } = [];

    /// <summary>When it matters; null for always.</summary>
    public SearchCondition? When { get; private init; }

    /// <summary>Whether it is a number.</summary>
    public bool IsNumber => Choices.Count == 0;

    /// <summary>A number from <paramref name="from"/> to <paramref name="to"/>.</summary>
    /// <exception cref="GradusException">The range is empty or reversed, or its logarithm does not exist, or its ends are not whole.</exception>
    public static SearchParameter Number(string name, double from, double to, bool isLogarithmic = false, bool isWhole = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string Range() => string.Create(CultureInfo.InvariantCulture, $"The range of '{name}' is {from}..{to}, ");
        if (!double.IsFinite(from) || !double.IsFinite(to))
            throw new GradusException(Range() + "whose ends are no finite numbers.");
        if (from == to)
            throw new GradusException(Range() + $"which holds one value. Give --{name} to fix it, or a wider range.");
        if (from > to)
            throw new GradusException(Range() + string.Create(CultureInfo.InvariantCulture, $"which is reversed. Write {to}..{from}."));
        if (isLogarithmic && from <= 0)
            throw new GradusException(Range() + "and is drawn by logarithm, so it must begin above 0. Begin it there, or draw it linearly (:linear).");
        if (isWhole && (from != Math.Floor(from) || to != Math.Floor(to)))
            throw new GradusException(Range() + "but it is a whole number. Give whole ends.");
        return new SearchParameter(name) { From = from, To = to, IsLogarithmic = isLogarithmic, IsWhole = isWhole };
    }

    /// <summary>One of some names.</summary>
    /// <exception cref="GradusException">There is none, or one occurs twice.</exception>
    public static SearchParameter Choice(string name, params IReadOnlyList<string> choices)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(choices);
        if (choices.Count == 0 || choices.Any(string.IsNullOrWhiteSpace))
            throw new GradusException($"'{name}' has {(choices.Count == 0 ? "no values" : "an empty value")} to choose from. Give some, with commas between.");
        if (choices.GroupBy(choice => choice).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new GradusException($"'{name}' has the value '{twice.Key}' {twice.Count()} times. Give each once.");
        return new SearchParameter(name) { Choices = [.. choices] };
    }

    /// <summary>The parameter as one that matters only where another has one of some values.</summary>
    /// <param name="name">The other, which comes before it in the space.</param>
    /// <param name="values">Some of its choices, at least one.</param>
    public SearchParameter OnlyWhere(string name, params IReadOnlyList<string> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(values);
        return values.Count == 0 ? throw new GradusException($"'{Name}' is to matter where '{name}' has a value of none. Give some.")
            : Copy(new SearchCondition(name, [.. values]));
    }

    /// <summary>The value at a place.</summary>
    /// <param name="place">In [0, 1).</param>
    public string At(double place)
    {
        if (!IsNumber)
            return Choices[Math.Clamp((int)(place * Choices.Count), 0, Choices.Count - 1)];
        var (low, high) = Ends();
        var at = low + ((high - low) * place);
        var value = IsLogarithmic ? Math.Exp(at) : at;
        if (IsWhole)
            return Math.Clamp(Math.Round(value) + 0.0, From, To).ToString(CultureInfo.InvariantCulture);   // 0, not −0
        var rounded = double.Parse(value.ToString("E2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);   // three digits: a line that can be read
        return Math.Clamp(rounded, From, To).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The place of a value, in [0, 1]; the middle of its part of the range for a choice.</summary>
    /// <exception cref="FormatException">It is no value of this parameter.</exception>
    public double PlaceOf(string value)
    {
        if (!IsNumber)
            return (IndexOf(value) + 0.5) / Choices.Count;
        var number = double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture);
        var (low, high) = Ends();
        return Math.Clamp(((IsLogarithmic ? Math.Log(number) : number) - low) / (high - low), 0, 1);
    }

    /// <summary>The part of the range from one place to another, or the choices given.</summary>
    internal SearchParameter Narrowed(IReadOnlyList<string> values)
    {
        if (!IsNumber)
            return new SearchParameter(Name) { Choices = [.. Choices.Where(values.Contains)], When = When };
        // A tenth of the range to either side, so that the best may lie a little outside of what was tried.
        var places = values.Select(PlaceOf).ToArray();
        double From(double place) => double.Parse(At(Math.Clamp(place, 0, 1)), CultureInfo.InvariantCulture);
        var (from, to) = (From(places.Min() - 0.1), From(places.Max() + 0.1));
        return from < to ? Number(Name, from, to, IsLogarithmic, IsWhole).Copy(When) : this;
    }

    internal int IndexOf(string value)
    {
        for (var i = 0; i < Choices.Count; i++)
        {
            if (Choices[i] == value)
                return i;
        }

        throw new FormatException($"'{value}' is no value of '{Name}'");
    }

    /// <summary>Reads <c>lr=1e-4..1e-1:log</c>, <c>activation=relu,tanh</c>, or a known name alone, which takes its usual range.</summary>
    /// <exception cref="GradusException">The name is unknown, or the range does not do.</exception>
    public static SearchParameter Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var usual = SearchSpace.Usual(equals < 0 ? text : text[..equals]);
        if (equals < 0)
            return usual;
        var given = text[(equals + 1)..];
        var dots = given.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0)
            return Choice(usual.Name, given.Split(',', StringSplitOptions.TrimEntries));
        var scale = given.LastIndexOf(':') is >= 0 and var colon ? given[(colon + 1)..] : null;
        var (from, to) = (given[..dots], scale is null ? given[(dots + 2)..] : given[(dots + 2)..^(scale.Length + 1)]);
        if (!double.TryParse(from, NumberStyles.Float, CultureInfo.InvariantCulture, out var low)
            || !double.TryParse(to, NumberStyles.Float, CultureInfo.InvariantCulture, out var high) || scale is not (null or AsLogarithm or AsNumber))
        {
            throw new GradusException($"'{text}' is no range. Expected NAME=FROM..TO with {AsLogarithm} or {AsNumber} behind a colon if need be, such as lr=1e-4..1e-1:log, "
                + "or NAME=A,B,C.");
        }

        return Number(usual.Name, low, high, scale is null ? usual.IsLogarithmic : scale == AsLogarithm, usual.IsWhole);
    }

    internal static SearchParameter Of(string name, JsonNode? json)
    {
        var usual = SearchSpace.Usual(name);
        if (json is not JsonObject members)
            throw new GradusException($"'{name}' is {json?.ToJsonString() ?? "null"}. Expected {{\"from\": …, \"to\": …}} or {{\"values\": […]}}.");
        string[] known = ["from", "to", "scale", "values", Condition];
        if (members.Select(member => member.Key).FirstOrDefault(key => !known.Contains(key)) is { } unknown)
            throw new GradusException($"'{name}' has '{unknown}', which is no member of a parameter.{Suggestion.Tail(unknown, known)}");
        try
        {
            if (members[Condition] is { } condition)
            {
                var rest = new JsonObject([.. members.Where(member => member.Key != Condition).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))]);
                return condition is JsonObject { Count: 1 } only && only.First() is (var other, { } among) ? Of(name, rest).OnlyWhere(other, Texts(among))
                    : throw new GradusException($"'{Condition}' of '{name}' is {condition.ToJsonString()}. Expected one parameter and its values, such as {{\"optimizer\": [\"adamw\"]}}.");
            }

            if (members["values"] is { } values)
                return Choice(name, Texts(values));
            var scale = (string?)members["scale"];
            if (scale is not (null or AsLogarithm or AsNumber))
                throw new GradusException($"The scale of '{name}' is '{scale}'. Expected {AsLogarithm} or {AsNumber}.");
            return Number(name, (double)(members["from"] ?? throw new FormatException("'from' is missing")), (double)(members["to"] ?? throw new FormatException("'to' is missing")),
                scale is null ? usual.IsLogarithmic : scale == AsLogarithm, usual.IsWhole);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            throw new GradusException($"'{name}' cannot be read: {e.Message}. Expected {{\"from\": 1e-4, \"to\": 1e-1, \"scale\": \"log\"}} or {{\"values\": [\"relu\", \"tanh\"]}}.", e);
        }
    }

    internal JsonObject ToJson()
    {
        var json = IsNumber ? new JsonObject { ["from"] = From, ["to"] = To, ["scale"] = IsLogarithmic ? AsLogarithm : AsNumber }
            : new JsonObject { ["values"] = Texts(Choices) };
        if (When is not null)
            json[Condition] = new JsonObject { [When.Name] = Texts(When.Values) };
        return json;
    }

    /// <summary>As <see cref="Parse"/> reads it; with its condition, if it has one.</summary>
    public override string ToString() => (IsNumber
        ? string.Create(CultureInfo.InvariantCulture, $"{Name}={From}..{To}:{(IsLogarithmic ? AsLogarithm : AsNumber)}")
        : $"{Name}={string.Join(',', Choices)}") + (When is null ? "" : $" where {When}");

    /// <summary>The same with another condition.</summary>
    internal SearchParameter Copy(SearchCondition? when) =>
        new(Name) { From = From, To = To, IsLogarithmic = IsLogarithmic, IsWhole = IsWhole, Choices = Choices, When = when };

    private static string[] Texts(JsonNode values) => [.. values.AsArray().Select(value => value?.ToString() ?? "")];

    private static JsonArray Texts(IReadOnlyList<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);

    // Of what is drawn uniformly. Whole numbers have half a number more at either end, so that the ends are as likely as the others.
    private (double Low, double High) Ends()
    {
        var (low, high) = IsWhole ? (From - 0.5, To + 0.5) : (From, To);
        return IsLogarithmic ? (Math.Log(low), Math.Log(high)) : (low, high);
    }
}
