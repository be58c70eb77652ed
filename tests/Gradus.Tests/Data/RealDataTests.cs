namespace Gradus.Tests;

public class RealDataTests
{
    // File, rows, columns, target, task, columns of numbers/categories/booleans, "column:missing" where any is missing.
    [DataTheory("titanic.csv")]
    [InlineData("california-housing.csv", 20640, 9, "medianHouseValue", LearningTask.Regression, "9/0/0", "")]
    [InlineData("digits.csv", 1797, 65, "digit", LearningTask.Classification, "65/0/0", "")]
    [InlineData("iris.csv", 150, 5, "species", LearningTask.Classification, "4/1/0", "")]
    [InlineData("wine.csv", 178, 14, "cultivar", LearningTask.Classification, "14/0/0", "")]
    [InlineData("breast-cancer.csv", 569, 31, "diagnosis", LearningTask.BinaryClassification, "30/1/0", "")]
    [InlineData("diabetes.csv", 442, 11, "progression", LearningTask.Regression, "11/0/0", "")]
    [InlineData("penguins.csv", 344, 7, "species", LearningTask.Classification, "4/3/0",
        "bill_length_mm:2 bill_depth_mm:2 flipper_length_mm:2 body_mass_g:2 sex:11")]
    [InlineData("titanic.csv", 891, 15, "survived", LearningTask.BinaryClassification, "6/6/3", "age:177 embarked:2 deck:688 embark_town:2")]
    public void Files_are_read_as_they_are(string file, int rows, int columns, string target, LearningTask task, string kinds, string missing)
    {
        var table = Table.ReadCsv(TestData.Path(file));
        Assert.Equal((rows, columns), (table.RowCount, table.Columns.Count));
        Assert.Equal(kinds, string.Join('/', new[] { ColumnKind.Number, ColumnKind.Category, ColumnKind.Boolean }
            .Select(kind => table.Columns.Count(c => c.Kind == kind))));
        Assert.Equal(missing, string.Join(' ', table.Columns.Where(c => c.MissingCount > 0).Select(c => $"{c.Name}:{c.MissingCount}")));

        var split = table.Split(seed: 1, stratifyBy: target);
        var fitted = Preprocessor.Fit(split.Train, new PreprocessingOptions { Target = target });
        Assert.Equal(task, fitted.Target?.Task);
        Assert.Equal(rows, fitted.Encode(split.Train).Rows + fitted.Encode(split.Validation).Rows + fitted.Encode(split.Test).Rows);
        var features = new float[split.Train.RowCount * fitted.FeatureCount];
        fitted.Encode(split.Train).Inputs.CopyRows(0, split.Train.RowCount, features);
        Assert.DoesNotContain(features, f => !float.IsFinite(f));
    }

    [DataFact("california-housing.csv")]
    public void Standardised_columns_have_mean_0_and_deviation_1()
    {
        var table = Table.ReadCsv(TestData.Path("california-housing.csv"));
        var encoded = Preprocessor.Fit(table, new PreprocessingOptions { Target = "medianHouseValue" }).Encode(table);
        var features = new float[encoded.Rows * 8];
        encoded.Inputs.CopyRows(0, encoded.Rows, features);
        for (var f = 0; f < 8; f++)
        {
            var column = Enumerable.Range(0, encoded.Rows).Select(r => (double)features[(r * 8) + f]).ToArray();
            Assert.Equal(0, column.Average(), 1e-6);   // each value rounded to 2⁻²⁴ of at most 60 deviations
            Assert.Equal(1, Math.Sqrt(column.Select(v => v * v).Average()), 1e-6);
        }
    }

    [DataFact("mnist")]
    public void Mnist_has_its_sizes_and_known_pixels()
    {
        var data = DataSet.Open(TestData.Path("mnist"));
        Assert.Equal((60_000, 10_000, "label"), (data.Table.RowCount, data.Test?.RowCount ?? 0, data.Target));
        Assert.Equal(["5", "0", "4", "1", "9"], Enumerable.Range(0, 5).Select(i => data.Table["label"].TextAt(i)));
        Assert.Equal("0,1,2,3,4,5,6,7,8,9", string.Join(',', ((CategoryColumn)data.Table["label"]).Categories));

        var (train, validation, test) = data.Split(seed: 1);
        Assert.Equal((54_000, 6_000, 10_000), (train.RowCount, validation.RowCount, test.RowCount));
        var encoded = Preprocessor.Fit(train, new PreprocessingOptions { Target = "label" }).Encode(data.Table);
        var pixels = new float[60_000 * 784];
        encoded.Inputs.CopyRows(0, 60_000, pixels);
        Assert.Equal(0.1307, pixels.Select(p => (double)p).Average(), 1e-4);  // the mean that the field's recipes quote
    }

    [Fact]
    public void Names_are_known_or_suggested()
    {
        Assert.Equal(["california-housing", "digits", "fashion-mnist", "mnist"], DataCatalog.Entries.Select(e => e.Name));
        Assert.Contains("Did you mean 'mnist'?", Assert.Throws<GradusException>(() => DataSet.Open("mnits")).Message, StringComparison.Ordinal);
    }
}
