using System.Diagnostics;
using Gradus.Programs;

namespace Gradus.Tests.Programs;

public sealed class TeamChoiceTests
{
    private static readonly long Microsecond = Stopwatch.Frequency / 1_000_000;

    // Runs of a program whose runs take so many microseconds, for so many seconds of its time.
    private sealed class Simulation
    {
        private readonly TeamChoice choice = new();
        private long now = 1;

        public int Together { get; private set; }

        public int Alone { get; private set; }

        public bool RunsTogether => choice.RunsTogether;

        public void Run(double seconds, double together, double alone)
        {
            (Together, Alone) = (0, 0);
            for (var end = now + (long)(seconds * Stopwatch.Frequency); now < end;)
            {
                var isTogether = choice.RunsTogether;
                var began = now;
                now += (long)((isTogether ? together : alone) * Microsecond);
                choice.Take(began, now);
                (Together, Alone) = (Together + (isTogether ? 1 : 0), Alone + (isTogether ? 0 : 1));
            }
        }
    }

    [Fact]
    public void A_program_that_one_thread_runs_faster_is_left_to_it()
    {
        var simulation = new Simulation();
        simulation.Run(10, together: 230, alone: 100);
        Assert.False(simulation.RunsTogether);
        // All of the start, then the looks.
        Assert.InRange(simulation.Together, TeamChoice.RunsBefore, TeamChoice.RunsBefore + 200);
        Assert.True(simulation.Alone > 98_000, $"{simulation.Alone} runs alone");
    }

    [Theory]
    [InlineData(60, 100)]
    [InlineData(100, 100)]
    [InlineData(100, 97)]   // too little to change for
    public void A_program_that_a_team_runs_as_fast_stays_with_it(double together, double alone)
    {
        var simulation = new Simulation();
        simulation.Run(10, together, alone);
        Assert.True(simulation.RunsTogether);
        Assert.InRange(simulation.Alone, TeamChoice.RunsEachWay, 30 * TeamChoice.RunsEachWay);
    }

    [Fact]
    public void When_cores_move_apart_and_together_the_choice_follows_within_a_second()
    {
        var simulation = new Simulation();
        simulation.Run(20, together: 60, alone: 100);
        Assert.True(simulation.RunsTogether);
        simulation.Run(1.1, together: 230, alone: 100);
        Assert.False(simulation.RunsTogether);
        simulation.Run(20, together: 230, alone: 100);
        simulation.Run(1.1, together: 60, alone: 100);
        Assert.True(simulation.RunsTogether);
    }

    [Fact]
    public void Looks_take_a_hundredth_of_the_time_at_most()
    {
        var simulation = new Simulation();
        simulation.Run(60, together: 1_000, alone: 2_000);
        Assert.InRange(simulation.Alone * 0.002, 0, 0.6);   // seconds
    }

    [Fact]
    public void Slow_runs_of_a_look_change_nothing_beside_a_fast_one()
    {
        var choice = new TeamChoice();
        long now = 1;
        for (var run = 0; run < 10_000; run++)
        {
            // Every second run of the team takes a hundred times as long, so that on average one thread is faster.
            var took = (!choice.RunsTogether ? 100 : run % 2 == 0 ? 6_000 : 60) * Microsecond;
            choice.Take(now, now + took);
            now += took;
        }

        Assert.True(choice.RunsTogether);
    }
}
