using Gradus.Programs;

namespace Gradus.Tests.Programs;

public sealed class WorkerTeamTests
{
    private sealed class Work(int count, Action<int, int> run) : Instruction
    {
        public override int Parts => count;

        public override double Cost => double.PositiveInfinity;

        public override void Run(int part, int worker) => run(part, worker);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Every_part_runs_once_in_ten_thousand_tiny_runs(int threads)
    {
        using var team = new WorkerTeam(threads);
        var runs = new int[5];
        var instructions = Enumerable.Range(1, 5).Select(n => new Work(n, (part, _) => Interlocked.Increment(ref runs[part]))).ToArray();
        for (var i = 0; i < 10_000; i++)
            team.Run(instructions[i % 5]);
        Assert.Equal([10_000, 8_000, 6_000, 4_000, 2_000], runs);
    }

    [Fact]
    public void A_run_returns_after_its_slowest_part()
    {
        using var team = new WorkerTeam(3);
        var finished = 0;
        team.Run(new Work(20, (part, _) =>
        {
            Thread.SpinWait(part == 0 ? 2_000_000 : 10);
            Interlocked.Increment(ref finished);
        }));
        Assert.Equal(20, finished);
    }

    [Fact]
    public void A_worker_runs_one_part_at_a_time()
    {
        using var team = new WorkerTeam(4);
        var busy = new int[4];
        team.Run(new Work(400, (_, worker) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref busy[worker]));   // scratch memory is the worker's own
            Thread.SpinWait(100);
            Interlocked.Decrement(ref busy[worker]);
        }));
    }

    [Fact]
    public void A_sleeping_worker_is_woken()
    {
        using var team = new WorkerTeam(2);
        using var arrived = new CountdownEvent(2);
        for (var round = 0; round < 3; round++)
        {
            using (var idle = new ManualResetEventSlim())
                idle.Wait(30);   // longer than a worker spins
            arrived.Reset();
            // Each part waits for the other: it ends only if two threads work.
            team.Run(new Work(2, (_, _) =>
            {
                arrived.Signal();
                Assert.True(arrived.Wait(10_000));
            }));
        }
    }

    [Fact]
    public void An_exception_of_a_part_reaches_the_caller_and_the_team_goes_on()
    {
        using var team = new WorkerTeam(3);
        var ran = 0;
        for (var failing = 0; failing < 8; failing++)
        {
            var exception = Assert.Throws<InvalidOperationException>(() => team.Run(new Work(8, (part, _) =>
            {
                Interlocked.Increment(ref ran);
                if (part == failing)
                    throw new FormatException($"part {part}");
            })));
            Assert.Equal($"part {failing}", exception.Message);
            Assert.IsType<FormatException>(exception.InnerException);
            team.Run(new Work(5, (_, _) => Interlocked.Increment(ref ran)));
        }

        Assert.Equal(8 * 13, ran);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Work_ahead_of_time_is_done_once_beside_other_work(int threads)
    {
        using var team = new WorkerTeam(threads);
        var (ahead, now, busy) = (new int[37], 0, new int[threads]);
        void OnOne(int worker)
        {
            Assert.Equal(1, Interlocked.Increment(ref busy[worker]));   // scratch memory is the worker's own
            Thread.SpinWait(20);
            Interlocked.Decrement(ref busy[worker]);
        }

        var later = new Work(ahead.Length, (part, worker) =>
        {
            OnOne(worker);
            Interlocked.Increment(ref ahead[part]);
        });
        var at = new Work(3, (_, worker) =>
        {
            OnOne(worker);
            Interlocked.Increment(ref now);
        });
        for (var round = 1; round <= 300; round++)
        {
            team.Begin(later);
            for (var i = 0; i < round % 7; i++)
                team.Run(at);
            team.Finish();
            Assert.All(ahead, runs => Assert.Equal(round, runs));
            team.Finish();   // nothing left
        }

        Assert.Equal(3 * Enumerable.Range(1, 300).Sum(round => round % 7), now);
    }

    [Fact]
    public void Workers_do_work_ahead_of_time_while_the_caller_is_busy()
    {
        using var team = new WorkerTeam(2);
        using var done = new CountdownEvent(5);
        team.Begin(new Work(5, (_, worker) =>
        {
            Assert.Equal(1, worker);
            done.Signal();
        }));
        Assert.True(done.Wait(10_000));
        team.Finish();
    }

    [Fact]
    public void An_exception_of_work_ahead_of_time_reaches_the_caller_at_the_end()
    {
        using var team = new WorkerTeam(3);
        team.Begin(new Work(8, (part, _) => _ = part == 5 ? throw new FormatException("part 5") : 0));
        team.Run(new Work(2, (_, _) => { }));
        Assert.Equal("part 5", Assert.Throws<InvalidOperationException>(team.Finish).Message);
        team.Finish();
    }

    [Fact]
    public void A_team_can_be_disposed_of_twice_and_then_refuses_work()
    {
        var team = new WorkerTeam(3);
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(new Work(2, (_, _) => { })));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerTeam(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerTeam(WorkerTeam.MaxThreads + 1));
    }

    [Fact]
    public void A_partition_covers_its_range_in_parts_that_differ_by_one_at_most()
    {
        for (var length = 0; length < 200; length++)
        {
            for (var parts = 1; parts <= 9; parts++)
            {
                var (partition, next) = (new Partition(length, parts), 0);
                for (var part = 0; part < parts; part++)
                {
                    var (start, count) = partition[part];
                    Assert.Equal(next, start);
                    Assert.InRange(count, length / parts, (length + parts - 1) / parts);
                    next += count;
                }

                Assert.Equal(length, next);
            }
        }

        Assert.Equal(1, Partition.ByGrain(0, 5).Parts);
        Assert.Equal(1, Partition.ByGrain(1, int.MaxValue).Parts);
        Assert.Equal(64, Partition.ByGrain(int.MaxValue, int.MaxValue).Parts);
    }
}
