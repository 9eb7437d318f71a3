using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Endpoints;

/// <summary>The outermost step of every request: its id, the path as it was sent, and an answer in the documented shape when
/// nothing inside gave one.</summary>
internal sealed class OuterDoor(RequestDelegate next, ILogger<OuterDoor> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var since = Stopwatch.GetTimestamp();
        try
        {
            await AnswerAsync(http);
        }
        finally
        {
            RequestMeter.Count(http, since);
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        RequestIds.Assign(http);
        if (!IsForMachines(http.Request.Path) && !IsForMachines(PathAsSent(http)))
        {
            await next(http);
            return;
        }

        KeepPathAsSent(http);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await next(http);
            if (!http.Response.HasStarted && http.Response is { ContentLength: null, ContentType: null }) await AnswerUnansweredAsync(http);
        }
        catch (Exception failure)
        {
            await AnswerFailureAsync(http, failure);
        }
    }

    private static readonly PathString[] s_forMachines = ["/api", "/log", "/healthz", "/readyz", "/openapi", "/metrics"];

    /// <summary>Everything else is for people and answers in pages.</summary>
    public static bool IsForMachines(PathString path)
    {
        foreach (var prefix in s_forMachines) if (path.StartsWithSegments(prefix)) return true;
        return false;
    }

    /// <summary>Routing sees the path before percent-decoding and before dot segments are taken out, so that <c>%2F</c> and
    /// <c>..</c> in an id stay in their segment; <see cref="RequestInput.Path"/> decodes once.</summary>
    private static void KeepPathAsSent(HttpContext http)
    {
        var path = PathAsSent(http).Value ?? "";
        if (path.Contains('%', StringComparison.Ordinal) || path.Contains("/.", StringComparison.Ordinal)) http.Request.Path = new PathString(path);
    }

    private static PathString PathAsSent(HttpContext http)
    {
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (target is not ['/', ..]) return http.Request.Path; // absolute-form: the server has read its path
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return new PathString(query < 0 ? target : target[..query]);
    }

    private static Task AnswerUnansweredAsync(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => ProblemAnswer.WriteAsync(http, RefusalCode.NotFound, "There is nothing under this address"),
        StatusCodes.Status405MethodNotAllowed => ProblemAnswer.WriteAsync(http, RefusalCode.MethodNotAllowed, "This address does not take this method"),
        StatusCodes.Status415UnsupportedMediaType => ProblemAnswer.WriteAsync(http, RefusalCode.UnsupportedMediaType, "Content-Type must be application/json"),
        _ => Task.CompletedTask,
    };

    private Task AnswerFailureAsync(HttpContext http, Exception failure)
    {
        // Whoever hung up half-way is told nothing, and it is no failure of ours.
        if (http.RequestAborted.IsCancellationRequested) return Task.CompletedTask;

        if (http.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            logger.LogError(failure, "An answer broke off half-way ({RequestId})", http.TraceIdentifier);
            http.Abort();
            return Task.CompletedTask;
        }

        var problem = failure is BadHttpRequestException bad ? Problem.Of(Refused(bad)) : Problem.Of(failure, http.TraceIdentifier);
        if (problem.Status == StatusCodes.Status500InternalServerError) logger.LogError(failure, "A request failed ({RequestId})", http.TraceIdentifier);
        else if (problem.Status == StatusCodes.Status503ServiceUnavailable) logger.LogWarning("A request met a fault ({RequestId}): {Fault}", http.TraceIdentifier, failure.Message);
        return ProblemAnswer.WriteAsync(http, problem);
    }

    private static Refusal Refused(BadHttpRequestException bad) => bad.StatusCode == StatusCodes.Status413PayloadTooLarge
        ? new Refusal(RefusalCode.BodyTooLarge, "The body is too large")
        : Refusal.Validation("body", "could not be read to its end");
}
