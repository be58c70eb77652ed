using System.Runtime.CompilerServices;

namespace Gradus.Kernels;

/// <summary>c (1 × n) ← a (1 × k) · op(B): each float of B is used once, so these run at the speed of memory and read
/// B in the order in which it lies there.</summary>
internal static unsafe class VectorMatrix<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>c ← Σ_p a_p · B_p, B stored k × n with row stride <paramref name="stride"/>: eight rows a pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Combine(float* a, float* b, nint stride, float* c, int k, int n)
    {
        var p = 0;
        for (; p <= k - 8; p += 8)
        {
            var row = b + p * stride;
            var a0 = TLanes.Broadcast(a[p]);
            var a1 = TLanes.Broadcast(a[p + 1]);
            var a2 = TLanes.Broadcast(a[p + 2]);
            var a3 = TLanes.Broadcast(a[p + 3]);
            var a4 = TLanes.Broadcast(a[p + 4]);
            var a5 = TLanes.Broadcast(a[p + 5]);
            var a6 = TLanes.Broadcast(a[p + 6]);
            var a7 = TLanes.Broadcast(a[p + 7]);
            var j = 0;
            for (; j <= n - TLanes.Width; j += TLanes.Width)
            {
                var from = row + j;
                var sum = p == 0 ? default : TLanes.Load(c + j);
                sum = TLanes.MultiplyAdd(a0, TLanes.Load(from), sum);
                sum = TLanes.MultiplyAdd(a1, TLanes.Load(from + stride), sum);
                sum = TLanes.MultiplyAdd(a2, TLanes.Load(from + 2 * stride), sum);
                sum = TLanes.MultiplyAdd(a3, TLanes.Load(from + 3 * stride), sum);
                from += 4 * stride;
                sum = TLanes.MultiplyAdd(a4, TLanes.Load(from), sum);
                sum = TLanes.MultiplyAdd(a5, TLanes.Load(from + stride), sum);
                sum = TLanes.MultiplyAdd(a6, TLanes.Load(from + 2 * stride), sum);
                sum = TLanes.MultiplyAdd(a7, TLanes.Load(from + 3 * stride), sum);
                TLanes.Store(c + j, sum);
            }

            if (j < n)
            {
                var from = row + j;
                var rest = n - j;
                var sum = p == 0 ? default : TLanes.LoadPart(c + j, rest);
                sum = TLanes.MultiplyAdd(a0, TLanes.LoadPart(from, rest), sum);
                sum = TLanes.MultiplyAdd(a1, TLanes.LoadPart(from + stride, rest), sum);
                sum = TLanes.MultiplyAdd(a2, TLanes.LoadPart(from + 2 * stride, rest), sum);
                sum = TLanes.MultiplyAdd(a3, TLanes.LoadPart(from + 3 * stride, rest), sum);
                from += 4 * stride;
                sum = TLanes.MultiplyAdd(a4, TLanes.LoadPart(from, rest), sum);
                sum = TLanes.MultiplyAdd(a5, TLanes.LoadPart(from + stride, rest), sum);
                sum = TLanes.MultiplyAdd(a6, TLanes.LoadPart(from + 2 * stride, rest), sum);
                sum = TLanes.MultiplyAdd(a7, TLanes.LoadPart(from + 3 * stride, rest), sum);
                TLanes.StorePart(c + j, sum, rest);
            }
        }

        for (; p < k; p++)
        {
            var row = b + p * stride;
            var a0 = TLanes.Broadcast(a[p]);
            var j = 0;
            for (; j <= n - TLanes.Width; j += TLanes.Width)
            {
                var sum = p == 0 ? default : TLanes.Load(c + j);
                TLanes.Store(c + j, TLanes.MultiplyAdd(a0, TLanes.Load(row + j), sum));
            }

            if (j < n)
            {
                var sum = p == 0 ? default : TLanes.LoadPart(c + j, n - j);
                TLanes.StorePart(c + j, TLanes.MultiplyAdd(a0, TLanes.LoadPart(row + j, n - j), sum), n - j);
            }
        }
    }

    /// <summary>c_j ← a · B_j, B stored n × k: four rows at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Dots(float* a, float* b, float* c, int k, int n)
    {
        var j = 0;
        for (; j <= n - 4; j += 4)
        {
            var b0 = b + j * (nint)k;
            var b1 = b0 + k;
            var b2 = b1 + k;
            var b3 = b2 + k;
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            var p = 0;
            for (; p <= k - TLanes.Width; p += TLanes.Width)
            {
                var x = TLanes.Load(a + p);
                s0 = TLanes.MultiplyAdd(x, TLanes.Load(b0 + p), s0);
                s1 = TLanes.MultiplyAdd(x, TLanes.Load(b1 + p), s1);
                s2 = TLanes.MultiplyAdd(x, TLanes.Load(b2 + p), s2);
                s3 = TLanes.MultiplyAdd(x, TLanes.Load(b3 + p), s3);
            }

            if (p < k)
            {
                var x = TLanes.LoadPart(a + p, k - p);
                s0 = TLanes.MultiplyAdd(x, TLanes.LoadPart(b0 + p, k - p), s0);
                s1 = TLanes.MultiplyAdd(x, TLanes.LoadPart(b1 + p, k - p), s1);
                s2 = TLanes.MultiplyAdd(x, TLanes.LoadPart(b2 + p, k - p), s2);
                s3 = TLanes.MultiplyAdd(x, TLanes.LoadPart(b3 + p, k - p), s3);
            }

            c[j] = TLanes.Sum(s0);
            c[j + 1] = TLanes.Sum(s1);
            c[j + 2] = TLanes.Sum(s2);
            c[j + 3] = TLanes.Sum(s3);
        }

        for (; j < n; j++)
        {
            var row = b + j * (nint)k;
            TVector sum = default;
            var p = 0;
            for (; p <= k - TLanes.Width; p += TLanes.Width)
                sum = TLanes.MultiplyAdd(TLanes.Load(a + p), TLanes.Load(row + p), sum);
            if (p < k)
                sum = TLanes.MultiplyAdd(TLanes.LoadPart(a + p, k - p), TLanes.LoadPart(row + p, k - p), sum);
            c[j] = TLanes.Sum(sum);
        }
    }
}
