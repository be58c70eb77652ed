namespace Gradus.Benchmarks.Faults;

/// <summary>Every fault of the suite.</summary>
internal static class AllFaults
{
    public static IReadOnlyList<Fault> List { get; } =
    [
        // Data
        new("targets of the training rows shuffled", ["baselines"], s => s with { Train = s.Train.Shuffled(s.Model.Target, 7) }),
        new("targets of all rows shuffled", ["baselines"], s => s.Each(t => t.Shuffled(s.Model.Target, 7))),
        new("inputs not scaled", ["input-scale"], s => Scaled(s.Each(t => t.MapAll(s.Model.Target, x => 100 * x)), Scaling.None)),
        new("inputs a millionth of what they were, not scaled", ["input-scale"], s => Scaled(s.Each(t => t.MapAll(s.Model.Target, x => 1e-6f * x)), Scaling.None)),
        new("target not scaled", ["target-scale"], s => !s.IsRegression() ? null
            : s.Each(t => t.Map(s.Model.Target, (y, _) => 1_000 * y)) with { Model = s.Model with { Preprocessing = s.Model.Preprocessing with { TargetScaling = Scaling.None } } }),
        new("a column that is the target in other units", ["leakage"], s => s.Each(t => t.With(new NumberColumn("leak", [.. t.TargetNumbers(s.Model.Target).Select(y => (3 * y) + 5)])))),
        new("a column that is the target with a little noise", ["leakage"], s => !s.IsRegression() ? null : s.Each(t =>
        {
            var y = t.TargetNumbers(s.Model.Target);
            var (deviation, noise) = (Deviation(y), TableFaults.Normal(y.Length, 21));
            return t.With(new NumberColumn("leak", [.. y.Select((value, i) => value + (0.03f * deviation * noise[i]))]));
        })),
        new("half of the test rows are training rows", ["overlap"], s => s.Test is null ? null
            : s with { Test = s.Train.SelectRows([.. Enumerable.Range(0, Math.Min(s.Train.RowCount, s.Test.RowCount / 2))]).Joined(s.Test) }),
        new("a third of the training rows twice", ["duplicates"], s => s with { Train = s.Train.SelectRows([.. Enumerable.Range(0, s.Train.RowCount), .. Enumerable.Range(0, s.Train.RowCount / 3)]) }),
        new("a tenth of the rows again with other classes", ["label-noise"], s => s.IsRegression() ? null : s with { Train = Contradicted(s.Train, s.Model.Target) }),
        new("a constant column", ["constant"], s => s.Each(t => t.With(new NumberColumn("same", [.. Enumerable.Repeat(4f, t.RowCount)])))),
        new("a column constant but for one row", ["constant"], s => s.Train.RowCount < 1_000 ? null
            : s.Each(t => t.With(new NumberColumn("nearly", [.. Enumerable.Range(0, t.RowCount).Select(i => i == 3 ? 5f : 4f)])))),
        new("a column that numbers the rows", ["identifiers"], s => s.Each(t => t.With(new NumberColumn("row", [.. Enumerable.Range(0, t.RowCount).Select(i => (float)i)])))),
        new("a column missing in four rows of five", ["missing"], s => First(s) is { } name ? s.Each(t => t.Map(name, (x, i) => i % 5 == 0 ? x : float.NaN)) : null),
        new("one value a million times too large", ["outliers", "input-scale"], s => First(s) is { } name ? s with { Train = s.Train.Map(name, (x, i) => i == 5 ? 1e6f * (Math.Abs(x) + 1) : x) } : null),
        new("a class that only the test part has", ["balance", "setup"], s => s.IsRegression() ? null
            : s with { Train = s.Train.SelectRows(s.Train.RowsWithout(s.Model.Target, AnyClass(s))) }),
        new("a class of two rows", ["balance"], s => s.IsRegression() || s.Train.RowCount < 200 ? null
            : s with { Train = s.Train.SelectRows([.. s.Train.RowsWithout(s.Model.Target, AnyClass(s)), .. s.Train.RowsOf(s.Model.Target, AnyClass(s)).Take(2)]) }),
        new("a column that has moved in the test rows", ["drift"], s => s.Test is null || First(s) is not { } name ? null
            : s with { Test = s.Test.Map(name, (x, _) => x + (3 * Deviation(((NumberColumn)s.Train[name]).Values.ToArray()))) }),
        new("rows sorted by the target, not shuffled", ["drift", "balance", "setup"], Sorted),

        // Start
        new("weights start at zero", ["symmetry"], s => Hidden(s, layer => layer with { Weights = Initializer.Zeros })),
        new("weights start at one number", ["symmetry"], s => Hidden(s, layer => layer with { Weights = Initializer.Constant(0.1) })),
        new("weights start a hundred times too large", ["initial-loss"], s => Hidden(s, layer => layer with { Weights = Initializer.Normal(30) })),
        new("biases of -100: units that never fire", ["units"], s => Hidden(s, layer => layer with { Biases = Initializer.Constant(-100) })),
        new("tanh with weights a hundred times too large", ["units"], s => s with { Layers = [new Dense(64, Activation.Tanh) { Weights = Initializer.Normal(30) }, new Dense(64, Activation.Tanh)] }),
        new("twelve layers of sigmoids", ["gradient-flow"], s => s with { Layers = [.. Enumerable.Range(0, 12).Select(_ => new Dense(32, Activation.Sigmoid))] }),
        new("twenty layers that each grow threefold", ["gradient-flow", "initial-loss"], s => s with { Layers = [.. Enumerable.Range(0, 20).Select(_ => new Dense(32, Activation.Tanh) { Weights = Initializer.Normal(3) })] }),
        new("a weight that is NaN", ["initial-loss", "loss-formula"], s => Changed(s, model => model.Weights[model.Network.Parameters[0].Expression][0] = float.NaN)),
        new("a layer of one unit", ["overfit"], s => s.IsRegression() ? null : s with { Layers = [new Dense(1, Activation.Relu), new Dense(64, Activation.Relu)] }),

        // Loss and layers
        new("softmax or sigmoid applied before the loss applies it", ["loss-formula"], s => s.IsRegression() ? null
            : Output(s, outputs => outputs > 1 ? Functions.Softmax : Functions.Sigmoid)),
        new("relu on the output of a regression", ["loss-formula"], s => s.IsRegression() ? Output(s, _ => Functions.Relu) : null),
        new("tanh on the outputs", ["loss-formula"], s => Output(s, _ => Functions.Tanh)),
        new("batch statistics when predicting", ["independence"], s => Network(s, network => [.. s.Layers, new AlwaysBatchStatistics(), new Dense(network.OutputCount)])),
        new("a frozen layer", ["updates"], s => Network(s, network => [new Frozen(64), .. s.Layers, new Dense(network.OutputCount)])),

        // Gradients
        new("a wrong sign in a derivative", ["gradients"], s => Gradients(s, (g, i) => i == 0 ? -g : g)),
        new("a factor 2 lost in a derivative", ["gradients"], s => Gradients(s, (g, i) => i == 2 ? 2 * g : g)),
        new("the gradient of a layer transposed", ["gradients"], s => Gradients(s, (g, _) => g.Shape.Rows == g.Shape.Columns && g.Shape.Rows.Size > 1 ? Functions.Transpose(g) : g)),
        new("a remainder added to every gradient, as when they are not reset", ["gradients"], s => Gradients(s, (g, _) => g + (0.1 * Functions.Sign(g)) + 0.01)),
        new("biases without a gradient", ["gradients"], s => Gradients(s, (g, i) => i % 2 == 1 ? 0 * g : g)),

        // Training
        new("learning rate × 10,000", ["learning-rate"], s => Rate(s, 1e4)),
        new("learning rate ÷ 10,000", ["learning-rate"], s => Rate(s, 1e-4)),
        new("λ of L2 100", ["regularisation-strength"], s => s with { Training = s.Training with { L2 = 100 } }),
        new("λ of L1 10", ["regularisation-strength"], s => s with { Training = s.Training with { L1 = 10 } }),
        new("dropout 0.99", ["regularisation-strength"], s => s with { Layers = [.. s.Layers.SelectMany(layer => (Layer[])[layer, new Dropout(0.99)])] }),
        new("weight decay 500", ["regularisation-strength"], s => s with { Training = s.Training with { Optimizer = s.Training.Optimizer with { WeightDecay = 500 } } }),
        new("label smoothing 0.95", ["regularisation-strength"], s => s.IsRegression() ? null : s with { Training = s.Training with { LabelSmoothing = 0.95 } }),
        new("noise of deviation 30 on the inputs", ["regularisation-strength"], s => s with { Layers = [new GaussianNoise(30), .. s.Layers] }),
        new("batches larger than the data", ["batch-size"], s => s with { Training = s.Training with { BatchSize = 100 * s.Train.RowCount } }),
    ];

