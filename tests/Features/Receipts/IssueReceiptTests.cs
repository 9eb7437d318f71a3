using System.Text.Json;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Receipts;

public sealed class IssueReceiptTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task A_closed_scope_without_a_checkpoint_gets_one_and_its_receipt()
    {
        await _it.EmitManyAsync("cust_a", 4);
        await _it.EmitAsync("cust_a", 100);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));

        var receipt = await _it.Tenant.GetAsync("/api/v1/balance/receipt/cust_a?period=2026-03");
        var again = await _it.Tenant.GetAsync("/api/v1/balance/invoice-proof/cust_a?period=2026-03");
        var data = receipt.Data;

        Assert.True(receipt.Status == 200, receipt.Text);
        Assert.Equal(receipt.Data.Text("receiptId"), again.Data.Text("receiptId"));
        Assert.Equal(("VERIFIED", "receipt"), (data.Text("status"), await _it.Host.QueryAsync<string>("SELECT trigger FROM checkpoints")));
        Assert.Equal(
            (5m, 90m, 100m, -10m, 90m, 0m, 90m, "credits"),
            (data.Number("deltaCount"), data.Number("recordedAmount"), data.Number("totalIncreases"), data.Number("totalDecreases"), data.Number("netDelta"),
                data.Number("startingBalance"), data.Number("finalBalance"), data.Text("unit")));
        Assert.Equal(data.Text("receiptId"), data.Text("latestCheckpoint"));
        Assert.Equal(ClosingScenario.April.Iso(), data.Text("verifiedThroughAt"));
        Assert.Equal([1, 2, 3, 4, 5], data.GetProperty("deltas").EnumerateArray().Select(d => (int)d.Number("sequenceNumber")));
        Assert.All(data.GetProperty("deltas").EnumerateArray(), d => Assert.Equal("verified", d.Text("state")));
        Assert.Equal(5, data.GetProperty("verification").GetProperty("itemHashes").GetArrayLength());
        Assert.Equal("app.example.com/log/production", data.GetProperty("verification").Text("logOrigin"));
        Assert.Equal(("tenant", "Acme Inference"), (data.GetProperty("recordedBy").Text("type"), data.GetProperty("tenant").Text("name")));
        Assert.True(data.IsNull("nextCursor"));
        var summary = Assert.Single(data.GetProperty("windowSummaries").EnumerateArray());
        Assert.Equal(("2026-03", 90m), (summary.Text("period"), summary.Number("netChange")));
        Assert.Equal(data.Text("generatedAt"), again.Data.Text("generatedAt"));
    }

    [Fact]
    public async Task The_link_and_its_code_are_printed_while_there_is_an_active_one_and_a_code_is_asked_for()
    {
        await _it.EmitAsync("cust_a", 100);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var shared = (await ReceiptAsync()).Clone();
        await _it.Host.ExecuteAsync("UPDATE customers SET policy = 'OPEN'");
        var open = (await ReceiptAsync()).Clone();
        await _it.Host.ExecuteAsync("UPDATE customer_links SET revoked_at = now()");
        var revoked = await ReceiptAsync();

        var url = shared.Text("customerLinkUrl");
        Assert.Matches("^https://app[.]example[.]com/c/cus_[0-9a-hjkmnp-tv-z]{26}$", url);
        Assert.Matches("^[0-9A-HJKMNP-TV-Z]{6}$", shared.Text("accessHint"));
        Assert.Equal(("app.example.com", url), (shared.Text("customerLinkHost"), shared.Text("verifyUrl")));
        Assert.Equal((url, url), (open.Text("customerLinkUrl"), open.Text("verifyUrl")));
        Assert.True(open.IsNull("accessHint"));
        Assert.True(revoked.IsNull("accessHint") && revoked.IsNull("customerLinkUrl") && revoked.IsNull("customerLinkHost"));
        Assert.Equal(revoked.GetProperty("links").Text("permalink"), revoked.Text("verifyUrl"));

        async Task<JsonElement> ReceiptAsync() => (await _it.Tenant.GetAsync("/api/v1/balance/receipt/cust_a?period=2026-03")).Data;
    }

    [Fact]
    public async Task Rows_come_in_pages_and_none_when_none_are_asked_for()
    {
        await _it.EmitManyAsync("cust_a", 5);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        const string path = "/api/v1/balance/receipt/cust_a?period=2026-03";

        var none = await _it.Tenant.GetAsync(path + "&limit=0");
        var seen = new List<int>();
        for (var cursor = none.Data.Text("nextCursor"); cursor is not null;)
        {
            var page = await _it.Tenant.GetAsync($"{path}&limit=2&cursor={cursor}");
            seen.AddRange(page.Data.GetProperty("deltas").EnumerateArray().Select(d => (int)d.Number("sequenceNumber")));
            cursor = page.Data.Text("nextCursor");
        }

        Assert.Equal(0, none.Data.GetProperty("deltas").GetArrayLength());
        Assert.Equal([1, 2, 3, 4, 5], seen);
        Assert.Equal("400 VALIDATION_ERROR", (await _it.Tenant.GetAsync(path + "&limit=1001")).ToString());
        Assert.Equal("400 VALIDATION_ERROR", (await _it.Tenant.GetAsync(path + "&cursor=c1.AAAA")).ToString());
    }

    [Fact]
    public async Task A_window_of_several_months_is_summed_month_by_month()
    {
        await _it.EmitManyAsync("cust_a", 3);
        _it.Clock.Set(ClosingScenario.April.AddDays(9));
        await _it.EmitManyAsync("cust_a", 2);
        await _it.EmitAsync("cust_a", 50);
        _it.Clock.Set(ClosingScenario.May.AddDays(1));
        await _it.EmitAsync("cust_a", 7);
        _it.Clock.Set(ClosingScenario.May.AddMonths(1));

        var receipt = await _it.Tenant.GetAsync("/api/v1/balance/receipt/cust_a?startDate=2026-03-15T12:00:01Z&endDate=2026-05-20");
        var months = receipt.Data.GetProperty("windowSummaries").EnumerateArray()
            .Select(m => (m.Text("period"), m.Number("deltaCount"), m.Number("totalIncreases"), m.Number("totalDecreases")));

        Assert.Equal([("2026-03", 2m, 0m, -5m), ("2026-04", 3m, 50m, -3m), ("2026-05", 1m, 7m, 0m)], months);
        Assert.Equal(49m, receipt.Data.Number("netDelta"));
    }

    [Fact]
    public async Task What_does_not_complete_in_time_is_queued_with_final_ids()
    {
        await _it.EmitAsync("cust_a", -1);
        await _it.SealedAsync();
        await _it.PauseSealingAsync();
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));

        var queued = await _it.Tenant.GetAsync("/api/v1/balance/receipt/cust_a?period=2026-03");
        var unknown = await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{queued.Data.Text("receiptId")}");
        _it.IsSealingPaused = false;
        var complete = await _it.Tenant.GetAsync("/api/v1/balance/receipt/cust_a?period=2026-03");

        Assert.Equal((200, "QUEUED"), (queued.Status, queued.Data.Text("status")));
        Assert.True(queued.Data.IsNull("verifiedAt") && queued.Data.IsNull("verificationReference"));
        Assert.Equal("404 NOT_FOUND", unknown.ToString());
        Assert.Equal(("VERIFIED", queued.Data.Text("proofRoot")), (complete.Data.Text("status"), complete.Data.Text("proofRoot")));
    }

    [Fact]
    public async Task What_cannot_be_issued_is_refused()
    {
        await _it.EmitAsync("cust_a", -1);
        (string Path, string Refusal)[] table =
        [
            ("nobody?period=2026-03",                        "404 CUSTOMER_NOT_FOUND"),
            ("cust_a?period=2027-01",                        "400 VALIDATION_ERROR"),
            ("cust_a?startDate=2026-03-01",                  "400 INVALID_SCOPE_COMBINATION"),
            ("cust%2Fa",                                     "400 VALIDATION_ERROR"),
            ("cust_a?vendorAccountId=cmw_vendor_1",          "400 VENDOR_ACCOUNT_FORBIDDEN"),
        ];

        foreach (var (path, refusal) in table)
            Assert.Equal((path, refusal), (path, (await _it.Tenant.GetAsync("/api/v1/balance/receipt/" + path)).ToString()));
    }
}
