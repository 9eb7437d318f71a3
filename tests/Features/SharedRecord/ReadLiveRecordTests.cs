using System.Text.Json;
using PacSpace.Features.SharedRecord;
using PacSpace.Features.Tests.Documented;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.SharedRecord;

/// <summary>GET /api/v1/middleware/customers/:customerId/live</summary>
public sealed class ReadLiveRecordTests(PostgresFixture postgres) : IAsyncLifetime
{
    private SharedRecordScenario _of = null!;

    public async ValueTask InitializeAsync() => _of = await SharedRecordScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task A_month_in_figures_labels_and_rows()
    {
        await _of.EmitAsync("a", -6300);
        await _of.It.SealedAsync();
        _of.Clock.Set(ClosingScenario.April.AddMinutes(5));
        await _of.CloseAsync("a", "2026-03");
        for (var i = 1; i <= 7; i++) await _of.EmitAsync("a", -130, $"job_{i}");
        await _of.It.SealedAsync();

        var data = await _of.ReadAsync("a", $"live?vendorAccountId={_of.Account}");

        DocumentedExample.Is(DocumentedMiddleware.Live, data);
        Assert.Equal(
            ("a", "production", "2026-04", "2026-04-01T00:00:00.000Z", "2026-05-01T00:00:00.000Z", "credits", "credits"),
            (data.Text("customerId"), data.Text("environment"), data.Text("period"), data.Text("startDate"), data.Text("endDate"), data.Text("unit"), data.Text("unitLabel")));
        Assert.Equal(
            (7m, 7m, -910m, 910m, 7m, -7210m, "2026-04-01T00:00:00.000Z"),
            (data.Number("recordedThisPeriod"), data.Number("recordCount"), data.Number("recordedAmountThisPeriod"), data.Number("recordedAmount"), data.Number("verifiedThisPeriod"),
                data.Number("cumulativeBalance"), data.Text("verifiedThroughAt")));
        Assert.Equal(["910 credits recorded", "7 records this cycle", "Verified through 31 March 2026", "Recorded by Acme Inference"], Labels(data));
        Assert.Equal(_of.Sent.Skip(1).Reverse().Select(sent => sent.Row("recorded")), Rows(data));
        Assert.Equal((_of.Clock.GetUtcNow().Iso(), 20m), (data.Text("asOf"), data.Number("limit")));

        var march = await _of.ReadAsync("a", "live?period=2026-03");
        Assert.Equal(["6,300 credits recorded", "1 records this cycle", "Verified through 31 March 2026", "Recorded by Acme Inference"], Labels(march));
        Assert.Equal([_of.Sent[0].Row("verified")], Rows(march));
    }

    [Fact]
    public async Task A_month_without_records_says_so()
    {
        await _of.EmitAsync("a", -1);

        var data = await _of.ReadAsync("a", "live?period=2026-02");

        DocumentedExample.Is(DocumentedMiddleware.Live, data, "verifiedThroughAt");
        Assert.Equal(["0 credits recorded", "0 records this cycle", "No period verified yet", "Recorded by Acme Inference"], Labels(data));
        Assert.Equal(("0", 0), (data.GetProperty("recordedAmount").GetRawText(), data.GetProperty("records").GetArrayLength()));
    }

    [Fact]
    public async Task The_state_of_a_row_is_recording_recorded_or_verified_and_a_failed_one_is_recording()
    {
        await _of.EmitAsync("a", 10);
        await _of.It.SealedAsync();
        _of.Clock.Advance(TimeSpan.FromDays(1));
        await _of.CloseAsync(new { customerId = "a", period = "2026-03", vendorAccountId = _of.Account });
        await _of.EmitAsync("a", 5);
        await _of.It.SealedAsync();
        await _of.It.PauseSealingAsync();
        await _of.EmitAsync("a", -3);
        Assert.Equal(["recording", "recorded", "verified"], States(await _of.ReadAsync("a", "live")));

        await _of.It.TamperAsync("a", 3, "delta = 90, balance_after = 105");
        _of.It.IsSealingPaused = false;
        await _of.It.SealedAsync();

        var data = await _of.ReadAsync("a", "live");
        Assert.Equal(["recording", "recorded", "verified"], States(data));
        Assert.Equal((3m, 15m, 15m), (data.Number("recordCount"), data.Number("recordedAmountThisPeriod"), data.Number("cumulativeBalance")));
        Assert.Equal("Verified through 16 March 2026, 12:00 UTC", data.GetProperty("labels").Text("verifiedThrough"));
    }

    [Fact]
    public async Task Figures_and_pages_agree_with_a_twin_that_keeps_every_record()
    {
        var random = new Random(7);
        for (var i = 1; i <= 60; i++)
        {
            await _of.EmitAsync(random.Next(3) == 0 ? "b" : "a", random.Next(1, 900) / 8m * (random.Next(4) == 0 ? 1 : -1), random.Next(2) == 0 ? $"job_{i}" : null);
            _of.Clock.Advance(TimeSpan.FromMinutes(random.Next(1, 1600)));
            if (i == 40) await _of.It.PauseSealingAsync();
        }

        foreach (var customer in new[] { "a", "b" })
        {
            foreach (var month in new[] { 3, 4, 5 })
            {
                var twin = _of.Sent.Where(s => s.CustomerId == customer && s.At.Month == month).ToList();
                var data = await _of.ReadAsync(customer, $"live?period=2026-0{month}&limit=1000");

                Assert.Equal(twin.AsEnumerable().Reverse().Select(s => (s.RecordId, s.Delta)), data.GetProperty("records").EnumerateArray().Select(r => (r.Text("recordId")!, r.Number("signedDelta"))));
                Assert.Equal((twin.Count, twin.Sum(s => s.Delta), Math.Abs(twin.Sum(s => s.Delta))), ((int)data.Number("recordCount"), data.Number("recordedAmountThisPeriod"), data.Number("recordedAmount")));
                var read = await _of.SendAsync(Page(customer, $"2026-0{month}"));
                Assert.Equal(twin.Exists(s => s.Delta > 0) && twin.Exists(s => s.Delta < 0), read.HasIncreasesAndDecreases);
                Assert.False(read.HasMixedUnits);
            }
        }

        _of.It.IsSealingPaused = false;
    }

