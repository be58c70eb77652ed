namespace Gradus;

/// <summary>How much each row counts in training: a column of numbers of at least 0.</summary>
public static class RowWeights
{
    /// <summary>The weights of a table's rows.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">The column's name.</param>
    /// <exception cref="GradusException">There is no such column, it is none of numbers, or a weight is missing or below 0.</exception>
    public static float[] Of(Table table, string column)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(column);
        if (table[column] is not NumberColumn numbers)
        {
            throw new GradusException($"The weights of rows are to come from '{column}', which is {table[column].Kind.Indefinite()}. "
                + "Expected numbers of at least 0.");
        }

        var weights = numbers.Values.ToArray();
        for (var row = 0; row < weights.Length; row++)
        {
            if (!(weights[row] >= 0))
            {
                throw new GradusException($"The weight '{column}' of row {row + 1} is {numbers.TextAt(row) ?? "missing"}. Expected a number of at least 0: "
                    + "1 for a row as others, 0 for one that does not count.");
            }
        }

        return weights;
    }
}
