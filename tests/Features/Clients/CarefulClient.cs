using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using PacSpace.Testing;

namespace PacSpace.Features.Tests.Clients;

/// <summary>A client as vendors have written them against the documents: the headers it sends, where it reads an error's code,
/// when it tries again. It knows the server by its answers alone.</summary>
/// <param name="waitAsync">What it does for the seconds that it was told to wait.</param>
internal sealed class CarefulClient(PacSpaceHost host, string key, Func<int, Task> waitAsync)
{
    private const int MaxTries = 8;

    /// <summary>Of each try, in their order.</summary>
    public List<int> Statuses { get; } = [];

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, []);

    public Task<Answer> PostAsync(string path, object body, string? idempotencyKey = null) =>
        SendAsync(HttpMethod.Post, path, JsonSerializer.SerializeToUtf8Bytes(body), idempotencyKey);

    /// <summary>The code, wherever a client looks for it.</summary>
    public static (string? AtTheTop, string? InTheError) CodesOf(Answer answer) =>
        (answer.Code, answer.Json.TryGetProperty("error", out var error) && error.TryGetProperty("code", out var code) ? code.GetString() : null);

    /// <summary>The same bytes and key again on 202 pending, 429 and 5xx; by the header if there is one, else by the body, else twice as long
    /// as before.</summary>
    private async Task<Answer> SendAsync(HttpMethod method, string path, byte[] body, string? idempotencyKey = null)
    {
        for (var (attempt, backOff) = (1, 1); ; attempt++, backOff *= 2)
        {
            var answer = await SendOnceAsync(method, path, body, idempotencyKey);
            Statuses.Add(answer.Status);
            if (answer.Status is not (202 or 429 or >= 500) || attempt == MaxTries) return answer;
            await waitAsync(SecondsToWait(answer) ?? backOff);
        }
    }

    private async Task<Answer> SendOnceAsync(HttpMethod method, string path, byte[] body, string? idempotencyKey)
    {
        // Content-Type goes with every request, with a body or without.
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        (string, string)[] headers = [("X-Chain-Id", "8453"), ("X-Credit-Pool-Id", "pool_1"), ("User-Agent", "pacspace-sdk-js/3.2.1 node/22"), ("Accept", "application/json, text/plain, */*")];
        return await host.SendAsync(method, path, key, content, idempotencyKey is null ? headers : [.. headers, ("Idempotency-Key", idempotencyKey)]);
    }

    private static int? SecondsToWait(Answer answer)
    {
        if (answer.Header("Retry-After") is { } header) return int.Parse(header, NumberStyles.None, CultureInfo.InvariantCulture);
        return answer.Json.TryGetProperty("retryAfterSeconds", out var seconds) ? seconds.GetInt32() : null;
    }
}
