using Gradus.Programs;

namespace Gradus;

/// <summary>Answers one row at a time without allocating: preprocessing, the network compiled for a batch of one, and the
/// way back to the target's units.</summary>
internal sealed class RowPredictor
{
    private readonly Preprocessor preprocessor;
    private readonly TargetEncoding target;
    private readonly ReadOut readOut;
    private readonly CompiledProgram program;
    private readonly Slot input;
    private readonly Slot answer;

    public RowPredictor(Preprocessor preprocessor, TargetEncoding target, Network network, Loss loss, ParameterBuffer weights)
    {
        (this.preprocessor, this.target, readOut) = (preprocessor, target, loss.ReadOut);
        var output = readOut.Apply(network.Output);
        program = CompiledProgram.Compile([output], new ProgramOptions { Batch = 1, Placements = [.. weights.PlaceEach()] });
        (input, answer) = (program.SlotOf(network.Input), program.SlotOf(output));
    }

    public void Predict(ReadOnlySpan<float> values, Span<double> answers)
    {
        preprocessor.TransformRow(values, input.Span);
        program.Run();
        var outputs = answer.Span;
        if (target.Task == LearningTask.Regression)
        {
            answers[0] = target.Decode(outputs[0]);
        }
        else if (readOut == ReadOut.Sigmoid)
        {
            (answers[0], answers[1]) = (1 - outputs[0], outputs[0]);
        }
        else
        {
            for (var i = 0; i < outputs.Length; i++)
                answers[i] = outputs[i];
        }
    }
}
