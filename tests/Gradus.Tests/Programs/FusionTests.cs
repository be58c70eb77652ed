using Gradus.Tests.Expressions;
using static Gradus.Functions;

namespace Gradus.Tests.Programs;

/// <summary>What becomes one instruction, counted.</summary>
public sealed class FusionTests
{
    private static readonly Expression X = Expression.Input(Dimension.Batch, 8, "x");

    private static int Count(params Expression[] outputs) =>
        CompiledProgram.Compile(outputs, new ProgramOptions { Batch = 16 }).Instructions;

    [Fact]
    public void A_dense_layer_is_one_instruction()
    {
        foreach (var activation in Activation.All.Where(activation => activation.Pieces == 1))
            Assert.Equal(1, Count(new Network(8, new Dense(32, activation)).Output));
    }

    [Fact]
    public void A_network_has_one_instruction_a_layer() =>
        Assert.Equal(4, Count(new Network(8, [.. Enumerable.Repeat(new Dense(12, Activation.Tanh), 4)]).Output));

    [Fact]
    public void A_chain_of_elementwise_operations_is_one_instruction()
    {
        var row = Expression.Parameter(1, 8);
        Assert.Equal(1, Count(Tanh((Exp(-Square(X)) * row) + 1) / (2 + Abs(X))));
        var h = Sigmoid(X);
        Assert.Equal(1, Count(h, Tanh(h), h * row));   // three outputs, one pass
    }

    [Fact]
    public void A_mask_of_random_numbers_is_part_of_the_product_that_it_masks()
    {
        var w = Expression.Parameter(8, 4);
        Assert.Equal(1, Count(Relu(X.Dot(w)) * RandomBernoulli(Dimension.Batch, 4, 0.5, 1) * 2));
    }

    [Fact]
    public void A_reshaped_value_is_the_same_memory()
    {
        var w = Expression.Parameter(4, 3);
        var h = Reshape(X, new Shape(2 * Dimension.Batch, 4)).Dot(w);
        Assert.Equal(1, Count(h));
        // The sum over a product's rows in pairs: product, chain on the view of it.
        Assert.Equal(2, Count(Tanh(Reshape(h, new Shape(Dimension.Batch, 6))) * Expression.Parameter(1, 6)));
        // What is read after the run is a copy.
        Assert.Equal(2, Count(Reshape(h, new Shape(Dimension.Batch, 6))));
    }

    [Fact]
    public void A_layer_of_members_is_a_product_and_the_chains_before_and_after_it()
    {
        // Repeat, ⊙ r of the members and of the layer; product; ⊙ s + b, relu and the next ⊙ r; product; ⊙ s + b and tanh; and the
        // copy of the result.
        Assert.Equal(7, Count(new Network(8, new Members(4), new MemberDense(12, Activation.Relu), new MemberDense(12, Activation.Tanh)).Output));
    }

    [Fact]
    public void A_reduction_stands_alone()
    {
        Assert.Equal(2, Count(Sum(Square(X))));
        Assert.Equal(3, Count(X - Sum(Square(X), Axis.Rows)));   // square, sum, subtract
    }

    [Fact]
    public void A_chain_does_not_reach_round_an_operation_that_it_feeds()
    {
        // softmax needs all of tanh before the sum can begin: three instructions, not a cycle.
        var h = Tanh(X);
        Assert.Equal(3, Count(h + Softmax(h)));
    }

    [Fact]
    public void Equal_subexpressions_are_computed_once()
    {
        var w = Expression.Parameter(8, 8, "w");
        Expression Layer() => Sigmoid(X.Dot(w));
        Assert.Equal(1, Count(Layer()));
        Assert.Equal(1, Count(Layer(), Layer(), Layer() + Layer()));
        var program = CompiledProgram.Compile([Layer(), Layer()], new ProgramOptions { Batch = 16 });
        Assert.Equal(1, program.Instructions);
        // Other weights are another expression, however equal their shapes.
        Assert.Equal(2, Count(Layer(), Sigmoid(X.Dot(Expression.Parameter(8, 8, "w")))));
    }

