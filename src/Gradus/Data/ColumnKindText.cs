namespace Gradus;

/// <summary>Kinds of columns in sentences.</summary>
internal static class ColumnKindText
{
    /// <summary>"a number column".</summary>
    public static string Indefinite(this ColumnKind kind) => kind switch
    {
        ColumnKind.Number => "a number column",
        ColumnKind.Category => "a category column",
        ColumnKind.Boolean => "a boolean column",
        ColumnKind.Date => "a date column",
        _ => "an ignored column",
    };
}
