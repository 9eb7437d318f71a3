using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Endpoints;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Webhooks;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Endpoints;

/// <summary>Tenants in every state that a refusal speaks of.</summary>
public sealed class LadderGround(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>A customer whose record's row was changed before it was sealed.</summary>
    public const string Failed = "failed";

    /// <summary>A customer's id under two vendor accounts.</summary>
    public const string Twice = "twice";

    public const string UsedKey = "used";

    private readonly Dictionary<string, string> _values = [];
    private ClosingScenario _it = null!;

    public PacSpaceHost Host => _it.Host;

    public TestTenant Direct => _it.Tenant;

    public TestTenant Middleware { get; private set; } = null!;

    /// <summary>Its plan is used up.</summary>
    public TestTenant Exhausted { get; private set; } = null!;

    /// <summary>It has a cadence, and its customer just_now a record of this moment.</summary>
    public TestTenant Slow { get; private set; } = null!;

    public string NotProvisionedKey { get; private set; } = "";

    public string Account { get; private set; } = "";

    public string Receipt => _values["receiptId"];

    public string OtherReceipt { get; private set; } = "";

    public string MiddlewareReceipt { get; private set; } = "";

    /// <summary>A record of it was changed when it was complete.</summary>
    public string DamagedReceipt { get; private set; } = "";

    public string FailedRecord { get; private set; } = "";

    public string DisabledWebhook { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _it = await ClosingScenario.StartAsync(postgres);
        await ListenAsync();
        _values["customerId"] = "good";
        _values["recordId"] = (await _it.EmitAsync("good", 1)).Text("recordId")!;
        await _it.EmitAsync("damaged", 1);
        await _it.EmitAsync("damaged", 1);
        await _it.PauseSealingAsync();
        FailedRecord = (await _it.EmitAsync(Failed, 1)).Text("recordId")!;
        await _it.EmitAsync(Failed, 1);
        await _it.TamperAsync(Failed, 1, "reason = 'other'");
        _it.IsSealingPaused = false;
        await _it.SealedAsync();

        Middleware = await Host.CreateTenantAsync(isMiddleware: true);
        Account = await Host.CreateVendorAccountAsync(Middleware.TenantId);
        foreach (var account in (string[])[Account, await Host.CreateVendorAccountAsync(Middleware.TenantId)])
            await PostedAsync(Middleware, "/api/v1/balance/delta", new { customerId = Twice, delta = 1, reason = "tokens", vendorAccountId = account });
        Slow = await Host.CreateTenantAsync();
        await Host.ExecuteAsync("UPDATE tenants SET cadence_interval_seconds = 3600 WHERE tenant_id = $1", Slow.TenantId);
        Exhausted = await Host.CreateTenantAsync("sandbox");
        await PostedAsync(Exhausted, "/api/v1/balance/delta/batch", new { deltas = Enumerable.Repeat(new { customerId = "good", delta = 1, reason = "tokens" }, 100) });
        await Host.ExecuteAsync("UPDATE tenants SET tier = 'free' WHERE tenant_id = $1", Exhausted.TenantId);
        var other = await Host.CreateTenantAsync();
        await Host.ExecuteAsync("DELETE FROM tenant_environments WHERE tenant_id = $1", other.TenantId);
        NotProvisionedKey = other.Key;

        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        _values["receiptId"] = (await _it.CloseAsync("good", "2026-03")).Text("checkpointId")!;
        OtherReceipt = (await _it.CloseAsync("good", "2026-02")).Text("checkpointId")!;
        DamagedReceipt = (await _it.CloseAsync("damaged", "2026-03")).Text("checkpointId")!;
        await _it.TamperAsync("damaged", 1, "reason = 'other'");
        MiddlewareReceipt = (await PostedAsync(Middleware, "/api/v1/balance/checkpoint", new { customerId = Twice, period = "2026-03", vendorAccountId = Account })).Data.Text("checkpointId")!;
        await _it.CompletedAsync(MiddlewareReceipt);
        await PostedAsync(Slow, "/api/v1/balance/delta", new { customerId = "just_now", delta = 1, reason = "tokens" });
        _values["proofRoot"] = Receipt;
        (_values["environment"], _values["level"], _values["path"]) = ("production", "0", "000.p/1");
        _values["eventId"] = await EventAsync();

        // The key of a finished request with another body, on each route that honours keys.
        (string, string) used = ("Idempotency-Key", UsedKey);
        await PostedAsync(Direct, "/api/v1/balance/delta", new { customerId = "good", delta = 2, reason = "tokens" }, used);
        await PostedAsync(Direct, "/api/v1/balance/delta/batch", new { deltas = new[] { new { customerId = "good", delta = 2, reason = "tokens" } } }, used);
        await PostedAsync(Direct, "/api/v1/balance/checkpoint", new { customerId = "good", period = "2026-02" }, used);
    }

    public async ValueTask DisposeAsync() => await _it.DisposeAsync();

    /// <summary>A request that names what is there, not yet made good by its ladder.</summary>
    internal Ask Begin(EndpointDefinition route)
    {
        var ask = new Ask { Key = Direct.Key };
        foreach (var parameter in route.PathParameters) ask.Path[parameter] = parameter == "checkpointId" ? MiddlewareReceipt : _values[parameter];
        return ask;
    }

    internal static string PathOf(EndpointDefinition route, Ask ask) => ask.Path.Aggregate(route.RoutePattern, (path, parameter) =>
        path.Replace($"{{{parameter.Key}}}", parameter.Value, StringComparison.Ordinal).Replace($"{{*{parameter.Key}}}", parameter.Value, StringComparison.Ordinal));

    internal async Task<Answer> SendAsync(EndpointDefinition route, Ask ask)
    {
        var path = PathOf(route, ask);
        var target = path + (ask.Query.Count == 0 ? "" : "?" + string.Join('&', ask.Query.Select(member => $"{member.Key}={Uri.EscapeDataString(member.Value)}")));
        if (ask.Body is null) return await Host.GetAsync(target, ask.Key);
        var text = ask.Body.ToJsonString() + (ask.IsNoJson ? "{" : "") + (ask.IsTooBig ? new string(' ', route.MaxBodyBytes) : "");
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return await Host.SendAsync(HttpMethod.Post, target, ask.Key, content, ask.IdempotencyKey is { } key ? [("Idempotency-Key", key)] : []);
    }

    private static async Task<Answer> PostedAsync(TestTenant tenant, string path, object body, params (string, string)[] headers)
    {
        var answer = await tenant.PostAsync(path, body, headers);
        Assert.True(answer.Status is 200 or 201, answer.Text);
        return answer;
    }

    /// <summary>Two endpoints that nothing is sent to, and one of them is disabled when it has heard of the first record.</summary>
    private async Task ListenAsync()
    {
        var endpoints = Host.Services.GetRequiredService<WebhookEndpoints>();
        foreach (var id in (string[])[RandomId.New("webhook_"), DisabledWebhook = RandomId.New("webhook_")])
            await endpoints.CreateAsync(Direct.TenantId, Direct.Environment, id, "https://hooks.example/", null, WebhookSecrets.New(), _it.Clock.GetUtcNow(), CancellationToken.None);
    }

    private async Task<string> EventAsync()
    {
        await Host.ExecuteAsync("UPDATE webhook_endpoints SET enabled = false, generation = generation + 1 WHERE webhook_id = $1", DisabledWebhook);
        return Host.Services.GetRequiredService<WebhookIds>().Event(new EventPlace(await _it.CountAsync("SELECT min(event_no) FROM webhook_events"), 0));
    }
}
