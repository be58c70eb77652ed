using System.CommandLine;

namespace Gradus.Cli;

/// <summary>The options of <c>train</c> against overfitting and large steps.</summary>
internal sealed class RegularizationArguments
{
    private const string Before = "before";
    private const string After = "after";

    private readonly Option<PerLayer?> l2 = EachLayer("--l2", "Penalty λ/2 Σw² on weights, or one λ for each layer");
    private readonly Option<PerLayer?> l1 = EachLayer("--l1", "Penalty λ Σ|w| on weights, or one λ for each layer; with --l2, the elastic net");

    private readonly Option<double[]?> dropout = Parsing.Value<double[]?>(
        "--dropout", "P", "Probability to drop an output of a hidden layer while training, or two: of an input, of a hidden output",
        "one or two numbers from 0 up to below 1, such as 0.5 or 0.2,0.5", ReadProbabilities);

    private readonly Option<double?> inputNoise = AtLeastZero("--input-noise", "Deviation of normal noise on the scaled inputs while training", "0.1");

    private readonly Option<double?> labelSmoothing = Parsing.Number(
        "--label-smoothing", "E", "Classes: the share of a target that is spread over all classes while training",
        "a number from 0 up to below 1, such as 0.1", number => number is >= 0 and < 1);

    private readonly Option<double?> maxNorm = AboveZero("--max-norm", "Bound of the norm of the weights into a unit", "3");
    private readonly Option<double?> clipNorm = AboveZero("--clip-norm", "Bound of the norm of the gradient of all parameters", "1");
    private readonly Option<double?> clipValue = AboveZero("--clip-value", "Bound of each element of the gradient", "0.5");
    private readonly Option<double?> ema = Parsing.Number(
        "--ema", "D", "Take the running average of the weights, which forgets a share 1 − D at each step",
        "a number above 0 and below 1, such as 0.999", number => number is > 0 and < 1);

    private readonly Option<bool> swa = Parsing.Flag(
        "--swa", "Take the mean of the weights at the ends of the last quarter of the epochs; goes with --schedule constant");

    private readonly Option<bool> balance = Parsing.Flag("--balance", "Classes: rare ones count as much as frequent ones");
    private readonly Option<string?> batchNorm = new("--batch-norm")
    {
        HelpName = "before|after",
        Arity = ArgumentArity.ZeroOrOne,
        Description = "Batch normalisation of hidden layers, before the activation or after it [default, without a word: before]",
        CustomParser = result =>
        {
            if (result.Tokens is not [.., var token])
                return Before;
            if (token.Value is not (Before or After))
                result.AddError($"--batch-norm is '{token.Value}'. Expected {Before} or {After} (the activation), or nothing, which is {Before}.");
            return token.Value;
        },
    };

    private readonly Option<bool> layerNorm = Parsing.Flag("--layer-norm", "Layer normalisation before each hidden activation");

    /// <param name="command">Takes the options.</param>
    /// <param name="ofStepsOnly">Whether to leave out those that have no part in a step.</param>
    public RegularizationArguments(Command command, bool ofStepsOnly = false)
    {
        foreach (var option in (Option[])[l2, l1, dropout, inputNoise, labelSmoothing, maxNorm, clipNorm, clipValue, batchNorm, layerNorm,
            .. ofStepsOnly ? (Option[])[] : [ema, swa, balance]])
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(batchNorm) is not null && result.GetValue(layerNorm))
                result.AddError("--batch-norm and --layer-norm exclude each other. Give one of them.");
        });
    }

    /// <summary>Noise and dropout of the inputs.</summary>
    public IEnumerable<Layer> OnInputs(ParseResult result)
    {
        if (result.GetValue(inputNoise) is > 0 and var deviation)
            yield return new GaussianNoise(deviation);
        if (Probabilities(result).OfInputs is > 0 and var probability)
            yield return new Dropout(probability);
    }

    /// <summary>Each hidden layer with the normalisation and the dropout that belong to it.</summary>
    public IReadOnlyList<IReadOnlyList<Layer>> Around(IReadOnlyList<Dense> hidden, ParseResult result)
    {
        var placed = result.GetResult(batchNorm) is null ? null : result.GetValue(batchNorm) ?? Before;
        var replaces = placed == Before || result.GetValue(layerNorm);   // the layer's activation comes after what it gives is normalised
        var ofHidden = Probabilities(result).OfHidden;
        if (hidden.Count == 0 && (ofHidden > 0 || placed is not null || replaces))
        {
            throw new GradusException($"{(placed is not null ? "--batch-norm" : replaces ? "--layer-norm" : "--dropout")} works on hidden "
                + "layers, and there is none. Leave it out, or give --hidden 64,64.");
        }

        return [.. hidden.Select(layer =>
        {
            var block = new List<Layer> { replaces ? new Dense(layer.Outputs * layer.Activation.Pieces) { Weights = layer.Weights } : layer };
            if (placed is not null)
                block.Add(new BatchNormalization(placed == Before ? layer.Activation : Activation.Identity));
            if (result.GetValue(layerNorm))
                block.Add(new LayerNormalization(layer.Activation));
            if (ofHidden > 0)
                block.Add(new Dropout(ofHidden));
            return block;
        })];
    }

    // The value of a list that was not given is an empty list, not null.
    private (double OfInputs, double OfHidden) Probabilities(ParseResult result) => result.GetValue(dropout) switch
    {
        [var ofInputs, var ofHidden] => (ofInputs, ofHidden),
        [var ofHidden] => (0, ofHidden),
        _ => (0, 0),
    };

    public TrainOptions AddTo(TrainOptions options, ParseResult result) => options with
    {
        L2 = result.GetValue(l2) ?? 0,
        L1 = result.GetValue(l1) ?? 0,
        LabelSmoothing = result.GetValue(labelSmoothing) ?? 0,
        MaxNorm = result.GetValue(maxNorm),
        ClipNorm = result.GetValue(clipNorm),
        ClipValue = result.GetValue(clipValue),
        Ema = result.GetValue(ema),
        Swa = result.GetValue(swa),
        Balance = result.GetValue(balance),
    };

    private static Option<PerLayer?> EachLayer(string name, string description) => Parsing.Value<PerLayer?>(
        name, "L", description, "a number of at least 0, or one for each layer with the output layer's last, such as 0.0001 or 0.001,0,0.01",
        (string text, out PerLayer? value) =>
        {
            value = null;
            var parts = text.Split(',');
            var numbers = new double[parts.Length];
            for (var i = 0; i < parts.Length; i++)
            {
                if (!Parsing.TryNumber(parts[i], number => number >= 0, out numbers[i]))
                    return false;
            }

            value = new PerLayer(numbers);
            return true;
        });

    private static Option<double?> AtLeastZero(string name, string description, string example) =>
        Parsing.Number(name, "L", description, $"a number of at least 0, such as {example}", number => number >= 0);

    private static Option<double?> AboveZero(string name, string description, string example) =>
        Parsing.Number(name, "C", description, $"a number above 0, such as {example}", number => number > 0);

    private static bool ReadProbabilities(string text, out double[]? values)
    {
        var parts = text.Split(',');
        values = new double[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!Parsing.TryNumber(parts[i], number => number is >= 0 and < 1, out values[i]))
                return false;
        }

        return parts.Length <= 2;
    }
}
