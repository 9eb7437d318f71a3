using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace PacSpace.Testing;

/// <summary>One request as it came over the wire.</summary>
/// <param name="Head">Names in lower case.</param>
public sealed record ReceivedWebhook(IReadOnlyDictionary<string, string> Head, byte[] Body)
{
    public string Id => Head["webhook-id"];

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Both styles, by code that shares nothing with the sender's; every signature listed is of one of the secrets.</summary>
    public bool IsSignedBy(params string[] secrets)
    {
        var (time, standard) = (Head["webhook-timestamp"], Head["webhook-signature"].Split(' '));
        var own = Head["x-pacspace-signature"].Split(',');
        return time == Head["x-pacspace-timestamp"] && Head["x-event-id"] == Id
            && standard.SequenceEqual(secrets.Select(secret => "v1," + Convert.ToBase64String(Mac(Convert.FromBase64String(secret["whsec_".Length..]), $"{Id}.{time}."))))
            && own.SequenceEqual(secrets.Select(secret => "v1=" + Convert.ToHexStringLower(Mac(Encoding.UTF8.GetBytes(secret), $"{time}."))));
    }

    private byte[] Mac(byte[] key, string before)
    {
        using var hmac = new HMACSHA256(key);
        return hmac.ComputeHash([.. Encoding.UTF8.GetBytes(before), .. Body]);
    }
}

/// <summary>What a receiver does with a request that it has read.</summary>
/// <param name="connection">To be answered, left open or broken.</param>
public delegate Task AnswerWebhook(NetworkStream connection, CancellationToken closed);

/// <summary>A webhook endpoint on loopback, down to the socket, so that it can misbehave in every way.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private readonly ConcurrentQueue<ReceivedWebhook> _received = new();
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private readonly TcpListener _listener;
    private readonly Task _accepting;
    private int _busy;
    private int _busiest;

    /// <param name="answer">Of every request, until <see cref="Answer"/> is exchanged.</param>
    /// <param name="port">0 for a free one.</param>
    /// <param name="address">Null for 127.0.0.1.</param>
    public WebhookReceiver(AnswerWebhook answer, int port = 0, IPAddress? address = null)
    {
        Answer = answer;
        _listener = new TcpListener(address ?? IPAddress.Loopback, port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>May be exchanged at any time.</summary>
    public AnswerWebhook Answer { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Url => new($"http://{_listener.LocalEndpoint}/hook");

    public IReadOnlyList<ReceivedWebhook> Received => [.. _received];

    /// <summary>Requests at a time, at the most.</summary>
    public int Busiest => _busiest;

    public static WebhookReceiver Ok() => new(Status(200));

    public static AnswerWebhook Status(int status, string headers = "") => (connection, closed) => connection.WriteAsync(
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Answer\r\n{headers}Content-Length: 2\r\n\r\nok")), closed).AsTask();

    /// <summary>Never answers.</summary>
    public static Task Hang(NetworkStream connection, CancellationToken closed) => Task.Delay(Timeout.Infinite, closed);

    /// <summary>Breaks the connection off.</summary>
    public static Task Reset(NetworkStream connection, CancellationToken closed)
    {
        connection.Socket.LingerState = new LingerOption(true, 0);
        connection.Socket.Close();
        return Task.CompletedTask;
    }

    /// <summary>A proper head, and then a body that never ends, a byte at a time.</summary>
    public static Task EndlessBody(NetworkStream connection, CancellationToken closed) => DripAsync(connection, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", closed);

    /// <summary>A head that never ends, a byte at a time.</summary>
    public static Task EndlessHead(NetworkStream connection, CancellationToken closed) => DripAsync(connection, "HTTP/1.1 200 OK\r\nX-Slow: ", closed);

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_connections.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closed.Dispose();
    }

    private static async Task DripAsync(NetworkStream connection, string start, CancellationToken closed)
    {
        await connection.WriteAsync(Encoding.ASCII.GetBytes(start), closed);
        while (true)
        {
            await connection.WriteAsync("x"u8.ToArray(), closed);
            await Task.Delay(TimeSpan.FromMilliseconds(50), closed);
        }
    }

    private async Task AcceptAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_closed.Token);
            var connection = ServeAsync(client);
            _connections[connection] = 0;
            _ = connection.ContinueWith(done => _connections.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        client.NoDelay = true;
        try
        {
            var stream = client.GetStream();
            while (await ReadAsync(stream) is { } request)
            {
                _received.Enqueue(request);
                var busy = Interlocked.Increment(ref _busy);
                for (var seen = _busiest; busy > seen; seen = _busiest) Interlocked.CompareExchange(ref _busiest, busy, seen);
                try
                {
                    await Answer(stream, _closed.Token);
                }
                finally
                {
                    Interlocked.Decrement(ref _busy);
                }

                if (!client.Connected) return;
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            // The sender went away, or we did.
        }
    }

    private async Task<ReceivedWebhook?> ReadAsync(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || !(head[^1] == '\n' && head[^2] == '\r' && head[^3] == '\n'))
        {
            if (await stream.ReadAsync(one, _closed.Token) == 0) return null;
            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1]);
        headers[":line"] = lines[0];
        var body = new byte[int.Parse(headers["content-length"], CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _closed.Token);
        return new ReceivedWebhook(headers, body);
    }
}
