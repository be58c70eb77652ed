namespace Gradus.Cli.Tests;

/// <summary>Tests that measure what the whole process allocates or how fast it is, and so run while no others do.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
