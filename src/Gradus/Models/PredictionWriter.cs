using System.Globalization;
using CsvHelper;

namespace Gradus;

/// <summary>Writes predictions as CSV, a row for each row. Regression: one column, called as the target. Classes: the class, in a
/// column called as the target, and a column <c>p(class)</c> of each class's probability.</summary>
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
        csv.WriteField(model.Target);
        foreach (var name in model.Classes)
            csv.WriteField($"p({name})");
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
            if (predictions.Classes.Count == 0)
            {
                WriteNumber((float)predictions.Values[row]);
            }
            else
            {
                csv.WriteField(predictions.ClassOf(row));
                foreach (var probability in predictions.ProbabilitiesOf(row))
                    WriteNumber(probability);
            }

            csv.EndRecord();
        }

        Rows += predictions.Rows;
    }

    /// <summary>Writes what is still buffered.</summary>
    public void Dispose() => csv.Dispose();

    private void WriteNumber(float value) => csv.WriteField(value, default, CultureInfo.InvariantCulture);
}
