namespace Gradus;

/// <summary>A random forest for numbers (Breiman 2001): trees on bootstrap samples, each split the best of a third of the features. It is
/// the stand-in for a search's results, which is asked in place of training a network.</summary>
internal sealed class RegressionForest
{
    private const int TreeCount = 100;
    private const int LeastInLeaf = 2;

    private readonly double[][] features;
    private readonly double[] targets;
    private readonly Tree[] trees;

    /// <param name="features">Rows of features.</param>
    /// <param name="targets">A number a row.</param>
    /// <param name="seed">Of samples and splits.</param>
    public RegressionForest(double[][] features, double[] targets, ulong seed)
    {
        (this.features, this.targets) = (features, targets);
        trees = [.. Enumerable.Range(0, TreeCount).AsParallel().AsOrdered().Select(i => Grow(new RandomDraws(seed, i)))];
    }

    /// <summary>How much the squared error of the rows that a tree has not seen grows if a feature's values are exchanged among them
    /// (Breiman 2001, section 10); at least 0.</summary>
    /// <param name="feature">From 0.</param>
    /// <param name="seed">Of the exchange.</param>
    public double Importance(int feature, ulong seed)
    {
        var sum = 0.0;
        for (var i = 0; i < trees.Length; i++)
        {
            var (tree, random) = (trees[i], new RandomDraws(seed, i));
            var rows = tree.Unseen.ToArray();
            var exchanged = rows.ToArray();
            for (var j = exchanged.Length - 1; j > 0; j--)
            {
                var k = random.NextBelow(j + 1);
                (exchanged[j], exchanged[k]) = (exchanged[k], exchanged[j]);
            }

            for (var j = 0; j < rows.Length; j++)
            {
                double[] changed = [.. features[rows[j]]];
                changed[feature] = features[exchanged[j]][feature];
                double before = tree.Root.At(features[rows[j]]) - targets[rows[j]], after = tree.Root.At(changed) - targets[rows[j]];
                sum += ((after * after) - (before * before)) / rows.Length;
            }
        }

        return Math.Max(0, sum / trees.Length);
    }

    private Tree Grow(RandomDraws random)
    {
        var rows = new int[targets.Length];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = random.NextBelow(rows.Length);
        return new Tree(Grow(rows, random), [.. Enumerable.Range(0, rows.Length).Except(rows)]);
    }

    private Node Grow(int[] rows, RandomDraws random)
    {
        var mean = rows.Average(row => targets[row]);
        var count = features[0].Length;
        var (bestFeature, bestPlace, bestGain) = (-1, 0.0, 1e-12);
        for (var tried = 0; tried < (count + 2) / 3; tried++)
        {
            var feature = random.NextBelow(count);
            var sorted = rows.OrderBy(row => features[row][feature]).ToArray();
            var (left, all) = (0.0, sorted.Sum(row => targets[row] - mean));
            for (var i = 1; i < sorted.Length; i++)
            {
                left += targets[sorted[i - 1]] - mean;
                var (low, high) = (features[sorted[i - 1]][feature], features[sorted[i]][feature]);
                if (i < LeastInLeaf || sorted.Length - i < LeastInLeaf || low == high)
                    continue;
                var gain = (left * left / i) + ((all - left) * (all - left) / (sorted.Length - i));   // of Σ(t − mean)², the part that the split explains
                if (gain > bestGain)
                    (bestFeature, bestPlace, bestGain) = (feature, (low + high) / 2, gain);
            }
        }

        if (bestFeature < 0)
            return new Node(mean, 0, 0, null, null);
        int[] Side(bool isLow) => [.. rows.Where(row => features[row][bestFeature] < bestPlace == isLow)];
        return new Node(mean, bestFeature, bestPlace, Grow(Side(isLow: true), random), Grow(Side(isLow: false), random));
    }

    private sealed record Tree(Node Root, IReadOnlyList<int> Unseen);

    private sealed record Node(double Mean, int Feature, double Place, Node? Low, Node? High)
    {
        public double At(double[] features) => Low is null || High is null ? Mean : (features[Feature] < Place ? Low : High).At(features);
    }
}
