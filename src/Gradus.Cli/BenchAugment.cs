using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary><c>gradus bench augment</c>: how many changed pictures are made a second.</summary>
internal static class BenchAugment
{
    public static Command Create(Terminal terminal)
    {
        var command = Commands.Create("augment", "Measure how fast images are changed for training", "gradus bench augment --augment shift=2,rotate=10 --size 28,28");
        var arguments = new BenchArguments();
        var augmentation = new AugmentationArguments(command);
        var size = Parsing.Value<ImageSize?>("--size", "ROWS,COLUMNS", "Size of the images [default: 28,28]", "two whole numbers from 1 to 1024, such as 28,28", ReadSize);
        command.Options.Add(size);
        foreach (var option in (Option[])[arguments.Batch, arguments.Threads, arguments.Seconds, arguments.Json])
            command.Options.Add(option);
        command.SetAction(result =>
        {
            var (images, batch, threads) = (result.GetValue(size) ?? new ImageSize(28, 28), result.GetValue(arguments.Batch) ?? 64, arguments.ThreadsOf(result));
            var (given, inProportion) = augmentation.Read(result);
            var amounts = given is null || inProportion ? Augmentation.DefaultFor(images) : given;
            var (speed, allocated) = arguments.TestOf(result).Augmenting(amounts, images, batch, threads);
            if (result.GetValue(arguments.Json))
            {
                terminal.Json(new JsonObject
                {
                    ["imagesPerSecond"] = speed,
                    ["augmentation"] = amounts.ToString(),
                    ["height"] = images.Height,
                    ["width"] = images.Width,
                    ["batch"] = batch,
                    ["threads"] = threads,
                    ["allocatedBytes"] = allocated,
                });
                return ExitCode.Success;
            }

            terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{images} pixels, {amounts}, batch {batch}, {Figures.Count(threads, "thread")}:"));
            terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{speed:N0} images/s, {threads * 1e6 / speed:N1} µs of a thread each, {allocated:N0} bytes allocated a batch."));
            return ExitCode.Success;
        });
        return command;
    }

    private static bool ReadSize(string text, out ImageSize? size)
    {
        size = text.Split(',') is [var rows, var columns]
            && int.TryParse(rows, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            && int.TryParse(columns, NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && height is >= 1 and <= 1024 && width is >= 1 and <= 1024 ? new ImageSize(height, width) : null;
        return size is not null;
    }
}
