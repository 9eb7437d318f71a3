using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Endpoints;

/// <summary>The one shape of every JSON error (api-balance 1.5). Code and message stand twice because clients read either place.</summary>
internal static class ProblemAnswer
{
    public static Task WriteAsync(HttpContext http, Problem problem)
    {
        if (problem.RetryAfterSeconds is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return JsonAnswer.WriteAsync(http, problem.Status, problem, problem.Status == StatusCodes.Status202Accepted ? WritePending : WriteError);
    }

    public static Task WriteAsync(HttpContext http, RefusalCode code, string message) => WriteAsync(http, Problem.Of(new Refusal(code, message)));

    private static readonly Action<Utf8JsonWriter, Problem> WriteError = static (json, problem) =>
    {
        json.WriteStartObject();
        json.WriteBoolean("success"u8, false);
        json.WriteNumber("statusCode"u8, problem.Status);
        json.WriteString("code"u8, problem.Code);
        json.WriteString("message"u8, problem.Message);
        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, problem.Code);
        json.WriteString("message"u8, problem.Message);
        if (problem.Details.Count > 0)
        {
            json.WriteStartArray("details"u8);
            foreach (var detail in problem.Details)
            {
                json.WriteStartObject();
                json.WriteString("field"u8, detail.Field);
                json.WriteString("message"u8, detail.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (problem.RetryAfterSeconds is { } seconds) json.WriteNumber("retryAfterSeconds"u8, seconds);
        if (problem.CustomerId is { } customerId) json.WriteString("customerId"u8, customerId);
        json.WriteEndObject();
        json.WriteEndObject();
    };

    /// <summary>202 <c>IDEMPOTENCY_PENDING</c> is no error and has its own body (api-balance 1.6).</summary>
    private static readonly Action<Utf8JsonWriter, Problem> WritePending = static (json, problem) =>
    {
        json.WriteStartObject();
        json.WriteBoolean("success"u8, false);
        json.WriteString("code"u8, problem.Code);
        if (problem.RetryAfterSeconds is { } seconds) json.WriteNumber("retryAfterSeconds"u8, seconds);
        json.WriteString("message"u8, problem.Message);
        json.WriteEndObject();
    };
}
