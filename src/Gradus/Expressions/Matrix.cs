namespace Gradus;

/// <summary>A row-major matrix of doubles: the values of the reference evaluator.</summary>
internal sealed class Matrix(int rows, int columns, double[] values)
{
    public Matrix(int rows, int columns)
        : this(rows, columns, new double[checked(rows * columns)])
    {
    }

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public double[] Values { get; } = values;

    public double this[int row, int column]
    {
        get => Values[row * Columns + column];
        set => Values[row * Columns + column] = value;
    }

    public static Matrix From(double[,] values)
    {
        var matrix = new Matrix(values.GetLength(0), values.GetLength(1));
        for (var i = 0; i < matrix.Rows; i++)
            for (var j = 0; j < matrix.Columns; j++)
                matrix[i, j] = values[i, j];
        return matrix;
    }

    public static Matrix Generate(int rows, int columns, Func<int, int, double> value)
    {
        var matrix = new Matrix(rows, columns);
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                matrix[i, j] = value(i, j);
        return matrix;
    }

    /// <summary>Element (row, column) of this matrix repeated along its sides of length 1.</summary>
    public double Broadcast(int row, int column) => this[Rows == 1 ? 0 : row, Columns == 1 ? 0 : column];

    public double[,] ToArray()
    {
        var array = new double[Rows, Columns];
        Buffer.BlockCopy(Values, 0, array, 0, Values.Length * sizeof(double));
        return array;
    }
}
