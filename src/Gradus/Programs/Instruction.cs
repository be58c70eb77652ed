using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>One step of a program: a kernel over planned memory, cut into parts by shape alone.</summary>
internal abstract class Instruction
{
    /// <summary>Number of parts; they may run in any order and at the same time.</summary>
    public abstract int Parts { get; }

    /// <summary>Estimated nanoseconds on one thread: decides whether a team pays.</summary>
    public abstract double Cost { get; }

    /// <summary>Floats of scratch memory that each worker needs.</summary>
    public virtual int ScratchLength => 0;

    /// <summary>One buffer a worker, of at least <see cref="ScratchLength"/>; shared by the instructions of a program.
    /// </summary>
    public AlignedBuffer[] Scratch { get; set; } = [];

    public abstract void Run(int part, int worker);
}
