namespace Gradus.Programs;

/// <summary>Copies a value to its place at the end of a run.</summary>
internal sealed class CopyInstruction(Slot source, Slot destination) : Instruction
{
    public override int Parts => 1;

    public override double Cost => source.Length * 0.1;

    public override void Run(int part, int worker) => source.Span.CopyTo(destination.Span);
}
