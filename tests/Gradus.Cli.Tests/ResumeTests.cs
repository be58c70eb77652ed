using System.Diagnostics;
using System.Globalization;

namespace Gradus.Cli.Tests;

/// <summary>Runs that are killed or asked to stop, in processes of their own, and resumed.</summary>
public sealed class ResumeTests : IDisposable
{
    // Some two hundred milliseconds of steps and three hundred checkpoints, on numbers that no epoch fits any better.
    private static readonly string[] Options = OptionsFor(600);

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_run_that_is_killed_again_and_again_ends_with_the_same_file()
    {
        var expected = WithoutInterruption();
        var line = Start();
        foreach (var epoch in (int[])[20, 90, 200])
        {
            using var process = Launch(line);
            WaitFor(process, epoch);
            process.Kill();   // SIGKILL
            process.WaitForExit();
            Assert.Null(CheckpointSummary.Read(place["run"]).Ended);
            Assert.False(File.Exists(place["m.safetensors"]));
            line = ["train", "--resume", place["run"]];
        }

        Assert.Equal(0, Workplace.Run(line).Code);
        Assert.Equal(expected, File.ReadAllBytes(place["m.safetensors"]));
        Assert.Equal(["checkpoint.safetensors", "lock"], Directory.GetFiles(place["run"]).Select(Path.GetFileName).Order());

        // Once more, after its end: the same file again.
        File.Delete(place["m.safetensors"]);
        Assert.Equal(0, Workplace.Run(line).Code);
        Assert.Equal(expected, File.ReadAllBytes(place["m.safetensors"]));
    }

