namespace Gradus;

/// <summary>Deals rows into parts, stratified by class.</summary>
internal static class Splitter
{
    /// <param name="table">The rows.</param>
    /// <param name="seed">Of the order in which they are dealt.</param>
    /// <param name="validation">Share of the rows.</param>
    /// <param name="test">Share of the rows.</param>
    /// <param name="stratifyBy">A column of classes, or null.</param>
    /// <param name="joinsValidation">Whether the validation rows stand with the training rows, in the order of the shuffle, and
    /// their own part is empty; the test part is the same.</param>
    public static DataSplit Split(
        Table table, ulong seed, double validation, double test, string? stratifyBy, bool joinsValidation = false)
    {
        CheckShare(validation, "validation");
        CheckShare(test, "test");
        if (validation + test >= 1)
            throw new GradusException($"Shares of {validation} for validation and {test} for test leave no rows to train on. "
                + "Their sum must be below 1.");

        var (classes, classCount) = ClassesOf(table, stratifyBy);
        if (table.RowCount < classCount)
            throw new GradusException($"Table '{table.Name}' has {table.RowCount} rows and '{stratifyBy}' {classCount} classes. "
                + "Each class needs a row at least.");
        ReadOnlySpan<double> shares = [1 - validation - test, validation, test];
        var order = Shuffle.Permutation(table.RowCount, seed);
        var partOf = Deal(order, classes, classCount, shares);

        var parts = new List<int>[] { [], [], [] };
        foreach (var row in order)
            parts[joinsValidation && partOf[row] == 1 ? 0 : partOf[row]].Add(row);
        string[] names = ["training", "validation", "test"];
        for (var p = 0; p < parts.Length; p++)
        {
            if (parts[p].Count == 0 && shares[p] > 0 && !(joinsValidation && p == 1))
                throw new GradusException($"Table '{table.Name}' has {table.RowCount} rows: too few for a {names[p]} part of "
                    + $"{shares[p]:P0}. Use more rows or larger shares.");
        }
        return new DataSplit(Rows(table, parts[0]), Rows(table, parts[1]), Rows(table, parts[2]));
    }

    /// <summary>The fold of each row, from 0: folds of sizes that differ by one at most, in all and within each class.</summary>
    /// <exception cref="GradusException">There are fewer rows than folds.</exception>
    public static int[] Folds(Table table, int folds, ulong seed, string? stratifyBy)
    {
        if (table.RowCount < folds)
            throw new GradusException($"{folds} folds need at least {folds} rows with a target, and '{table.Name}' has {table.RowCount}. Use fewer folds or more rows.");
        var (classes, classCount) = ClassesOf(table, stratifyBy);
        var foldOf = new int[table.RowCount];
        var byClass = ByClass(Shuffle.Permutation(table.RowCount, seed), classes, classCount);
        for (var i = 0; i < byClass.Length; i++)
            foldOf[byClass[i]] = i % folds;
        return foldOf;
    }

    // Like cards: class by class, each row goes to the part that is furthest behind its share. Every part is then
    // within a row or two of its share, in total and within each class. A class's first row goes to training, so that
    // no class is met in validation or test alone.
    private static byte[] Deal(int[] order, int[] classes, int classCount, ReadOnlySpan<double> shares)
    {
        var partOf = new byte[order.Length];
        var byClass = ByClass(order, classes, classCount);
        Span<int> dealt = [0, 0, 0];
        var previous = -1;
        for (var i = 0; i < byClass.Length; i++)
        {
            var row = byClass[i];
            var part = 0;
            if (classes[row] == previous || classCount <= 1)
            {
                for (var p = 1; p < shares.Length; p++)
                {
                    if ((shares[p] * (i + 1)) - dealt[p] > (shares[part] * (i + 1)) - dealt[part])
                        part = p;
                }
            }
            previous = classes[row];
            partOf[row] = (byte)part;
            dealt[part]++;
        }
        return partOf;
    }

    // Stable counting sort of the shuffled rows by class.
    private static int[] ByClass(int[] order, int[] classes, int classCount)
    {
        var next = new int[classCount + 1];
        foreach (var row in order)
            next[classes[row] + 1]++;
        for (var c = 0; c < classCount; c++)
            next[c + 1] += next[c];
        var sorted = new int[order.Length];
        foreach (var row in order)
            sorted[next[classes[row]]++] = row;
        return sorted;
    }

    // Class of each row; rows without one are a class of their own.
    private static (int[] Classes, int Count) ClassesOf(Table table, string? stratifyBy)
    {
        var classes = new int[table.RowCount];
        if (stratifyBy is null)
            return (classes, 1);
        var column = table[stratifyBy];
        if (column.Kind == ColumnKind.Ignored || TargetRule.TaskOf(column) == LearningTask.Regression)
            return (classes, 1);
        var number = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var row = 0; row < classes.Length; row++)
        {
            var text = column.TextAt(row) ?? "";
            if (!number.TryGetValue(text, out var index))
                number[text] = index = number.Count;
            classes[row] = index;
        }
        return (classes, Math.Max(1, number.Count));
    }

    private static Table Rows(Table table, List<int> rows) => table.SelectRows([.. rows]);

    private static void CheckShare(double share, string name)
    {
        if (!(share >= 0 && share < 1))
            throw new GradusException($"A share of {share} for {name} is out of range. Expected a number from 0 to below 1, "
                + "such as 0.2 for a fifth of the rows.");
    }
}
