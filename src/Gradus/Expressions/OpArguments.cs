namespace Gradus;

/// <summary>The numbers that make an op's row of the table into one operation: which side is transposed, which axis,
/// which columns, which constant. Two nodes with equal op, arguments and inputs have equal values.</summary>
/// <param name="First">Integer argument; its meaning is the op's.</param>
/// <param name="Second">Integer argument; its meaning is the op's.</param>
/// <param name="Value">Number argument; its meaning is the op's.</param>
internal readonly record struct OpArguments(int First = 0, int Second = 0, double Value = 0)
{
    public bool TransposeLeft => (First & 1) != 0;

    public bool TransposeRight => (First & 2) != 0;

    public Axis Axis => (Axis)First;

    public static OpArguments ForDot(bool transposeLeft, bool transposeRight) =>
        new((transposeLeft ? 1 : 0) | (transposeRight ? 2 : 0));

    public static OpArguments ForAxis(Axis axis) => new((int)axis);
}
