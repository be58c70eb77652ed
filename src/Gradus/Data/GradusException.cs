namespace Gradus;

/// <summary>Bad input: a file, a column, an option or a value that cannot be used. The message names the thing, what it
/// was, what was expected and what to do; it is meant to be shown to the person who gave the input.</summary>
/// <param name="message">The whole story in one or two sentences.</param>
/// <param name="inner">The exception that revealed it, if any.</param>
public sealed class GradusException(string message, Exception? inner = null) : Exception(message, inner);
