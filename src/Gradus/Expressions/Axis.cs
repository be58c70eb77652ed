namespace Gradus;

/// <summary>What a reduction runs over.</summary>
public enum Axis
{
    /// <summary>Down the rows: (m × n) becomes (1 × n).</summary>
    Rows,

    /// <summary>Along the columns: (m × n) becomes (m × 1).</summary>
    Columns,

    /// <summary>Over all elements: (m × n) becomes (1 × 1).</summary>
    All,
}
