using System.Diagnostics.CodeAnalysis;

namespace Gradus;

/// <summary>A set-up made into a model and encoded rows, and what the checks compute with them.</summary>
internal sealed class RecipeContext : IDisposable
{
    private RecipeContext(RecipeSetup setup, Model model, EncodedTable train, EncodedTable? validation)
    {
        (Setup, Model, Train, Validation) = (setup, model, train, validation);
        Team = new WorkerTeam(setup.Training.Threads ?? Environment.ProcessorCount);
        Target = TrainingObjective.TargetOf(model.Network, model.Loss);
    }

    public RecipeSetup Setup { get; }

    /// <summary>With the weights of the start; checks train copies.</summary>
    public Model Model { get; }

    public EncodedTable Train { get; }

    public EncodedTable? Validation { get; }

    public WorkerTeam Team { get; }

    /// <summary>The input of programs that takes the targets.</summary>
    public Expression Target { get; }

    public Network Network => Model.Network;

    public bool IsRegression => Model.Task == LearningTask.Regression;

    /// <summary>The scores of rows to judge on: the validation rows, or the training rows where there are none.</summary>
    public EncodedTable Judged => Validation ?? Train;

    public static bool TryCreate(
        RecipeSetup setup, [NotNullWhen(true)] out RecipeContext? context, [NotNullWhen(false)] out GradusException? refusal)
    {
        (context, refusal) = (null, null);
        try
        {
            if (setup.Training.Optimizer is Lbfgs)
                throw new GradusException("The recipe checks steps of batches with a learning rate, and L-BFGS has neither. Check with another optimiser, such as adam, and train with lbfgs then.");
            var model = setup.MakeModel?.Invoke(setup) ?? Model.For(setup.Train, setup.Model, [.. setup.Layers]);
            _ = new Trainer(model.Network, model.Loss, model.Weights, setup.Training);
            var validation = setup.Validation is { RowCount: > 0 } rows ? model.Preprocessor.Encode(rows) : null;
            if (setup.Test is { RowCount: > 0 } test)
                _ = model.Preprocessor.Encode(test);
            context = new RecipeContext(setup, model, model.Preprocessor.Encode(setup.Train), validation is { Rows: > 0 } ? validation : null);
            return true;
        }
        catch (GradusException e)
        {
            refusal = e;
            return false;
        }
    }

    /// <summary>Random rows of a part, the same for the same seed.</summary>
    /// <param name="table">The part.</param>
    /// <param name="count">At most so many.</param>
    public int[] Rows(EncodedTable table, int count) =>
        Shuffle.Permutation(table.Rows, Setup.Training.Seed)[..Math.Min(count, table.Rows)];

    /// <summary>A program over the given rows of the training part, run once.</summary>
    /// <param name="outputs">What to compute.</param>
    /// <param name="rows">Rows of the training part.</param>
    /// <param name="weights">The parameters; the model's if null.</param>
    public CompiledProgram Run(IReadOnlyList<Expression> outputs, ReadOnlySpan<int> rows, ParameterBuffer? weights = null)
    {
        var program = Compile(outputs, rows, weights);
        program.Run(1);
        return program;
    }

    /// <summary>As <see cref="Run"/>, its inputs and targets filled in, but not run.</summary>
    public CompiledProgram Compile(IReadOnlyList<Expression> outputs, ReadOnlySpan<int> rows, ParameterBuffer? weights = null)
    {
        var program = CompiledProgram.Compile(outputs, new ProgramOptions
        {
            Batch = rows.Length,
            Seed = Setup.Training.Seed,
            Team = Team,
            Placements = [.. (weights ?? Model.Weights).PlaceEach()],
        });
        if (program.Uses(Network.Input))
            Train.Inputs.Gather(rows, program[Network.Input]);
        if (program.Uses(Target))
            Train.GatherTargets(rows, program[Target]);
        return program;
    }

    /// <summary>A fresh copy of the parameters at the start.</summary>
    public ParameterBuffer Start()
    {
        var weights = Model.Weights.Similar();
        Model.Weights.CopyTo(weights);
        return weights;
    }

    /// <summary>The network without what acts on training alone, dropout and noise, and with the same parameters at the start.
    /// </summary>
    public (Network Network, ParameterBuffer Weights) Plain()
    {
        if (!Network.Layers.Any(layer => layer is Dropout or GaussianNoise))
            return (Network, Start());
        var plain = new Network(Network.InputCount, [.. Network.Layers.Where(layer => layer is not (Dropout or GaussianNoise))]);
        var weights = plain.Initialize(Setup.Model.Seed);
        for (var i = 0; i < plain.Parameters.Count; i++)
            Model.Weights[Network.Parameters[i].Expression].CopyTo(weights[plain.Parameters[i].Expression]);
        return (plain, weights);
    }

    /// <summary>The options of training without regularisation.</summary>
    public TrainOptions PlainOptions => Setup.Training with
    {
        L1 = 0,
        L2 = 0,
        MaxNorm = null,
        LabelSmoothing = 0,
        Ema = null,
        Balance = false,
        ClipNorm = null,
        ClipValue = null,
        Optimizer = Setup.Training.Optimizer with { WeightDecay = 0 },
        OnEpoch = null,
        OnStep = null,
    };

    /// <summary>Σ in double.</summary>
    public static double Mean(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum / values.Length;
    }

    public void Dispose() => Team.Dispose();
}
