using PacSpace.Features.Tests.Documented;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Receipts;

/// <summary>GET /api/v1/balance/receipt/:customerId/preview</summary>
public sealed class PreviewReceiptTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task It_reads_as_the_receipt_will_and_commits_nothing()
    {
        await _it.EmitAsync("cust_a", 100);
        _it.Clock.Set(ClosingScenario.April.AddDays(1));
        await _it.EmitManyAsync("cust_a", 3);
        await _it.EmitAsync("cust_a", 2.5m);
        await _it.SealedAsync();

        var preview = (await PreviewAsync("period=2026-04")).Data;

        DocumentedExample.Is(DocumentedOperation.Of("4.9").Answer, preview);
        Assert.Equal(0, await _it.CountAsync("SELECT count(*) FROM checkpoints"));
        var issued = (await _it.Tenant.GetAsync("/api/v1/balance/receipt/cust_a?period=2026-04")).Data;
        var document = (await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{issued.Text("receiptId")}")).Data;
        DocumentedExample.Is(DocumentedOperation.Of("4.6").Answer, document, "links.customer");
        string[] same =
        [
            "environment", "tenant", "recordedBy", "customerId", "customerReference", "vendorAccountId", "period", "startDate", "endDate", "asOf", "coveredThrough", "unit",
            "recordCount", "deltaCount", "deltasCount", "recordedAmount", "totalIncreases", "totalDecreases", "netDelta", "startingBalance", "finalBalance", "firstRecordAt",
            "lastRecordAt", "records",
        ];
        Assert.All(same, member => Assert.Equal((member, document.GetProperty(member).GetRawText()), (member, preview.GetProperty(member).GetRawText())));
        Assert.Equal(("3.5 credits recorded", "April 2026"), (preview.GetProperty("display").Text("total"), preview.GetProperty("display").Text("period")));
    }

    [Fact]
    public async Task What_would_hold_up_a_checkpoint_is_counted_and_left_out()
    {
        await _it.EmitAsync("cust_a", -1);
        await _it.SealedAsync();
        await _it.PauseSealingAsync();
        await _it.EmitAsync("cust_a", -2);
        await _it.EmitAsync("cust_a", -4);

        var pending = (await PreviewAsync("")).Data;
        await _it.TamperAsync("cust_a", 2, "delta = 9, balance_after = 9");
        _it.IsSealingPaused = false;
        await _it.SealedAsync();
        var failed = (await PreviewAsync("")).Data;

        Assert.Equal((2m, 0m, 1m, -1m), (pending.Number("pendingCount"), pending.Number("failedCount"), pending.Number("recordCount"), pending.Number("netDelta")));
        Assert.Equal((0m, 1m, 2m, -5m, -5m), (failed.Number("pendingCount"), failed.Number("failedCount"), failed.Number("recordCount"), failed.Number("netDelta"), failed.Number("totalDecreases")));
    }

    [Fact]
    public async Task Lines_for_people_follow_the_request_and_a_window_without_records_is_zeros()
    {
        await _it.Host.ExecuteAsync("UPDATE tenants SET default_unit = NULL");
        await _it.EmitAsync("cust_a", -1);
        await _it.SealedAsync();
        await _it.Host.ExecuteAsync("UPDATE customers SET display_name = 'Customer A', unit = NULL");

        var data = (await PreviewAsync("period=2026-01&unit=tokens&locale=de-DE&timezone=Europe/Berlin&customerDisplayName=true")).Data;

        Assert.Equal(("Januar 2026", "0 tokens recorded", "Europe/Berlin"), (data.GetProperty("display").Text("period"), data.GetProperty("display").Text("total"), data.GetProperty("display").Text("timezone")));
        Assert.Equal((0m, 0m, 0m, "Customer A"), (data.Number("recordCount"), data.Number("netDelta"), data.Number("finalBalance"), data.Text("customerDisplayName")));
        Assert.True(data.IsNull("firstRecordAt") && data.IsNull("lastRecordAt"));
    }

    [Theory] //          query                                        refused
    [InlineData("cust_a", "period=2026-3", "400 VALIDATION_ERROR period")]
    [InlineData("cust_a", "period=2026-05", "400 VALIDATION_ERROR startDate")] // lies in the future
    [InlineData("cust_a", "startDate=2026-03-01", "400 INVALID_SCOPE_COMBINATION")]
    [InlineData("cust_a", "startDate=2020-03-01&endDate=2026-03-01", "400 SCOPE_TOO_WIDE")]
    [InlineData("cust_a", "locale=xx-Nowhere", "400 VALIDATION_ERROR locale")]
    [InlineData("cust_a", "timezone=Mars/Olympus", "400 VALIDATION_ERROR timezone")]
    [InlineData("cust_a", "unit=units%20used", "400 VALIDATION_ERROR unit")]
    [InlineData("cust_a", "customerDisplayName=yes", "400 VALIDATION_ERROR customerDisplayName")]
    [InlineData("cust_a", "vendorAccountId=cmw_vendor_1", "400 VENDOR_ACCOUNT_FORBIDDEN")]
    [InlineData("nobody", "", "404 CUSTOMER_NOT_FOUND")]
    public async Task What_cannot_be_meant_is_refused_by_name(string customer, string query, string expected)
    {
        await _it.EmitAsync("cust_a", 1);

        var answer = await _it.Tenant.GetAsync($"/api/v1/balance/receipt/{customer}/preview?{query}");

        Assert.Equal(expected, answer.Code == "VALIDATION_ERROR" ? $"{answer} {answer.Fields[0]}" : answer.ToString());
        Assert.Equal("404 CUSTOMER_NOT_FOUND", (await (await _it.Host.CreateTenantAsync()).GetAsync("/api/v1/balance/receipt/cust_a/preview")).ToString());
    }

    private async Task<Answer> PreviewAsync(string query)
    {
        var answer = await _it.Tenant.GetAsync($"/api/v1/balance/receipt/cust_a/preview?{query}");
        Assert.True(answer.Status == 200, answer.Text);
        return answer;
    }
}
