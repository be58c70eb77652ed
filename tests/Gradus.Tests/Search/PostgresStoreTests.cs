using static Gradus.Tests.Search.TestStudy;

namespace Gradus.Tests.Search;

/// <summary>What a study in a database does beside what every study does.</summary>
public sealed class PostgresStoreTests
{
    [PostgresTheory]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public void A_commit_whose_answer_is_lost_adds_its_lines_once(bool beforeItArrives, int times)
    {
        using var proxy = new CuttingProxy(PostgresServer.Port);
        using var place = new TestStudy("database", proxy.Port);
        proxy.CutCommits(beforeItArrives, times);
        var study = place.Open("one");
        Assert.Equal(times, proxy.Cuts);
        Assert.Single(place.Lines);
        proxy.CutCommits(beforeItArrives, times);
        var trial = Take(study);
        Assert.Equal((2 * times, 1), (proxy.Cuts, trial.Number));
        Assert.Equal(2, place.Open("two").Take(9, Plan.Draw)?.Number);   // read by the first with its next call
        proxy.CutCommits(beforeItArrives, times);
        Assert.True(study.End(trial, Ended(0.5)));
        Assert.Equal(4, place.Lines.Length);
        Assert.Equal([TrialState.Complete, TrialState.Running], study.Trials.Select(each => each.State));
        proxy.CutCommits(beforeItArrives, times);
        Assert.True(study.End(study.Trials[1] with { Worker = "two" }, Ended(1)) is false);
        Assert.True(place.Open("two").End(study.Trials[1], Ended(1)));
        place.Delete();
        Assert.Empty(place.Lines);
    }