    [Fact]
    public void Random_numbers_of_one_purpose_are_the_same_and_of_two_purposes_are_not()
    {
        Expression Mask(int purpose) => RandomUniform(Dimension.Batch, 4, purpose);
        var (same, other) = (Mask(1) - Mask(1), Mask(1) - Mask(2));
        var program = CompiledProgram.Compile([same, other], new ProgramOptions { Batch = 5, Seed = 9 });
        program.Run(1);
        Assert.True(program[same].IndexOfAnyExcept(0f) < 0);
        Assert.True(program[other].IndexOf(0f) < 0);
    }

    [Fact]
    public void Constants_of_either_sign_of_zero_are_not_one()
    {
        Expression one = Expression.Constant(new double[,] { { 1 } });
        Expression[] quotients = [one / Expression.Constant(0.0), one / Expression.Constant(-0.0)];
        var program = CompiledProgram.Compile(quotients);
        program.Run();
        Assert.Equal(float.PositiveInfinity, program[quotients[0]][0]);
        Assert.Equal(float.NegativeInfinity, program[quotients[1]][0]);
    }

    [Fact]
    public void What_depends_on_the_batch_size_alone_is_a_number()
    {
        var count = Functions.Count(X, Axis.Rows) * Functions.Count(X, Axis.All);
        var program = CompiledProgram.Compile([count, Mean(X)], new ProgramOptions { Batch = 16 });
        program.Run();
        Assert.Equal(16 * 128, program[count][0]);
        Assert.Equal(2, program.Instructions);   // sum, divide
    }

    [Fact]
    public void Keeping_all_gives_every_node_of_a_training_step_its_value()
    {
        var network = new Network(5, new Dense(7, Activation.Sigmoid), new Dense(3));
        var target = Expression.Input(Dimension.Batch, 1, "d");
        var loss = Loss.CrossEntropy.Of(network.Output, target);
        var gradients = Gradient.Of(loss, [.. network.Parameters.Select(p => p.Expression)]);
        var program = CompiledProgram.Compile([loss, .. gradients], new ProgramOptions { Batch = 4, KeepAll = true });
        Numeric.CopyTo(Numeric.Values(4, 5, 3), program[network.Input]);
        Numeric.CopyTo(new double[,] { { 2 }, { 0 }, { 1 }, { 2 } }, program[target]);
        for (var i = 0; i < network.Parameters.Count; i++)
        {
            var p = network.Parameters[i].Expression;
            Numeric.CopyTo(Numeric.Values(p.Shape.Rows.Size, p.Shape.Columns.Size, (ulong)i), program[p]);
        }

        program.Run();
        Assert.True(LocalError.Check(program, [loss, .. gradients]) > 15);
        foreach (var h in network.LayerOutputs)
            Assert.Equal(4 * h.Shape.Columns.Size, program[h].Length);
    }

    [Fact]
    public void A_product_merged_with_its_sum_reads_its_factors_before_their_memory_is_taken()
    {
        // a ends with a · b, which runs together with the sum, after r has been written.
        var b = Expression.Input(Dimension.Batch, 8, "b");
        var r = Tanh(b);
        var sum = (Softmax(X) * b) + r;
        Expression[] outputs = [sum, r];
        var programs = new[] { true, false }.Select(keepAll =>
        {
            var program = CompiledProgram.Compile(outputs, new ProgramOptions { Batch = 3, KeepAll = keepAll });
            Numeric.CopyTo(Numeric.Values(3, 8, 1), program[X]);
            Numeric.CopyTo(Numeric.Values(3, 8, 2), program[b]);
            program.Run();
            return program;
        }).ToArray();
        foreach (var output in outputs)
            Assert.Equal(programs[0][output], programs[1][output]);
    }

    [Fact]
    public void Only_inputs_and_outputs_can_be_read()
    {
        var h = Tanh(X);
        var program = CompiledProgram.Compile([Sum(h)], new ProgramOptions { Batch = 2 });
        Assert.Contains("tanh", Assert.Throws<ArgumentException>(() => program[h].Length).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => program[Expression.Parameter(1, 1)].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => CompiledProgram.Compile([h], new ProgramOptions { Batch = -1 }));
    }

    [Fact]
    public void A_batch_of_no_rows_runs()
    {
        var h = Tanh(X) * Expression.Parameter(1, 8);
        var program = CompiledProgram.Compile([h, Sum(h)], new ProgramOptions { Batch = 0 });
        program.Run();
        Assert.Equal(0, program[h].Length);
    }
}
