using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Endpoints;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Service;

public sealed class DescribeApiTests(HostFixture fixture) : IClassFixture<HostFixture>
{
    private readonly PacSpaceHost _host = fixture.Host;

    [Fact]
    public async Task The_document_has_every_running_endpoint_and_nothing_else()
    {
        var document = (await _host.GetAsync("/openapi/v1.json")).Json;

        Assert.Equal("3.1.0", document.GetProperty("openapi").GetString());
        var documented = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"));
        var running = _host.Services.GetRequiredService<EndpointRegistry>().Definitions
            .Select(definition => $"{definition.Method} {definition.RoutePattern.Replace("{*", "{", StringComparison.Ordinal)}");
        Assert.Equal(running.Order(), documented.Order());
        Assert.Equal(documented.Count(), documented.Distinct().Count());
    }

    [Fact]
    public async Task An_operation_says_what_it_takes_and_what_it_answers()
    {
        var emit = (await _host.GetAsync("/openapi/v1.json")).Json.GetProperty("paths").GetProperty("/api/v1/balance/delta").GetProperty("post");

        var body = emit.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        Assert.Equal(
            ["customerId", "delta", "reason", "referenceId", "metadata", "adjusts", "vendorAccountId"],
            body.GetProperty("properties").EnumerateObject().Select(member => member.Name));
        Assert.Equal(["customerId", "delta", "reason"], body.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("number", body.GetProperty("properties").GetProperty("delta").GetProperty("type").GetString());

        var created = emit.GetProperty("responses").GetProperty("201").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        var data = created.GetProperty("properties").GetProperty("data").GetProperty("properties");
        Assert.Equal("number", data.GetProperty("balanceAfter").GetProperty("type").GetString());
        Assert.Equal("date-time", data.GetProperty("acceptedAt").GetProperty("format").GetString());
        Assert.Contains("IDEMPOTENCY_KEY_REUSED", emit.GetProperty("responses").GetProperty("409").GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal(["apiKey"], emit.GetProperty("security")[0].EnumerateObject().Select(scheme => scheme.Name));
    }

    [Fact]
    public async Task What_is_answered_has_the_members_that_the_document_says()
    {
        var tenant = await _host.CreateTenantAsync();
        var answer = await tenant.PostAsync("/api/v1/balance/delta", new { customerId = "cust_001", delta = 1.5, reason = "tokens" });
        var schema = (await _host.GetAsync("/openapi/v1.json")).Json.GetProperty("paths").GetProperty("/api/v1/balance/delta").GetProperty("post")
            .GetProperty("responses").GetProperty("201").GetProperty("content").GetProperty("application/json").GetProperty("schema");

        var documented = schema.GetProperty("properties").GetProperty("data").GetProperty("properties").EnumerateObject().Select(member => member.Name);
        Assert.Equal(documented, answer.Data.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task References_inside_the_document_resolve()
    {
        var document = (await _host.GetAsync("/openapi/v1.json")).Json;

        foreach (var reference in References(document))
        {
            var at = document;
            foreach (var part in reference.TrimStart('#', '/').Split('/')) Assert.True(at.TryGetProperty(part, out at), reference);
        }

        static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
                member is { Name: "$ref", Value.ValueKind: JsonValueKind.String } ? [member.Value.GetString()!] : References(member.Value)),
            JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
            _ => [],
        };
    }

    [Fact]
    public async Task The_short_address_leads_to_the_document()
    {
        var answer = await _host.GetAsync("/openapi");

        Assert.Equal((302, "/openapi/v1.json"), (answer.Status, answer.Header("Location")));
    }
}
