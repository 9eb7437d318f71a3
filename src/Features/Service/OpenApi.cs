using System.Text.Json;
using System.Text.RegularExpressions;

namespace PacSpace.Features.Service;

/// <summary>Writes the description as an OpenAPI 3.1 document.</summary>
internal static partial class OpenApi
{
    public static void Write(Utf8JsonWriter json, ApiDescribed api)
    {
        json.WriteStartObject();
        json.WriteString("openapi", "3.1.0");
        json.WriteStartObject("info");
        json.WriteString("title", "PacSpace");
        json.WriteString("version", api.Version);
        json.WriteString("description", "Customer records that both sides can check. Every error has one shape; see the schema Error.");
        json.WriteEndObject();
        json.WriteStartArray("servers");
        json.WriteStartObject();
        json.WriteString("url", api.Url);
        json.WriteEndObject();
        json.WriteEndArray();

        json.WriteStartObject("paths");
        foreach (var path in api.Operations.GroupBy(operation => Braced(operation.Path)))
        {
            json.WriteStartObject(path.Key);
            foreach (var operation in path) WriteOperation(json, operation);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        WriteComponents(json);
        json.WriteEndObject();
    }

    private static void WriteOperation(Utf8JsonWriter json, ApiOperation operation)
    {
        json.WriteStartObject(operation.Method.ToLowerInvariant());
        json.WriteString("operationId", operation.OperationId);
        json.WriteStartArray("tags");
        json.WriteStringValue(operation.Area);
        json.WriteEndArray();
        json.WriteString("summary", operation.Summary);
        json.WriteStartArray("x-codeSamples"); // as Redocly and others show them
        json.WriteStartObject();
        json.WriteString("lang", "Shell");
        json.WriteString("source", operation.Example);
        json.WriteEndObject();
        json.WriteEndArray();
        if (operation.NeedsKey)
        {
            json.WriteStartArray("security");
            json.WriteStartObject();
            json.WriteStartArray("apiKey");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteStartArray("parameters");
        foreach (var parameter in operation.PathParameters) WriteParameter(json, parameter, "path");
        foreach (var parameter in operation.Query) WriteParameter(json, parameter, "query");
        if (operation.HonoursIdempotencyKey) WriteParameter(json, WireShapes.Text("Idempotency-Key") with { IsRequired = false }, "header");
        json.WriteEndArray();
        if (operation.Body.Count > 0) WriteBody(json, operation.Body);

        json.WriteStartObject("responses");
        foreach (var status in operation.SuccessStatuses.Order()) WriteSuccess(json, operation, status);
        foreach (var group in operation.Refusals.GroupBy(refusal => refusal.Status)) WriteRefusals(json, group);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteParameter(Utf8JsonWriter json, ApiMember parameter, string place)
    {
        json.WriteStartObject();
        json.WriteString("name", parameter.Name);
        json.WriteString("in", place);
        json.WriteBoolean("required", parameter.IsRequired);
        WriteSchema(json, "schema", parameter.Schema.Text);
        json.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter json, IReadOnlyList<ApiMember> members)
    {
        json.WriteStartObject("requestBody");
        json.WriteBoolean("required", true);
        json.WriteStartObject("content");
        json.WriteStartObject("application/json");
        json.WriteStartObject("schema");
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        foreach (var member in members) WriteSchema(json, member.Name, member.Schema.Text);
        json.WriteEndObject();
        if (members.Any(member => member.IsRequired))
        {
            json.WriteStartArray("required");
            foreach (var member in members.Where(member => member.IsRequired)) json.WriteStringValue(member.Name);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSuccess(Utf8JsonWriter json, ApiOperation operation, int status)
    {
        json.WriteStartObject(status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("description", status == 503 ? "Not now" : "Done");
        json.WriteStartObject("content");
        json.WriteStartObject(operation.FileContentType ?? "application/json");
        if (operation.FileContentType is null)
        {
            json.WriteStartObject("schema");
            json.WriteString("type", "object");
            json.WriteStartObject("properties");
            WriteSchema(json, "success", """{"const":true}""");
            WriteSchema(json, "data", operation.DataSchema?.Text ?? "{}");
            json.WriteEndObject();
            json.WriteStartArray("required");
            json.WriteStringValue("success");
            json.WriteStringValue("data");
            json.WriteEndArray();
            json.WriteEndObject();
        }
        else if (operation.DataSchema is { } schema)
        {
            WriteSchema(json, "schema", schema.Text);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRefusals(Utf8JsonWriter json, IGrouping<int, ApiRefusal> refusals)
    {
        json.WriteStartObject(refusals.Key.ToString(System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("description", string.Join(", ", refusals.Select(refusal => refusal.Code)));
        json.WriteStartObject("content");
        json.WriteStartObject("application/json");
        WriteSchema(json, "schema", refusals.Key == 202 ? """{"$ref":"#/components/schemas/Pending"}""" : """{"$ref":"#/components/schemas/Error"}""");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteComponents(Utf8JsonWriter json)
    {
        json.WriteStartObject("components");
        WriteSchema(json, "securitySchemes", """{"apiKey":{"type":"apiKey","in":"header","name":"X-Api-Key"}}""");
        json.WriteStartObject("schemas");
        WriteSchema(json, "Error", """
            {"type":"object","required":["success","statusCode","code","message","error"],"properties":{"success":{"const":false},"statusCode":{"type":"integer"},"code":{"type":"string"},"message":{"type":"string"},"error":{"type":"object","required":["code","message"],"properties":{"code":{"type":"string"},"message":{"type":"string"},"details":{"type":"array","items":{"type":"object","required":["field","message"],"properties":{"field":{"type":"string"},"message":{"type":"string"}}}},"retryAfterSeconds":{"type":"integer"},"customerId":{"type":"string"}}}}}
            """);
        WriteSchema(json, "Pending", """
            {"type":"object","required":["success","code","retryAfterSeconds","message"],"properties":{"success":{"const":false},"code":{"const":"IDEMPOTENCY_PENDING"},"retryAfterSeconds":{"type":"integer"},"message":{"type":"string"}}}
            """);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSchema(Utf8JsonWriter json, string name, string schema)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(schema.Trim());
    }

    /// <summary><c>:customerId</c> is <c>{customerId}</c> in OpenAPI, and so is a rest of the path.</summary>
    private static string Braced(string path) => Rest().Replace(Parameter().Replace(path, "{$1}"), "{$1}");

    [GeneratedRegex(@":([A-Za-z][A-Za-z0-9]*)")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\{\*{1,2}([A-Za-z][A-Za-z0-9]*)\}")]
    private static partial Regex Rest();
}
