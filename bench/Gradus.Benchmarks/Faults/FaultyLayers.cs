namespace Gradus.Benchmarks.Faults;

/// <summary>Batch normalisation that takes the batch's statistics when predicting too.</summary>
internal sealed record AlwaysBatchStatistics : Layer
{
    public override string Kind => "always-batch-statistics";

    internal override Expression Apply(Expression x, ParameterFactory parameters)
    {
        var mean = Functions.Mean(x, Axis.Rows);
        return (x - mean) / Functions.Sqrt(Functions.Mean(Functions.Square(x - mean), Axis.Rows) + 1e-5);
    }
}

/// <summary>A layer whose weights the optimiser never gets.</summary>
internal sealed record Frozen(int Outputs) : Layer
{
    public override string Kind => "frozen";

    internal override Expression Apply(Expression x, ParameterFactory parameters)
    {
        var w = parameters.Make("W", x.Shape.Columns.Size, Outputs, Initializer.HeNormal, isWeight: true, isTrained: false);
        return Functions.Relu(x.Dot(w));
    }
}

/// <summary>An output layer that ends in a function where the loss expects the sums.</summary>
internal sealed record ActivatedOutput(int Outputs, Func<Expression, Expression> Function) : Layer
{
    public override string Kind => "activated-output";

    internal override Expression Apply(Expression x, ParameterFactory parameters)
    {
        var w = parameters.Make("W", x.Shape.Columns.Size, Outputs, Initializer.XavierUniform, isWeight: true);
        var b = parameters.Make("b", 1, Outputs, Initializer.Zeros, isWeight: false);
        return Function(x.Dot(w) + b);
    }
}
