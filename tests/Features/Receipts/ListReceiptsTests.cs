using PacSpace.Features.Tests.Documented;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Receipts;

/// <summary>GET /api/v1/balance/customers/:customerId/receipts</summary>
public sealed class ListReceiptsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Completed_checkpoints_over_all_records_newest_first()
    {
        var leaf = (await _it.EmitAsync("a", -12)).Text("itemHash");
        await _it.EmitAsync("b", -1);
        await _it.SealedAsync();
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var march = await _it.CloseAsync("a", "2026-03");
        _it.Clock.Advance(TimeSpan.FromMinutes(1));
        var february = await _it.CloseAsync("a", "2026-02");
        await _it.CloseAsync("b", "2026-03");
        var selected = (await _it.CommitAsync(new { customerId = "a", period = "2026-03", mode = "selected", fingerprints = new[] { leaf } })).Data;
        await _it.CompletedAsync(selected.Text("checkpointId")!);
        await _it.PauseSealingAsync();
        await _it.CommitAsync(new { customerId = "a", period = "2026-01" });
        _it.Clock.Advance(TimeSpan.FromMinutes(1));
        var issued = (await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{march.Text("receiptId")}")).Data;

        var answer = await ListAsync("");

        DocumentedExample.Is(DocumentedOperation.Of("4.8").Answer, answer.Data, "receipts[].generatedAt");
        var receipts = answer.Data.GetProperty("receipts").EnumerateArray().ToList();
        Assert.Equal([february.Text("receiptId"), march.Text("receiptId")], receipts.Select(r => r.Text("receiptId")));
        Assert.Equal((2m, 25m, 0m), (answer.Data.Number("total"), answer.Data.Number("limit"), answer.Data.Number("offset")));
        Assert.True(receipts[0].IsNull("generatedAt"));
        Assert.Equal(issued.Text("generatedAt"), receipts[1].Text("generatedAt"));
        Assert.Equal((1m, -12m, -12m, march.Text("proofRoot")), (receipts[1].Number("deltaCount"), receipts[1].Number("netDelta"), receipts[1].Number("finalBalance"), receipts[1].Text("verificationReference")));
        Assert.Equal([march.Text("receiptId")], Ids(await ListAsync("period=2026-03")));
        Assert.Equal([february.Text("receiptId")], Ids(await ListAsync("startDate=2026-01-01&endDate=2026-03-15")));
        _it.IsSealingPaused = false;
    }

    [Fact]
    public async Task Pages_neither_skip_nor_repeat()
    {
        await _it.EmitAsync("a", -1);
        _it.Clock.Set(ClosingScenario.May);
        for (var day = 1; day <= 5; day++) await CloseDayAsync(day);

        var seen = new List<string?>();
        var page = await ListAsync("limit=2");
        for (var more = 6; ; more++)
        {
            seen.AddRange(page.Data.GetProperty("receipts").EnumerateArray().Select(r => r.Text("startDate")![..10]));
            if (page.Data.IsNull("nextCursor")) break;
            await CloseDayAsync(more);
            page = await ListAsync($"limit=2&cursor={page.Data.Text("nextCursor")}");
        }

        Assert.Equal(Enumerable.Range(1, 5).Reverse().Select(day => $"2026-04-{day:D2}"), seen);
        Assert.Equal(2, (await ListAsync("limit=2&offset=5")).Data.GetProperty("receipts").GetArrayLength());
    }

    [Theory] //          query                              refused
    [InlineData("a", "limit=0", "400 VALIDATION_ERROR limit")]
    [InlineData("a", "limit=1001", "400 VALIDATION_ERROR limit")]
    [InlineData("a", "offset=-1", "400 VALIDATION_ERROR offset")]
    [InlineData("a", "cursor=c1.AAAA", "400 VALIDATION_ERROR cursor")]
    [InlineData("a", "cursor=c1.AAAA&offset=1", "400 VALIDATION_ERROR offset")]
    [InlineData("a", "period=x", "400 VALIDATION_ERROR period")]
    [InlineData("a", "endDate=2026-03-01", "400 INVALID_SCOPE_COMBINATION")]
    [InlineData("a", "vendorAccountId=cmw_vendor_1", "400 VENDOR_ACCOUNT_FORBIDDEN")]
    [InlineData("nobody", "", "404 CUSTOMER_NOT_FOUND")]
    public async Task What_cannot_be_meant_is_refused_by_name(string customer, string query, string expected)
    {
        await _it.EmitAsync("a", 1);

        var answer = await _it.Tenant.GetAsync($"/api/v1/balance/customers/{customer}/receipts?{query}");

        Assert.Equal(expected, answer.Code == "VALIDATION_ERROR" ? $"{answer} {answer.Fields[0]}" : answer.ToString());
        Assert.Equal("404 CUSTOMER_NOT_FOUND", (await (await _it.Host.CreateTenantAsync()).GetAsync("/api/v1/balance/customers/a/receipts")).ToString());
    }

    private static IEnumerable<string?> Ids(Answer answer) => answer.Data.GetProperty("receipts").EnumerateArray().Select(r => r.Text("receiptId"));

    private async Task CloseDayAsync(int day)
    {
        _it.Clock.Advance(TimeSpan.FromSeconds(1));
        var answer = await _it.CommitAsync(new { customerId = "a", startDate = $"2026-04-{day:D2}", endDate = $"2026-04-{day + 1:D2}" });
        await _it.CompletedAsync(answer.Data.Text("checkpointId")!);
    }

    private async Task<Answer> ListAsync(string query)
    {
        var answer = await _it.Tenant.GetAsync($"/api/v1/balance/customers/a/receipts?{query}");
        Assert.True(answer.Status == 200, answer.Text);
        return answer;
    }
}
