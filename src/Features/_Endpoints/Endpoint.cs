using System.Text.Json;
using MediatR;
using Microsoft.AspNetCore.Http;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Endpoints;

/// <summary>The plumbing beneath <see cref="Endpoint{TRequest,TResponse}"/>: one instance serves one request.</summary>
internal abstract class Endpoint
{
    private HttpContext? _http;
    private Caller? _caller;

    protected EndpointDefinition Definition { get; private set; } = null!;

    protected HttpContext HttpContext => _http ?? throw new InvalidOperationException("No request yet: Configure() runs before any.");

    /// <summary>Only behind <see cref="Door.ApiKey"/>.</summary>
    protected Caller Caller => _caller ?? throw new InvalidOperationException($"{Definition.Route} is open to anyone: it has no caller.");

    /// <summary>Null when the request has none. Its form was checked.</summary>
    protected string? IdempotencyKey { get; private set; }

    /// <summary>Called once, at start, on an instance without dependencies.</summary>
    public abstract void Configure();

    internal abstract Task RunAsync(RequestInput input, CancellationToken ct);

    internal void Describe(EndpointDefinition definition)
    {
        Definition = definition;
        Configure();
    }

    internal void Begin(EndpointDefinition definition, HttpContext http, Caller? caller, string? idempotencyKey) =>
        (Definition, _http, _caller, IdempotencyKey) = (definition, http, caller, idempotencyKey);

    /// <param name="route">The whole documented path, parameters written <c>:name</c>.</param>
    protected void Get(string route) => (Definition.Method, Definition.Route) = (HttpMethods.Get, route);

    /// <inheritdoc cref="Get"/>
    /// <param name="maxBodyBytes">A larger body is answered 413.</param>
    protected void Post(string route, int maxBodyBytes = EndpointDefinition.DefaultBodyBytes) =>
        (Definition.Method, Definition.Route, Definition.MaxBodyBytes) = (HttpMethods.Post, route, maxBodyBytes);

    /// <summary>A second documented path of the same operation.</summary>
    protected void Alias(string route) => Definition.Aliases = [.. Definition.Aliases, route];

    /// <summary>Called with an API key, and limited by it.</summary>
    protected void ApiKey() => (Definition.Door, Definition.RateClass) = (Door.ApiKey, RateClass.Key);

    /// <summary>Direct tenants are refused (api-dashboard 12). Operations behind it work for them too: pages send the same requests.</summary>
    protected void MiddlewareOnly() => Definition.IsMiddlewareOnly = true;

    /// <summary>Open to anyone, limited by client address.</summary>
    protected void Public(RateClass rateClass = RateClass.Public) => (Definition.Door, Definition.RateClass) = (Door.Anyone, rateClass);

    /// <summary><c>Idempotency-Key</c> is read and its form checked; see <see cref="IdempotencyKey"/>.</summary>
    protected void HonoursIdempotencyKey() => Definition.HonoursIdempotencyKey = true;

    protected void AllowsAnyOrigin() => Definition.AllowsAnyOrigin = true;

    /// <summary>What the operation does, in one or two sentences; shown in OpenAPI and on the docs page.</summary>
    protected void Summary(string text) => Definition.Summary = text;

    /// <summary>The statuses of success; the first is the usual one.</summary>
    protected void Answers(int status, params int[] others) => (Definition.SuccessStatus, Definition.OtherSuccessStatuses) = (status, others);

    /// <summary>The answer is a file of this type and carries no envelope.</summary>
    protected void AnswersFile(string contentType) => Definition.FileContentType = contentType;

    /// <summary>What the envelope's <c>data</c> is, where it is not the response's type: one of these.</summary>
    protected void AnswersWith(params Type[] data) => Definition.DataTypes = data;

    /// <summary>Members that may not be left out, as their names are on the wire.</summary>
    protected void Requires(params string[] members) => Definition.RequiredMembers = members;

