using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Gradus;

/// <summary>Fetches known data sets: over HTTPS, resumed where an earlier attempt stopped, checked by size and digest, and
/// put in place only when whole.</summary>
/// <param name="client">Makes the requests.</param>
/// <param name="baseAddress">A mirror: files are taken from this address plus their name instead of the catalogue's
/// address. Without HTTPS only for the loopback interface.</param>
public sealed class DataDownloader(HttpClient client, Uri? baseAddress = null)
{
    private const int Attempts = 3;                // for a file whose connection breaks, each going on where the last stopped
    private const long MaxUnknownSize = 1L << 30;  // when no size is known beforehand
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(60);

    /// <summary>Fetches what is not there yet.</summary>
    /// <param name="entry">The data set.</param>
    /// <param name="folder">The data folder; <see langword="null"/> for <see cref="DataCatalog.CacheFolder"/>.</param>
    /// <param name="progress">Told after each block; <see langword="null"/> for nobody.</param>
    /// <param name="cancellationToken">Stops; what was received is kept for the next attempt.</param>
    /// <returns>The path of the CSV file or folder of IDX files.</returns>
    /// <exception cref="GradusException">The server or the connection fails, or size or digest are wrong.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<string> GetAsync(CatalogEntry entry, string? folder = null, IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Files.Count == 0)
            throw new GradusException($"The data set '{entry.Name}' is not fetched: it comes with Gradus. Use it by its name.");
        var root = folder ?? DataCatalog.CacheFolder;
        var local = Path.Combine(root, entry.LocalName);
        if (entry.Convert is null)
        {
            MakeFolder(local);
            foreach (var file in entry.Files)
                await GetFileAsync(file, Path.Combine(local, file.Name), progress, cancellationToken).ConfigureAwait(false);
            return local;
        }

        if (File.Exists(local))
            return local;
        MakeFolder(root);
        var archive = Path.Combine(root, entry.Files[0].Name);
        await GetFileAsync(entry.Files[0], archive, progress, cancellationToken).ConfigureAwait(false);
        AtomicFile.Write(local, csv =>
        {
            using var source = File.OpenRead(archive);
            entry.Convert(source, csv);
        });
        File.Delete(archive);
        return local;
    }

    private async Task GetFileAsync(CatalogFile file, string path, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        if (File.Exists(path) && Mismatch(file, path) is null)
            return;
        var partial = path + ".partial";
        var attempt = 1;
        while (!await ReceiveAsync(file, partial, progress, attempt, cancellationToken).ConfigureAwait(false))
            attempt++;
        if (Mismatch(file, partial) is { } mismatch)
        {
            File.Delete(partial);
            throw new GradusException($"'{file.Name}' from {AddressOf(file)} is not the published file: {mismatch}. It was deleted; "
                + "try again, and if it stays so the file at that address has changed.");
        }
        AtomicFile.Rename(partial, path);
    }

    /// <summary>One request. True when the file is whole; false when the connection broke and another attempt may go on.</summary>
    private async Task<bool> ReceiveAsync(CatalogFile file, string partial, IProgress<DownloadProgress>? progress, int attempt,
        CancellationToken cancellationToken)
    {
        var have = File.Exists(partial) ? new FileInfo(partial).Length : 0;
        if (have > 0 && have == file.Size)
            return true;
        if (have > (file.Size ?? MaxUnknownSize))
            have = 0;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(file));
            if (have > 0)
                request.Headers.Range = new RangeHeaderValue(have, null);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                File.Delete(partial);  // longer than the file is now, or all of a file whose size we did not know
                return attempt < Attempts ? false : throw Failed(file, "the server refuses to go on with the file");
            }
            if (!response.IsSuccessStatusCode)
                throw Failed(file, $"the server answers {(int)response.StatusCode} {response.ReasonPhrase}");
            // A server may ignore the range and send everything: then begin anew.
            if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != have)
                have = 0;
            await CopyAsync(file, response, partial, have, progress, cancellationToken).ConfigureAwait(false);
            var received = new FileInfo(partial).Length;
            if (file.Size is null || received >= file.Size)
                return true;
            // The server ended the answer properly but early: it has another file, or cuts off. Going on shows which.
            return attempt < Attempts ? false : throw Failed(file, $"the answer ended after {received:N0} of {file.Size:N0} bytes");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Only a broken transfer is worth another attempt at once; an unknown host is not.
            return attempt < Attempts && (e is HttpIOException or OperationCanceledException)
                ? false
                : throw Failed(file, e.Message, e);
        }
    }

    private static async Task CopyAsync(CatalogFile file, HttpResponseMessage response, string partial, long have,
        IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var total = file.Size ?? (response.Content.Headers.ContentLength is { } rest ? have + rest : null);
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var source = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
        using var target = new FileStream(partial, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        target.SetLength(have);
        target.Position = have;
        var buffer = new byte[81_920];
        while (have <= (file.Size ?? MaxUnknownSize))  // one byte more is enough for the check of the size to fail
        {
            stall.CancelAfter(Stall);
            var read = await source.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
            if (read == 0)
                break;
            have += read;
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            progress?.Report(new DownloadProgress(file.Name, have, total));
        }
        target.Flush(flushToDisk: true);
    }

    private Uri AddressOf(CatalogFile file)
    {
        var address = baseAddress is null ? file.Address : new Uri(baseAddress, file.Name);
        return address.Scheme == Uri.UriSchemeHttps || address.IsLoopback
            ? address
            : throw new GradusException($"'{address}' is not HTTPS. Data is fetched over HTTPS only.");
    }

    private GradusException Failed(CatalogFile file, string why, Exception? inner = null) => new(
        $"'{file.Name}' cannot be fetched from {AddressOf(file)}: {why}. What was received is kept; run the same command again to "
        + "go on, or put the file into the folder that GRADUS_DATA names.", inner);

    private static string? Mismatch(CatalogFile file, string path)
    {
        using var stream = File.OpenRead(path);
        if (file.Size is { } size && stream.Length != size)
            return $"it has {stream.Length:N0} bytes, expected {size:N0}";
        var found = Convert.ToHexStringLower(SHA256.HashData(stream));
        return found == file.Sha256 ? null : $"its SHA-256 is {found}, expected {file.Sha256}";
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GradusException($"The folder '{folder}' cannot be made: {e.Message} Name another one with GRADUS_CACHE.", e);
        }
    }
}
