using System.Numerics.Tensors;
using Gradus.Programs;

namespace Gradus;

/// <summary>Answers one row at a time without allocating: preprocessing, the network compiled for a batch of one, and the
/// way back to the target's units.</summary>
internal sealed class RowPredictor
{
    private readonly Preprocessor preprocessor;
    private readonly IReadOnlyList<Head> heads;
    private readonly CompiledProgram[] programs;   // one a member
    private readonly Slot[] inputs;
    private readonly Slot[] answersOf;

    public RowPredictor(Preprocessor preprocessor, IReadOnlyList<Head> heads, IReadOnlyList<Network> networks, Loss loss, IReadOnlyList<ParameterBuffer> members)
    {
        (this.preprocessor, this.heads) = (preprocessor, heads);
        var outputs = networks.Distinct().ToDictionary(network => network, network => loss.Answer(network.Output));
        programs = [.. networks.Zip(members, (network, weights) =>
            CompiledProgram.Compile([outputs[network]], new ProgramOptions { Batch = 1, Placements = [.. weights.PlaceEach()] }))];
        inputs = [.. programs.Zip(networks, (program, network) => program.SlotOf(network.Input))];
        answersOf = [.. programs.Zip(networks, (program, network) => program.SlotOf(outputs[network]))];
    }

    public void Predict(ReadOnlySpan<float> values, Span<double> answers)
    {
        preprocessor.TransformRow(values, inputs[0].Span);
        programs[0].Run();
        var outputs = answersOf[0].Span;
        for (var i = 1; i < programs.Length; i++)
        {
            inputs[0].Span.CopyTo(inputs[i].Span);
            programs[i].Run();
            TensorPrimitives.Add(outputs, answersOf[i].Span, outputs);
        }

        if (programs.Length > 1)
            TensorPrimitives.Divide(outputs, programs.Length, outputs);   // ȳ = Σy / members
        var first = 0;
        for (var i = 0; i < heads.Count; i++)
        {
            heads[i].Read(outputs, answers.Slice(first, heads[i].AnswerCount));
            first += heads[i].AnswerCount;
        }
    }
}
