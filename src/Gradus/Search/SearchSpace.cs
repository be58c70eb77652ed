using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>All that a search may change.</summary>
public sealed class SearchSpace
{
    private const string Members = "parameters";

    // Every parameter with its usual range.
    private static readonly SearchParameter[] All =
    [
        SearchParameter.Number("lr", 3e-4, 3e-2, isLogarithmic: true),
        SearchParameter.Number("l2", 1e-7, 1e-2, isLogarithmic: true),
        SearchParameter.Number("dropout", 0, 0.5),
        SearchParameter.Number("width", 16, 256, isLogarithmic: true, isWhole: true),
        SearchParameter.Number("depth", 1, 4, isWhole: true),
        SearchParameter.Choice("activation", "relu", "gelu", "silu", "mish", "tanh"),
        SearchParameter.Choice("batch", "32", "64", "128", "256"),
        SearchParameter.Choice("optimizer", "adam", "adamw", "nadam", "nesterov"),
        SearchParameter.Choice("schedule", "cosine", "one-cycle", "multi-cycle", "warmup"),
        SearchParameter.Number("weight-decay", 1e-5, 1e-1, isLogarithmic: true),
        SearchParameter.Number("l1", 1e-7, 1e-2, isLogarithmic: true),
        SearchParameter.Number("input-noise", 0, 0.3),
        SearchParameter.Number("label-smoothing", 0, 0.2),
        SearchParameter.Number("clip-norm", 0.1, 10, isLogarithmic: true),
        SearchParameter.Number("max-norm", 1, 5),
        SearchParameter.Choice("ema", "none", "0.99", "0.999"),
        SearchParameter.Choice("embed-numbers", "none", "piecewise", "periodic"),
        SearchParameter.Choice("members", "none", "8", "16", "32"),
    ];

    /// <summary>A space of some parameters.</summary>
    /// <exception cref="GradusException">There is none, a name occurs twice, or a condition is none of an earlier choice.</exception>
    public SearchSpace(params IReadOnlyList<SearchParameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Count == 0)
            throw new GradusException("The space is empty: every option is fixed, so there is nothing to search. Name a parameter with --vary, such as --vary lr=1e-4..1e-1.");
        if (parameters.GroupBy(parameter => parameter.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new GradusException($"'{twice.Key}' is in the space {twice.Count()} times. Give it once.");
        foreach (var (place, parameter) in parameters.Index())
        {
            if (parameter.When is { } when)
                Check(parameter.Name, when, parameters.Take(place).FirstOrDefault(each => each.Name == when.Name));
        }

        Parameters = [.. parameters];
    }

    /// <summary>The parameters, in the order of tables.</summary>
    public IReadOnlyList<SearchParameter> Parameters { get; }

    /// <summary>Learning rate, λ, dropout, width, depth, activation, batch size: what matters on most tables.</summary>
    public static SearchSpace Default { get; } = new([.. All[..7]]);

    /// <summary>The course's: learning rate 10^U(−6, −3), λ 10^U(−5, 5).</summary>
    public static SearchSpace Lecture { get; } = new(
        SearchParameter.Number("lr", 1e-6, 1e-3, isLogarithmic: true), SearchParameter.Number("l2", 1e-5, 1e5, isLogarithmic: true));

    /// <summary>The names that a space of <c>train</c> may have.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(parameter => parameter.Name)];

    /// <summary>Reads a space from a file: <c>{"parameters": {"lr": {"from": 1e-4, "to": 1e-1, "scale": "log"}, "activation":
    /// {"values": ["relu", "tanh"]}}}</c>.</summary>
    /// <exception cref="GradusException">The file cannot be read, or is no space.</exception>
    public static SearchSpace Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Of(JsonNode.Parse(File.ReadAllText(path)));
        }
        catch (JsonException e)
        {
            throw new GradusException($"The space '{path}' is no JSON: {e.Message}", e);
        }
        catch (GradusException e)
        {
            throw new GradusException($"The space '{path}': {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GradusException($"The space '{path}' cannot be read: {e.Message} Expected a file, or the name lecture.", e);
        }
    }