    [Theory]
    [InlineData("--ensemble")]
    [InlineData("--folds")]
    public void Several_networks_that_are_killed_again_and_again_end_with_the_same_file(string option)
    {
        var expected = WithoutInterruption(option, "3");
        string[] line = [.. Start(), option, "3"];
        foreach (var epochs in (int[])[80, 600, 1500])   // of all networks, 1,800 in all
        {
            using var process = Launch(line);
            WaitForAll(process, epochs);
            process.Kill();   // SIGKILL
            process.WaitForExit();
            Assert.Null(CheckpointSummary.Read(place["run"]).Ended);
            Assert.False(File.Exists(place["m.safetensors"]));
            line = ["train", "--resume", place["run"]];
        }

        Assert.Equal(0, Workplace.Run(line).Code);
        Assert.Equal(expected, File.ReadAllBytes(place["m.safetensors"]));

        // Once more, after its end: the same file again.
        File.Delete(place["m.safetensors"]);
        var outcome = Workplace.Run(line);
        Assert.Equal(0, outcome.Code);
        Assert.Contains($"Resuming '{place["run"]}': 3 of 3 networks are trained, 0 are under way.", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(expected, File.ReadAllBytes(place["m.safetensors"]));
    }

    [Fact]
    public void Several_networks_that_are_paused_say_how_to_go_on()
    {
        using var interruption = new CancellationTokenSource();
        using var error = new InterruptingWriter(interruption);
        string[] line = [.. Start(), "--ensemble", "3", "--threads", "1", "--json"];
        var outcome = Workplace.RunUntil(error, line, interruption.Token);
        Assert.Equal(130, outcome.Code);
        Assert.Contains($"Interrupted: 0 of 3 networks are trained, 1 under way. Go on with: gradus train --resume {place["run"]}", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(("cancelled", place["run"], null), ((string?)outcome.Json["stopReason"], (string?)outcome.Json["checkpoint"], (string?)outcome.Json["model"]));
        Assert.False(File.Exists(place["m.safetensors"]));
        var again = Workplace.Run(line);
        Assert.True(again.Code == 2 && again.Output.Length == 0, $"{again.Code}: {again.Output}");
        Assert.Contains("was interrupted. Resume it", again.Error, StringComparison.Ordinal);
        var other = Workplace.Run("train", "--resume", place["run"], "--ensemble", "4");
        Assert.Contains("--ensemble is '4' here, but was '3'", other.Error, StringComparison.Ordinal);
        Assert.Contains("by the folder above", Workplace.Run("train", "--resume", place["run/member1"]).Error, StringComparison.Ordinal);
        var resumed = Workplace.Run("train", "--resume", place["run"], "--threads", "2");
        Assert.Contains("0 of 3 networks are trained, 1 are under way", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(0, resumed.Code);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_pauses_the_run_in_the_middle_of_an_epoch(string signal, int code)
    {
        if (OperatingSystem.IsWindows())
            return;   // has no such signals
        // With few checkpoints the epochs are soon over: enough of them that the signal always meets the run.
        var options = OptionsFor(6000);
        Assert.Equal(0, Workplace.Run([.. Line("whole.safetensors"), .. options]).Code);
        var expected = File.ReadAllBytes(place["whole.safetensors"]);
        using var process = Launch([.. Line("m.safetensors"), "--checkpoint", place["run"], "--every", "50", .. options]);
        var error = process.StandardError.ReadToEndAsync();
        WaitFor(process, 50);
        using (var kill = Process.Start("kill", ["-s", signal, $"{process.Id}"]))
            await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        Assert.Equal(code, process.ExitCode);
        Assert.Contains($"Go on with: gradus train --resume {place["run"]}", await error, StringComparison.Ordinal);
        Assert.False(File.Exists(place["m.safetensors"]));
        Assert.Equal(0, Workplace.Run("train", "--resume", place["run"]).Code);
        Assert.Equal(expected, File.ReadAllBytes(place["m.safetensors"]));
    }

    [Fact]
    public void A_paused_run_is_one_json_object_too()
    {
        using var interruption = new CancellationTokenSource();
        using var error = new InterruptingWriter(interruption);
        var outcome = Workplace.RunUntil(error, [.. Start(), "--json"], interruption.Token);
        Assert.Equal(130, outcome.Code);
        Assert.Equal(("cancelled", place["run"], null), ((string?)outcome.Json["stopReason"], (string?)outcome.Json["checkpoint"], (string?)outcome.Json["model"]));
        var resumed = Workplace.Run("train", "--resume", place["run"], "--json", "--threads", "1", "--out", place["other.safetensors"]);
        Assert.Equal((0, 600), (resumed.Code, (int?)resumed.Json["epochs"]));
        Assert.False(File.Exists(place["m.safetensors"]));
        Assert.True(File.Exists(place["other.safetensors"]));
    }

    [Theory]
    [InlineData("--augment", "shift=1,mixup=0.2")]
    [InlineData("--target", "digit,pixel_3_3", "--swa", "--schedule", "constant")]
    [InlineData("--members", "3", "--batch-norm", "--ema", "0.9")]
    [InlineData("--ensemble", "2", "--augment", "shift=1", "--batch-norm")]
    public void Every_technique_goes_on_in_the_middle_of_an_epoch(params string[] options)
    {
        string[] line = ["train", Workplace.Digits, "--hidden", "12", "--epochs", "3", "--no-baselines", .. options];
        Assert.Equal(0, Workplace.Run([.. line, "--out", place["whole.safetensors"]]).Code);
        using var interruption = new CancellationTokenSource();
        using var error = new InterruptingWriter(interruption);   // in the first batch after the first epoch
        Assert.Equal(130, Workplace.RunUntil(error, [.. line, "--out", place["m.safetensors"], "--checkpoint", place["run"]], interruption.Token).Code);
        Assert.Equal(0, Workplace.Run("train", "--resume", place["run"]).Code);
        Assert.Equal(File.ReadAllBytes(place["whole.safetensors"]), File.ReadAllBytes(place["m.safetensors"]));
    }

    [Fact]
    public void Options_that_are_given_again_have_to_agree_and_data_has_to_be_the_same()
    {
        using var interruption = new CancellationTokenSource();
        using var error = new InterruptingWriter(interruption);
        Workplace.RunUntil(error, Start(), interruption.Token);
        void Refuses(string[] expected, params string[] more)
        {
            var outcome = Workplace.Run(["train", "--resume", place["run"], .. more]);
            Assert.True(outcome.Code == 2 && outcome.Output.Length == 0, $"{outcome.Code}: {outcome.Output}");
            Assert.All(expected, part => Assert.Contains(part, outcome.Error, StringComparison.Ordinal));
        }

        Refuses(["--epochs is '601' here", "was '600'", "leave it out"], "--epochs", "601");
        Refuses(["--lr is '0.1' here", "was not given"], "--lr", "0.1");
        Refuses(["--balance is given here", "was not given"], "--balance");
        Refuses(["DATA is 'mnist'", "numbers.csv"], "mnist");
        Refuses(["--checkpoint and --resume", "different folders"], "--checkpoint", place["elsewhere"]);
        Refuses(["'sometimes'", "10m"], "--every", "sometimes");
        var again = Workplace.Run(Start());
        Assert.Equal(2, again.Code);
        Assert.Contains("interrupted in epoch", again.Error, StringComparison.Ordinal);
        var lines = File.ReadAllLines(place["numbers.csv"]);
        place.Write("numbers.csv", [.. lines[..^1], "1,2,3.25"]);
        Refuses(["another run", "checksum of the"]);   // before anything is said
        place.Write("numbers.csv", lines);
        Assert.Equal(0, Workplace.Run("train", place["numbers.csv"], "--resume", place["run"], "--epochs", "600", "--checkpoint", place["run"]).Code);
    }

    public static TheoryData<string[], string[]> Wrong => new()
    {
        { ["--every", "2"], ["--every", "--checkpoint"] },
        { ["--every", "0", "--checkpoint", "c"], ["--every", "'0'", "10m"] },
        { ["--every", "5d", "--checkpoint", "c"], ["--every", "'5d'"] },
        { ["--checkpoint", ""], ["--checkpoint", "empty"] },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_options_are_refused(string[] options, string[] expected)
    {
        var outcome = Workplace.Run(["train", place.WriteNumbers(), "--target", "y", "--out", place["m"], .. options]);
        Assert.Equal(2, outcome.Code);
        Assert.All(expected, part => Assert.Contains(part, outcome.Error, StringComparison.Ordinal));
        Assert.Equal(["numbers.csv"], place.Files);
        Assert.Contains("no checkpoint in", Workplace.Run("train", "--resume", place["nowhere"]).Error, StringComparison.Ordinal);
    }

    private byte[] WithoutInterruption(params string[] more)
    {
        Assert.Equal(0, Workplace.Run([.. Line("whole.safetensors"), .. Options, .. more]).Code);
        return File.ReadAllBytes(place["whole.safetensors"]);
    }

    private string[] Start() => [.. Line("m.safetensors"), "--checkpoint", place["run"], .. Options];

    private string[] Line(string model) => ["train", place.WriteNumbers(), "--target", "y", "--out", place[model]];

    private static string[] OptionsFor(int epochs) =>
        ["--epochs", $"{epochs}", "--patience", $"{epochs}", "--hidden", "16", "--batch", "32", "--dropout", "0.1", "--no-baselines"];

    private static Process Launch(string[] line)
    {
        string[] command = [.. IgnoresInterruption() ? (string[])["env", "--default-signal=INT"] : [], "dotnet", Path.Combine(AppContext.BaseDirectory, "Gradus.Cli.dll"), .. line];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("No process was started.");
    }

    /// <summary>Whether SIGINT is ignored, as in what a script starts with &amp;; what these tests start would ignore it too.</summary>
    private static bool IgnoresInterruption()
    {
        const string Ignored = "SigIgn:";
        const ulong Interruption = 1 << 1;
        return OperatingSystem.IsLinux() && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) is { } mask
            && (ulong.Parse(mask[Ignored.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interruption) != 0;
    }

    /// <summary>Waits until the checkpoint is of an epoch.</summary>
    private void WaitFor(Process process, int epoch) => WaitUntil(process, () => CheckpointSummary.Read(place["run"]).Epoch >= epoch);

    /// <summary>Waits until the checkpoints of all networks together are of so many epochs.</summary>
    private void WaitForAll(Process process, int epochs) =>
        WaitUntil(process, () => CheckpointSummary.ReadMembers(place["run"]).Sum(member => member?.Epoch ?? 0) >= epochs);

    private void WaitUntil(Process process, Func<bool> isThere)
    {
        while (!File.Exists(place["run/checkpoint.safetensors"]) || !isThere())
        {
            Assert.False(process.WaitForExit(1), "The run ended before it was interrupted.");
        }
    }
}
