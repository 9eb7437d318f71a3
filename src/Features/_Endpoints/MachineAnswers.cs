using Microsoft.AspNetCore.Http;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Endpoints;

/// <summary>The documented JSON, for a page that has a form of itself for machines.</summary>
public static class MachineAnswers
{
    /// <summary><c>{"success":true,"data":…}</c></summary>
    public static Task WriteAsync<T>(HttpContext http, T data) => JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, data);

    public static Task WriteAsync(HttpContext http, Refusal refusal) => ProblemAnswer.WriteAsync(http, Problem.Of(refusal));
}