    /// <summary>Of the example on the docs page: what follows the fixed part of the path. Values of path parameters are known
    /// by their names (<see cref="ApiExamples"/>).</summary>
    protected void ExamplePath(string path) => Definition.ExamplePath = path;

    /// <inheritdoc cref="ExamplePath"/>
    /// <param name="json">The body sent.</param>
    protected void ExampleBody(string json) => Definition.ExampleBody = json;

    /// <summary>Refusals beyond those that every route of its kind may answer.</summary>
    protected void Refuses(params RefusalCode[] codes) => Definition.Refusals = codes;

    protected Task RefuseAsync(Refusal refusal) => ProblemAnswer.WriteAsync(HttpContext, Problem.Of(refusal));

    /// <summary>Says that the answer repeats that of an earlier request (api-balance 1.6).</summary>
    protected void MarkReplayed() => HttpContext.Response.Headers["Idempotent-Replayed"] = "true";

    /// <summary>Bytes that were made elsewhere, the envelope included: replays and hot routes.</summary>
    protected Task AnswerBytesAsync(int status, ReadOnlyMemory<byte> json, bool isReplay = false)
    {
        if (isReplay) MarkReplayed();
        return JsonAnswer.WriteAsync(HttpContext, status, json);
    }
}

/// <summary>One operation behind one route: bind, send, answer. The shape is that of FastEndpoints.</summary>
/// <remarks>The order of checks (api-balance 1.5) is the runner's: key, environment, body size, idempotency key, JSON; what
/// <see cref="Bind"/> found wrong is answered before <see cref="HandleAsync"/> is reached. An endpoint whose dependencies
/// are all singletons costs its request no scope.</remarks>
internal abstract class Endpoint<TRequest, TResponse> : Endpoint
    where TRequest : IBaseRequest
    where TResponse : notnull
{
    /// <summary>Reads the request from path, query and body. A member of a wrong type is noted by the input, not thrown.</summary>
    protected abstract TRequest Bind(RequestInput input);

    public abstract Task HandleAsync(TRequest request, CancellationToken ct);

    internal sealed override Task RunAsync(RequestInput input, CancellationToken ct)
    {
        var request = Bind(input);
        return input.Refused is { } refusal ? RefuseAsync(refusal) : HandleAsync(request, ct);
    }

    /// <summary>The value in its envelope, or the refusal.</summary>
    /// <param name="status">When it is not the usual one.</param>
    protected Task AnswerAsync(Outcome<TResponse> outcome, int? status = null) => outcome.Accepted(out var value, out var refusal)
        ? JsonAnswer.WriteAsync(HttpContext, status ?? Definition.SuccessStatus, value)
        : RefuseAsync(refusal);

    /// <summary>As above, with a status that depends on the value.</summary>
    protected Task AnswerAsync(Outcome<TResponse> outcome, Func<TResponse, int> status) => outcome.Accepted(out var value, out var refusal)
        ? JsonAnswer.WriteAsync(HttpContext, status(value), value)
        : RefuseAsync(refusal);

    /// <summary>The value as JSON, without envelope.</summary>
    protected Task AnswerDocumentAsync(Outcome<TResponse> outcome, Func<TResponse, int> status) => outcome.Accepted(out var value, out var refusal)
        ? JsonAnswer.WriteAsync(HttpContext, status(value), value, static (json, value) => JsonSerializer.Serialize(json, value, WireJson.Options))
        : RefuseAsync(refusal);

    /// <summary>A short text of the configured content type, without envelope.</summary>
    protected async Task AnswerTextAsync(Outcome<TResponse> outcome, Func<TResponse, string> text)
    {
        if (!outcome.Accepted(out var value, out var refusal))
        {
            await RefuseAsync(refusal);
            return;
        }

        HttpContext.Response.StatusCode = Definition.SuccessStatus;
        HttpContext.Response.ContentType = Definition.FileContentType;
        await HttpContext.Response.WriteAsync(text(value), HttpContext.RequestAborted);
    }
}