    [PostgresFact]
    public void A_deletion_whose_answer_is_lost_is_one()
    {
        using var proxy = new CuttingProxy(PostgresServer.Port);
        using var place = new TestStudy("database", proxy.Port);
        place.Open();
        proxy.CutCommits(beforeItArrives: false, 1);
        place.Delete();
        Assert.Equal(1, proxy.Cuts);
        Assert.Contains("There is no study", Assert.Throws<GradusException>(place.Delete).Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public void A_short_outage_is_waited_for()
    {
        using var proxy = new CuttingProxy(PostgresServer.Port);
        using var place = new TestStudy("database", proxy.Port);
        var study = place.Open();
        var trial = Take(study);
        proxy.Refuse(3);
        Assert.Equal([0.5], study.Reach(trial, 2, 0.5) ?? []);
        Assert.Equal(0, proxy.Refusals);
    }

    [PostgresFact]
    public void A_long_outage_is_an_error_and_loses_nothing()
    {
        using var proxy = new CuttingProxy(PostgresServer.Port);
        using var place = new TestStudy("database", proxy.Port, patience: TimeSpan.FromSeconds(2));
        var study = place.Open();
        var trial = Take(study);
        proxy.Refuse(int.MaxValue);
        Assert.InRange(SecondsToFail(), 1.9, double.MaxValue);
        Assert.InRange(SecondsToFail() + SecondsToFail(), 0, 1.9);   // other threads don't wait as long again
        proxy.Refuse(0);
        using var waiting = new ManualResetEventSlim();
        waiting.Wait(TimeSpan.FromSeconds(1));
        Assert.True(study.End(trial, Ended(1)));
        Assert.Equal(1, place.Read().Best?.Value);

        double SecondsToFail()
        {
            var begun = TimeProvider.System.GetTimestamp();
            Assert.Contains("cannot be reached", Assert.Throws<GradusException>(() => study.End(trial, Ended(1))).Message, StringComparison.Ordinal);
            return TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        }
    }

    [PostgresFact]
    public void The_first_studies_of_a_database_may_begin_at_once()
    {
        PostgresServer.Execute("create database fresh");
        using (var store = new PostgresStore(PostgresServer.Address("fresh")))
        {
            Assert.Empty(store.Studies());
            Assert.Contains("There is no study 'x'", Assert.Throws<GradusException>(() => Study.Read(store.Journal("x"))).Message, StringComparison.Ordinal);
        }

        Parallel.For(0, 8, i =>
        {
            using var store = new PostgresStore(PostgresServer.Address("fresh"));
            Study.Open(store.Journal($"study {i / 2}"), Space, Description);
        });
        using var all = new PostgresStore(PostgresServer.Address("fresh"));
        Assert.Equal(["study 0", "study 1", "study 2", "study 3"], all.Studies());
        Assert.All(all.Studies(), name => Assert.Single(all.Journal(name).Read()));
    }

    [PostgresFact]
    public void The_time_is_that_of_the_server()
    {
        // A clock that is before pg_catalog's in the search path, and ahead of it.
        PostgresServer.Execute("create database late");
        PostgresServer.Execute("""
            create function clock_timestamp() returns timestamptz language sql as 'select pg_catalog.clock_timestamp() + interval ''1 day''';
            alter database late set search_path = public, pg_catalog
            """, "late");
        using var place = new TestStudy("database", database: "late");
        place.Journal.Update((_, now) =>
        {
            Assert.InRange((now - TimeProvider.System.GetUtcNow()).TotalHours, 23.9, 24.1);
            return [];
        }, mayBegin: true);
    }

    [PostgresFact]
    public void A_study_of_which_the_server_has_lost_lines_is_not_gone_on_with()
    {
        using var place = new TestStudy("database");
        var study = place.Open("one");
        Take(study);
        PostgresServer.Execute($"delete from gradus_events where number = 2 and study = (select id from gradus_studies where name = '{place.Name}')");
        Assert.Equal(1, Take(place.Open("two")).Number);
        Assert.Contains("is not the one that was read", Assert.Throws<GradusException>(() => Take(study)).Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public void Tables_of_another_program_are_left_alone()
    {
        PostgresServer.Execute("create database other");
        PostgresServer.Execute("create table gradus_studies (title text); create table gradus_events (text text)", "other");
        using var store = new PostgresStore(PostgresServer.Address("other"));
        Assert.Contains("are not those of this Gradus", Assert.Throws<GradusException>(() => Study.Open(store.Journal("x"), Space, Description)).Message, StringComparison.Ordinal);
        Assert.Contains("are not those of this Gradus", Assert.Throws<GradusException>(store.Studies).Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public void A_user_who_may_not_make_tables_is_told()
    {
        PostgresServer.Execute("create role guest login password 'g'");
        using var store = new PostgresStore(FormattableString.Invariant($"postgres://guest:g@127.0.0.1:{PostgresServer.Port}/template1"));
        Assert.Contains("GRANT CREATE", Assert.Throws<GradusException>(() => Study.Open(store.Journal("x"), Space, Description)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://anna:secret@[::1]:99/a%20b?sslmode=verify-full", "postgres://anna@[::1]:99/a b")]
    [InlineData("postgresql://db.lan/searches", "postgres://db.lan:5432/searches")]
    public void An_address_is_shown_without_its_password(string address, string shown)
    {
        using var store = new PostgresStore(address);
        Assert.Equal(shown, store.ToString());
    }

    [Theory]
    [InlineData("secret", "is no address")]
    [InlineData("mysql://anna:secret@h/d", "is no address")]
    [InlineData("postgres://anna:secret@h", "names no database")]
    [InlineData("postgres://anna:sec/ret@h/d", "is no address")]
    [InlineData("postgres://anna:1/secret@h/d", "names no database")]
    [InlineData("postgres://anna:1#secret@h/d", "names no database")]
    [InlineData("postgres://anna:1/d?secret@h/d", "option that is unknown")]
    [InlineData("postgres://anna:secret@h/d?password=secret", "option that is unknown")]
    [InlineData("postgres://anna:secret@h/d?sslmode=maybe", "Expected one of disable")]
    public void A_wrong_address_is_named_without_its_password(string address, string message)
    {
        var error = Assert.Throws<GradusException>(() => new PostgresStore(address)).ToString();
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_of_a_study_has_a_length()
    {
        using var store = new PostgresStore("postgres://h/d");
        Assert.Equal("x", store.Journal("x").Name);
        foreach (var name in (string[])["", new('x', 201)])
            Assert.Contains("Expected 1 to 200", Assert.Throws<GradusException>(() => store.Journal(name)).Message, StringComparison.Ordinal);
    }
}
