using System.Globalization;
using System.Text.Json;
using PacSpace.Features.Tests.Documented;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Checkpoints;

/// <summary>GET /api/v1/balance/checkpoint-timeline/:customerId, asked through the door.</summary>
public sealed class ReadTimelineTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Route = "/api/v1/balance/checkpoint-timeline/";

    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Points_gaps_and_summary_of_a_range()
    {
        await _it.EmitAsync("a", 100);
        _it.Clock.Set(ClosingScenario.April.AddDays(9));
        await _it.EmitAsync("a", -30);
        _it.Clock.Set(ClosingScenario.May.AddDays(2));
        await _it.EmitAsync("a", -4);
        var april = await _it.CloseAsync("a", "2026-04");

        var answer = await ReadAsync("a", "startDate=2026-01-01T00:00:00.000Z&endDate=2026-05-01T00:00:00.000Z");

        DocumentedExample.Is(DocumentedOperation.Of("4.3").Answer, answer.Data, "summary.verifiedThroughAt");
        var point = Assert.Single(answer.Data.GetProperty("points").EnumerateArray());
        Assert.Equal((april.Text("checkpointId"), "VERIFIED", "2026-04", 100m, -30m, 70m), (point.Text("checkpointId"), point.Text("status"), point.Text("period"), point.Number("startingBalance"), point.Number("netDelta"), point.Number("finalBalance")));
        Assert.Equal(["2026-01-01 2026-04-01 1 100"], Gaps(answer));
        var summary = answer.Data.GetProperty("summary");
        Assert.Equal(
            (1m, 1m, 2m, 1m, 1m, 70m, 0m, 70m, "2026-04-01T00:00:00.000Z"),
            (summary.Number("pointCount"), summary.Number("gapCount"), summary.Number("recordCount"), summary.Number("coveredRecordCount"), summary.Number("uncoveredRecordCount"),
                summary.Number("netDelta"), summary.Number("startingBalance"), summary.Number("endingBalance"), summary.Text("coveredFrom")));
        Assert.True(summary.IsNull("verifiedThroughAt"));
    }

    [Fact]
    public async Task Without_a_scope_it_is_twelve_months_and_gaps_end_now()
    {
        _it.Clock.Set(ClosingScenario.May.AddDays(10));
        await _it.EmitAsync("a", 5);
        _it.Clock.Advance(TimeSpan.FromHours(1));

        var answer = await ReadAsync("a", "");

        Assert.Equal(("2025-06-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z", true), (answer.Data.Text("startDate"), answer.Data.Text("endDate"), answer.Data.IsNull("period")));
        Assert.Equal(["2025-06-01 2026-05-11 1 5"], Gaps(answer));
        Assert.Equal("2026-05-11T01:00:00.000Z", answer.Data.GetProperty("gaps")[0].Text("endDate"));
        Assert.Empty((await ReadAsync("a", "period=2026-06")).Data.GetProperty("gaps").EnumerateArray());
    }

    [Fact]
    public async Task As_of_overlapping_selected_and_waiting_checkpoints_are_points_and_only_completed_ones_of_all_cover()
    {
        await _it.EmitAsync("a", 10);
        _it.Clock.Advance(TimeSpan.FromDays(1));
        var asOf = await CommitAsync(new { customerId = "a", period = "2026-03" });                                       // 16 March, 12:00
        _it.Clock.Advance(TimeSpan.FromDays(2));
        var leaf = (await _it.EmitAsync("a", -3)).Text("itemHash");
        await _it.SealedAsync();
        _it.Clock.Advance(TimeSpan.FromDays(1));
        var overlap = await CommitAsync(new { customerId = "a", startDate = "2026-03-10", endDate = "2026-03-18" });
        var selected = await CommitAsync(new { customerId = "a", period = "2026-03", mode = "selected", fingerprints = new[] { leaf } });
        await Eventually.HoldsAsync(async () => await _it.CountAsync("SELECT count(*) FROM checkpoints WHERE verified_at IS NULL") == 0);
        await _it.PauseSealingAsync();
        var waiting = await CommitAsync(new { customerId = "a", startDate = "2026-03-18", endDate = "2026-03-19" });

        var answer = await ReadAsync("a", "period=2026-03");

        Assert.Equal(
            [asOf.Text("checkpointId"), selected.Text("checkpointId"), overlap.Text("checkpointId"), waiting.Text("checkpointId")],
            answer.Data.GetProperty("points").EnumerateArray().Select(p => p.Text("checkpointId")));
        Assert.Equal(["VERIFIED all", "VERIFIED selected", "VERIFIED all", "QUEUED all"], answer.Data.GetProperty("points").EnumerateArray().Select(p => $"{p.Text("status")} {p.Text("mode")}"));
        Assert.Equal(["2026-03-18 2026-03-19 1 -3"], Gaps(answer));
        var summary = answer.Data.GetProperty("summary");
        Assert.Equal((2m, 1m, 1m, 7m), (summary.Number("recordCount"), summary.Number("coveredRecordCount"), summary.Number("uncoveredRecordCount"), summary.Number("endingBalance")));
        Assert.Equal("2026-03-18T00:00:00.000Z", summary.Text("verifiedThroughAt"));
        Assert.True(answer.Data.GetProperty("points")[1].IsNull("receiptId") && answer.Data.GetProperty("points")[3].IsNull("verificationReference"));
        _it.IsSealingPaused = false;
    }

    [Fact]
    public async Task Points_come_in_pages_and_gaps_and_summary_with_each()
    {
        await _it.EmitAsync("a", -1);
        _it.Clock.Set(ClosingScenario.May);
        for (var day = 1; day <= 7; day++) await CommitAsync(new { customerId = "a", startDate = $"2026-04-{day:D2}", endDate = $"2026-04-{day + 1:D2}" });

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await ReadAsync("a", $"period=2026-04&limit=3{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.Data.GetProperty("points").EnumerateArray().Select(p => p.Text("startDate")![..10]));
            Assert.Equal(7, page.Data.GetProperty("summary").Number("pointCount"));
            cursor = page.Data.Text("nextCursor");
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(1, 7).Select(day => $"2026-04-{day:D2}"), seen);
        Assert.Equal("400 VALIDATION_ERROR", (await _it.Tenant.GetAsync($"{Route}a?cursor=c1.AAAA")).ToString());
    }

    [Fact]
    public async Task A_failed_record_stands_in_its_gap_with_what_was_acknowledged()
    {
        await _it.PauseSealingAsync();
        await _it.EmitAsync("a", 10);
        await _it.EmitAsync("a", -3);
        await _it.EmitAsync("a", -2);
        await _it.TamperAsync("a", 2, "delta = 90, balance_after = 100");
        _it.IsSealingPaused = false;
        await _it.SealedAsync();
        _it.Clock.Set(ClosingScenario.April.AddDays(1));

        Assert.Equal(["2026-03-01 2026-04-01 3 5"], Gaps(await ReadAsync("a", "period=2026-03")));
    }

    [Theory] //          customer query                                       refused
    [InlineData("a", "limit=0", "400 VALIDATION_ERROR limit")]
    [InlineData("a", "limit=1001", "400 VALIDATION_ERROR limit")]
    [InlineData("a", "period=march", "400 VALIDATION_ERROR period")]
    [InlineData("a", "startDate=2026-03-01", "400 INVALID_SCOPE_COMBINATION")]
    [InlineData("a", "startDate=2020-03-01&endDate=2026-03-01", "400 SCOPE_TOO_WIDE")]
    [InlineData("a", "vendorAccountId=cmw_vendor_1", "400 VENDOR_ACCOUNT_FORBIDDEN")]
    [InlineData("summary", "", "400 VALIDATION_ERROR customerId")]
    [InlineData("nobody", "", "404 CUSTOMER_NOT_FOUND")]
    public async Task What_cannot_be_meant_is_refused_by_name(string customer, string query, string expected)
    {
        await _it.EmitAsync("a", 1);

        var answer = await _it.Tenant.GetAsync($"{Route}{customer}?{query}");

        Assert.Equal(expected, answer.Code == "VALIDATION_ERROR" ? $"{answer} {answer.Fields[0]}" : answer.ToString());
        Assert.Equal("404 CUSTOMER_NOT_FOUND", (await (await _it.Host.CreateTenantAsync()).GetAsync(Route + "a")).ToString());
    }

    private static IEnumerable<string> Gaps(Answer answer) => answer.Data.GetProperty("gaps").EnumerateArray().Select(gap => string.Create(
        CultureInfo.InvariantCulture, $"{gap.Text("startDate")![..10]} {gap.Text("endDate")![..10]} {gap.Number("recordCount")} {gap.Number("netDelta")}"));

    private async Task<JsonElement> CommitAsync(object body)
    {
        var answer = await _it.CommitAsync(body);
        Assert.True(answer.Status == 201, answer.Text);
        return answer.Data;
    }

    private async Task<Answer> ReadAsync(string customerId, string query)
    {
        var answer = await _it.Tenant.GetAsync($"{Route}{customerId}?{query}");
        Assert.True(answer.Status == 200, answer.Text);
        return answer;
    }
}
