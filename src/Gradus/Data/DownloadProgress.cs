namespace Gradus;

/// <summary>How far a download is.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Received">Bytes on this machine, those of an earlier attempt included.</param>
/// <param name="Total">The file's size; <see langword="null"/> when neither the catalogue nor the server says.</param>
public readonly record struct DownloadProgress(string File, long Received, long? Total);