    /// <summary>The space with a parameter in place of one of its name, or besides.</summary>
    public SearchSpace With(SearchParameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return new([.. Parameters.Select(each => each.Name == parameter.Name ? parameter : each),
            .. Parameters.Any(each => each.Name == parameter.Name) ? (SearchParameter[])[] : [parameter]]);
    }

    /// <summary>The space without some names.</summary>
    /// <exception cref="GradusException">Nothing is left.</exception>
    public SearchSpace Without(IReadOnlyCollection<string> names) => new([.. Parameters.Where(each => !names.Contains(each.Name))]);

    /// <summary>The space with learning rates around one: from a tenth of it to some times it, each to two digits.</summary>
    /// <param name="rate">The rate, above 0, as a range test suggests it.</param>
    /// <param name="above">The largest as a multiple of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not above 0, or the multiple not above 1.</exception>
    public SearchSpace AroundRate(double rate, double above = 10) => With(RatesAround(rate, above));

    internal static SearchParameter RatesAround(double rate, double above)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(above, 1);
        return SearchParameter.Number("lr", Rounded(rate / 10), Rounded(rate * above), isLogarithmic: true);

        static double Rounded(double number) => double.Parse(number.ToString("G2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    internal static SearchParameter Usual(string name) => All.FirstOrDefault(each => each.Name == name)
        ?? throw new GradusException($"'{name}' is no parameter of a search.{Suggestion.Tail(name, Names)}");

    internal static SearchSpace Of(JsonNode? json)
    {
        if (json?[Members] is not JsonObject members || json.AsObject().Count != 1)
            throw new GradusException($"It has no '{Members}', or more than that. Expected {{\"{Members}\": {{\"lr\": {{\"from\": 1e-4, \"to\": 1e-1}}}}}}.");
        return new([.. members.Select(member => SearchParameter.Of(member.Key, member.Value))]);
    }

    internal JsonObject ToJson() => new()
    {
        [Members] = new JsonObject(Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, (JsonNode?)parameter.ToJson()))),
    };

    /// <summary>Uniform draws.</summary>
    internal IReadOnlyDictionary<string, string> Draw(RandomDraws random) => Draw(each => each.At(random.Next()));

    /// <summary>Values of the parameters that matter, each after those that decide whether it does.</summary>
    internal IReadOnlyDictionary<string, string> Draw(Func<SearchParameter, string> value)
    {
        var values = new Dictionary<string, string>();
        foreach (var parameter in Parameters.Where(each => each.When?.Holds(values) != false))
            values[parameter.Name] = value(parameter);
        return values;
    }

    /// <summary>Values a little beside the given ones: numbers move by a normal deviate of a twentieth of their range, choices stay.</summary>
    internal IReadOnlyDictionary<string, string> Near(IReadOnlyDictionary<string, string> values, RandomDraws random) =>
        Draw(each => each.IsNumber ? each.At(Math.Clamp(each.PlaceOf(values[each.Name]) + (0.05 * random.NextNormal()), 0, 1)) : values[each.Name]);

    /// <summary>The part of the space in which the given values lie, and a little around.</summary>
    internal SearchSpace Around(IReadOnlyList<StudyTrial> trials)
    {
        var narrowed = new List<SearchParameter>();
        foreach (var parameter in Parameters)
        {
            // None where the best have other values of the parameter that decides whether it matters.
            string[] values = [.. trials.Select(trial => trial.Parameters.GetValueOrDefault(parameter.Name)).OfType<string>()];
            if (values.Length > 0)
                narrowed.Add(parameter.Narrowed(values).Copy(parameter.When is { } when ? when with { Values = [.. when.Values.Intersect(narrowed.First(each => each.Name == when.Name).Choices)] } : null));
        }

        return new(narrowed);
    }

    private static void Check(string name, SearchCondition when, SearchParameter? other)
    {
        if (other is not { IsNumber: false })
            throw new GradusException($"'{name}' is to matter where {when}, and '{when.Name}' is no choice that the space has before it. Add it before, or leave the condition out.");
        if (when.Values.FirstOrDefault(value => !other.Choices.Contains(value)) is { } unknown)
            throw new GradusException($"'{name}' is to matter where {when}, and '{unknown}' is no value of '{when.Name}' here.{Suggestion.Tail(unknown, other.Choices)}");
    }
}
