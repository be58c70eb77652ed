using Gradus.Kernels;

namespace Gradus.Benchmarks.Faults;

/// <summary>Changes of tables.</summary>
internal static class TableFaults
{
    /// <summary>The set-up with every part changed.</summary>
    public static RecipeSetup Each(this RecipeSetup setup, Func<Table, Table> change) => setup with
    {
        Train = change(setup.Train),
        Validation = setup.Validation is null ? null : change(setup.Validation),
        Test = setup.Test is null ? null : change(setup.Test),
    };

    public static bool IsRegression(this RecipeSetup setup) => TargetRule.TaskOf(setup.Train[setup.Model.Target]) == LearningTask.Regression;

    /// <summary>The columns of numbers that are inputs and take more than a few values.</summary>
    public static NumberColumn[] Numbers(this RecipeSetup setup) => [.. setup.Train.Columns.OfType<NumberColumn>()
        .Where(column => column.Name != setup.Model.Target && column.Values.ToArray().Distinct().Count() > 8)];

    public static Table WithTarget(this Table table, string target, Func<int, int> from) =>
        table.With(Renamed(table.SelectRows([.. Enumerable.Range(0, table.RowCount).Select(from)])[target], target));

    public static Table Shuffled(this Table table, string target, ulong seed)
    {
        var order = Shuffle.Permutation(table.RowCount, seed);
        return table.WithTarget(target, row => order[row]);
    }

    public static Table Map(this Table table, string column, Func<float, int, float> change) =>
        table.With(new NumberColumn(column, [.. ((NumberColumn)table[column]).Values.ToArray().Select(change)]));

    public static Table MapAll(this Table table, string target, Func<float, float> change)
    {
        foreach (var column in table.Columns.OfType<NumberColumn>().Where(column => column.Name != target).ToArray())
            table = table.Map(column.Name, (value, _) => change(value));
        return table;
    }

    /// <summary>The target as numbers: its values, or the indices of its classes.</summary>
    public static float[] TargetNumbers(this Table table, string target)
    {
        if (table[target] is NumberColumn numbers)
            return numbers.Values.ToArray();
        var names = Enumerable.Range(0, table.RowCount).Select(row => table[target].TextAt(row) ?? "").ToArray();
        var classes = names.Distinct().Order(StringComparer.Ordinal).ToArray();
        return [.. names.Select(name => (float)Array.IndexOf(classes, name))];
    }

    public static float[] Normal(int count, uint stream)
    {
        var values = new float[count];
        Philox.Normal(new RandomKey(3, stream, 0), 0, values);
        return values;
    }

    /// <summary>The rows of one class, by its name.</summary>
    public static int[] RowsOf(this Table table, string target, string name) =>
        [.. Enumerable.Range(0, table.RowCount).Where(row => table[target].TextAt(row) == name)];

    public static int[] RowsWithout(this Table table, string target, string name) =>
        [.. Enumerable.Range(0, table.RowCount).Where(row => table[target].TextAt(row) != name)];

    private static Column Renamed(Column column, string name) => column.Name == name ? column : throw new InvalidOperationException(name);
}
