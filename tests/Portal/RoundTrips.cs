using System.Net.Sockets;
using Npgsql;
using PacSpace.Testing;

namespace PacSpace.Portal.Tests;

/// <summary>A socket that stands before PostgreSQL's and counts round trips: how often somebody sends after they were answered, and so
/// waited.</summary>
/// <remarks>
/// Counted on the wire, since nothing above it tells the truth: a batch of many statements is one trip, the COMMIT or ROLLBACK at a
/// transaction's end is one that no statement shows, and a BEGIN travels with the first command and is none. What Npgsql sends is below its
/// buffer of 8 KB once statements are prepared, so a trip's bytes come in one piece.
/// </remarks>
internal sealed class RoundTrips : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly UnixDomainSocketEndPoint _server;
    private readonly Task _accepting;
    private int _count;

    public RoundTrips(TestDatabase database)
    {
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var name = $".s.PGSQL.{connection.Port}";
        _server = new UnixDomainSocketEndPoint(Path.Combine(connection.Host!, name));
        _listener.Bind(new UnixDomainSocketEndPoint(_folder.Combine(name)));
        _listener.Listen();
        _accepting = AcceptAsync();
        Database = database.Behind(_folder);
    }

    /// <summary>By way of this socket.</summary>
    public TestDatabase Database { get; }

    /// <summary>So far.</summary>
    public int Count => Volatile.Read(ref _count);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(PassOnAsync(await _listener.AcceptAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task PassOnAsync(Socket client)
    {
        using var nearEnd = client;
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await server.ConnectAsync(_server);
        var isAnswered = true;
        var asking = PumpAsync(client, server, () =>
        {
            if (Interlocked.Exchange(ref isAnswered, false)) Interlocked.Increment(ref _count);
        });
        await PumpAsync(server, client, () => Volatile.Write(ref isAnswered, true));
        await asking;
    }

    /// <param name="passing">Before each piece is sent on.</param>
    private async Task PumpAsync(Socket from, Socket to, Action passing)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var length)
            {
                passing();
                await to.SendAsync(buffer.AsMemory(0, length), _stop.Token);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }

        // One end has closed, so the other is told.
        to.Dispose();
    }
}
