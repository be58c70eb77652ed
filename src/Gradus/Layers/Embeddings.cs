using static Gradus.Functions;

namespace Gradus;

/// <summary>What embeddings of numbers share: some columns become vectors, the others stay.</summary>
internal static class Embeddings
{
    /// <summary>The columns in order, each of <paramref name="columns"/> replaced by what is made of it.</summary>
    /// <param name="x">(batch × inputs).</param>
    /// <param name="parameters">Is told which columns are passed on.</param>
    /// <param name="kind">The layer's name, for errors.</param>
    /// <param name="columns">Columns from 0, ascending.</param>
    /// <param name="embed">A vector (batch × width) from the number of the column in the list and the column (batch × 1).</param>
    public static Expression Apply(Expression x, ParameterFactory parameters, string kind, IReadOnlyList<int> columns, Func<int, Expression, Expression> embed)
    {
        if (columns.Count == 0)
            throw new ArgumentException($"The layer of kind {kind} does not know its columns. Model.For finds them, if some columns of the data are numbers.");
        var parts = new List<Expression>();
        var kept = new List<int>();
        var next = 0;
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i] < next || columns[i] >= x.Shape.Columns.Size)
                throw new ArgumentException($"The layer of kind {kind} names column {columns[i]}; columns must ascend and be below {x.Shape.Columns}.");
            Pass(columns[i]);
            parts.Add(embed(i, x.Column(columns[i])));
            kept.AddRange(Enumerable.Repeat(ParameterFactory.NoInput, parts[^1].Shape.Columns.Size));
            next = columns[i] + 1;
        }

        Pass(x.Shape.Columns.Size);
        parameters.Keep(kept);
        return ConcatenateColumns([.. parts]);

        void Pass(int end)
        {
            if (end > next)
                parts.Add(SliceColumns(x, next, end - next));
            for (; next < end; next++)
                kept.Add(parameters.InputAt(next));
        }
    }
}
