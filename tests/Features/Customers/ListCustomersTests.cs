using System.Text.Json;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Customers;

/// <summary>List and detail show the same figures.</summary>
public sealed class ListCustomersTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Figures_come_from_rollups_and_what_is_not_sealed_yet()
    {
        await _it.EmitManyAsync("cust_a", 3);
        await _it.SealedAsync();
        _it.Clock.Set(ClosingScenario.April.AddDays(1));
        await _it.EmitManyAsync("cust_a", 2);
        await _it.SealedAsync();
        await _it.PauseSealingAsync();
        await _it.EmitAsync("cust_a", 40);

        foreach (var figures in new[] { (await ListAsync("?period=2026-04")).Single(), (await GetAsync("cust_a?period=2026-04")).Data })
        {
            Assert.Equal(
                (6m, -9m, -9m, 3m, 37m, 2m),
                (figures.Number("totalDeltas"), figures.Number("computedBalance"), figures.Number("cumulativeBalance"), figures.Number("recordedThisPeriod"),
                    figures.Number("recordedAmountThisPeriod"), figures.Number("verifiedThisPeriod")));
            Assert.Equal(ClosingScenario.MidMarch.Iso(), figures.Text("firstActivityAt"));
            Assert.Equal(ClosingScenario.April.AddDays(1).AddSeconds(2).Iso(), figures.Text("lastActivityAt"));
            Assert.True(figures.IsNull("verifiedThroughAt") && figures.IsNull("latestCheckpoint"));
        }

        var march = (await GetAsync("cust_a?period=2026-03")).Data;
        Assert.Equal((3m, -6m, 3m), (march.Number("recordedThisPeriod"), march.Number("recordedAmountThisPeriod"), march.Number("verifiedThisPeriod")));
        Assert.Equal((6m, "2026-04"), (march.Number("latestSequence"), march.Text("mostRecentActivePeriod")));
    }

    [Fact]
    public async Task Verified_through_stops_at_a_failed_record_and_goes_on_when_it_is_healed()
    {
        await _it.EmitAsync("cust_a", -1);
        _it.Clock.Set(ClosingScenario.April.AddDays(1));
        await _it.PauseSealingAsync();
        await _it.EmitAsync("cust_a", -2);
        await _it.EmitAsync("cust_a", -3);
        await _it.TamperAsync("cust_a", 2, "reason = 'other'");
        _it.IsSealingPaused = false;
        await _it.SealedAsync();
        _it.Clock.Set(ClosingScenario.May.AddDays(1));
        await _it.EmitAsync("cust_a", -4);
        _it.Clock.Set(ClosingScenario.May.AddMonths(1));
        await _it.CloseAsync("cust_a", "2026-03");
        await _it.CloseAsync("cust_a", "2026-05");

        var stopped = (await GetAsync("cust_a?period=2026-04")).Data;
        await _it.TamperAsync("cust_a", 2, "reason = 'tokens'");
        await Eventually.HoldsAsync(async () => await _it.CountAsync("SELECT count(*) FROM record_failures WHERE healed_at IS NULL") == 0);
        _it.Clock.Set(ClosingScenario.May.AddMonths(1).AddMinutes(1)); // the newest by its own time
        var april = await _it.CloseAsync("cust_a", "2026-04");
        var healed = (await GetAsync("cust_a?period=2026-04")).Data;

        Assert.Equal(ClosingScenario.April.Iso(), stopped.Text("verifiedThroughAt"));
        Assert.Equal((2m, 4m), (stopped.Number("recordedThisPeriod"), stopped.Number("totalDeltas")));
        Assert.Equal(ClosingScenario.May.AddMonths(1).Iso(), healed.Text("verifiedThroughAt"));
        Assert.Equal(-10m, healed.Number("cumulativeBalance"));
        Assert.Equal(april.Text("checkpointId"), healed.Text("latestCheckpoint"));
    }

    [Fact]
    public async Task Pages_search_and_cursors_walk_the_list_newest_first()
    {
        for (var i = 1; i <= 5; i++)
        {
            await _it.EmitAsync($"cust_{i}", -1);
            _it.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var second = await _it.Tenant.GetAsync("/api/v1/balance/customers?page=2&limit=2");
        var seen = new List<string>();
        var page = await _it.Tenant.GetAsync("/api/v1/balance/customers?limit=2");
        for (var i = 6; ; i++)
        {
            seen.AddRange(page.Data.GetProperty("customers").EnumerateArray().Select(c => c.Text("customerId")!));
            if (page.Data.IsNull("nextCursor")) break;
            await _it.EmitAsync($"cust_{i}", -1);
            page = await _it.Tenant.GetAsync($"/api/v1/balance/customers?limit=2&cursor={page.Data.Text("nextCursor")}");
        }

        Assert.Equal(["cust_3", "cust_2"], second.Data.GetProperty("customers").EnumerateArray().Select(c => c.Text("customerId")));
        Assert.Equal((2m, 5m, 3m), (second.Data.GetProperty("pagination").Number("page"), second.Data.GetProperty("pagination").Number("total"), second.Data.GetProperty("pagination").Number("totalPages")));
        Assert.Equal(["cust_5", "cust_4", "cust_3", "cust_2", "cust_1"], seen);
        Assert.Equal(["cust_4"], (await ListAsync("?search=ST_4")).Select(c => c.Text("customerId")));
        Assert.Empty(await ListAsync("?search=%25"));
    }

    [Fact]
    public async Task A_bad_parameter_of_the_list_is_named()
    {
        (string Query, string Field)[] table =
        [
            ("?limit=0",                 "limit"),
            ("?page=0",                  "page"),
            ("?period=2026-13",          "period"),
            ("?cursor=c1.AAAA",          "cursor"),
            ("?cursor=c1.AAAA&page=2",   "page"),
        ];

        foreach (var (query, field) in table)
        {
            var answer = await _it.Tenant.GetAsync("/api/v1/balance/customers" + query);
            Assert.Equal((query, "400 VALIDATION_ERROR", field), (query, answer.ToString(), answer.Fields.Single()));
        }
    }

    [Fact]
    public async Task Middleware_lists_all_its_vendor_accounts_and_asks_which_one_when_it_matters()
    {
        await using var it = await ClosingScenario.StartAsync(postgres, isMiddleware: true);
        var (first, second) = (await it.Host.CreateVendorAccountAsync(it.Tenant.TenantId, "Seller One"), await it.Host.CreateVendorAccountAsync(it.Tenant.TenantId, "Seller Two"));
        await it.EmitAsync("cust_a", -1, vendorAccountId: first);
        it.Clock.Advance(TimeSpan.FromSeconds(1));
        await it.EmitAsync("cust_a", -2, vendorAccountId: second);
        it.Clock.Advance(TimeSpan.FromSeconds(1));
        await it.EmitAsync("cust_b", -3, vendorAccountId: first);
        it.Clock.Set(ClosingScenario.April.AddMinutes(1));

        var listed = await it.Tenant.GetAsync("/api/v1/balance/customers");
        var receipt = await it.Tenant.GetAsync($"/api/v1/balance/receipt/cust_a?period=2026-03&vendorAccountId={second}");
        var document = await it.Tenant.GetAsync($"/api/v1/balance/receipts/{receipt.Data.Text("receiptId")}");
        var facts = await it.VerifiedAsync(await it.BundleAsync(receipt.Data.Text("receiptId")!));

        Assert.Equal(["cust_b", "cust_a", "cust_a"], listed.Data.GetProperty("customers").EnumerateArray().Select(c => c.Text("customerId")));
        Assert.Equal([first, second, first], listed.Data.GetProperty("customers").EnumerateArray().Select(c => c.Text("vendorAccountId")));
        Assert.Equal("400 VENDOR_ACCOUNT_REQUIRED", (await it.Tenant.GetAsync("/api/v1/balance/customers/cust_a")).ToString());
        Assert.Equal(200, (await it.Tenant.GetAsync("/api/v1/balance/customers/cust_b")).Status);
        Assert.Equal("400 VENDOR_ACCOUNT_REQUIRED", (await it.CommitAsync(new { customerId = "cust_b" })).ToString());
        Assert.Equal("400 VALIDATION_ERROR", (await it.CommitAsync(new { customerId = "cust_b", vendorAccountId = "cmw_vendor_unknown" })).ToString());
        Assert.Equal(("middleware_vendor_account", second, "Seller Two"),
            (document.Data.GetProperty("recordedBy").Text("type"), document.Data.GetProperty("recordedBy").Text("id"), document.Data.GetProperty("tenant").Text("name")));
        Assert.Equal("Seller Two", facts.Checkpoint.RecordedBy);
        Assert.DoesNotContain("Acme", receipt.Text + document.Text, StringComparison.Ordinal);
    }

    private Task<Answer> GetAsync(string path) => _it.Tenant.GetAsync("/api/v1/balance/customers/" + path);

    private async Task<List<JsonElement>> ListAsync(string query)
    {
        var answer = await _it.Tenant.GetAsync("/api/v1/balance/customers" + query);
        Assert.True(answer.Status == 200, answer.Text);
        return [.. answer.Data.GetProperty("customers").EnumerateArray()];
    }
}
