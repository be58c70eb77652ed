using Gradus.Tests.Expressions;
using Gradus.Tests.Programs;
using static Gradus.Functions;

namespace Gradus.Tests.Layers;

/// <summary>Gradients of random networks: reference against central differences, programs against the reference.</summary>
public sealed class NetworkGradientTests
{
    private const int Networks = 80;   // 8 a loss

    public static TheoryData<string> Losses() => [.. Loss.All.Select(loss => loss.Name)];

    private static IEnumerable<RandomNetwork> Of(string lossName)
    {
        var loss = Loss.All.Single(loss => loss.Name == lossName);
        for (var i = 0; i < Networks / Loss.All.Count; i++)
            yield return new RandomNetwork((ulong)i + 1, loss);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Gradients_equal_central_differences(string loss)
    {
        foreach (var network in Of(loss))
        {
            foreach (var (parameter, gradient) in network.Parameters.Zip(network.Gradients))
            {
                var value = network.Values.Single(pair => pair.Leaf == parameter).Value;
                var numeric = Numeric.CentralDifference(() => network.J.Evaluate(network.Values)[0, 0], value);
                var error = Numeric.RelativeError(gradient.Evaluate(network.Values), numeric);
                Assert.True(error <= 1e-6, $"{parameter.Name}: {error:G3} in {network}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Gradients_of_gradients_equal_central_differences(string loss)
    {
        foreach (var network in Of(loss).Where(network => network.Network.ParameterCount < 60).Take(4))
        {
            var norm = network.Gradients.Select(g => Sum(Square(g))).Aggregate((a, b) => a + b);
            Expression[] parameters = [.. network.Parameters];
            foreach (var (parameter, gradient) in parameters.Zip(Gradient.Of(norm, parameters)))
            {
                var value = network.Values.Single(pair => pair.Leaf == parameter).Value;
                var numeric = Numeric.CentralDifference(() => norm.Evaluate(network.Values)[0, 0], value);
                var error = Numeric.RelativeError(gradient.Evaluate(network.Values), numeric);
                Assert.True(error <= 1e-6, $"{parameter.Name}: {error:G3} in {network}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Programs_stay_within_rounding_of_the_reference(string loss)
    {
        using var team = new WorkerTeam(3);
        foreach (var network in Of(loss))
        {
            Expression[] outputs = [network.Rows, .. network.Gradients];
            var bound = ErrorBound(network);
            float[][]? first = null;
            foreach (var options in new ProgramOptions[] { new(), new() { KeepAll = true }, new() { Team = team } })
            {
                var program = CompiledProgram.Compile(outputs, options with { Batch = network.Batch });
                foreach (var (leaf, value) in network.Values)
                {
                    if (program.Uses(leaf))
                        Numeric.CopyTo(value, program[leaf]);
                }

                program.Run();
                if (options.KeepAll)
                    Assert.True(LocalError.Check(program, outputs) > 0);
                foreach (var output in outputs)
                {
                    var expected = output.Evaluate(network.Values);
                    var actual = Numeric.ToMatrix(program[output], expected.GetLength(0), expected.GetLength(1));
                    Assert.InRange(Numeric.RelativeError(expected, actual), 0, bound);
                }

                var bits = outputs.Select(output => program[output].ToArray()).ToArray();
                first ??= bits;
                Assert.Equal(first, bits);
            }
        }
    }

    // A layer of n inputs adds n + 8 roundings of numbers of size max(1, ‖h‖∞) and passes earlier ones on times its norm
    // max(1, ‖W‖∞), an activation's slope being at most 1.76 (selu); forward and back. The loss has at most 4 outputs, its slope is
    // that of the largest output or target.
    private static double ErrorBound(RandomNetwork network)
    {
        double roundings = 0, growth = 1;
        foreach (var layer in network.Network.Parameters.Where(p => p.IsWeight))
        {
            var (rows, columns) = (layer.Expression.Shape.Rows.Size, layer.Expression.Shape.Columns.Size);
            roundings += Math.Max(rows, columns) + 8;
            growth *= 1.76 * Math.Max(1, Math.Max(rows, columns));   // |w| ≤ 1
        }

        var largest = network.Network.LayerOutputs.Max(h => h.Evaluate(network.Values).Cast<double>().Max(Math.Abs));
        return 2 * (roundings + network.Batch + 8) * growth * Math.Max(1, largest + 2) * Math.Pow(2, -24);
    }
}
