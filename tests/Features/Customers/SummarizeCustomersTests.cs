using System.Text.Json;
using PacSpace.Features.Tests.Documented;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Customers;

/// <summary>GET /api/v1/balance/customers/summary</summary>
public sealed class SummarizeCustomersTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Route = "/api/v1/balance/customers/summary";

    private ClosingScenario _it = null!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Totals_of_all_customers_and_one_month()
    {
        _it = await ClosingScenario.StartAsync(postgres);
        await _it.EmitAsync("a", 1000);
        await _it.EmitAsync("a", -1);
        await _it.EmitAsync("b", -20);
        await _it.SealedAsync();
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        await _it.CloseAsync("a", "2026-03");
        await _it.CloseAsync("a", "2026-02");
        await _it.CloseAsync("b", "2026-03");
        _it.Clock.Set(ClosingScenario.April.AddDays(10));
        await _it.EmitAsync("b", -300);
        await _it.EmitAsync("c", 5);
        var leaf = (await _it.EmitAsync("c", -0.5m)).Text("itemHash");
        await _it.SealedAsync();
        await _it.CommitAsync(new { customerId = "c", period = "2026-04", mode = "selected", fingerprints = new[] { leaf } });
        await Eventually.HoldsAsync(async () => await _it.CountAsync("SELECT count(*) FROM checkpoints WHERE verified_at IS NULL") == 0);

        var data = (await ReadAsync("?period=2026-04")).Data;

        DocumentedExample.Is(DocumentedOperation.Of("6.2").Answer, data);
        Assert.Equal(
            ("production", "2026-04", 3m, 2m, 1m, 6m, 683.5m),
            (data.Text("environment"), data.Text("period"), data.Number("totalCustomers"), data.Number("activeCustomers"), data.Number("newCustomers"),
                data.Number("totalDeltas"), data.Number("totalBalance")));
        Assert.Equal((3m, -295.5m, 3m), (data.Number("recordedThisPeriod"), data.Number("recordedAmountThisPeriod"), data.Number("verifiedThisPeriod")));
        Assert.Equal("""{"customers":3,"records":6,"checkpoints":4,"receipts":3}""", data.GetProperty("counts").GetRawText());
        Assert.Equal("""{"cumulativeBalance":683.5,"totalIncreases":1005,"totalDecreases":-321.5}""", data.GetProperty("balances").GetRawText());
        Assert.Equal(
            """{"verified":6,"pending":0,"failed":0,"coveredByCheckpoint":3,"oldestPendingAt":null,"customersFullyCovered":1,"lastCheckpointAt":"2026-04-01T00:05:00.000Z"}""",
            data.GetProperty("verification").GetRawText());
        Assert.Equal(("2026-03-15T12:00:00.000Z", "2026-04-11T00:00:00.000Z"), (data.Text("firstActivityAt"), data.Text("lastActivityAt")));
        var march = (await ReadAsync("?period=2026-03")).Data;
        Assert.Equal((3m, 979m, 2m, 2m), (march.Number("recordedThisPeriod"), march.Number("recordedAmountThisPeriod"), march.Number("activeCustomers"), march.Number("newCustomers")));
    }

    [Fact]
    public async Task What_waits_and_what_failed_is_counted_and_in_no_balance()
    {
        _it = await ClosingScenario.StartAsync(postgres);
        await _it.EmitAsync("a", 10);
        await _it.SealedAsync();
        await _it.PauseSealingAsync();
        await _it.EmitAsync("a", 20);
        await _it.EmitAsync("a", 40);
        _it.Clock.Advance(TimeSpan.FromMinutes(1));
        await _it.EmitAsync("b", 1);

        var waiting = (await ReadAsync("")).Data;
        await _it.TamperAsync("a", 2, "reason = 'other'");
        _it.IsSealingPaused = false;
        await _it.SealedAsync();
        var failed = (await ReadAsync("")).Data;

        Assert.Equal((1m, 3m, 0m, "2026-03-15T12:00:00.000Z"), Verification(waiting));
        Assert.Equal((4m, 71m, 2m, 2m, 10m), (waiting.Number("recordedThisPeriod"), waiting.Number("recordedAmountThisPeriod"), waiting.Number("activeCustomers"), waiting.Number("newCustomers"), waiting.Number("totalBalance")));
        Assert.Equal((3m, 0m, 1m, null), Verification(failed));
        Assert.Equal((4m, 51m, 4m, 51m), (failed.Number("recordedThisPeriod"), failed.Number("recordedAmountThisPeriod"), failed.Number("totalDeltas"), failed.Number("totalBalance")));
    }

    [Fact]
    public async Task A_customer_made_by_hand_is_new_then_and_in_the_month_of_its_first_record()
    {
        _it = await ClosingScenario.StartAsync(postgres);
        await _it.EmitAsync("a", 1);
        await _it.SealedAsync();
        await _it.Host.ExecuteAsync("UPDATE customers SET source = 'manual', created_at = '2026-01-05'");
        await _it.Host.ExecuteAsync("INSERT INTO customers SELECT ledger_no, 77, 'empty', NULL, 'manual', NULL, '2026-01-07' FROM ledgers");

        Assert.Equal((2m, 0m), await NewAsync("2026-01"));
        Assert.Equal((0m, 0m), await NewAsync("2026-02"));
        Assert.Equal((1m, 1m), await NewAsync("2026-03"));

        async Task<(decimal, decimal)> NewAsync(string period) =>
            ((await ReadAsync($"?period={period}")).Data.Number("newCustomers"), (await ReadAsync($"?period={period}")).Data.Number("activeCustomers"));
    }

    [Fact]
    public async Task Nothing_recorded_is_zeros_and_nothing_of_others_is_in_it()
    {
        _it = await ClosingScenario.StartAsync(postgres);
        await _it.EmitAsync("a", 1);
        await _it.SealedAsync();

        var stranger = await _it.Host.CreateTenantAsync();
        var data = (await stranger.GetAsync(Route)).Data;
        var sandbox = (await _it.Host.GetAsync(Route, await _it.Host.CreateKeyAsync(_it.Tenant.TenantId, "sandbox"))).Data;

        Assert.All(
            ["totalCustomers", "activeCustomers", "newCustomers", "totalDeltas", "totalBalance", "recordedThisPeriod", "recordedAmountThisPeriod", "verifiedThisPeriod"],
            member => Assert.Equal((0m, 0m), (data.Number(member), sandbox.Number(member))));
        Assert.True(data.IsNull("firstActivityAt") && data.IsNull("lastActivityAt") && data.GetProperty("verification").IsNull("lastCheckpointAt"));
        Assert.Equal(("2026-03", "sandbox"), (data.Text("period"), sandbox.Text("environment")));
        Assert.Equal("400 VALIDATION_ERROR", (await stranger.GetAsync(Route + "?period=2026-3")).ToString());
        Assert.Equal("400 VENDOR_ACCOUNT_FORBIDDEN", (await stranger.GetAsync(Route + "?vendorAccountId=cmw_vendor_1")).ToString());
    }

    [Fact]
    public async Task A_middleware_sees_all_its_accounts_or_one()
    {
        _it = await ClosingScenario.StartAsync(postgres, isMiddleware: true);
        var (one, two) = (await _it.Host.CreateVendorAccountAsync(_it.Tenant.TenantId), await _it.Host.CreateVendorAccountAsync(_it.Tenant.TenantId));
        await _it.EmitAsync("a", 1, vendorAccountId: one);
        await _it.EmitAsync("a", 2, vendorAccountId: two);
        await _it.SealedAsync();

        var (all, ofTwo) = ((await ReadAsync("")).Data, (await ReadAsync($"?vendorAccountId={two}")).Data);

        Assert.Equal((2m, 3m, true), (all.Number("totalCustomers"), all.Number("totalBalance"), all.IsNull("vendorAccountId")));
        Assert.Equal((1m, 2m, two), (ofTwo.Number("totalCustomers"), ofTwo.Number("totalBalance"), ofTwo.Text("vendorAccountId")));
    }

    private static (decimal, decimal, decimal, string?) Verification(JsonElement data)
    {
        var of = data.GetProperty("verification");
        return (of.Number("verified"), of.Number("pending"), of.Number("failed"), of.Text("oldestPendingAt"));
    }

    private async Task<Answer> ReadAsync(string query)
    {
        var answer = await _it.Tenant.GetAsync(Route + query);
        Assert.True(answer.Status == 200, answer.Text);
        return answer;
    }
}
