using PacSpace.Features.Tests.Documented;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.SharedRecord;

/// <summary>GET /api/v1/middleware/customers/:customerId/periods</summary>
public sealed class ListPeriodsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private SharedRecordScenario _of = null!;

    public async ValueTask InitializeAsync() => _of = await SharedRecordScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task Closed_windows_with_a_completed_checkpoint_over_all_records_newest_first()
    {
        var leaf = (await _of.EmitAsync("a", -42)).Leaf;
        await _of.EmitAsync("b", -1);
        await _of.It.SealedAsync();
        await _of.CloseAsync("a", "2026-03"); // still open: as of now
        _of.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var march = await _of.CloseAsync("a", "2026-03");
        await _of.EmitAsync("a", 2);
        _of.Clock.Set(ClosingScenario.May.AddMinutes(5));
        var week = await _of.CloseAsync(new { customerId = "a", startDate = "2026-03-09", endDate = "2026-03-16", vendorAccountId = _of.Account });
        var april = await _of.CloseAsync("a", "2026-04");
        await _of.CloseAsync("b", "2026-03");
        await _of.CloseAsync(new { customerId = "a", period = "2026-03", mode = "selected", fingerprints = new[] { leaf }, vendorAccountId = _of.Account });
        await _of.It.PauseSealingAsync();
        Assert.Equal(201, (await _of.It.CommitAsync(new { customerId = "a", period = "2026-02", vendorAccountId = _of.Account })).Status);

        var data = await _of.ReadAsync("a", "periods?limit=25");

        DocumentedExample.Is(DocumentedMiddleware.Periods, data, "periods[].period");
        var periods = data.GetProperty("periods").EnumerateArray().ToList();
        Assert.Equal([april.Text("checkpointId"), week.Text("checkpointId"), march.Text("checkpointId")], periods.Select(p => p.Text("checkpointId")));
        Assert.Equal((3m, 25m), (data.Number("total"), data.Number("limit")));
        var root = march.Text("proofRoot");
        Assert.Equal(
            (march.Text("checkpointId"), "2026-03", 1m, 42m, -42m, 0m, -42m, root, root, $"https://app.example.com/receipt/{march.Text("checkpointId")}", $"https://app.example.com/api/v1/verify/{root}"),
            (periods[2].Text("receiptId"), periods[2].Text("period"), periods[2].Number("recordCount"), periods[2].Number("recordedAmount"), periods[2].Number("netDelta"),
                periods[2].Number("startingBalance"), periods[2].Number("finalBalance"), periods[2].Text("proofRoot"), periods[2].Text("verificationReference"), periods[2].Text("receiptUrl"),
                periods[2].Text("verificationApiUrl")));
        Assert.True(periods[1].IsNull("period"));
        _of.It.IsSealingPaused = false;
    }

    [Fact]
    public async Task Pages_neither_skip_nor_repeat_while_the_list_grows()
    {
        await _of.EmitAsync("a", -1);
        _of.Clock.Set(ClosingScenario.May);
        for (var day = 1; day <= 5; day++) await CloseDayAsync(day);

        var seen = new List<string>();
        var data = await _of.ReadAsync("a", "periods?limit=2");
        for (var more = 6; ; more++)
        {
            seen.AddRange(data.GetProperty("periods").EnumerateArray().Select(p => p.Text("startDate")![..10]));
            if (data.IsNull("nextCursor")) break;
            await CloseDayAsync(more);
            data = await _of.ReadAsync("a", $"periods?limit=2&cursor={data.Text("nextCursor")}");
            Assert.Equal(more, data.Number("total"));
        }

        Assert.Equal(Enumerable.Range(1, 5).Reverse().Select(day => $"2026-04-{day:D2}"), seen);
    }

    [Fact]
    public async Task A_customer_without_a_closed_period_has_none()
    {
        await _of.EmitAsync("a", -1);

        var data = await _of.ReadAsync("a", "periods");

        Assert.Equal((0, 0m, true), (data.GetProperty("periods").GetArrayLength(), data.Number("total"), data.IsNull("nextCursor")));
    }

    [Theory] //          customer query                                       refused
    [InlineData("a", "limit=0", "400 VALIDATION_ERROR limit")]
    [InlineData("a", "limit=1001", "400 VALIDATION_ERROR limit")]
    [InlineData("a", "cursor=c1.AAAA", "400 VALIDATION_ERROR cursor")]
    [InlineData("nobody", "", "404 CUSTOMER_NOT_FOUND")]
    public async Task What_cannot_be_meant_is_refused_by_name(string customer, string query, string expected)
    {
        await _of.EmitAsync("a", 1);

        var answer = await _of.AskAsync(customer, $"periods?{query}");

        Assert.Equal(expected, answer.Code == "VALIDATION_ERROR" ? $"{answer} {answer.Fields[0]}" : answer.ToString());
    }

    private Task CloseDayAsync(int day) =>
        _of.CloseAsync(new { customerId = "a", startDate = $"2026-04-{day:D2}", endDate = $"2026-04-{day + 1:D2}", vendorAccountId = _of.Account });
}
