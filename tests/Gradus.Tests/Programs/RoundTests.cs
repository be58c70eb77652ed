using Gradus.Programs;

namespace Gradus.Tests.Programs;

public class RoundTests
{
    [Fact]
    public void Workers_take_their_own_section_first_and_then_what_is_left()
    {
        var instruction = new Recorded();
        var round = new Round(3);
        for (var run = 0; run < 2; run++)
        {
            instruction.Taken.Clear();
            round.Open(instruction);
            foreach (var worker in new[] { 1, 2, 1, 1 })
                Assert.True(round.RunPart(worker));
            Assert.Equal([(2, 1), (4, 2), (3, 1), (5, 1)], instruction.Taken);
            round.Finish();
            Assert.Equal([(0, 0), (1, 0)], instruction.Taken[4..]);
            Assert.False(round.HasPart);
            Assert.False(round.RunPart(1));
        }
    }

    private sealed class Recorded : Instruction
    {
        public List<(int Part, int Worker)> Taken { get; } = [];

        public override int Parts => 6;

        public override double Cost => 1;

        public override void Run(int part, int worker) => Taken.Add((part, worker));
    }
}
