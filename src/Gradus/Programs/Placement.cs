using Gradus.Programs;

namespace Gradus;

/// <summary>Where a value of a program lies outside of the program's own memory. A computed value placed where a parameter
/// lies assigns the parameter, after everything else in the program has read it. Made by <see cref="ParameterBuffer"/>.
/// </summary>
public sealed class Placement
{
    internal Placement(Expression value, Slot slot, bool isSource) => (Value, Slot, IsSource) = (value, slot, isSource);

    /// <summary>The expression.</summary>
    public Expression Value { get; }

    internal Slot Slot { get; }

    /// <summary>Whether the value is read from there: the parameter itself. Any other value is written there, also one
    /// that is not computed, such as a constant or another parameter.</summary>
    internal bool IsSource { get; }
}
