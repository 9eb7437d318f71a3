using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;

namespace PacSpace.Infrastructure.Webhooks;

/// <summary>How webhooks are sent.</summary>
public sealed record WebhookOptions
{
    /// <summary>Addresses that may be dialled although they are not public.</summary>
    public IReadOnlyList<IPNetwork> Allow { get; init; } = [];

    /// <summary>An endpoint is sent no more in a second by one node: recording goes before telling, and receivers are not flooded.</summary>
    public int PerSecond { get; init; } = 500;

    /// <summary>From the dial to the status line.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>One event, ready to be sent.</summary>
/// <param name="Body">The same bytes at every attempt.</param>
public sealed record WebhookMessage(string EventId, string Event, byte[] Body);

/// <summary>What came of one attempt.</summary>
/// <param name="Status">Null when there was no answer.</param>
/// <param name="Error">One of few texts, never a receiver's words; null after a 2xx.</param>
public readonly record struct SendResult(DateTimeOffset At, int? Status, string? Error, int DurationMs)
{
    public bool IsDelivered => Error is null;

    /// <summary>The receiver wants nothing more, ever.</summary>
    public bool IsGone => Status == (int)HttpStatusCode.Gone;
}

/// <summary>Sends one message to one address, once: signed, within the time-out, to the address that was checked and no other.</summary>
public sealed class WebhookSender : IDisposable
{
    /// <summary>Of a receiver's answer, so that its connection can be used again. What is read is thrown away.</summary>
    private const int MaxDrainedBytes = 16 * 1024;

    private static readonly TimeSpan s_drainTime = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _clock;

    public WebhookSender(AddressGuard guard, WebhookOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 32,
            MaxResponseDrainSize = MaxDrainedBytes,
            ResponseDrainTimeout = s_drainTime,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1), // a name's new address is found out by then
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            ConnectCallback = async (context, ct) => await DialAsync(guard, context.DnsEndPoint, ct),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <param name="secrets">The current one, and during a rotation the one before.</param>
    /// <param name="stop">Gives up without a result.</param>
    /// <exception cref="OperationCanceledException">Stopped; it may have arrived.</exception>
    public async Task<SendResult> SendAsync(Uri url, WebhookMessage message, IReadOnlyList<string> secrets, CancellationToken stop)
    {
        var at = _clock.GetUtcNow();
        var since = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(_options.Timeout);
        int? status = null;
        string? error;
        try
        {
            using var request = Request(url, message, secrets, at.ToUnixTimeSeconds());
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            status = (int)answer.StatusCode;
            error = answer.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture, $"HTTP {status}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            error = "timed out";
        }
        catch (HttpRequestException failure)
        {
            error = Word(failure);
        }

        stop.ThrowIfCancellationRequested();
        return new SendResult(at, status, error, (int)Stopwatch.GetElapsedTime(since).TotalMilliseconds);
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Request(Uri url, WebhookMessage message, IReadOnlyList<string> secrets, long timestamp)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(message.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var seconds = timestamp.ToString(CultureInfo.InvariantCulture);
        var headers = request.Headers;
        headers.TryAddWithoutValidation("User-Agent", "PacSpace-Webhooks/1");
        headers.TryAddWithoutValidation("X-PacSpace-Signature", string.Join(',', secrets.Select(s => WebhookSignature.Hex(s, timestamp, message.Body))));
        headers.TryAddWithoutValidation("X-PacSpace-Timestamp", seconds);
        headers.TryAddWithoutValidation("X-Webhook-Event", message.Event);
        headers.TryAddWithoutValidation("X-Event-ID", message.EventId);
        headers.TryAddWithoutValidation("webhook-id", message.EventId);
        headers.TryAddWithoutValidation("webhook-timestamp", seconds);
        headers.TryAddWithoutValidation("webhook-signature", string.Join(' ', secrets.Select(s => WebhookSignature.Standard(s, message.EventId, timestamp, message.Body))));
        return request;
    }

    /// <summary>Resolved once, checked, and exactly what was checked is dialled: a name that changes its mind in between changes nothing.</summary>
    private static async ValueTask<Stream> DialAsync(AddressGuard guard, DnsEndPoint host, CancellationToken ct)
    {
        var addresses = await guard.ResolveAsync(host.Host, ct);
        for (var i = 0; ; i++)
        {
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], host.Port), ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception failure)
            {
                socket.Dispose();
                if (failure is not SocketException || i == addresses.Length - 1) throw;
            }
        }
    }

    private static string Word(HttpRequestException failure) => failure.InnerException switch
    {
        AddressRefusedException refused => refused.Message,
        AuthenticationException => "TLS failed",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        SocketException => "cannot be reached",
        _ => "connection broke",
    };
}
