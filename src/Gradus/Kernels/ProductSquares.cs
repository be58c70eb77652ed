using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

/// <summary>‖AᵀB‖², the sum of the squares of a product that is not computed: A (m × p), B (m × q), row-major.</summary>
/// <remarks>
/// ‖AᵀB‖² = Σᵢⱼ (A·Aᵀ)ᵢⱼ (B·Bᵀ)ᵢⱼ = Σᵢⱼ (aᵢ·aⱼ)(bᵢ·bⱼ) over pairs of rows. Pairs (i, j) and (j, i) are equal, so it takes
/// m²(p + q) operations where the product takes 2mpq: little, while there are fewer rows than columns. Each of the products aᵢ·aⱼ and
/// bᵢ·bⱼ is summed in float in as many parts as a register has lanes, 16 products of both are added in float, these in double:
/// |sum − exact| ≤ ((p + q)/lanes + 44)·2⁻²⁴·Σᵢⱼ|aᵢ|·|aⱼ| |bᵢ|·|bⱼ|. Where the rows' parts of AᵀB cancel, ‖AᵀB‖² is smaller than
/// that sum, (Σᵢ ‖aᵢ‖‖bᵢ‖)² at most, and has fewer digits. The order depends on the shape alone.
/// </remarks>
internal sealed unsafe class ProductSquares
{
    // Rows of a tile on either side: 16 sums, enough to keep the multipliers busy, with 8 loads for 16 multiply-adds.
    private const int Tile = 4;

    // Rows of a block on either side. A part is a pair of blocks; those of 64 rows fit two threads: 64 tiles, and 36 + 36.
    private const int BlockRows = 32;

    private readonly int m;
    private readonly int blocks;

