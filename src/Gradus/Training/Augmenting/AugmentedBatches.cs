using Gradus.Kernels;
using Gradus.Programs;

namespace Gradus;

/// <summary>The changed pictures of an epoch, batch after batch. While a step runs on one batch, the workers that wait for it make
/// the next; what they did not get done is made by all before the next step.</summary>
internal sealed class AugmentedBatches : Instruction
{
    private const int RowsPerPart = 4;

    private readonly ImageAugmenter augmenter;
    private readonly WorkerTeam team;
    private readonly int batchSize;
    private readonly int lastSize;
    private readonly ImageAugmenter.Workspace[] workspaces;
    private readonly AlignedBuffer pictures;
    private readonly AlignedBuffer targets;
    private int[] order = [];
    private int epoch;
    private int first;
    private int count;

    /// <param name="augmenter">Makes pictures.</param>
    /// <param name="team">Runs the steps, and makes pictures while it waits.</param>
    /// <param name="batchSize">Rows of a batch.</param>
    /// <param name="lastSize">Rows of the last batch, which may be more; 0 if all are alike.</param>
    public AugmentedBatches(ImageAugmenter augmenter, WorkerTeam team, int batchSize, int lastSize)
    {
        (this.augmenter, this.team, this.batchSize, this.lastSize) = (augmenter, team, batchSize, lastSize);
        workspaces = [.. Enumerable.Range(0, team.Threads).Select(_ => augmenter.NewWorkspace())];
        var most = Math.Max(batchSize, lastSize);
        pictures = new AlignedBuffer(most * augmenter.Pixels);
        targets = new AlignedBuffer(most * augmenter.TargetLength);
    }

    /// <inheritdoc/>
    public override int Parts => (count + RowsPerPart - 1) / RowsPerPart;

    /// <inheritdoc/>
    public override double Cost => double.PositiveInfinity;

    /// <summary>Begins an epoch: its first batch is made from here on.</summary>
    /// <param name="rows">All rows in the order of the epoch; must not change while it lasts.</param>
    /// <param name="number">The epoch.</param>
    /// <param name="from">Rows of it that are done already.</param>
    public void Start(int[] rows, int number, int from = 0)
    {
        team.Finish();
        (order, epoch, first) = (rows, number, from);
        Begin();
    }

    /// <summary>Copies the next batch once it is done, and begins the one after.</summary>
    /// <param name="inputs">(rows of the batch × pixels).</param>
    /// <param name="distributions">(rows of the batch × width of a target).</param>
    public void Take(Span<float> inputs, Span<float> distributions)
    {
        team.Finish();
        pictures.Slice(0, count * augmenter.Pixels).CopyTo(inputs);
        targets.Slice(0, count * augmenter.TargetLength).CopyTo(distributions);
        first += count;
        Begin();
    }

    /// <inheritdoc/>
    public override void Run(int part, int worker)
    {
        var (pixels, length) = (augmenter.Pixels, augmenter.TargetLength);
        for (var i = part * RowsPerPart; i < Math.Min((part + 1) * RowsPerPart, count); i++)
            augmenter.Make(order[first + i], epoch, workspaces[worker], pictures.Slice(i * pixels, pixels), targets.Slice(i * length, length));
    }

    private void Begin()
    {
        var left = order.Length - first;
        count = left == lastSize ? lastSize : Math.Min(batchSize, left);
        if (count > 0)
            team.Begin(this);
    }
}
