using Gradus.Tests.Programs;

namespace Gradus.Tests.Layers;

/// <summary>A random network with data for a loss, away from kinks: no input of a rectifier or a comparison lies within
/// <see cref="Clearance"/> of its kink.</summary>
internal sealed class RandomNetwork
{
    /// <summary>Some steps of a central difference (2 · 2e-5) times the largest derivative of a pre-activation.</summary>
    private const double Clearance = 2e-3;

    public RandomNetwork(ulong seed, Loss loss)
    {
        for (var attempt = 0UL; ; attempt++)
        {
            var draw = new Draw((seed * 1_000) + attempt);
            Batch = 1 + draw.Below(7);
            var outputs = loss.ReadOut == ReadOut.Sigmoid ? 1 + draw.Below(2) : 2 + draw.Below(3);
            var inputs = 1 + draw.Below(6);
            var layers = Enumerable.Range(0, draw.Below(4)).Select(_ => (Layer)new Dense(1 + draw.Below(9), draw.Of(Activation.All)));
            Network = new Network(inputs, [.. layers, new Dense(outputs)]);
            Target = Expression.Input(Dimension.Batch, loss.ReadOut == ReadOut.Softmax && draw.Chance(0.5) ? 1 : outputs, "D");
            Rows = loss.OfRows(Network.Output, Target);
            J = loss.Of(Network.Output, Target);
            Gradients = Gradient.Of(J, [.. Parameters]);
            Values =
            [
                (Network.Input, draw.Matrix(Batch, inputs)),
                (Target, Targets(draw, loss.ReadOut, Target.Shape.Columns.Size, outputs)),
                .. Parameters.Select(p => (p, draw.Matrix(p.Shape.Rows.Size, p.Shape.Columns.Size, -1, 1))),
            ];
            // eᶻ of a large z would drown every bound.
            if (KinkDistance() > Clearance && (loss.ReadOut != ReadOut.Exponential || Network.Output.Evaluate(Values).Cast<double>().Max(Math.Abs) < 2))
                return;
        }
    }

    public int Batch { get; }

    public Network Network { get; }

    public Expression Target { get; }

    public Expression Rows { get; }

    public Expression J { get; }

    public IReadOnlyList<Expression> Gradients { get; }

    public (Expression Leaf, double[,] Value)[] Values { get; }

    public IEnumerable<Expression> Parameters => Network.Parameters.Select(p => p.Expression);

    public override string ToString() =>
        $"{Network} ({string.Join(", ", Network.Layers.Select(layer => ((Dense)layer).Activation))}), batch {Batch}, {J}";

    private double[,] Targets(Draw draw, ReadOut readOut, int columns, int classes)
    {
        if (readOut == ReadOut.Identity)
            return draw.Matrix(Batch, columns);
        var values = new double[Batch, columns];
        for (var i = 0; i < Batch; i++)
        {
            if (readOut is ReadOut.Sigmoid or ReadOut.Exponential)
                for (var j = 0; j < columns; j++)
                    values[i, j] = draw.Below(readOut == ReadOut.Sigmoid ? 2 : 5);
            else if (columns == 1)
                values[i, 0] = draw.Below(classes);
            else
                values[i, draw.Below(classes)] = 1;
        }

        return values;
    }

    // Kinks are where a comparison changes its answer.
    private double KinkDistance()
    {
        var distance = double.PositiveInfinity;
        foreach (var node in Graph.Order([J]))
        {
            var gap = node.Operation switch
            {
                "relu" or "leaky-relu" or "abs" => node.Inputs[0],
                "greater" or "greater-or-equal" or "min" or "max" => node.Inputs[0] - node.Inputs[1],
                _ => null,
            };
            foreach (var value in gap?.Evaluate(Values) ?? new double[0, 0])
                distance = Math.Min(distance, Math.Abs(value));
        }

        return distance;
    }
}
