using System.Diagnostics;
using Gradus.Programs;

namespace Gradus.Tests.Programs;

public class RoundTests
{
    [Fact]
    public void Workers_take_their_own_section_first_and_then_what_is_left_but_for_the_last_part()
    {
        var instruction = new Recorded();
        var round = new Round(3);
        for (var run = 0; run < 2; run++)
        {
            instruction.Taken.Clear();
            round.Open(instruction);
            foreach (var worker in new[] { 1, 2, 1, 1, 1, 1 })
                Assert.True(round.RunPart(worker, takesLast: false));
            Assert.Equal([(3, 1), (6, 2), (4, 1), (5, 1), (7, 1), (0, 1)], instruction.Taken);   // 8 and 1, 2 are left
            Assert.True(round.RunPart(2, takesLast: false));
            Assert.True(round.RunPart(2, takesLast: false));
            Assert.Equal([(8, 2), (1, 2)], instruction.Taken[6..]);
            Assert.False(round.RunPart(2, takesLast: false));
            Assert.False(round.RunPart(1, takesLast: false));
            Assert.True(round.RunPart(1, takesLast: true));
            Assert.Equal((2, 1), instruction.Taken[^1]);
            round.Finish();
            Assert.Equal(9, instruction.Taken.Count);
            Assert.False(round.HasPart);
            Assert.False(round.RunPart(1, takesLast: true));
        }
    }

    /// <summary>At once if parts are short, else when it has waited for the time of two, but no longer than a tenth of a millisecond.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(9 * 9_000, 0)]
    [InlineData(9 * 20_000, 40)]
    [InlineData(9e9, 100)]
    [InlineData(double.PositiveInfinity, 100)]
    public void The_caller_takes_the_last_parts_of_workers_that_do_not_come(double cost, int microseconds)
    {
        var instruction = new Recorded(cost);
        var round = new Round(3);
        round.Open(instruction);
        Assert.Equal(microseconds, Math.Round(round.Patience * 1e6 / Stopwatch.Frequency));
        var begun = Stopwatch.GetTimestamp();
        round.Finish();
        Assert.True(Stopwatch.GetElapsedTime(begun).TotalMicroseconds >= microseconds * 0.99);
        Assert.Equal(Enumerable.Range(0, 9), instruction.Taken.Select(taken => taken.Part).Order());
        Assert.All(instruction.Taken, taken => Assert.Equal(0, taken.Worker));
    }

    private sealed class Recorded(double cost = 1) : Instruction
    {
        public List<(int Part, int Worker)> Taken { get; } = [];

        public override int Parts => 9;

        public override double Cost => cost;

        public override void Run(int part, int worker) => Taken.Add((part, worker));
    }
}
