using System.Runtime.CompilerServices;

namespace Gradus.Kernels;

/// <summary>Transcendental functions of a register of floats, within a few units in the last place.</summary>
/// <remarks>Reductions and polynomials of exp and log after Cephes (Moshier 1989); erf after Juffa.</remarks>
internal static class Functions
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts: the first has few enough bits that n·Ln2High is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>eˣ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Exp<T>(T x)
        where T : struct, IFloats<T>
    {
        // Past these limits the result is ∞ or 0 anyway, and n stays in range.
        x = T.MinNative(T.Create(89f), T.MaxNative(T.Create(-104f), x));
        var n = T.Round(x * T.Create(Log2E));
        var r = Reduce(x, n);
        var p = T.MultiplyAdd(ExpTail(r), r * r, r) + T.Create(1f);

        // 2ⁿ in two factors: n reaches from −150, below the smallest normal exponent, to 128, above the largest.
        var half = T.Round(n * T.Create(0.5f));
        return p * T.PowerOfTwo(half) * T.PowerOfTwo(n - half);
    }

    /// <summary>eˣ − 1, accurate near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Expm1<T>(T x)
        where T : struct, IFloats<T>
    {
        var tiny = T.Abs(x) < T.Create(1e-20f);     // here eˣ − 1 = x; the scaling below would lose denormals
        var y = T.MinNative(T.Create(89.5f), T.MaxNative(T.Create(-20f), x));
        var n = T.Round(y * T.Create(Log2E));
        var r = Reduce(y, n);
        var p = T.MultiplyAdd(ExpTail(r), r * r, r);

        // eˣ − 1 = 2ⁿ·(eʳ − 1) + (2ⁿ − 1), by halves because 2¹²⁸ overflows.
        var half = T.PowerOfTwo(n - T.Create(1f));
        var value = T.MultiplyAdd(half, p, half - T.Create(0.5f));
        return T.Select(tiny, x, value + value);
    }

    /// <summary>ln x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Log<T>(T x)
        where T : struct, IFloats<T>
    {
        var zero = default(T);
        var small = x < T.Create(1.17549435e-38f);  // denormals: scaled up by 2²³
        var scaled = T.Select(small, x * T.Create(8388608f), x);
        var value = LogNormal(scaled, small & T.Create(-23f));
        value = T.Select(T.Same(x, T.Create(float.PositiveInfinity)), x, value);
        value = T.Select(T.Same(x, zero), T.Create(float.NegativeInfinity), value);
        return T.Select(x >= zero, value, T.Create(float.NaN));
    }

    /// <summary>ln(1 + x), accurate near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Log1p<T>(T x)
        where T : struct, IFloats<T>
    {
        var one = T.Create(1f);
        var u = one + x;

        // What rounding took from 1 + x comes back as the first-order term: ln(u + c) = ln u + c/u.
        var correction = (x - (u - one)) / u;
        var inner = (u > default(T)) & (u < T.Create(float.PositiveInfinity));
        return Log(u) + (inner & correction);
    }

    /// <summary>max(x, 0) + ln(1 + e^−|x|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Softplus<T>(T x)
        where T : struct, IFloats<T>
    {
        var e = Exp(-T.Abs(x));
        return T.MaxNative(default, x) + Log1p(e);
    }

    /// <summary>tanh x = sign(x)·m / (m + 2), m = e^2|x| − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Tanh<T>(T x)
        where T : struct, IFloats<T>
    {
        var sign = x & T.CreateBits(int.MinValue);
        var size = T.MinNative(T.Create(10f), T.Abs(x));
        var m = Expm1(size + size);
        return (m / (m + T.Create(2f))) | sign;
    }

    /// <summary>1 / (1 + e^−x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Sigmoid<T>(T x)
        where T : struct, IFloats<T>
    {
        var one = T.Create(1f);
        var e = Exp(-T.Abs(x));
        return T.Select(x < default(T), e, one) / (one + e);
    }

    /// <summary>erf x = 2/√π ∫₀ˣ e^−t² dt.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Erf<T>(T x)
        where T : struct, IFloats<T>
    {
        var sign = x & T.CreateBits(int.MinValue);
        var t = T.MinNative(T.Create(4f), T.Abs(x));    // erf 4 = 1 in float
        var s = t * t;

        // Far: 1 − e^(t·polynomial); near: x + x·polynomial in x².
        var far = T.MultiplyAdd(T.Create(-1.72853470e-5f), t, 3.83197126e-4f);
        var pair = T.MultiplyAdd(T.Create(-3.88396438e-3f), t, 2.42546219e-2f);
        far = T.MultiplyAdd(far, s, pair);
        far = T.MultiplyAdd(far, t, -1.06777877e-1f);
        far = T.MultiplyAdd(far, t, -6.34846687e-1f);
        far = T.MultiplyAdd(far, t, -1.28717512e-1f);
        far = T.MultiplyAdd(far, t, -t);
        far = T.Create(1f) - Exp(far);

        var near = T.Create(-5.96761703e-4f);
        near = T.MultiplyAdd(near, s, 4.99119423e-3f);
        near = T.MultiplyAdd(near, s, -2.67681349e-2f);
        near = T.MultiplyAdd(near, s, 1.12819925e-1f);
        near = T.MultiplyAdd(near, s, -3.76125336e-1f);
        near = T.MultiplyAdd(near, s, 1.28379166e-1f);
        near = T.MultiplyAdd(near, t, t);
        return T.Select(t > T.Create(0.927734375f), far, near) | sign;
    }

    /// <summary>sin 2πu and cos 2πu for 0 ≤ u ≤ 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static void SinCosTurn<T>(T u, out T sine, out T cosine)
        where T : struct, IFloats<T>
    {
        // Turn v from −½ to ½; quadrant q = round(4v); the rest within ±⅛ turn.
        var v = u - T.Round(u);
        var q = T.Round(v * T.Create(4f));
        var r = (v - q * T.Create(0.25f)) * T.Create(6.28318531f);
        var s = r * r;
        var sin = T.MultiplyAdd(T.Create(-1.9515295891e-4f), s, 8.3321608736e-3f);
        sin = T.MultiplyAdd(sin, s, -1.6666654611e-1f);
        sin = T.MultiplyAdd(sin * s, r, r);
        var cos = T.MultiplyAdd(T.Create(2.443315711809948e-5f), s, -1.388731625493765e-3f);
        cos = T.MultiplyAdd(cos, s, 4.166664568298827e-2f);
        cos = T.MultiplyAdd(cos, s * s, T.MultiplyAdd(T.Create(-0.5f), s, 1f));

        // An odd quadrant swaps the two; two turns the signs.
        var size = T.Abs(q);
        var odd = T.Same(size, T.Create(1f));
        var behind = T.Same(size, T.Create(2f)) & T.CreateBits(int.MinValue);
        var turned = q & T.CreateBits(int.MinValue);
        sine = T.Select(odd, cos ^ turned, sin ^ behind);
        cosine = T.Select(odd, -(sin ^ turned), cos ^ behind);
    }

    // r = x − n·ln 2, |r| ≤ ½ ln 2.
    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    private static T Reduce<T>(T x, T n)
        where T : struct, IFloats<T> =>
        T.MultiplyAdd(n, T.Create(-Ln2Low), T.MultiplyAdd(n, T.Create(-Ln2High), x));

    // (eʳ − 1 − r) / r².
    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    private static T ExpTail<T>(T r)
        where T : struct, IFloats<T>
    {
        var p = T.MultiplyAdd(T.Create(1.9875691500e-4f), r, 1.3981999507e-3f);
        p = T.MultiplyAdd(p, r, 8.3334519073e-3f);
        p = T.MultiplyAdd(p, r, 4.1665795894e-2f);
        p = T.MultiplyAdd(p, r, 1.6666665459e-1f);
        return T.MultiplyAdd(p, r, 5.0000001201e-1f);
    }

    // ln x for a normal positive x, plus shift·ln 2.
    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    private static T LogNormal<T>(T x, T shift)
        where T : struct, IFloats<T>
    {
        // x = m·2ᵉ with m in [√½, √2): counted from the bits of √½, the exponent field says e.
        const int RootHalfBits = 0x3F3504F3;
        var offset = T.AddBits(x, T.CreateBits(-RootHalfBits));
        var e = T.ExponentBits(offset);
        var m = T.AddBits(offset & T.CreateBits(0x007FFFFF), T.CreateBits(RootHalfBits));
        e += shift;
        var f = m - T.Create(1f);
        var z = f * f;
        var p = T.MultiplyAdd(T.Create(7.0376836292e-2f), f, -1.1514610310e-1f);
        p = T.MultiplyAdd(p, f, 1.1676998740e-1f);
        p = T.MultiplyAdd(p, f, -1.2420140846e-1f);
        p = T.MultiplyAdd(p, f, 1.4249322787e-1f);
        p = T.MultiplyAdd(p, f, -1.6668057665e-1f);
        p = T.MultiplyAdd(p, f, 2.0000714765e-1f);
        p = T.MultiplyAdd(p, f, -2.4999993993e-1f);
        p = T.MultiplyAdd(p, f, 3.3333331174e-1f);
        p = p * f * z;
        p = T.MultiplyAdd(e, T.Create(Ln2Low), p);
        p = T.MultiplyAdd(T.Create(-0.5f), z, p);
        return T.MultiplyAdd(e, T.Create(Ln2High), f + p);
    }
}
