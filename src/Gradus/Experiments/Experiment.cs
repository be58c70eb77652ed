using System.Globalization;

namespace Gradus;

/// <summary>An experiment of the lectures: one setting takes several values, and everything else stays as it is.</summary>
public sealed record Experiment
{
    private const int MaxWidth = 16_384;
    private const int MaxDepth = 64;

    private readonly Func<ExperimentSettings, string, ExperimentSettings?> take;   // null if the text is no value

    private Experiment(Func<ExperimentSettings, string, ExperimentSettings?> take) => this.take = take;

    /// <summary>The name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What is varied, as a heading: <c>hidden units</c>.</summary>
    public required string Varies { get; init; }

    /// <summary>A name of <see cref="DataCatalog"/>: the data that the experiment takes if none is given.</summary>
    public required string Data { get; init; }

    /// <summary>The values that it takes if none are given.</summary>
    public required IReadOnlyList<string> Values { get; init; }

    /// <summary>Everything else.</summary>
    public required ExperimentSettings Settings { get; init; }

    /// <summary>What a value may be: continues "'x' is no value of it. Expected …".</summary>
    public required string Expected { get; init; }

    /// <summary>What to look at in the result: a sentence or two.</summary>
    public required string WhatToSee { get; init; }

    /// <summary>Whether times are what it is about, so that one network is trained at a time, with all threads; otherwise
    /// several are, with one thread each.</summary>
    public bool IsTimed { get; init; }

    /// <summary>Every experiment; the command line, the docs and tests use this list.</summary>
    public static IReadOnlyList<Experiment> All { get; } =
    [
        new((settings, text) => Whole(text, MaxWidth) is { } width ? settings with { Hidden = [width] } : null)
        {
            Name = "width",
            Varies = "hidden units",
            Data = "california-housing",
            Values = ["2", "4", "8", "16", "32", "64", "128"],
            Settings = new() { Hidden = [64] },
            Expected = $"a whole number from 1 to {MaxWidth}, such as 16",
            WhatToSee = "A wider layer can represent more functions, so the training error falls with the width. As long as the test "
                + "error falls with it, the added units have learnt something general; where the two part, they fit the training rows alone.",
        },
        new((settings, text) => Whole(text, MaxDepth) is { } depth && settings.Hidden is [var width, ..]
            ? settings with { Hidden = [.. Enumerable.Repeat(width, depth)] } : null)
        {
            Name = "depth",
            Varies = "hidden layers",
            Data = "california-housing",
            Values = ["1", "2", "3", "4", "5"],
            Settings = new() { Hidden = [5] },
            Expected = $"a whole number from 1 to {MaxDepth}, such as 3",
            WhatToSee = "All hidden layers have the same small width, so each further one adds few parameters, but composes once more what "
                + "came before. What a layer gains shrinks with the depth: the gradient reaches the first layers through all the others.",
        },
        new((settings, text) => Whole(text, int.MaxValue) is { } size
            ? settings with { Training = settings.Training with { BatchSize = size } } : null)
        {
            Name = "batch-size",
            Varies = "batch size",
            Data = "mnist",
            Values = ["1", "16", "32", "64", "128", "256", "1024"],
            Settings = new() { Hidden = [512, 512], Training = Full(2, new Adam()) },
            Expected = "a whole number of at least 1, such as 64",
            WhatToSee = "An update takes longer the larger the batch, but not in proportion, so an epoch of small batches takes long. A large batch "
                + "makes few updates an epoch, each from a better gradient: after the same number of epochs it has learnt less. "
                + "Between the two ends lies the batch that learns most in a given time.",
            IsTimed = true,
        },
        new((settings, text) => double.TryParse(text, CultureInfo.InvariantCulture, out var rate) && double.IsFinite(rate) && rate > 0
            ? settings with { Training = settings.Training with { Optimizer = settings.Training.Optimizer with { LearningRate = rate } } } : null)
        {
            Name = "learning-rate",
            Varies = "learning rate",
            Data = "digits",
            Values = ["0.0001", "0.001", "0.01", "0.03", "0.1", "0.3", "1", "3"],
            Settings = new() { Training = Full(30, new GradientDescent()) },
            Expected = "a number above 0, such as 0.01",
            WhatToSee = "Too small a rate has not arrived when the epochs are over; too large a one steps over the valley, and its loss "
                + "jumps or becomes infinite. The best rates lie just below those.",
        },
        new((settings, text) => Initializer.Parse(text) is { } weights ? settings with { Weights = weights } : null)
        {
            Name = "initialisation",
            Varies = "first weights",
            Data = "digits",
            Values = ["zeros", "normal(0.01)", "xavier-normal", "he-normal"],
            Settings = new() { Hidden = [64, 64, 64, 64, 64], Training = Full(30, new GradientDescent(0.03)) },
            Expected = "zeros, constant(v), uniform(a,b), normal(s), xavier-uniform, xavier-normal, he-uniform, he-normal or lecun-normal",
            WhatToSee = "From zeros, all units of a layer stay equal and pass nothing on: only the biases of the output learn. From weights that "
                + "are too small, the signal and its gradient shrink from layer to layer, and learning starts late or not at all. "
                + "He's deviation √(2/inputs) keeps the scale of a ReLU net; Xavier's is made for tanh and loses half of the variance a layer.",
        },
        new((settings, text) => Optimizer.All.FirstOrDefault(each => each.Name == text) is { } optimizer
            ? settings with { Training = settings.Training with { Optimizer = optimizer, BatchSize = optimizer is Lbfgs ? null : settings.Training.BatchSize } }
            : null)
        {
            Name = "optimizer",
            Varies = "optimiser",
            Data = "digits",
            Values = [.. Optimizer.All.Select(each => each.Name)],
            Settings = new() { Training = Full(30, new Adam()) },
            Expected = string.Join(", ", Optimizer.All.Select(each => each.Name)),
            WhatToSee = "Each takes its usual learning rate. Momentum adds up steps that agree; Adam and its kin divide each step by the recent "
                + "size of the gradient. The curves show who is quick at the start, and the errors who ends low; the order differs "
                + "with the data and the rates. L-BFGS alone takes all rows a step, and so makes fewer steps.",
        },
    ];

    /// <summary>The settings with the varied one at a value.</summary>
    /// <param name="settings">Everything else.</param>
    /// <param name="value">As one of <see cref="Values"/>.</param>
    /// <exception cref="GradusException">It cannot be one.</exception>
    public ExperimentSettings At(ExperimentSettings settings, string value)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return take(settings, value)
            ?? throw new GradusException($"'{value}' is no value of the experiment '{Name}' ({Varies}). Expected {Expected}.");
    }

    // A constant rate and no early stopping: the points differ in nothing but what is varied.
    private static TrainOptions Full(int epochs, Optimizer optimizer) =>
        new() { Epochs = epochs, Optimizer = optimizer, Schedule = Schedule.Constant, Patience = int.MaxValue };

    private static int? Whole(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number : null;
}
