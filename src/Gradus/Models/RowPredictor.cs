using Gradus.Programs;

namespace Gradus;

/// <summary>Answers one row at a time without allocating: preprocessing, the network compiled for a batch of one, and the
/// way back to the target's units.</summary>
internal sealed class RowPredictor
{
    private readonly Preprocessor preprocessor;
    private readonly IReadOnlyList<Head> heads;
    private readonly CompiledProgram program;
    private readonly Slot input;
    private readonly Slot answer;

    public RowPredictor(Preprocessor preprocessor, IReadOnlyList<Head> heads, Network network, Loss loss, ParameterBuffer weights)
    {
        (this.preprocessor, this.heads) = (preprocessor, heads);
        var output = loss.Answer(network.Output);
        program = CompiledProgram.Compile([output], new ProgramOptions { Batch = 1, Placements = [.. weights.PlaceEach()] });
        (input, answer) = (program.SlotOf(network.Input), program.SlotOf(output));
    }

    public void Predict(ReadOnlySpan<float> values, Span<double> answers)
    {
        preprocessor.TransformRow(values, input.Span);
        program.Run();
        var first = 0;
        for (var i = 0; i < heads.Count; i++)
        {
            heads[i].Read(answer.Span, answers.Slice(first, heads[i].AnswerCount));
            first += heads[i].AnswerCount;
        }
    }
}
