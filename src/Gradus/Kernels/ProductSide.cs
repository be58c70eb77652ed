namespace Gradus.Kernels;

/// <summary>A side of a matrix product.</summary>
internal enum ProductSide
{
    /// <summary>Neither.</summary>
    None,

    /// <summary>The left one.</summary>
    A,

    /// <summary>The right one.</summary>
    B,
}