    [Fact]
    public async Task Pages_neither_skip_nor_repeat_while_the_record_grows_and_the_month_ends()
    {
        for (var i = 1; i <= 10; i++) await _of.EmitAsync("a", -i);

        var seen = new List<decimal>();
        for (var data = await _of.ReadAsync("a", "live?limit=3"); ; data = await _of.ReadAsync("a", $"live?limit=3&cursor={data.Text("nextCursor")}"))
        {
            seen.AddRange(data.GetProperty("records").EnumerateArray().Select(row => row.Number("sequenceNumber")));
            Assert.Equal("2026-03", data.Text("period"));
            if (data.IsNull("nextCursor")) break;
            _of.Clock.Set(ClosingScenario.April.AddMinutes(seen.Count));
            await _of.EmitAsync("a", -100);
        }

        Assert.Equal(Enumerable.Range(1, 10).Reverse().Select(i => (decimal)i), seen);
    }

    [Fact]
    public async Task A_month_whose_records_differ_in_unit_is_told_in_the_customers()
    {
        await _of.It.PauseSealingAsync();
        await _of.EmitAsync("a", -1);
        await _of.It.TamperAsync("a", 1, "unit = 'tokens'"); // as recorded under another label; nothing was sealed yet
        var one = await _of.SendAsync(Page("a", null));
        await _of.EmitAsync("a", 2);
        var several = await _of.SendAsync(Page("a", null));

        Assert.Equal(("tokens", "credits", false, false), (one.Unit, one.UnitLabel, one.HasMixedUnits, one.HasIncreasesAndDecreases));
        Assert.Equal(("credits", "credits", true, true), (several.Unit, several.UnitLabel, several.HasMixedUnits, several.HasIncreasesAndDecreases));
        Assert.Equal("1 credits recorded", several.Labels.Total);
        Assert.Equal(["credits", "tokens"], several.Records.Select(row => row.Unit!));
        _of.It.IsSealingPaused = false;
    }

    [Fact]
    public async Task Pages_of_a_direct_tenant_ask_the_same()
    {
        var direct = await _of.It.Host.CreateTenantAsync(name: "Direct Vendor");
        await direct.PostAsync("/api/v1/balance/delta", new { customerId = "a", delta = -4, reason = "tokens" });

        var read = await _of.SendAsync(new ReadLiveRecord(SharedRecordScenario.LinkOf(direct, isMiddleware: false), "a", null, null, 20, null));

        Assert.Equal(("tenant", direct.TenantId, "Direct Vendor", "4 recorded"), (read.RecordedBy.Type, read.RecordedBy.Id, read.Tenant.Name, read.Labels.Total));
        Assert.Null(read.Unit);
    }

    [Theory] //          customer query                                       refused
    [InlineData("a", "limit=0", "400 VALIDATION_ERROR limit")]
    [InlineData("a", "limit=1001", "400 VALIDATION_ERROR limit")]
    [InlineData("a", "period=2026-13", "400 VALIDATION_ERROR period")]
    [InlineData("a", "cursor=c1.AAAA", "400 VALIDATION_ERROR cursor")]
    [InlineData("a", "vendorAccountId=cmw_vendor_1", "400 VALIDATION_ERROR vendorAccountId")]
    [InlineData("a", "vendorAccountId=nobody", "400 VALIDATION_ERROR vendorAccountId")]
    [InlineData("summary", "", "400 VALIDATION_ERROR customerId")]
    [InlineData("nobody", "", "404 CUSTOMER_NOT_FOUND")]
    public async Task What_cannot_be_meant_is_refused_by_name(string customer, string query, string expected)
    {
        await _of.EmitAsync("a", 1);

        var answer = await _of.AskAsync(customer, $"live?{query}");

        Assert.Equal(expected, answer.Code == "VALIDATION_ERROR" ? $"{answer} {answer.Fields[0]}" : answer.ToString());
    }

    [Fact]
    public async Task A_cursor_belongs_to_its_customer_and_month()
    {
        foreach (var customer in new[] { "a", "a", "b" }) await _of.EmitAsync(customer, 1);
        var cursor = (await _of.ReadAsync("a", "live?limit=1")).Text("nextCursor");

        Assert.Equal(1, (await _of.ReadAsync("a", $"live?period=2026-03&cursor={cursor}")).GetProperty("records").GetArrayLength());
        Assert.Equal("400 VALIDATION_ERROR", (await _of.AskAsync("a", $"live?period=2026-04&cursor={cursor}")).ToString());
        Assert.Equal("400 VALIDATION_ERROR", (await _of.AskAsync("b", $"live?cursor={cursor}")).ToString());
    }

    private ReadLiveRecord Page(string customer, string? period) => new(SharedRecordScenario.LinkOf(_of.It.Tenant, isMiddleware: true), customer, _of.Account, period, 20, null);

    private static IEnumerable<string?> Labels(JsonElement data) => data.GetProperty("labels").EnumerateObject().Select(label => label.Value.GetString());

    private static IEnumerable<string> Rows(JsonElement data) => data.GetProperty("records").EnumerateArray().Select(Sent.Row);

    private static IEnumerable<string?> States(JsonElement data) => data.GetProperty("records").EnumerateArray().Select(row => row.Text("state"));
}
