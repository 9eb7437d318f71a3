using System.Text.RegularExpressions;

namespace PacSpace.Features.Endpoints;

/// <summary>One call of each operation that runs as it stands, in a shell that knows the variables.</summary>
internal static partial class ApiExamples
{
    /// <summary>What an example leaves to the reader, and where it comes from.</summary>
    public static readonly IReadOnlyList<(string Name, string From)> Variables =
    [
        ("PACSPACE", "address of the server"),
        ("API_KEY", "an API key"),
        ("MIDDLEWARE_API_KEY", "an API key of a billing middleware"),
        ("CUSTOMER_ID", "a customer with records"),
        ("RECORD_ID", "recordId of an emit's answer"),
        ("RECEIPT_ID", "checkpointId of a completed checkpoint"),
        ("OTHER_RECEIPT_ID", "another of the same customer"),
        ("EVENT_ID", "id of a webhook that was sent"),
    ];

    public static string Of(EndpointDefinition definition)
    {
        var path = Parameter().Replace(definition.Route, match => match.Groups[1].Value switch
        {
            "customerId" => "$CUSTOMER_ID",
            "recordId" => "$RECORD_ID",
            "receiptId" or "checkpointId" or "proofRoot" => "$RECEIPT_ID",
            "eventId" => "$EVENT_ID",
            "environment" => "production",
            "level" => "0",
            "path" => "000.p/1",
            var name => throw new InvalidOperationException($"No example is known for {name}."),
        });
        var words = new List<string> { $"curl -sS --fail-with-body \"$PACSPACE{path}{definition.ExamplePath}\"" };
        if (definition.Door == Door.ApiKey) words.Add($"-H \"X-Api-Key: ${(definition.IsMiddlewareOnly ? "MIDDLEWARE_API_KEY" : "API_KEY")}\"");
        if (definition.HonoursIdempotencyKey) words.Add("-H 'Idempotency-Key: example-1'");
        if (definition.TakesBody) words.Add($"-H 'Content-Type: application/json' -d '{Variable().Replace(definition.ExampleBody, "'\"$0\"'")}'");
        if (definition.FileContentType is { } type && !type.StartsWith("text/", StringComparison.Ordinal)) words.Add("-o answer");
        return string.Join(" \\\n  ", words);
    }

    [GeneratedRegex(@"\$[A-Z_]+")]
    private static partial Regex Variable();

    [GeneratedRegex(@"[:{]\*{0,2}([A-Za-z][A-Za-z0-9]*)\}?")]
    private static partial Regex Parameter();
}