    /// <summary>Plans the sum for so many rows.</summary>
    public ProductSquares(int m)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        this.m = m;
        blocks = int.Max(1, (m + BlockRows - 1) / BlockRows);
    }

    /// <summary>Number of parts; their sums may be taken in any order and at the same time, and are to be added in theirs.</summary>
    public int Parts => blocks * (blocks + 1) / 2;

    /// <summary>The share of one part, a pair of blocks of rows.</summary>
    public double Part(int index, ReadOnlySpan<float> a, int p, ReadOnlySpan<float> b, int q)
    {
        Check.Range(index, 1, Parts, nameof(index));
        Check.Length(a, (long)m * p, nameof(a));
        Check.Length(b, (long)m * q, nameof(b));
        // Pairs of two blocks come before those of a block with itself, which are half the work.
        var (gap, second) = (blocks - 1, index);
        for (; second >= blocks - gap; gap--)
            second -= blocks - gap;
        var first = second + gap;
        fixed (float* pa = a, pb = b)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                return Pair<Floats512>(first, second, pa, p, pb, q);
            return Vector256.IsHardwareAccelerated && Avx2.IsSupported
                ? Pair<Floats256>(first, second, pa, p, pb, q)
                : Pair<Floats128>(first, second, pa, p, pb, q);
        }
    }

    private double Pair<T>(int first, int second, float* a, int p, float* b, int q)
        where T : struct, IFloats<T>
    {
        const int pairs = Tile * Tile, widest = 16;
        var sums = stackalloc float[pairs * widest];
        float* ofA = stackalloc float[pairs], ofB = stackalloc float[pairs];
        var total = 0.0;
        for (var i = first * BlockRows; i < int.Min(m, (first + 1) * BlockRows); i += Tile)
        {
            for (var j = second * BlockRows; j < int.Min(m, (second + 1) * BlockRows) && j <= i; j += Tile)
            {
                Sums<T>(a, p, i, j, sums);
                T.SumEach(sums, ofA);
                Sums<T>(b, q, i, j, sums);
                T.SumEach(sums, ofB);
                for (var t = 0; t < pairs && (i + Tile > m || j + Tile > m); t++)
                    ofB[t] = i + (t / Tile) < m && j + (t % Tile) < m ? ofB[t] : 0;
                var sum = default(T);
                for (var t = 0; t < pairs; t += T.Width)
                    sum = T.MultiplyAdd(T.Load(ofA + t), T.Load(ofB + t), sum);
                total += (i == j ? 1 : 2) * T.SumWide(sum);
            }
        }

        return total;
    }

    // The 16 products of rows i … i + 3 with rows j … j + 3, each in as many parts as there are lanes; rows that do not exist are
    // replaced by the last.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Sums<T>(float* x, nint n, int i, int j, float* sums)
        where T : struct, IFloats<T>
    {
        var last = m - 1;
        float* x0 = x + i * n, x1 = x + int.Min(i + 1, last) * n, x2 = x + int.Min(i + 2, last) * n, x3 = x + int.Min(i + 3, last) * n;
        float* y0 = x + j * n, y1 = x + int.Min(j + 1, last) * n, y2 = x + int.Min(j + 2, last) * n, y3 = x + int.Min(j + 3, last) * n;
        T s00 = default, s01 = default, s02 = default, s03 = default;
        T s10 = default, s11 = default, s12 = default, s13 = default;
        T s20 = default, s21 = default, s22 = default, s23 = default;
        T s30 = default, s31 = default, s32 = default, s33 = default;
        for (nint c = 0; c < n; c += T.Width)
        {
            T b0, b1, b2, b3, a0, a1, a2, a3;
            if (c + T.Width <= n)
            {
                (b0, b1, b2, b3) = (T.Load(y0 + c), T.Load(y1 + c), T.Load(y2 + c), T.Load(y3 + c));
                (a0, a1, a2, a3) = (T.Load(x0 + c), T.Load(x1 + c), T.Load(x2 + c), T.Load(x3 + c));
            }
            else
            {
                var rest = (int)(n - c);
                (b0, b1, b2, b3) = (T.LoadPart(y0 + c, rest, default), T.LoadPart(y1 + c, rest, default), T.LoadPart(y2 + c, rest, default), T.LoadPart(y3 + c, rest, default));
                (a0, a1, a2, a3) = (T.LoadPart(x0 + c, rest, default), T.LoadPart(x1 + c, rest, default), T.LoadPart(x2 + c, rest, default), T.LoadPart(x3 + c, rest, default));
            }

            (s00, s01, s02, s03) = (T.MultiplyAdd(a0, b0, s00), T.MultiplyAdd(a0, b1, s01), T.MultiplyAdd(a0, b2, s02), T.MultiplyAdd(a0, b3, s03));
            (s10, s11, s12, s13) = (T.MultiplyAdd(a1, b0, s10), T.MultiplyAdd(a1, b1, s11), T.MultiplyAdd(a1, b2, s12), T.MultiplyAdd(a1, b3, s13));
            (s20, s21, s22, s23) = (T.MultiplyAdd(a2, b0, s20), T.MultiplyAdd(a2, b1, s21), T.MultiplyAdd(a2, b2, s22), T.MultiplyAdd(a2, b3, s23));
            (s30, s31, s32, s33) = (T.MultiplyAdd(a3, b0, s30), T.MultiplyAdd(a3, b1, s31), T.MultiplyAdd(a3, b2, s32), T.MultiplyAdd(a3, b3, s33));
        }

        Store(sums, s00, s01, s02, s03);
        Store(sums + (4 * T.Width), s10, s11, s12, s13);
        Store(sums + (8 * T.Width), s20, s21, s22, s23);
        Store(sums + (12 * T.Width), s30, s31, s32, s33);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Store<T>(float* to, T s0, T s1, T s2, T s3)
        where T : struct, IFloats<T>
    {
        T.Store(s0, to);
        T.Store(s1, to + T.Width);
        T.Store(s2, to + (2 * T.Width));
        T.Store(s3, to + (3 * T.Width));
    }
}
