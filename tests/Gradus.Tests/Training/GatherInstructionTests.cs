using Gradus.Kernels;
using Gradus.Programs;

namespace Gradus.Tests.Training;

public sealed class GatherInstructionTests
{
    private const int Rows = 90;
    private const int Columns = 1_001;
    private const int Batch = 40;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(false, 3)]
    [InlineData(true, 2)]
    public void A_batch_gathered_by_columns_is_that_gathered_by_rows(bool areImages, int threads)
    {
        var inputs = Inputs(areImages);
        int[] rows = [.. Enumerable.Range(0, Batch).Select(i => i * 37 % Rows)];
        var expected = new float[Batch * Columns];
        inputs.Gather(rows, expected);
        using var team = new WorkerTeam(threads);
        var slot = new Slot(new AlignedBuffer((Batch * Columns) + 64), 32, Batch * Columns);
        var instruction = new GatherInstruction(Batch, Columns, slot);
        Assert.True(instruction.Parts > 1);
        slot.Buffer.Span.Fill(float.NaN);
        instruction.Run(inputs, rows, team);
        Assert.Equal(expected, slot.Span.ToArray());
        Assert.Equal(64, slot.Buffer.Span.ToArray().Count(float.IsNaN));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_row_that_is_not_there_is_an_error(bool areImages)
    {
        using var team = new WorkerTeam(2);
        var instruction = new GatherInstruction(Batch, Columns, new Slot(new AlignedBuffer(Batch * Columns), 0, Batch * Columns));
        var rows = new int[Batch];
        rows[7] = Rows;
        var error = Assert.Throws<InvalidOperationException>(() => instruction.Run(Inputs(areImages), rows, team));
        Assert.IsType<ArgumentOutOfRangeException>(error.InnerException);
    }

    [Fact]
    public void Few_numbers_are_gathered_by_one() => Assert.Equal(1, new GatherInstruction(64, 64, default).Parts);

    private static FeatureMatrix Inputs(bool areImages)
    {
        var random = new Random(1);
        if (areImages)
        {
            var bytes = new byte[Rows * Columns];
            random.NextBytes(bytes);
            return new FeatureMatrix(new PixelRows(bytes, Columns), 255);
        }

        return new FeatureMatrix([.. Enumerable.Range(0, Rows * Columns).Select(_ => random.NextSingle())], Rows, Columns);
    }
}
