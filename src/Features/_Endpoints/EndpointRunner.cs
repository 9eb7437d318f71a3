using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Endpoints;

/// <summary>Runs one endpoint in the order of checks of api-balance 1.5: key, rate, environment, kind of tenant, body size, idempotency key,
/// media type, JSON and fields; what follows (vendor account, scope, plan, state) is the operation's.</summary>
internal sealed class EndpointRunner(
    EndpointDefinition definition, ObjectFactory<Endpoint> create, IServiceProvider? singletons, ApiKeys keys, RateLimits limits)
{
    private const string KeyHeader = "X-Api-Key";
    private const string IdempotencyKeyHeader = "Idempotency-Key";
    private const int MaxIdempotencyKeyLength = 255;

    private static readonly Refusal s_invalidKey = new(RefusalCode.InvalidApiKey, "The API key is missing or not valid");
    private static readonly Refusal s_notProvisioned = new(RefusalCode.EnvironmentNotProvisioned, "This environment is not provisioned");
    private static readonly Refusal s_middlewareOnly = new(RefusalCode.MiddlewareOnly, "This route is only for billing middleware");
    private static readonly Refusal s_mediaType = new(RefusalCode.UnsupportedMediaType, "Content-Type must be application/json");

    public Task RunAsync(HttpContext http)
    {
        if (definition.AllowsAnyOrigin) http.Response.Headers.AccessControlAllowOrigin = "*";
        if (definition.Door == Door.Anyone) return AdmitAsync(http, null);
        if (http.Request.Headers[KeyHeader] is not [{ } key]) return RefuseAsync(http, s_invalidKey);
        return keys.TryAnswer(key, out var answer) ? AdmitAsync(http, answer) : LookUpAsync(http, key);
    }

    private async Task LookUpAsync(HttpContext http, string key)
    {
        if (limits.MayTryKey(http) is { } refusal)
        {
            await RefuseAsync(http, refusal);
            return;
        }

        var answer = await keys.AnswerAsync(key, http.RequestAborted);
        if (answer.Caller is null) limits.CountInvalidKey(http);
        await AdmitAsync(http, answer);
    }

    private Task AdmitAsync(HttpContext http, ApiKeyAnswer? answer)
    {
        if (answer is { Caller: null }) return RefuseAsync(http, s_invalidKey);
        if (limits.Take(http, definition.RateClass, answer?.Caller) is { } limited) return RefuseAsync(http, limited);
        if (answer is { IsProvisioned: false }) return RefuseAsync(http, s_notProvisioned);
        if (definition.IsMiddlewareOnly && answer?.Caller is not { IsMiddleware: true }) return RefuseAsync(http, s_middlewareOnly);
        return definition.TakesBody ? ReadAndRunAsync(http, answer?.Caller) : RunAsync(http, answer?.Caller, null, default);
    }

    private async Task ReadAndRunAsync(HttpContext http, Caller? caller)
    {
        using var body = await RequestBody.ReadAsync(http, definition.MaxBodyBytes);
        if (body is null)
        {
            await RefuseAsync(http, new Refusal(RefusalCode.BodyTooLarge, $"The body is larger than {definition.MaxBodyBytes} bytes"));
            return;
        }

        string? idempotencyKey = null;
        if (definition.HonoursIdempotencyKey && http.Request.Headers[IdempotencyKeyHeader] is { Count: > 0 } given)
        {
            if (given is not [{ Length: > 0 and <= MaxIdempotencyKeyLength } text] || text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                await RefuseAsync(http, Refusal.Validation(IdempotencyKeyHeader, "must be 1 to 255 printable ASCII characters"));
                return;
            }

            idempotencyKey = text;
        }

        await (body.Bytes.IsEmpty || IsJson(http.Request.ContentType)
            ? RunAsync(http, caller, idempotencyKey, body.Bytes)
            : RefuseAsync(http, s_mediaType));
    }

    private async Task RunAsync(HttpContext http, Caller? caller, string? idempotencyKey, ReadOnlyMemory<byte> body)
    {
        var endpoint = create(singletons ?? http.RequestServices, null);
        endpoint.Begin(definition, http, caller, idempotencyKey);
        using var input = new RequestInput(http, body);
        await endpoint.RunAsync(input, http.RequestAborted);
    }

    private static bool IsJson(string? contentType) =>
        contentType == JsonAnswer.ContentType
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && string.Equals(type.MediaType, JsonAnswer.ContentType, StringComparison.OrdinalIgnoreCase)
            && type.CharSet?.Trim('"') is var charset && (charset is null || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)));

    private static Task RefuseAsync(HttpContext http, Refusal refusal) => ProblemAnswer.WriteAsync(http, Problem.Of(refusal));
}
