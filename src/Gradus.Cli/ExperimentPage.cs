using System.Globalization;

namespace Gradus.Cli;

/// <summary>The page of an experiment.</summary>
internal static class ExperimentPage
{
    public static Page Of(ExperimentResult result, string commandLine, DateTimeOffset date)
    {
        var (plan, points) = (result.Plan, result.Points);
        var experiment = plan.Experiment;
        var isRegression = result.Task == LearningTask.Regression;
        string[] xs = [.. points.Select(point => point.X)];
        var scale = isRegression ? 1 : 100;
        var unit = isRegression ? $"RMSE of {plan.Target}" : "wrong classes, %";
        Charts.Line Errors(string name, Func<ExperimentPoint, MeanDeviation?> of) =>
            new(name, [.. points.Select(point => scale * of(point)?.Mean)], [.. points.Select(point => scale * of(point)?.Deviation)]);

        var page = new Page($"{Capital(experiment.Varies)}: {plan.Data.Name}")
            .Facts([("command", commandLine), .. ExperimentReport.Facts(result), ("machine", ExperimentReport.Machine),
                ("date", date.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture))])
            .Heading("What to see").Paragraph(experiment.WhatToSee).Paragraph(ExperimentReport.Summary(result))
            .Heading("Training and test error")
            .Chart(Charts.Lines(xs, experiment.Varies, unit, [Errors("training", point => point.TrainError), Errors("test", point => point.TestError)]),
                $"Training and test error by {experiment.Varies}");
        if (experiment.IsTimed)
        {
            page.Heading("Time of an update")
                .Chart(Charts.Lines(xs, experiment.Varies, "microseconds", [new("µs an update", [.. points.Select(point => point.MicrosecondsPerUpdate)])], isLogarithmic: true),
                    $"Time of an update by {experiment.Varies}")
                .Heading("Time of an epoch")
                .Chart(Charts.Lines(xs, experiment.Varies, "seconds", [new("s an epoch", [.. points.Select(point => point.SecondsPerEpoch)])], isLogarithmic: true),
                    $"Time of an epoch by {experiment.Varies}");
        }

        if (points.Max(point => point.Losses.Count) > 1)
        {
            page.Heading("Training loss by epoch").Chart(
                Charts.Curves("epoch", "mean loss of the training rows",
                    [.. points.Select(point => new Charts.Line(point.X, [.. point.Losses.Select(loss => (double?)loss)]))], isLogarithmic: true),
                $"Training loss by epoch, a line for each value of {experiment.Varies}");
        }

        page.Heading("Figures").Table(ExperimentReport.Headings(result), ExperimentReport.Rows(result)).Paragraph(ExperimentReport.TimeNote(result));
        return page;
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
