namespace Gradus.Kernels;

/// <summary>What a path needs to know of a product: op(A) (m × k) · op(B) (k × n), and how to block it.</summary>
/// <param name="M">Rows of C.</param>
/// <param name="N">Columns of C.</param>
/// <param name="K">Terms of each sum.</param>
/// <param name="TransposeA">A is stored k × m.</param>
/// <param name="TransposeB">B is stored n × k.</param>
/// <param name="Depth">Terms of the sums taken in one pass, so that a panel of B stays in the first cache level.</param>
/// <param name="CopyPanels">Whether a panel of B is made contiguous while the first row tile reads it.</param>
/// <param name="PackTiles">Whether the tiles of a transposed A are made contiguous at the beginning of each pass.</param>
/// <param name="ARow">Floats from one row of A to the next as it is stored.</param>
internal readonly record struct ProductShape(
    int M, int N, int K, bool TransposeA, bool TransposeB, int Depth, bool CopyPanels, bool PackTiles, int ARow);
