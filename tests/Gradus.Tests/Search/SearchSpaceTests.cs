using System.Globalization;
using System.Text.Json.Nodes;
using Gradus.Tests.Architecture;

namespace Gradus.Tests.Search;

public sealed class SearchSpaceTests
{
    private static JsonNode Schema => JsonNode.Parse(File.ReadAllText(Repository.PathOf("docs/space.schema.json"))) ?? throw new InvalidDataException();

    [Theory]
    [InlineData("lr=1e-4..1e-1", "lr=0.0001..0.1:log")]
    [InlineData("lr=1e-4..1e-1:linear", "lr=0.0001..0.1:linear")]
    [InlineData("dropout=0..0.5", "dropout=0..0.5:linear")]
    [InlineData("width=8..64:log", "width=8..64:log")]
    [InlineData("activation=relu, tanh", "activation=relu,tanh")]
    [InlineData("depth", "depth=1..4:linear")]
    [InlineData("batch=16", "batch=16")]
    public void Texts_are_read(string text, string read) => Assert.Equal(read, SearchParameter.Parse(text).ToString());

    [Theory]
    [InlineData("lr=0.1..0.1", "holds one value")]
    [InlineData("lr=0.1..0.001", "reversed. Write 0.001..0.1")]
    [InlineData("lr=0..0.1", "must begin above 0")]
    [InlineData("width=1.5..3", "whole number")]
    [InlineData("lr=1..x", "is no range")]
    [InlineData("lr=1..2:logarithmic", "is no range")]
    [InlineData("lr=nan..2", "no finite numbers")]
    [InlineData("dropuot=0..0.5", "Did you mean 'dropout'?")]
    [InlineData("zzzzzzzz", "Known: lr, l2")]
    [InlineData("activation=", "an empty value")]
    [InlineData("activation=relu,relu", "'relu' 2 times")]
    public void What_is_no_range_is_named(string text, string message) =>
        Assert.Contains(message, Assert.Throws<GradusException>(() => SearchParameter.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Values_lie_in_their_range_and_have_their_place()
    {
        foreach (var parameter in SearchSpace.Names.Select(SearchParameter.Parse).Append(SearchParameter.Parse("l2=1e-5..1e5")))
        {
            for (var i = 0; i < 1000; i++)
            {
                var place = i / 1000.0;
                var value = parameter.At(place);
                if (!parameter.IsNumber)
                {
                    Assert.Equal(parameter.Choices[(int)(place * parameter.Choices.Count)], value);
                    Assert.Equal(value, parameter.At(parameter.PlaceOf(value)));
                    continue;
                }

                var number = double.Parse(value, CultureInfo.InvariantCulture);
                Assert.InRange(number, parameter.From, parameter.To);
                // Three digits of a number move it by at most 0.5 % of itself; whole numbers by a half.
                var slack = parameter.IsWhole ? 1 : parameter.IsLogarithmic ? 0.006 / Math.Log(parameter.To / parameter.From) : 0.006;
                Assert.InRange(parameter.PlaceOf(value), place - slack, place + slack);
            }
        }
    }

    [Fact]
    public void Logarithmic_draws_are_uniform_in_the_exponent()
    {
        var (random, parameter) = (new RandomDraws(1, 1), SearchSpace.Lecture.Parameters[0]);
        var counts = new int[3];   // of 1e-6, 1e-5, 1e-4
        for (var i = 0; i < 3000; i++)
            counts[Math.Clamp((int)Math.Floor(Math.Log10(double.Parse(parameter.At(random.Next()), CultureInfo.InvariantCulture))) + 6, 0, 2)]++;
        Assert.All(counts, count => Assert.InRange(count, 1000 - 110, 1000 + 110));   // 4 deviations of a binomial
    }

    [Fact]
    public void Ends_of_whole_numbers_are_as_likely_as_the_others()
    {
        var (random, parameter) = (new RandomDraws(2, 1), SearchParameter.Parse("depth=1..4"));
        var counts = new int[4];
        for (var i = 0; i < 4000; i++)
            counts[int.Parse(parameter.At(random.Next()), CultureInfo.InvariantCulture) - 1]++;
        Assert.All(counts, count => Assert.InRange(count, 1000 - 110, 1000 + 110));
    }

    [Fact]
    public void The_schema_has_the_names_that_there_are() =>
        Assert.Equal(SearchSpace.Names, Schema["properties"]?["parameters"]?["propertyNames"]?["enum"]?.AsArray().Select(name => (string?)name ?? ""));

    [Fact]
    public void The_schemas_examples_are_read_and_written()
    {
        var examples = Schema["examples"]?.AsArray() ?? [];
        Assert.Equal(3, examples.Count);
        Assert.Contains(SearchSpace.Of(examples[2]).Parameters, parameter => parameter.When is not null);
        foreach (var example in examples)
        {
            var space = SearchSpace.Of(example);
            Assert.Equal(space.Parameters.Select(each => each.ToString()), SearchSpace.Of(JsonNode.Parse(space.ToJson().ToJsonString())).Parameters.Select(each => each.ToString()));
        }
    }

    [Theory]
    [InlineData("{}", "no 'parameters'")]
    [InlineData("""{"parameters": {}}""", "empty")]
    [InlineData("""{"parameters": {"lr": 3}}""", "'lr' is 3")]
    [InlineData("""{"parameters": {"lr": {"from": 1}}}""", "'to' is missing")]
    [InlineData("""{"parameters": {"lr": {"form": 1, "to": 2}}}""", "Did you mean 'from'?")]
    [InlineData("""{"parameters": {"learning": {"from": 1, "to": 2}}}""", "no parameter of a search")]
    [InlineData("""{"parameters": {"lr": {"from": "a", "to": 2}}}""", "'lr' cannot be read")]
    [InlineData("""{"parameters": {"lr": {"from": 1, "to": 2, "scale": "ln"}}}""", "Expected log or linear")]
    [InlineData("""{"parameters": {"l2": {"from": 1, "to": 2, "when": {"optimizer": ["adam"]}}}}""", "no choice that the space has before it")]
    [InlineData("""{"parameters": {"lr": {"from": 1, "to": 2}, "l2": {"from": 1, "to": 2, "when": {"lr": ["1"]}}}}""", "no choice that the space has before it")]
    [InlineData("""{"parameters": {"optimizer": {"values": ["adam"]}, "l2": {"from": 1, "to": 2, "when": {"optimizer": ["adma"]}}}}""", "Did you mean 'adam'?")]
    [InlineData("""{"parameters": {"l2": {"from": 1, "to": 2, "when": {"optimizer": []}}}}""", "a value of none")]
    [InlineData("""{"parameters": {"l2": {"from": 1, "to": 2, "when": {"optimizer": "adam"}}}}""", "'l2' cannot be read")]
    [InlineData("""{"parameters": {"l2": {"from": 1, "to": 2, "when": {"optimizer": null}}}}""", "Expected one parameter and its values")]
    [InlineData("""{"parameters": {"l2": {"from": 1, "to": 2, "when": "adam"}}}""", "Expected one parameter and its values")]
    [InlineData("{", "no JSON")]
    public void A_file_that_does_not_do_is_named(string json, string message)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, json);
        var error = Assert.Throws<GradusException>(() => SearchSpace.Read(path)).Message;
        File.Delete(path);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Contains(path, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_has_a_value_only_where_its_condition_holds()
    {
        var space = new SearchSpace(SearchParameter.Parse("optimizer=adam,lbfgs,nadam"), SearchParameter.Parse("lr=1e-4..1e-1").OnlyWhere("optimizer", "adam", "nadam"),
            SearchParameter.Parse("l2=1e-4..1").OnlyWhere("optimizer", "lbfgs"), SearchParameter.Parse("depth=1..3"));
        var trials = new List<StudyTrial>();
        for (var i = 1; i <= 60; i++)
        {
            var random = new RandomDraws(1, i);
            var values = i % 3 == 0 ? space.Near(trials[^1].Parameters, random) : i > 10 ? TreeParzen.Draw(space, trials, random) : space.Draw(random);
            Assert.Equal(values["optimizer"] == "lbfgs" ? ["optimizer", "l2", "depth"] : ["optimizer", "lr", "depth"], values.Keys);
            // The closer λ is to 0.01, the better; others are worse.
            var value = values.TryGetValue("l2", out var l2) ? Math.Abs(Math.Log10(double.Parse(l2, CultureInfo.InvariantCulture)) + 2) : 5;
            trials.Add(new StudyTrial(i, values, 1, StudyTrial.OnlyPhase) { State = TrialState.Complete, Value = value });
        }

        var late = trials.Skip(40).ToArray();
        Assert.True(late.Count(trial => trial.Parameters.ContainsKey("l2")) > 12, "the estimator prefers the branch that is better");
        Assert.True(late.Where(trial => trial.Value < 5).Average(trial => trial.Value) < 0.7, "and within it, the good places");
        Assert.Equal("optimizer", ParameterImportance.Of(new SearchSpace(space.Parameters[0], space.Parameters[3]), trials)[0].Name);
        Assert.Equal(4, ParameterImportance.Of(space, trials).Count);

        var narrow = space.Around([.. trials.Where(trial => trial.Value < 0.2)]);
        Assert.Equal(["optimizer", "l2", "depth"], narrow.Parameters.Select(parameter => parameter.Name));
        Assert.Equal("lbfgs", Assert.Single(narrow.Parameters[0].Choices));
        Assert.StartsWith("l2=", narrow.Parameters[1].ToString(), StringComparison.Ordinal);
        Assert.EndsWith("where optimizer=lbfgs", narrow.Parameters[1].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.00123, 10, "lr=0.00012..0.012:log")]
    [InlineData(0.02, 3, "lr=0.002..0.06:log")]
    public void Learning_rates_lie_around_one(double rate, double above, string expected)
    {
        var space = SearchSpace.Default.AroundRate(rate, above);
        Assert.Equal(expected, space.Parameters[0].ToString());
        Assert.Equal(SearchSpace.Default.Parameters.Count, space.Parameters.Count);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(-1, 10)]
    [InlineData(0.1, 1)]
    public void No_rates_lie_around_what_is_none(double rate, double above) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SearchSpace.Default.AroundRate(rate, above));
}
