using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Gradus.Tests;

public sealed class DataDownloaderTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * i / 7))];
    private readonly string folder = Directory.CreateTempSubdirectory("gradus").FullName;
    private readonly HttpListener listener = new();
    private readonly List<string?> ranges = [];
    private readonly Uri address;
    private Action<HttpListenerContext> answer = _ => { };

    public DataDownloaderTests()
    {
        using (var socket = new TcpListener(IPAddress.Loopback, 0))
        {
            socket.Start();
            address = new Uri($"http://localhost:{((IPEndPoint)socket.LocalEndpoint).Port}/");
        }
        listener.Prefixes.Add(address.ToString());
        listener.Start();
        _ = Task.Run(Serve);
    }

    private string File => Path.Combine(folder, "set", "a.bin");

    public void Dispose()
    {
        listener.Close();
        Directory.Delete(folder, recursive: true);
    }

    private async Task Serve()
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                ranges.Add(context.Request.Headers["Range"]);
                answer(context);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private static CatalogEntry Entry(byte[] content, long? size = null) => new()
    {
        Name = "set",
        Description = "",
        Task = LearningTask.Regression,
        Rows = 1,
        Target = "y",
        Source = "",
        Licence = "",
        LocalName = "set",
        Files = [new("a.bin", new("https://example.invalid/a.bin"), size ?? content.Length, Convert.ToHexStringLower(SHA256.HashData(content)))],
    };

    private async Task<string> Get(CatalogEntry entry, IProgress<DownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        using var client = new HttpClient();
        return await new DataDownloader(client, address).GetAsync(entry, folder, progress, cancel);
    }

    private static void Whole(HttpListenerContext context, byte[] content)
    {
        context.Response.ContentLength64 = content.Length;
        context.Response.OutputStream.Write(content);
        context.Response.Close();
    }

    private static void Ranged(HttpListenerContext context, byte[] content)
    {
        if (context.Request.Headers["Range"] is not { } range)
        {
            Whole(context, content);
            return;
        }
        var from = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        context.Response.StatusCode = 206;
        context.Response.AddHeader("Content-Range", $"bytes {from}-{content.Length - 1}/{content.Length}");
        Whole(context, content[from..]);
    }

    private void Partial(int length)
    {
        Directory.CreateDirectory(Path.Combine(folder, "set"));
        System.IO.File.WriteAllBytes(File + ".partial", Content[..length]);
    }

    [Fact]
    public async Task Fetches_a_file_once()
    {
        answer = c => Ranged(c, Content);
        var received = new List<DownloadProgress>();
        Assert.Equal(Path.Combine(folder, "set"), await Get(Entry(Content), new Sink(received.Add)));
        Assert.Equal(Content, System.IO.File.ReadAllBytes(File));
        Assert.Equal(new DownloadProgress("a.bin", Content.Length, Content.Length), received[^1]);
        await Get(Entry(Content));
        Assert.Single(ranges);
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "set")));
    }

    [Fact]
    public async Task Goes_on_where_an_earlier_attempt_stopped()
    {
        answer = c => Ranged(c, Content);
        Partial(100_000);
        await Get(Entry(Content));
        Assert.Equal("bytes=100000-", Assert.Single(ranges));
        Assert.Equal(Content, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public async Task Goes_on_after_a_broken_connection()
    {
        answer = c =>
        {
            if (ranges.Count > 1)
            {
                Ranged(c, Content);
                return;
            }
            c.Response.ContentLength64 = Content.Length;
            c.Response.OutputStream.Write(Content, 0, 200_000);
            c.Response.OutputStream.Flush();
            c.Response.Abort();
        };
        await Get(Entry(Content));
        Assert.Equal(Content, System.IO.File.ReadAllBytes(File));
        Assert.Equal(2, ranges.Count);
    }

    [Fact]
    public async Task Begins_anew_where_the_server_ignores_ranges()
    {
        answer = c => Whole(c, Content);
        Partial(100_000);
        await Get(Entry(Content));
        Assert.Equal(Content, System.IO.File.ReadAllBytes(File));
    }

    [Theory]
    [InlineData(false, "its SHA-256 is")]
    [InlineData(true, "expected 299,999")]
    public async Task A_wrong_file_is_deleted(bool wrongSize, string says)
    {
        var other = (byte[])Content.Clone();
        other[5]++;
        answer = c => Ranged(c, other);
        var e = await Assert.ThrowsAsync<GradusException>(() => Get(Entry(Content, wrongSize ? 299_999 : null)));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, "set")));
    }

    [Fact]
    public async Task A_missing_file_is_told_with_its_address()
    {
        answer = c =>
        {
            c.Response.StatusCode = 404;
            c.Response.Close();
        };
        var e = await Assert.ThrowsAsync<GradusException>(() => Get(Entry(Content)));
        Assert.Contains("404", e.Message, StringComparison.Ordinal);
        Assert.Contains("localhost", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_keeps_what_was_received()
    {
        answer = c => Ranged(c, Content);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Get(Entry(Content), new Sink(_ => stop.Cancel()), stop.Token));
        Assert.InRange(new FileInfo(File + ".partial").Length, 1, Content.Length);
        await Get(Entry(Content));
        Assert.Equal(Content, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public async Task Only_https_beyond_this_machine()
    {
        using var client = new HttpClient();
        var downloader = new DataDownloader(client, new Uri("http://example.invalid/"));
        Assert.Contains("HTTPS", (await Assert.ThrowsAsync<GradusException>(() => downloader.GetAsync(Entry(Content), folder))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task California_is_converted_from_its_archive()
    {
        using var archive = new MemoryStream();
        using (var gzip = new GZipStream(archive, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "CaliforniaHousing/cal_housing.data")
            {
                DataStream = new MemoryStream(Encoding.ASCII.GetBytes(
                    "-122.230000,37.880000,41.000000,880.000000,129.000000,322.000000,126.000000,8.325200,452600.000000\n")),
            });
        }
        var content = archive.ToArray();
        answer = c => Ranged(c, content);
        var known = Assert.IsType<CatalogEntry>(DataCatalog.Find("california-housing"));
        var path = await Get(known with { Files = [known.Files[0] with { Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)) }] });
        Assert.Equal("longitude,latitude,housingMedianAge,totalRooms,totalBedrooms,population,households,medianIncome,medianHouseValue\n"
            + "-122.23,37.88,41,880,129,322,126,8.3252,452600\n", System.IO.File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder));
    }

    private sealed class Sink(Action<DownloadProgress> report) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => report(value);
    }
}
