using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Usage;

/// <summary>GET /api/v1/balance/usage</summary>
public sealed class GetUsageTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Path = "/api/v1/balance/usage";

    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task The_answer_has_the_documented_members_in_their_order()
    {
        await SetTierAsync("growth");
        await _it.EmitManyAsync("cust_a", 3);
        var answer = await _it.Tenant.GetAsync(Path);
        Assert.Equal(
            """{"success":true,"data":{"environment":"production","plan":"growth","tier":"growth","period":"2026-03","allowed":true,"includedDeltas":500000,"consumedDeltas":3,"remaining":499997""" +
            ""","remainingDeltas":499997,"overageCount":0,"overageRate":0.01,"overageChargesUsd":0,"resetsAt":"2026-04-01T00:00:00.000Z"}}""", answer.Text);
    }

    [Fact]
    public async Task A_month_counts_what_was_accepted_in_it_to_the_microsecond_and_a_replay_counts_nothing()
    {
        await _it.EmitManyAsync("cust_a", 2);
        _it.Clock.Set(ClosingScenario.April.AddMicroseconds(-1));
        await _it.EmitAsync("cust_a", -1);
        _it.Clock.Set(ClosingScenario.April);
        for (var i = 0; i < 3; i++)
        {
            var answer = await _it.Tenant.PostAsync("/api/v1/balance/delta", new { customerId = "cust_b", delta = -1, reason = "tokens" }, ("Idempotency-Key", "same"));
            Assert.Equal(201, answer.Status);
        }

        var april = await _it.Tenant.GetAsync(Path);
        _it.Clock.Set(ClosingScenario.MidMarch); // a node whose clock is behind
        var march = await _it.Tenant.GetAsync(Path);
        _it.Clock.Set(ClosingScenario.May);
        var may = await _it.Tenant.GetAsync(Path);

        Assert.Equal((1m, 3m, 0m), (april.Data.Number("consumedDeltas"), march.Data.Number("consumedDeltas"), may.Data.Number("consumedDeltas")));
        Assert.True(april.Data.IsNull("includedDeltas") && april.Data.IsNull("remaining") && april.Data.IsNull("remainingDeltas") && april.Data.GetProperty("allowed").GetBoolean());
    }

    [Fact]
    public async Task A_middlewares_vendor_accounts_count_together_and_environments_apart()
    {
        await using var it = await ClosingScenario.StartAsync(postgres, isMiddleware: true);
        foreach (var _ in new int[3]) await it.EmitAsync("cust_a", -1, vendorAccountId: await it.Host.CreateVendorAccountAsync(it.Tenant.TenantId));
        var sandbox = await it.Host.GetAsync(Path, await it.Host.CreateKeyAsync(it.Tenant.TenantId, "sandbox"));
        var production = await it.Tenant.GetAsync(Path);
        Assert.Equal((0m, 3m), (sandbox.Data.Number("consumedDeltas"), production.Data.Number("consumedDeltas")));
    }

    [Fact]
    public async Task The_count_is_the_number_of_rows_whatever_runs_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => _it.EmitAsync($"cust_{i % 7}", -1)));
        var usage = await _it.Tenant.GetAsync(Path);
        Assert.Equal(await _it.CountAsync("SELECT count(*) FROM records"), (long)usage.Data.Number("consumedDeltas"));
    }

    private Task<int> SetTierAsync(string tier) => _it.Host.ExecuteAsync("UPDATE tenants SET tier = $2 WHERE tenant_id = $1", _it.Tenant.TenantId, tier);
}
