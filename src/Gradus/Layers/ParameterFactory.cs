namespace Gradus;

/// <summary>Makes the parameters of the layers of a network, in order. A network is built once for prediction and, if a layer
/// then behaves otherwise, once more for training, with the same parameters.</summary>
internal sealed class ParameterFactory
{
    /// <summary>Stands for a column that is none of the network's input.</summary>
    public const int NoInput = -1;

    // Layers within others draw random numbers with numbers that no layer of a network reaches.
    private const int FirstInner = 1 << 24;

    private readonly List<NetworkParameter> made = [];
    private readonly List<(Expression Average, Expression Next)> averages = [];
    private readonly List<CategoryLookup> lookups = [];
    private IReadOnlyList<int>? kept;
    private IReadOnlyList<int> inputColumns = [];
    private string? prefix;
    private bool isTraining;
    private IReadOnlyCollection<string> frozen = [];
    private int given;
    private int inner;

    public IReadOnlyList<NetworkParameter> Made => made;

    /// <summary>What a training step puts in place of parameters that are not trained.</summary>
    public IReadOnlyList<(Expression Average, Expression Next)> Averages => averages;

    /// <summary>What is looked up by indices in the network built for prediction.</summary>
    public IReadOnlyList<CategoryLookup> Lookups => lookups;

    /// <summary>The number of the layer, from 1: its parameters' names begin with it, and it draws its random numbers with it.
    /// </summary>
    public int Layer { get; set; }

    /// <summary>Whether a layer has asked which of the two is built.</summary>
    public bool IsTrainingDifferent { get; private set; }

    /// <summary>Whether the layer is built for training, not for prediction.</summary>
    public bool IsTraining
    {
        get
        {
            IsTrainingDifferent = true;
            return isTraining && !frozen.Any(layer => Prefix.StartsWith(layer + ".", StringComparison.Ordinal));
        }
    }

    private string Prefix => prefix ?? FormattableString.Invariant($"layer{Layer}.");

    /// <summary>From now on the layers are built again, for training.</summary>
    /// <param name="frozenLayers">Layers that are built as for prediction all the same.</param>
    public void BeginTraining(IReadOnlyCollection<string> frozenLayers)
    {
        (isTraining, given, inner, frozen) = (true, 0, 0, frozenLayers);
        averages.Clear();
    }

    /// <summary>Says which column of the network's input each column of the next layer's input is.</summary>
    /// <param name="width">Columns of the next layer's input.</param>
    /// <param name="isFirst">Whether that is the network's input itself.</param>
    public void BeginLayer(int width, bool isFirst)
    {
        inputColumns = isFirst ? [.. Enumerable.Range(0, width)] : kept ?? [.. Enumerable.Repeat(NoInput, width)];
        kept = null;
    }

    /// <summary>Says that a layer passes columns of the network's input on.</summary>
    /// <param name="columns">For each column of the layer's output which it is, or <see cref="NoInput"/>.</param>
    public void Keep(IReadOnlyList<int> columns) => kept = columns;

    /// <summary>Which column of the network's input a column of this layer's input is, or <see cref="NoInput"/>.</summary>
    /// <param name="position">From 0.</param>
    public int InputAt(int position) => inputColumns[position];

    /// <summary>The columns of the network's input that reach this layer, in order, but for those of some categories;
    /// <see cref="NoInput"/> for columns made before.</summary>
    public IReadOnlyList<int> InputsBeside(IReadOnlyCollection<CategoryInput> categories) =>
        [.. inputColumns.Where(column => categories.All(each => each.Column != column))];

    /// <summary>The columns of <paramref name="x"/> that <see cref="InputsBeside"/> gave, joined.</summary>
    public Expression Pick(Expression x, IReadOnlyList<int> columns)
    {
        if (columns.Count == inputColumns.Count)
            return x;
        var parts = new List<Expression>();
        var next = 0;   // of columns
        for (var i = 0; i < inputColumns.Count; i++)
        {
            var first = i;
            for (; i < inputColumns.Count && next < columns.Count && inputColumns[i] == columns[next]; i++)
                next++;
            if (i > first)
                parts.Add(Functions.SliceColumns(x, first, i - first));
        }

        return parts.Count == 1 ? parts[0] : Functions.ConcatenateColumns([.. parts]);
    }

    /// <summary>A table (levels × width), and the rows that the indices of a category name: (batch × width), zeros for none.</summary>
    /// <param name="x">The layer's input.</param>
    /// <param name="category">Where the indices are.</param>
    /// <param name="name">The table's name.</param>
    /// <param name="width">Columns of the table.</param>
    /// <param name="initializer">How the table starts.</param>
    /// <param name="isWeight">Whether regularisation shrinks it.</param>
    /// <param name="fanIn">Inputs that a unit sums, for the initialiser; null for the rows of the table.</param>
    /// <exception cref="ArgumentException">The column does not reach the layer as it is.</exception>
    public Expression Lookup(
        Expression x, CategoryInput category, string name, int width, Initializer initializer, bool isWeight, int? fanIn = null)
    {
        var position = inputColumns.ToList().IndexOf(category.Column);
        if (position < 0)
        {
            throw new ArgumentException($"Layer {Layer} looks up a category by column {category.Column} of the network's input, which does not "
                + "reach it: an index can be looked up, but nothing else be done with it before.");
        }

        var table = Make(name, category.Levels, width, initializer, isWeight, fanIn: fanIn);
        var index = x.Column(position);
        var isSome = Functions.Greater(category.Levels, index);
        var vector = Functions.GatherRows(table, Functions.Min(index, category.Levels - 1)) * isSome;
        if (!isTraining)
            lookups.Add(new CategoryLookup(category, vector));
        return vector;
    }

    public Expression Make(
        string name, int rows, int columns, Initializer initializer, bool isWeight, bool isTrained = true, int? fanIn = null)
    {
        if (isTraining)
            return made[given++].Expression;
        var expression = Expression.Parameter(rows, columns, Prefix + name);
        made.Add(new NetworkParameter(Prefix + name, expression, initializer, isWeight, isTrained) { FanIn = fanIn });
        return expression;
    }

    /// <summary>Applies a layer within the present one: its parameters are called <c>layer2.1.W</c>, and it draws random numbers of
    /// its own.</summary>
    /// <param name="number">Its number in the layer around it, from 1.</param>
    /// <param name="layer">The layer within.</param>
    /// <param name="x">What it is given.</param>
    public Expression Within(int number, Layer layer, Expression x)
    {
        var (outerPrefix, outerLayer) = (prefix, Layer);
        prefix = FormattableString.Invariant($"{Prefix}{number}.");
        Layer = FirstInner + inner++;
        var h = layer.Apply(x, this);
        (prefix, Layer) = (outerPrefix, outerLayer);
        return h;
    }

    /// <summary>Says what a training step makes of a parameter that is not trained.</summary>
    public void Average(Expression average, Expression next) => averages.Add((average, next));
}
