using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PacSpace.Bench;

/// <summary>Somebody's endpoint on loopback that takes everything and keeps nothing.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private static readonly byte[] s_answer = "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, byte> _open = [];
    private readonly Task _accepting;
    private long _received;

    public WebhookReceiver()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}/hook");

    public long Received => Interlocked.Read(ref _received);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        foreach (var socket in _open.Keys) socket.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (SocketException)
        {
            // It listens no longer.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var _ = socket;
        _open[socket] = 0;
        try
        {
            var buffer = new byte[64 * 1024];
            for (var count = 0; ;)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(count));
                if (read == 0) return;
                count += read;
                if (LengthOf(buffer.AsSpan(0, count)) is not { } length || count < length) continue;
                Interlocked.Increment(ref _received);
                await socket.SendAsync(s_answer);
                count = 0; // one request at a time on a connection
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The server is being ended, or we are.
        }
        finally
        {
            _open.TryRemove(socket, out var _);
        }
    }

    /// <summary>Bytes of the whole request, or null while its head is not here.</summary>
    private static int? LengthOf(ReadOnlySpan<byte> request)
    {
        var head = request.IndexOf("\r\n\r\n"u8);
        if (head < 0) return null;
        var at = request.IndexOf("Content-Length: "u8);
        return at >= 0 && at < head && Utf8Parser.TryParse(request[(at + 16)..], out int body, out _) ? head + 4 + body : head + 4;
    }
}