    private static RecipeSetup Scaled(RecipeSetup setup, Scaling scaling) =>
        setup with { Model = setup.Model with { Preprocessing = setup.Model.Preprocessing with { Scaling = scaling } } };

    private static RecipeSetup Rate(RecipeSetup setup, double factor) => setup with
    {
        Training = setup.Training with { Optimizer = setup.Training.Optimizer with { LearningRate = setup.Training.Optimizer.LearningRate * factor } },
    };

    private static RecipeSetup Hidden(RecipeSetup setup, Func<Dense, Dense> change) =>
        setup with { Layers = [.. setup.Layers.Select(layer => layer is Dense dense ? change(dense) : layer)] };

    private static RecipeSetup Gradients(RecipeSetup setup, Func<Expression, int, Expression> change) =>
        setup with { Differentiate = (j, parameters) => [.. Gradient.Of(j, parameters).Select((g, i) => parameters.Length < 2 ? g : change(g, i))] };

    private static RecipeSetup Network(RecipeSetup setup, Func<Network, Layer[]> layers) => setup with
    {
        MakeModel = s =>
        {
            var model = Model.For(s.Train, s.Model, [.. s.Layers]);
            var network = new Network(model.Network.InputCount, layers(model.Network));
            return new Model(model.Preprocessor, network, model.Loss, network.Initialize(s.Model.Seed));
        },
    };

