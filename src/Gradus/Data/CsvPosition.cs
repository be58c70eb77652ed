namespace Gradus;

/// <summary>Where in a CSV file: the data row, from 1, and the line that it begins on.</summary>
internal readonly record struct CsvPosition(long Row, long Line)
{
    public override string ToString() => $"row {Row} (line {Line})";
}
