namespace Gradus;

/// <summary>A file of a known data set, as its publisher distributes it.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Address">Where it is fetched from, over HTTPS.</param>
/// <param name="Size">Its size in bytes; <see langword="null"/> where only the digest is known.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal.</param>
public sealed record CatalogFile(string Name, Uri Address, long? Size, string Sha256);
