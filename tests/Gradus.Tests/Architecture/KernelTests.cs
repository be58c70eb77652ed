using System.Reflection;

namespace Gradus.Tests.Architecture;

/// <summary>What the runtime is told about kernels.</summary>
public sealed class KernelTests
{
    /// <summary>The runtime inlines a method that is optimised at once into callers that it recompiles later, where there is no
    /// room left to inline the operations of a long formula: they stay calls, and a loop becomes ten times slower after it has run
    /// for a while.</summary>
    [Fact]
    public void What_is_optimised_at_once_says_whether_it_may_be_inlined()
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        var methods = typeof(CompiledProgram).Assembly.GetTypes().SelectMany(type => type.GetMethods(all))
            .Where(method => method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveOptimization)).ToArray();
        Assert.NotEmpty(methods);
        Assert.Empty(methods.Where(method => (method.MethodImplementationFlags & (MethodImplAttributes.AggressiveInlining | MethodImplAttributes.NoInlining)) == 0)
            .Select(method => $"{method.DeclaringType?.Name}.{method.Name}"));
    }
}
