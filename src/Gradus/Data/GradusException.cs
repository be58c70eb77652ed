namespace Gradus;

/// <summary>Something that a user can put right: a file, a column, a value, an option. The message names the thing, what
/// it was, what was expected, and what to do.</summary>
/// <param name="message">The whole sentence for the user.</param>
/// <param name="inner">The failure beneath, if there was one.</param>
public sealed class GradusException(string message, Exception? inner = null) : Exception(message, inner);
