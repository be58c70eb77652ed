using Gradus.Programs;

namespace Gradus;

/// <summary>Steps of <see cref="Lbfgs"/> on all rows: loss and gradient at given weights are one run of a program.</summary>
internal sealed class FullBatchStep
{
    private readonly Network network;
    private readonly TrainingObjective objective;
    private readonly ProgramOptions settings;
    private readonly ParameterBuffer weights;
    private readonly ParameterBuffer gradients;
    private readonly CompiledProgram program;
    private readonly Slot rowLosses;
    private readonly Slot penalty;
    private readonly LbfgsState state;

    /// <param name="network">The network.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="optimizer">Takes the step.</param>
    /// <param name="weights">The parameters, changed by a step.</param>
    /// <param name="training">All rows.</param>
    /// <param name="options">Regularisation.</param>
    /// <param name="team">Threads.</param>
    /// <param name="classWeights">As for <see cref="TrainingStep"/>.</param>
    /// <param name="rowWeights">What the loss of each row is multiplied by; empty for 1.</param>
    public FullBatchStep(
        Network network, Loss loss, Lbfgs optimizer, ParameterBuffer weights, EncodedTable training, TrainOptions options, WorkerTeam? team,
        IReadOnlyList<double[,]?>? classWeights, ReadOnlySpan<float> rowWeights)
    {
        (this.network, this.weights, gradients) = (network, weights, weights.Similar());
        objective = new TrainingObjective(network, loss, options, classWeights, rowWeights.Length > 0);
        settings = new ProgramOptions { Batch = training.Rows, Seed = options.Seed, Team = team };
        program = CompiledProgram.Compile([objective.Losses, objective.Penalty], settings with
        {
            Placements = [.. weights.PlaceEach(), .. objective.Trained.Select((of, i) => gradients.Place(objective.Gradients[i], weights.Parameters[of]))],
        });
        (rowLosses, penalty) = (program.SlotOf(objective.Losses), program.SlotOf(objective.Penalty));
        training.Inputs.CopyRows(0, training.Rows, program[network.Input]);
        training.GatherTargets([.. Enumerable.Range(0, training.Rows)], program[objective.Targets]);
        if (objective.RowWeights is not null)
            rowWeights.CopyTo(program[objective.RowWeights]);
        state = StateOf(optimizer, weights, gradients, Evaluate);
    }

    /// <summary>The objective after the last step: the mean loss of the rows, and the penalties.</summary>
    public double Value => state.Value;

    /// <summary>Takes a step.</summary>
    /// <param name="learningRate">The step that the line search tries first.</param>
    /// <returns>False if no step made the objective smaller, or it has no finite value.</returns>
    public bool Run(double learningRate)
    {
        var moved = state.Step(learningRate);
        Write(state.X, weights);   // the last point tried need not be the one taken
        return moved;
    }

    /// <summary>Keeps the pairs of steps and changes.</summary>
    public void Save(TrainingState kept)
    {
        foreach (var (name, vector) in state.Vectors)
            kept.Doubles["lbfgs." + name] = [.. vector];
        (kept.Numbers["lbfgs.kept"], kept.Numbers["lbfgs.next"]) = (state.Position.Kept, state.Position.Next);
        if (double.IsFinite(state.Value))
            kept.Numbers["lbfgs.value"] = state.Value;
    }

    /// <summary>Takes them back.</summary>
    public void Restore(TrainingState kept)
    {
        foreach (var (name, vector) in state.Vectors)
            kept.Restore("lbfgs." + name, vector);
        state.Position = ((int)kept.NumberOf("lbfgs.kept"), (int)kept.NumberOf("lbfgs.next"), kept.Numbers.GetValueOrDefault("lbfgs.value", double.NaN));
    }

    /// <summary>As <see cref="TrainingStep.FindOrigin"/>, at the present weights.</summary>
    public string? FindOrigin() =>
        DivergenceOrigin.Find(network, objective, weights, program[network.Input], program[objective.Targets],
            objective.RowWeights is null ? [] : program[objective.RowWeights], settings, 0);

    /// <summary>The minimiser of a function of the weights.</summary>
    /// <param name="optimizer">Its settings.</param>
    /// <param name="weights">Where it begins; written before each evaluation.</param>
    /// <param name="gradients">Read after each evaluation.</param>
    /// <param name="evaluate">Writes the gradients at the weights and returns the value there.</param>
    public static LbfgsState StateOf(Lbfgs optimizer, ParameterBuffer weights, ParameterBuffer gradients, Func<double> evaluate)
    {
        var start = new double[weights.Length];
        Read(weights, start);
        return new LbfgsState(optimizer, (x, g) =>
        {
            Write(x, weights);
            var value = evaluate();
            Read(gradients, g);
            return value;
        }, start);
    }

    /// <summary>Refuses what L-BFGS cannot be used with.</summary>
    /// <exception cref="GradusException">The objective would not be the same at each evaluation, or not be what the steps make
    /// small.</exception>
    public static void Check(Network network, TrainOptions options)
    {
        if (options.BatchSize is { } size)
        {
            throw new GradusException($"L-BFGS takes all rows a step, for its line search compares losses of the same rows; the batch size is {size}. "
                + "Give --batch all (BatchSize = null), or another optimiser.");
        }

        if (!ReferenceEquals(network.TrainingOutput, network.Output))
        {
            var kinds = network.Layers.Where(layer => layer is Dropout or GaussianNoise or BatchNormalization).Select(layer => layer.Kind).Distinct();
            throw new GradusException("L-BFGS compares losses at several weights, so it needs a network that gives the same each time; while training, "
                + $"this one draws or estimates anew ({string.Join(", ", kinds)}). Leave that out (layer normalisation works), or take another optimiser.");
        }

        if (options.OnExplosion == ExplosionPolicy.Reduce)
            throw new GradusException("--on-explosion reduce lowers the learning rate, and L-BFGS finds the length of its steps itself. Leave it out.");
        if (options.Augmentation is not null)
            throw new GradusException("L-BFGS compares losses of the same rows, and augmentation makes new ones each epoch. Leave it out, or take another optimiser.");
        if (options.Schedule != Schedule.Constant)
            throw new GradusException($"L-BFGS finds the length of each step itself; the schedule is '{options.Schedule}'. Give --schedule constant.");
        var (name, instead) = options.Optimizer.WeightDecay > 0 ? ("Weight decay", "--l2") : options.MaxNorm is not null ? ("Max-norm", "--l2")
            : options.ClipNorm is not null || options.ClipValue is not null ? ("Clipping", "the line search, which takes no step that is too long,") : ("", "");
        if (name.Length > 0)
            throw new GradusException($"{name} changes a step after the line search has chosen it, so it does not go with L-BFGS. Leave it out; {instead} does its work.");
    }

    private double Evaluate()
    {
        program.Run();
        var sum = 0.0;
        foreach (var value in rowLosses.Span)
            sum += value;
        return (sum / rowLosses.Length) + penalty.Span[0];
    }

    private static void Read(ParameterBuffer from, Span<double> x) =>
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<float, double>(from.All, x);

    private static void Write(ReadOnlySpan<double> x, ParameterBuffer weights) =>
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<double, float>(x, weights.All);
}
