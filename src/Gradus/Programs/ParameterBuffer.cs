using Gradus.Kernels;
using Gradus.Programs;

namespace Gradus;

/// <summary>One flat, 64-byte aligned buffer that holds a matrix for each parameter: the weights themselves, their
/// gradients, or a moment of an optimiser. All buffers of the same parameters have the same offsets, so an optimiser step
/// is one loop over the flat vectors and a checkpoint is one copy.</summary>
public sealed class ParameterBuffer
{
    /// <summary>Numbers at most: 4 GB.</summary>
    public const int MaxLength = 1 << 30;

    private readonly Dictionary<Expression, Slot> slots = new(ReferenceEqualityComparer.Instance);
    private readonly AlignedBuffer buffer;

    /// <summary>A buffer of zeros.</summary>
    /// <param name="parameters">In the order in which they lie in the buffer; each begins on a cache line, and what lies
    /// between them stays zero.</param>
    /// <exception cref="ArgumentException">They are more than <see cref="MaxLength"/> numbers.</exception>
    public ParameterBuffer(IReadOnlyList<Expression> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
        var length = LengthFor(parameters);
        if (length > MaxLength)
            throw new ArgumentException(FormattableString.Invariant($"The parameters are {length:N0} numbers; a buffer holds {MaxLength:N0}."), nameof(parameters));
        buffer = new AlignedBuffer((int)length);
        var offset = 0;
        foreach (var parameter in parameters)
        {
            var size = (int)Size(parameter);
            slots.Add(parameter, new Slot(buffer, offset, size));
            offset += Slot.Aligned(size);
        }
    }

    /// <summary>The parameters, in order.</summary>
    public IReadOnlyList<Expression> Parameters { get; }

    /// <summary>All values, padding included.</summary>
    public Span<float> All => buffer.Span;

    /// <summary>Number of values, padding included.</summary>
    public int Length => buffer.Length;

    /// <summary>The values of one parameter, row-major.</summary>
    /// <exception cref="KeyNotFoundException">The parameter is not of this buffer.</exception>
    public Span<float> this[Expression parameter] => slots[parameter].Span;

    /// <summary>A buffer of zeros for the same parameters.</summary>
    public ParameterBuffer Similar() => new(Parameters);

    /// <summary>Copies all values to a buffer for the same parameters.</summary>
    public void CopyTo(ParameterBuffer destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        All.CopyTo(destination.All);
    }

    /// <summary>The numbers of a buffer for these parameters, with what lies between them.</summary>
    public static long LengthFor(IEnumerable<Expression> parameters) => parameters.Sum(parameter => Slot.Aligned(Size(parameter)));

    /// <summary>Says that an expression's value lies where this buffer holds <paramref name="parameter"/>: read from there if
    /// it is the parameter itself, written there otherwise.</summary>
    public Placement Place(Expression value, Expression parameter)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(parameter);
        return value.Shape == parameter.Shape ? new Placement(value, slots[parameter], ReferenceEquals(value, parameter))
            : throw new ArgumentException($"A value of {value.Shape} does not fit where a parameter of {parameter.Shape} lies.");
    }

    /// <summary>Says that a row vector (1 × <see cref="Length"/>) is this whole buffer: read from there if it is an input or a
    /// parameter, written there otherwise.</summary>
    public Placement PlaceAll(Expression value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Shape == new Shape(1, Length) ? new Placement(value, new Slot(buffer, 0, Length), value.Op == Ops.Input || value.Op == Ops.Parameter)
            : throw new ArgumentException($"A value of {value.Shape} does not fit a flat buffer of 1 × {Length}.");
    }

    /// <summary>Every parameter in its place.</summary>
    public IEnumerable<Placement> PlaceEach() => Parameters.Select(p => Place(p, p));

    private static long Size(Expression parameter) => (long)parameter.Shape.Rows.Size * parameter.Shape.Columns.Size;
}
