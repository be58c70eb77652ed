using static Gradus.Functions;

namespace Gradus.Tests.Models;

/// <summary>The two pieces of code that the design shows, as they stand there.</summary>
public sealed class SurfaceTests
{
    [DataFact("california-housing.csv")]
    public void From_a_table_to_a_model_file()
    {
        var folder = Directory.CreateTempSubdirectory("gradus-surface-").FullName;
        try
        {
            var table = Table.ReadCsv(TestData.Path("california-housing.csv"));
            var (train, validation, test) = table.Split(seed: 1);                       // 64 / 16 / 20 %

            var model = Model.For(train, target: "medianHouseValue",
                new Dense(64, Activation.Relu), new Dense(64, Activation.Relu));         // the output layer follows from the target

            var history = model.Train(train, validation, new TrainOptions { Epochs = 3, Optimizer = new Adam(1e-3f) });

            Assert.Equal(3, history.Epochs.Count);
            Assert.Matches("^RMSE [0-9,]+ · MAE [0-9,]+ · R² 0.[67]", model.Evaluate(test).ToString());
            model.Save(Path.Combine(folder, "housing.safetensors"));
            Assert.Equal(model.Evaluate(test), Model.Load(Path.Combine(folder, "housing.safetensors")).Evaluate(test));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_same_by_hand()
    {
        var x = Expression.Input(rows: Batch, columns: 2);
        var d = Expression.Input(rows: Batch, columns: 2);
        var w = Expression.Parameter(2, 3); var b = Expression.Parameter(1, 3);
        var v = Expression.Parameter(3, 2); var c = Expression.Parameter(1, 2);

        var y = Sigmoid(x.Dot(w) + b).Dot(v) + c;                                    // the lecture's Y = g(XW + B)V + C
        var loss = Sum(Square(y - d)) / 2;
        var gradients = Gradient.Of(loss, w, b, v, c);                               // expressions too: print them, draw them

        Assert.Equal([w.Shape, b.Shape, v.Shape, c.Shape], gradients.Select(gradient => gradient.Shape));
        Assert.Equal("sum(sigmoid(x0 · p0 + p1) · p2 + p3 - x1, rows)", gradients[3].ToString());
        Assert.Contains("sigmoid", gradients[0].ToDot(), StringComparison.Ordinal);
    }
}
