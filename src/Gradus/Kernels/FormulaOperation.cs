using System.Reflection;

namespace Gradus.Kernels;

/// <summary>An operation of which formulas are made.</summary>
internal abstract class FormulaOperation
{
    /// <summary>The operation's type, which tells it from others.</summary>
    public abstract Type Type { get; }

    public static FormulaOperation Unary<TOp>()
        where TOp : IUnaryFunction => new UnaryOperation<TOp>();

    public static FormulaOperation Binary<TOp>()
        where TOp : IBinaryOp => new BinaryOperation<TOp>();

    public static FormulaOperation Ternary<TOp>()
        where TOp : ITernaryOp => new TernaryOperation<TOp>();

    /// <summary>What computes it on registers.</summary>
    public abstract MethodInfo Method<T>()
        where T : struct, IFloats<T>;

    private sealed class UnaryOperation<TOp> : FormulaOperation
        where TOp : IUnaryFunction
    {
        public override Type Type => typeof(TOp);

        public override MethodInfo Method<T>() => new Func<T, T>(TOp.Invoke).Method;
    }

    private sealed class BinaryOperation<TOp> : FormulaOperation
        where TOp : IBinaryOp
    {
        public override Type Type => typeof(TOp);

        public override MethodInfo Method<T>() => new Func<T, T, T>(TOp.Invoke).Method;
    }

    private sealed class TernaryOperation<TOp> : FormulaOperation
        where TOp : ITernaryOp
    {
        public override Type Type => typeof(TOp);

        public override MethodInfo Method<T>() => new Func<T, T, T, T>(TOp.Invoke).Method;
    }
}
