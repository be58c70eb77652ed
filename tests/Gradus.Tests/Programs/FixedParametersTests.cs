namespace Gradus.Tests.Programs;

public sealed class FixedParametersTests
{
    [Fact]
    public void Packed_parameters_give_the_same_bits_and_are_taken_up_again_on_refresh()
    {
        var network = new Network(100, new Dense(120, Activation.Relu), new Dense(90, Activation.Relu), new Dense(3));
        var weights = network.Initialize(1);
        var options = new ProgramOptions { Batch = 33, Placements = [.. weights.PlaceEach()] };
        var plain = CompiledProgram.Compile([network.Output], options);
        var packed = CompiledProgram.Compile([network.Output], options with { FixedParameters = true });
        foreach (var program in new[] { plain, packed })
        {
            for (var i = 0; i < program[network.Input].Length; i++)
                program[network.Input][i] = MathF.Sin(i);
        }

        plain.Run();
        packed.Run();
        Assert.Equal(plain[network.Output].ToArray(), packed[network.Output].ToArray());

        var before = packed[network.Output].ToArray();
        foreach (ref var w in weights.All)
            w *= 0.5f;
        plain.Run();
        packed.Refresh();
        packed.Run();
        Assert.Equal(plain[network.Output].ToArray(), packed[network.Output].ToArray());
        Assert.NotEqual(before, packed[network.Output].ToArray());
    }
}
