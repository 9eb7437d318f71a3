using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace PacSpace.Features.Import;

/// <summary>What became of a chunk's items: how many are recorded, and which are refused with what code.</summary>
internal sealed record BatchAnswer(int Recorded, int Replayed, IReadOnlyList<(int Item, string Code, string Message)> Refused);

/// <summary>The installation said no to the whole request, or could not be reached for too long; the import stops and can be
/// taken up again.</summary>
internal sealed class ImportStoppedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Sends chunks through <c>POST /api/v1/balance/delta/batch</c> until each has a final answer.</summary>
/// <remarks>
/// Asked again, under the same key: 202 (the request is still running elsewhere), 408, 429, every 5xx, and whatever broke on the
/// way. The wait is what <c>Retry-After</c> says, else it doubles from a quarter of a second to half a minute; a fifth of it is
/// left to chance so that several importers do not come back together. Any other refusal is final.
/// </remarks>
internal sealed class BatchSender : IDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(100);

    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly Uri _limits;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _patience;
    private readonly Action<string> _waits;

    /// <param name="patience">Without any answer but "later" for this long, the import stops.</param>
    /// <param name="waits">Is told why nothing moves at the moment.</param>
    public BatchSender(Uri installation, string apiKey, TimeProvider clock, TimeSpan patience, Action<string> waits)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) })
        {
            Timeout = RequestTimeout,
        };
        _http.DefaultRequestHeaders.Add("X-Api-Key", apiKey);
        _address = new Uri(installation, "/api/v1/balance/delta/batch");
        _limits = new Uri(installation, "/api/v1/balance/limits");
        (_clock, _patience, _waits) = (clock, patience, waits);
    }

    /// <exception cref="ImportStoppedException">A final refusal of the request, or no patience left.</exception>
    public Task<BatchAnswer> SendAsync(string key, byte[] body, int items, CancellationToken ct) =>
        AnswerAsync(() => Batch(key, body), text => Read(text, items), ct);

    /// <summary>The tenant's shortest time between two records of one customer.</summary>
    /// <exception cref="ImportStoppedException">As <see cref="SendAsync"/>.</exception>
    public Task<TimeSpan> CadenceAsync(CancellationToken ct) => AnswerAsync(
        () => new HttpRequestMessage(HttpMethod.Get, _limits),
        text => Documented(text, data => TimeSpan.FromSeconds(data.GetProperty("cadenceIntervalSeconds").GetInt32())), ct);

    public void Dispose() => _http.Dispose();

    private async Task<T> AnswerAsync<T>(Func<HttpRequestMessage> ask, Func<byte[], T> read, CancellationToken ct)
    {
        var since = _clock.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            TimeSpan? asked = null;
            string why;
            try
            {
                using var request = ask();
                using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, ct);
                var text = await answer.Content.ReadAsByteArrayAsync(ct);
                if (answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK) return read(text);
                why = Reason(answer.StatusCode, text);
                if (!IsLater(answer.StatusCode)) throw new ImportStoppedException($"The installation refused: {why}");
                asked = RetryAfter(answer.Headers.RetryAfter);
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException || (broken is TaskCanceledException && !ct.IsCancellationRequested))
            {
                why = broken is TaskCanceledException ? "no answer in time" : broken.Message;
            }

            if (_clock.GetElapsedTime(since) > _patience)
                throw new ImportStoppedException($"No answer for {_patience.TotalMinutes:0} minutes; the last was: {why}");
            var wait = asked ?? Backoff(attempt);
            _waits(string.Create(CultureInfo.InvariantCulture, $"{why}; again in {wait.TotalSeconds:0.#} s"));
            await Task.Delay(wait, _clock, ct);
        }
    }

    private HttpRequestMessage Batch(string key, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) };
        request.Headers.Add("Idempotency-Key", key);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return request;
    }

    private static bool IsLater(HttpStatusCode status) =>
        status is HttpStatusCode.Accepted or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date is { } date ? date - _clock.GetUtcNow() : null);
        return wait is not { } asked ? null
            : asked < FirstWait ? FirstWait
            : asked > LongestRetryAfter ? LongestRetryAfter : asked;
    }

    private static TimeSpan Backoff(int attempt)
    {
        var wait = Math.Min(LongestWait.TotalSeconds, FirstWait.TotalSeconds * Math.Pow(2, Math.Min(attempt, 10)));
        return TimeSpan.FromSeconds(wait * (0.8 + 0.2 * Random.Shared.NextDouble()));
    }

    /// <exception cref="ImportStoppedException">The answer is not the documented one: it is not known what became of the items.</exception>
    private static BatchAnswer Read(byte[] body, int items) => Documented(body, data =>
    {
        var results = data.GetProperty("results");
        if (results.GetArrayLength() != items) throw new ImportStoppedException($"{items} items were sent and {results.GetArrayLength()} answered.");
        var (recorded, replayed, refused) = (0, 0, new List<(int, string, string)>());
        foreach (var result in results.EnumerateArray())
        {
            if (result.GetProperty("status").GetString() == "FAILED")
                refused.Add((result.GetProperty("index").GetInt32(), Text(result, "error") ?? "FAILED", Text(result, "message") ?? ""));
            else if (result.GetProperty("idempotent").GetBoolean()) replayed++;
            else recorded++;
        }

        return new BatchAnswer(recorded, replayed, refused);
    });

    /// <exception cref="ImportStoppedException">The answer is not a documented one.</exception>
    private static T Documented<T>(byte[] body, Func<JsonElement, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return read(json.RootElement.GetProperty("data"));
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ImportStoppedException("The answer is not one of a PacSpace installation.", fault);
        }
    }

    private static string Reason(HttpStatusCode status, byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return string.Create(CultureInfo.InvariantCulture, $"{(int)status} {Text(json.RootElement, "code")}: {Text(json.RootElement, "message")}");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{(int)status} {status}");
        }
    }

    private static string? Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
