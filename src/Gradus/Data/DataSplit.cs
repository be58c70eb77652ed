namespace Gradus;

/// <summary>The three parts of a table: learn on the first, choose on the second, report on the third.</summary>
/// <param name="Train">The rows that weights and preprocessing are fitted on.</param>
/// <param name="Validation">The rows that decide when to stop and which setting is best.</param>
/// <param name="Test">The rows that are looked at once, at the end.</param>
public readonly record struct DataSplit(Table Train, Table Validation, Table Test);