    private static RecipeSetup Output(RecipeSetup setup, Func<int, Func<Expression, Expression>> function) =>
        Network(setup, network => [.. setup.Layers, new ActivatedOutput(network.OutputCount, function(network.OutputCount))]);

    private static RecipeSetup Changed(RecipeSetup setup, Action<Model> change) => setup with
    {
        MakeModel = s =>
        {
            var model = Model.For(s.Train, s.Model, [.. s.Layers]);
            change(model);
            return model;
        },
    };

    private static RecipeSetup? Sorted(RecipeSetup setup)
    {
        var all = setup.Test is null || setup.Validation is null ? null : setup.Train.Joined(setup.Validation).Joined(setup.Test);
        if (all is null)
            return null;
        var y = all.TargetNumbers(setup.Model.Target);
        int[] order = [.. Enumerable.Range(0, all.RowCount).OrderBy(row => y[row])];
        var (train, validation) = (setup.Train.RowCount, setup.Validation?.RowCount ?? 0);
        return setup with
        {
            Train = all.SelectRows(order.AsSpan(0, train)),
            Validation = all.SelectRows(order.AsSpan(train, validation)),
            Test = all.SelectRows(order.AsSpan(train + validation)),
        };
    }

    private static Table Contradicted(Table table, string target)
    {
        int[] rows = [.. Enumerable.Range(0, table.RowCount), .. Enumerable.Range(0, table.RowCount / 10)];
        var y = Enumerable.Range(0, table.RowCount).Select(row => table[target].TextAt(row) ?? "").ToArray();
        var classes = y.Distinct().Order(StringComparer.Ordinal).ToArray();
        return table.SelectRows(rows).With(CategoryColumn.FromTexts(target, [.. rows.Select((row, i) => i < table.RowCount ? y[row]
            : classes[(Array.IndexOf(classes, y[row]) + 1) % classes.Length])]));
    }

    private static string? First(RecipeSetup setup) => setup.Numbers().FirstOrDefault()?.Name;

    private static string AnyClass(RecipeSetup setup) => setup.Train[setup.Model.Target].TextAt(0) ?? "";

    private static float Deviation(float[] values)
    {
        var present = values.Where(value => !float.IsNaN(value)).ToArray();
        var mean = present.Average();
        return MathF.Sqrt(present.Average(value => (value - mean) * (value - mean)));
    }
}
