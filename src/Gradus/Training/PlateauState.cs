namespace Gradus;

/// <summary><see cref="Schedule.Plateau"/> at work: the factor that follows from the losses so far.</summary>
internal sealed class PlateauState
{
    private const double Lowered = 0.5;
    private const double Least = 1e-4;   // what counts as a fall, of the loss
    private const int Patience = 5;

    /// <summary>On the learning rate.</summary>
    public double Factor { get; set; } = 1;

    /// <summary>The lowest loss.</summary>
    public double Best { get; set; } = double.PositiveInfinity;

    /// <summary>Epochs since then, or since the factor was lowered.</summary>
    public int BadEpochs { get; set; }

    /// <summary>Takes the loss of an epoch.</summary>
    public void Take(double loss)
    {
        if (loss < Best - (Least * Math.Abs(Best)) || double.IsPositiveInfinity(Best))
        {
            (Best, BadEpochs) = (loss, 0);
        }
        else if (++BadEpochs == Patience)
        {
            Factor *= Lowered;
            BadEpochs = 0;
        }
    }

    /// <summary>Keeps the numbers.</summary>
    public void Save(TrainingState state)
    {
        (state.Numbers["plateau.factor"], state.Numbers["plateau.badEpochs"]) = (Factor, BadEpochs);
        if (double.IsFinite(Best))
            state.Numbers["plateau.best"] = Best;
    }

    /// <summary>Takes the numbers back.</summary>
    public void Restore(TrainingState state)
    {
        (Factor, BadEpochs) = (state.NumberOf("plateau.factor"), (int)state.NumberOf("plateau.badEpochs"));
        Best = state.Numbers.GetValueOrDefault("plateau.best", double.PositiveInfinity);
    }
}
