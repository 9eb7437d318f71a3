using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PacSpace.Bench;

/// <summary>One keep-alive HTTP/1.1 connection with one request in flight, and no more machinery than that: the generator shares the
/// machine with what it measures. Understands answers with a Content-Length and chunked ones.</summary>
internal sealed class HttpConnection(int port, string apiKey) : IDisposable
{
    private const int HeadBytes = 512;

    private readonly byte[] _fixed = Encoding.ASCII.GetBytes($"Host: 127.0.0.1:{port}\r\nX-Api-Key: {apiKey}\r\nContent-Type: application/json\r\n");
    private Socket? _socket;
    private byte[] _out = new byte[4096];
    private byte[] _in = new byte[16 * 1024];
    private int _inCount;

    /// <summary>Body of the last answer; true until the next request.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Status of the answer; its body is in <see cref="Body"/>.</summary>
    public async ValueTask<int> SendAsync(string method, string path, ReadOnlyMemory<byte> body = default, string? idempotencyKey = null)
    {
        _socket ??= await ConnectAsync();
        var count = WriteRequest(method, path, body, idempotencyKey);
        for (var sent = 0; sent < count;) sent += await _socket.SendAsync(_out.AsMemory(sent, count - sent));
        return await ReadAnswerAsync();
    }

    /// <summary>Reads an answer of any size without keeping it. Gives status and bytes of body.</summary>
    public async Task<(int Status, long Bytes)> DownloadAsync(string path)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(30) };
        client.DefaultRequestHeaders.Add("X-Api-Key", apiKey);
        using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}{path}"), HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var (buffer, bytes) = (new byte[256 * 1024], 0L);
        for (int read; (read = await stream.ReadAsync(buffer)) > 0;) bytes += read;
        return ((int)answer.StatusCode, bytes);
    }

    public void Dispose() => _socket?.Dispose();

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    private int WriteRequest(string method, string path, ReadOnlyMemory<byte> body, string? idempotencyKey)
    {
        var needed = HeadBytes + _fixed.Length + path.Length + (idempotencyKey?.Length ?? 0) + body.Length;
        if (_out.Length < needed) _out = new byte[needed];
        var at = 0;
        Put(method);
        Put(" ");
        Put(path);
        Put(" HTTP/1.1\r\n");
        _fixed.CopyTo(_out.AsSpan(at));
        at += _fixed.Length;
        if (idempotencyKey is not null)
        {
            Put("Idempotency-Key: ");
            Put(idempotencyKey);
            Put("\r\n");
        }

        Put("Content-Length: ");
        Utf8Formatter.TryFormat(body.Length, _out.AsSpan(at), out var digits);
        at += digits;
        Put("\r\n\r\n");
        body.Span.CopyTo(_out.AsSpan(at));
        return at + body.Length;

        void Put(string text) => at += Encoding.ASCII.GetBytes(text, _out.AsSpan(at));
    }

    private async ValueTask<int> ReadAnswerAsync()
    {
        _inCount = 0;
        int head;
        while ((head = _in.AsSpan(0, _inCount).IndexOf("\r\n\r\n"u8)) < 0) await FillAsync();
        head += 4;
        var status = int.Parse(Encoding.ASCII.GetString(_in, 9, 3), System.Globalization.CultureInfo.InvariantCulture);
        var length = ContentLength(_in.AsSpan(0, head));
        if (length >= 0)
        {
            while (_inCount < head + length) await FillAsync();
            Body = _in.AsMemory(head, length);
        }
        else
        {
            // Chunked: the end of the last chunk is all that is looked for.
            while (!_in.AsSpan(head, _inCount - head).EndsWith("0\r\n\r\n"u8)) await FillAsync();
            Body = _in.AsMemory(head, _inCount - head);
        }

        return status;
    }

    private async ValueTask FillAsync()
    {
        if (_inCount == _in.Length) Array.Resize(ref _in, _in.Length * 2);
        var read = await _socket!.ReceiveAsync(_in.AsMemory(_inCount));
        if (read == 0) throw new IOException("The server closed a connection.");
        _inCount += read;
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) ? length : -1;
    }
}
