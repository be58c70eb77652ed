namespace Gradus;

/// <summary>What the values of a column are.</summary>
public enum ColumnKind
{
    /// <summary>Numbers, held as float32.</summary>
    Number,

    /// <summary>One of a list of texts.</summary>
    Category,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>Not read: an identifier, a name, free text, or a column that the user set aside. Only its name is kept.</summary>
    Ignored,

    /// <summary>Dates, perhaps with times of day.</summary>
    Date,
}
