using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PacSpace.Features.Tests.Import;

/// <summary>The batch route as documented (api-balance 1.6 and 3.2) on a loopback port, with faults on demand: what a network and a busy
/// installation do to an importer cannot be had from a healthy one.</summary>
internal sealed class StandInInstallation : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Dictionary<string, (string Body, string Answer)> _keys = [];
    private readonly Lock _gate = new();

    private StandInInstallation(WebApplication app) => _app = app;

    /// <summary>What is recorded, in order: customer, delta, referenceId.</summary>
    public List<(string CustomerId, string Delta, string? ReferenceId, string Body)> Records { get; } = [];

    public List<string> Keys { get; } = [];

    /// <summary>Asked before each request; an answer here is given instead of recording anything.</summary>
    public Func<int, IResult?> Before { get; set; } = _ => null;

    /// <summary>Asked after each request was recorded; true breaks the connection instead of answering.</summary>
    public Func<int, bool> LosesAnswer { get; set; } = _ => false;

    public ConcurrentQueue<DateTimeOffset> Requests { get; } = new();

    public string Url { get; private set; } = "";

    public static async Task<StandInInstallation> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var installation = new StandInInstallation(app);
        app.MapPost("/api/v1/balance/delta/batch", (Delegate)installation.AnswerAsync);
        await app.StartAsync();
        installation.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return installation;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> AnswerAsync(HttpContext context)
    {
        int number;
        lock (_gate)
        {
            Requests.Enqueue(DateTimeOffset.MinValue);
            number = Requests.Count - 1;
        }

        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        if (Before(number) is { } fault) return fault;
        var answer = Record(context.Request.Headers["Idempotency-Key"].Single()!, body);
        if (answer is null) return Results.Json(new { code = "IDEMPOTENCY_KEY_REUSED", message = "other body" }, statusCode: 409);
        if (!LosesAnswer(number)) return Results.Text(answer, "application/json", statusCode: 201);
        context.Abort();
        return Results.Empty;
    }

    private string? Record(string key, string body)
    {
        lock (_gate)
        {
            Keys.Add(key);
            if (_keys.TryGetValue(key, out var known)) return known.Body == body ? known.Answer : null;
            using var json = JsonDocument.Parse(body);
            var results = json.RootElement.GetProperty("deltas").EnumerateArray().Select(Item).ToArray();
            var answer = JsonSerializer.Serialize(new { success = true, data = new { results } });
            _keys[key] = (body, answer);
            return answer;
        }
    }

    private object Item(JsonElement item, int index)
    {
        var customerId = item.GetProperty("customerId").GetString()!;
        var delta = item.GetProperty("delta").GetRawText();
        var reference = item.TryGetProperty("referenceId", out var given) ? given.GetString() : null;
        if (decimal.Parse(delta, CultureInfo.InvariantCulture) == 0)
            return new { index, status = "FAILED", idempotent = false, error = "VALIDATION_ERROR", message = "delta must not be zero" };
        var isReplay = reference is not null && Records.Exists(r => r.CustomerId == customerId && r.ReferenceId == reference && r.Delta == delta);
        if (!isReplay) Records.Add((customerId, delta, reference, item.GetRawText()));
        return new { index, status = "QUEUED", idempotent = isReplay, error = (string?)null, message = (string?)null };
    }
}
