using PacSpace.Features.Tests.Documented;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

/// <summary>GET /api/v1/balance/gaps/:customerId, asked through the door. Rows are taken away as a hand in the database would.</summary>
public sealed class FindGapsHttpTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Route = "/api/v1/balance/gaps/";

    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task A_healthy_ledger_has_none_and_a_failed_record_is_none()
    {
        await _it.PauseSealingAsync();
        for (var i = 0; i < 5; i++) await _it.EmitAsync("a", -1);
        await _it.TamperAsync("a", 3, "reason = 'other'");
        _it.IsSealingPaused = false;
        await _it.SealedAsync();

        var data = (await _it.Tenant.GetAsync(Route + "a")).Data;

        Assert.Equal((false, 0m, 5m, 1m, 5m), (data.GetProperty("hasGaps").GetBoolean(), data.Number("missingCount"), data.Number("latestSequence"), data.Number("fromSequence"), data.Number("toSequence")));
        Assert.Equal(0, data.GetProperty("gaps").GetArrayLength());
        Assert.True(data.IsNull("nextCursor"));
        Assert.Equal(1, (await _it.Tenant.GetAsync("/api/v1/balance/derive/a")).Data.Number("failedCount"));
    }

    [Theory] //         taken away            asked                                from to  missing gaps
    [InlineData("5,6,7,12", "", 1, 20, 4, "5-7 12-12")]
    [InlineData("1,2", "", 1, 20, 2, "1-2")]
    [InlineData("19,20", "", 1, 20, 2, "19-20")]
    [InlineData("5,6,7,12", "fromSequence=6&toSequence=12", 6, 12, 3, "6-7 12-12")]
    [InlineData("5,6,7,12", "fromSequence=8&toSequence=11", 8, 11, 0, "")]
    [InlineData("5,6,7", "fromSequence=5&toSequence=7", 5, 7, 3, "5-7")]
    [InlineData("5", "toSequence=900", 1, 20, 1, "5-5")]
    [InlineData("5", "fromSequence=21", 21, 20, 0, "")]
    [InlineData("", "fromSequence=9223372036854775807", long.MaxValue, 20, 0, "")]
    public async Task What_was_taken_away_is_named(string taken, string query, long from, long to, int missing, string gaps)
    {
        await TwentyAsync(taken);

        var answer = await _it.Tenant.GetAsync($"{Route}a?{query}");

        Assert.True(answer.Status == 200, answer.Text);
        DocumentedExample.Is(DocumentedOperation.Of("3.8").Answer, answer.Data);
        Assert.Equal(
            (from, to, 20, missing, missing > 0, gaps),
            (answer.Data.GetProperty("fromSequence").GetInt64(), answer.Data.GetProperty("toSequence").GetInt64(), (int)answer.Data.Number("latestSequence"),
                (int)answer.Data.Number("missingCount"), answer.Data.GetProperty("hasGaps").GetBoolean(), Told(answer)));
    }

    [Fact]
    public async Task Gaps_come_in_pages_that_say_the_same_totals()
    {
        await TwentyAsync("2,5,6,9,20");

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await _it.Tenant.GetAsync($"{Route}a?limit=1{(cursor is null ? "" : $"&cursor={cursor}")}");
            Assert.Equal((5m, 1m, 20m), (page.Data.Number("missingCount"), page.Data.Number("fromSequence"), page.Data.Number("toSequence")));
            seen.Add(Told(page));
            cursor = page.Data.Text("nextCursor");
        }
        while (cursor is not null);

        Assert.Equal(["2-2", "5-6", "9-9", "20-20"], seen);
    }

    [Fact]
    public async Task An_answer_speaks_of_a_hundred_thousand_numbers_and_the_cursor_goes_on()
    {
        await TwentyAsync("");
        await _it.Host.ExecuteAsync(
            "INSERT INTO records SELECT ledger_index + 1000 + n, seq + n, accepted_at, adjusts_index, ledger_no, customer_no, delta_index, delta, balance_after, salt, leaf, prev, reason, " +
            "unit, reference_id, metadata, metadata_salt, submission_root FROM records, generate_series(1, 150000) n WHERE seq = 20 AND n NOT IN (3, 100030)");

        var first = await _it.Tenant.GetAsync(Route + "a");
        var second = await _it.Tenant.GetAsync($"{Route}a?cursor={first.Data.Text("nextCursor")}");

        Assert.Equal((1m, 100_000m, 150_020m, 1m, "23-23"), (first.Data.Number("fromSequence"), first.Data.Number("toSequence"), first.Data.Number("latestSequence"), first.Data.Number("missingCount"), Told(first)));
        Assert.Equal((100_001m, 150_020m, 1m, "100050-100050"), (second.Data.Number("fromSequence"), second.Data.Number("toSequence"), second.Data.Number("missingCount"), Told(second)));
        Assert.True(second.Data.IsNull("nextCursor"));
    }

    [Theory] //          query                                  refused
    [InlineData("fromSequence=0", "400 VALIDATION_ERROR fromSequence")]
    [InlineData("fromSequence=one", "400 VALIDATION_ERROR fromSequence")]
    [InlineData("fromSequence=3&toSequence=2", "400 VALIDATION_ERROR toSequence")]
    [InlineData("limit=0", "400 VALIDATION_ERROR limit")]
    [InlineData("limit=1001", "400 VALIDATION_ERROR limit")]
    [InlineData("cursor=c1.AAAA", "400 VALIDATION_ERROR cursor")]
    [InlineData("vendorAccountId=cmw_vendor_1", "400 VENDOR_ACCOUNT_FORBIDDEN")]
    public async Task What_cannot_be_meant_is_refused_by_name(string query, string expected)
    {
        await _it.EmitAsync("a", 1);

        var answer = await _it.Tenant.GetAsync($"{Route}a?{query}");

        Assert.Equal(expected, answer.Code == "VALIDATION_ERROR" ? $"{answer} {answer.Fields[0]}" : answer.ToString());
    }

    [Fact]
    public async Task Unknown_customers_and_those_of_others_are_not_found()
    {
        await _it.EmitAsync("a", 1);
        var sandbox = await _it.Host.CreateKeyAsync(_it.Tenant.TenantId, "sandbox");

        Assert.Equal("404 CUSTOMER_NOT_FOUND", (await _it.Tenant.GetAsync(Route + "nobody")).ToString());
        Assert.Equal("404 CUSTOMER_NOT_FOUND", (await _it.Host.GetAsync(Route + "a", sandbox)).ToString());
        Assert.Equal("404 CUSTOMER_NOT_FOUND", (await (await _it.Host.CreateTenantAsync()).GetAsync(Route + "a")).ToString());
    }

    private async Task TwentyAsync(string taken)
    {
        for (var i = 0; i < 20; i++) await _it.EmitAsync("a", -1);
        await _it.SealedAsync();
        foreach (var seq in taken.Split(',', StringSplitOptions.RemoveEmptyEntries)) await _it.Host.ExecuteAsync($"DELETE FROM records WHERE seq = {seq}");
    }

    private static string Told(Answer answer) => string.Join(
        ' ', answer.Data.GetProperty("gaps").EnumerateArray().Select(gap => $"{gap.GetProperty("fromSequence").GetRawText()}-{gap.GetProperty("toSequence").GetRawText()}"));
}
