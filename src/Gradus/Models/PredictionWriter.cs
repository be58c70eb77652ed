using System.Globalization;
using CsvHelper;

namespace Gradus;

/// <summary>Writes predictions as CSV, a row for each row. Regression: one column, called as the target; of several quantiles it
/// is the middle one, and a column <c>q(0.05)</c> of each follows. Classes: the class, in a column called as the target, and a column
/// <c>p(class)</c> of each class's probability. Several targets follow each other, and the added columns then begin with the target's
/// name: <c>species.p(Adelie)</c>.</summary>
/// <remarks>A text that begins with <c>= + - @</c>, a tab or a line break gets a <c>'</c> in front, so that no spreadsheet takes it
/// for a formula; numbers do not. Numbers have the digits that give the same float32 again.</remarks>
public sealed class PredictionWriter : IDisposable
{
    private readonly CsvWriter csv;

    /// <summary>Writes the header.</summary>
    /// <param name="writer">Where to; left open.</param>
    /// <param name="model">The model whose predictions will be written.</param>
    public PredictionWriter(TextWriter writer, Model model)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(model);
        csv = CsvWriter.Create(writer, new CsvWriterOptions
        {
            NewLine = "\n",
            Injection = CsvInjection.Escape,
            InjectionCharacters = "=+-@\t\r\n",
            InjectionEscape = '\'',
        }, leaveOpen: true);
        foreach (var head in model.Heads)
        {
            var prefix = model.Heads.Count > 1 ? head.Target + "." : "";
            csv.WriteField(head.Target);
            foreach (var share in head.Loss.Quantiles.Count > 1 ? head.Loss.Quantiles : [])
                csv.WriteField(string.Create(CultureInfo.InvariantCulture, $"{prefix}q({share})"));
            foreach (var name in head.Classes)
                csv.WriteField($"{prefix}p({name})");
        }

        csv.EndRecord();
    }

    /// <summary>Rows written so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Writes a row for each prediction.</summary>
    public void Write(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        for (var row = 0; row < predictions.Rows; row++)
        {
            foreach (var target in predictions.Targets)
                Write(target, row);
            csv.EndRecord();
        }

        Rows += predictions.Rows;
    }

    /// <summary>Writes what is still buffered.</summary>
    public void Dispose() => csv.Dispose();

    private void Write(TargetPredictions target, int row)
    {
        if (target.Task == LearningTask.Regression)
        {
            WriteNumber((float)target.Values[row]);
            if (target.Shares.Count == 0)
                return;
            foreach (var quantile in target.QuantilesOf(row))
                WriteNumber((float)quantile);
        }
        else
        {
            csv.WriteField(target.ClassOf(row));
            foreach (var probability in target.ProbabilitiesOf(row))
                WriteNumber(probability);
        }
    }

    private void WriteNumber(float value) => csv.WriteField(value, default, CultureInfo.InvariantCulture);
}
