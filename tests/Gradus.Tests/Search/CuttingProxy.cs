using System.Net;
using System.Net.Sockets;

namespace Gradus.Tests.Search;

/// <summary>Stands before a server on loopback, and loses connections when told to.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private static ReadOnlySpan<byte> Commit => "COMMIT\0"u8;   // not READ COMMITTED

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly int server;
    private readonly List<TcpClient> open = [];
    private readonly Lock gate = new();
    private (bool BeforeItArrives, int Left) cut;

    public CuttingProxy(int server)
    {
        this.server = server;
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>How many commits have been cut.</summary>
    public int Cuts { get; private set; }

    /// <summary>How many connections are yet to be refused.</summary>
    public int Refusals { get; private set; }

    /// <summary>Loses the connections that there are, and the next ones as they come; after so many the server is back.</summary>
    public void Refuse(int connections)
    {
        lock (gate)
            Refusals = connections;
        CloseAll();
    }

    /// <summary>Loses the connection at the next commits: before the server gets one, or behind it, before the answer comes back.</summary>
    public void CutCommits(bool beforeItArrives, int count) => cut = (beforeItArrives, count);

    public void Dispose()
    {
        listener.Dispose();
        CloseAll();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // disposed
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var there = new TcpClient();
        using (client)
        {
            lock (gate)
            {
                if (Refusals > 0)
                {
                    Refusals--;
                    return;
                }

                open.AddRange([client, there]);
            }

            try
            {
                await there.ConnectAsync(IPAddress.Loopback, server);
                var answersAreLost = new CancellationTokenSource();
                await Task.WhenAny(PassAsync(client.GetStream(), there.GetStream(), answersAreLost, isClient: true),
                    PassAsync(there.GetStream(), client.GetStream(), answersAreLost, isClient: false));
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // closed by either side, or cut
            }
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, CancellationTokenSource answersAreLost, bool isClient)
    {
        var buffer = new byte[1 << 16];
        while (await from.ReadAsync(buffer) is > 0 and var count)
        {
            if (!isClient && answersAreLost.IsCancellationRequested)
                return;   // the server has answered, so it has done what it was asked
            if (isClient && cut.Left > 0 && buffer.AsSpan(0, count).IndexOf(Commit) >= 0)
            {
                cut.Left--;
                Cuts++;
                if (cut.BeforeItArrives)
                    return;
                await answersAreLost.CancelAsync();
            }

            await to.WriteAsync(buffer.AsMemory(0, count));
        }
    }

    private void CloseAll()
    {
        lock (gate)
        {
            foreach (var each in open)
                each.Dispose();
            open.Clear();
        }
    }
}
