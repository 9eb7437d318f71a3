using System.Globalization;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

/// <summary>Key, environment, body size, idempotency key, JSON, fields, vendor account, scope, state (api-balance 1.5): of all
/// that is wrong, the first is answered. Each line mends what the line above complained of.</summary>
public sealed class OrderOfChecksHttpTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _scenario = null!;
    private string _notProvisioned = null!;

    public async ValueTask InitializeAsync()
    {
        _scenario = await ClosingScenario.StartAsync(postgres);
        var other = await _scenario.Host.CreateTenantAsync();
        await _scenario.Host.ExecuteAsync("DELETE FROM tenant_environments WHERE tenant_id = $1", other.TenantId);
        _notProvisioned = other.Key;
    }

    public async ValueTask DisposeAsync() => await _scenario.DisposeAsync();

    [Fact]
    public async Task An_emit_is_refused_for_the_first_thing_that_is_wrong()
    {
        const string GoodKey = "k";
        var badKey = new string('k', 256);
        var big = new string(' ', 2 * 1024 * 1024);
        const string Malformed = "{";
        const string BadField = """{"customerId":"a","delta":0,"reason":"r","vendorAccountId":"cmw_vendor_1","adjusts":{"referenceId":"no"}}""";
        const string BadVendor = """{"customerId":"a","delta":1,"reason":"r","vendorAccountId":"cmw_vendor_1","adjusts":{"referenceId":"no"}}""";
        const string BadState = """{"customerId":"a","delta":1,"reason":"r","adjusts":{"referenceId":"no"}}""";
        const string Good = """{"customerId":"a","delta":1,"reason":"r"}""";

        foreach (var path in (string[])["/api/v1/balance/delta", "/api/v1/balance/delta/batch"])
        {
            var isBatch = path.EndsWith("batch", StringComparison.Ordinal);
            var tooBig = isBatch ? string.Concat(Enumerable.Repeat(big, 4)) : big;

            //           key               body               Idempotency-Key  answer
            await Is("nonsense",            tooBig + Malformed, badKey,  "401 INVALID_API_KEY");
            await Is(_notProvisioned,       tooBig + Malformed, badKey,  "412 ENVIRONMENT_NOT_PROVISIONED");
            await Is(_scenario.Tenant.Key,  tooBig + Malformed, badKey,  "413 BODY_TOO_LARGE");
            await Is(_scenario.Tenant.Key,  Malformed,          badKey,  "400 VALIDATION_ERROR Idempotency-Key");
            await Is(_scenario.Tenant.Key,  Malformed,          GoodKey, "400 VALIDATION_ERROR body");
            await Is(_scenario.Tenant.Key,  Of(BadField),       GoodKey, isBatch ? "400 VENDOR_ACCOUNT_FORBIDDEN vendorAccountId" : "400 VALIDATION_ERROR delta");
            await Is(_scenario.Tenant.Key,  Of(BadVendor),      GoodKey, "400 VENDOR_ACCOUNT_FORBIDDEN vendorAccountId");
            await Is(_scenario.Tenant.Key,  Of(BadState),       GoodKey, isBatch ? "200" : "400 ADJUSTS_NOT_FOUND");
            await Is(_scenario.Tenant.Key,  Of(Good),           GoodKey, "201");
            await Is(_scenario.Tenant.Key,  Of(BadState),       GoodKey, isBatch ? "409 IDEMPOTENCY_KEY_REUSED" : "400 ADJUSTS_NOT_FOUND", "409 IDEMPOTENCY_KEY_REUSED");

            string Of(string delta) => isBatch ? $$"""{"deltas":[{{delta}}]}""" : delta;

            async Task Is(string key, string body, string idempotencyKey, params string[] expected) =>
                Assert.Contains(Line(await _scenario.Host.PostRawAsync(path, key, body, ("Idempotency-Key", idempotencyKey))), expected);
        }
    }

    [Theory]
    [InlineData("/api/v1/balance/derive/")]
    [InlineData("/api/v1/balance/receipt/")]
    [InlineData("/api/v1/balance/invoice-proof/")]
    public async Task A_read_is_refused_for_the_first_thing_that_is_wrong(string route)
    {
        await _scenario.EmitAsync("a", 1);

        //           key                    customer    query                                                                          answer
        await Is("nonsense",            "..",       "limit=x&vendorAccountId=cmw_vendor_1&period=2026-03&timePreset=custom",       "401 INVALID_API_KEY");
        await Is(_notProvisioned,       "..",       "limit=x&vendorAccountId=cmw_vendor_1&period=2026-03&timePreset=custom",       "412 ENVIRONMENT_NOT_PROVISIONED");
        await Is(_scenario.Tenant.Key,  "nobody",   "limit=x&vendorAccountId=cmw_vendor_1&period=2026-03&timePreset=custom",       "400 VALIDATION_ERROR limit");
        await Is(_scenario.Tenant.Key,  "..",       "limit=1&vendorAccountId=cmw_vendor_1&period=2026-03&timePreset=custom",       "400 VALIDATION_ERROR customerId");
        await Is(_scenario.Tenant.Key,  "nobody",   "limit=1&vendorAccountId=cmw_vendor_1&period=2026-03&timePreset=custom",       "400 VENDOR_ACCOUNT_FORBIDDEN vendorAccountId");
        await Is(_scenario.Tenant.Key,  "nobody",   "limit=1&period=2026-03&timePreset=custom",                                    "400 INVALID_SCOPE_COMBINATION");
        await Is(_scenario.Tenant.Key,  "nobody",   "limit=1&startDate=2020-01-01&endDate=2026-01-01",                             "400 SCOPE_TOO_WIDE");
        await Is(_scenario.Tenant.Key,  "nobody",   "limit=1&period=2026-03",                                                      "404 CUSTOMER_NOT_FOUND");
        await Is(_scenario.Tenant.Key,  "a",        "limit=1&period=2026-03",                                                      "200");

        async Task Is(string key, string customerId, string query, string expected)
        {
            var line = Line(await _scenario.Host.GetAsync($"{route}{customerId}?{query}", key));
            Assert.Equal((query, expected), (query, line.StartsWith(expected, StringComparison.Ordinal) ? expected : line));
        }
    }

    private static string Line(Answer answer) =>
        answer.Status >= 400 && answer.Fields.Count > 0 ? $"{answer} {answer.Fields[0]}" : answer.Status < 300 ? answer.Status.ToString(CultureInfo.InvariantCulture) : answer.ToString();
}
