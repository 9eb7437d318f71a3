using System.Text.Json;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

/// <summary>GET /api/v1/balance/derive/:customerId, asked through the door. The clock stands in the middle of March 2026.</summary>
public sealed class DeriveBalanceHttpTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Route = "/api/v1/balance/derive/";

    private ClosingScenario _scenario = null!;

    private TestTenant Tenant => _scenario.Tenant;

    public async ValueTask InitializeAsync() => _scenario = await ClosingScenario.StartAsync(postgres);

    public async ValueTask DisposeAsync() => await _scenario.DisposeAsync();

    // ---------------------------------------------------------------- scopes

    /// <summary>March: -10 on the 15th, +4 on the 20th. April: -1 at its first instant, -2 on the 15th, when the questions are asked.</summary>
    [Theory] //          query                                                       mode             period     start         end           count net
    [InlineData("", "current_month", "2026-04", "2026-04-01", "2026-05-01", 2, -3)]
    [InlineData("timePreset=current_month", "current_month", "2026-04", "2026-04-01", "2026-05-01", 2, -3)]
    [InlineData("period=2026-03", "period", "2026-03", "2026-03-01", "2026-04-01", 2, -6)]
    [InlineData("period=2026-04", "period", "2026-04", "2026-04-01", "2026-05-01", 2, -3)]
    [InlineData("period=2025-01", "period", "2025-01", "2025-01-01", "2025-02-01", 0, 0)]
    [InlineData("startDate=2026-03-01&endDate=2026-05-01", "custom", null, "2026-03-01", "2026-05-01", 4, -9)]
    [InlineData("startDate=2026-03-01&endDate=2026-04-01", "custom", "2026-03", "2026-03-01", "2026-04-01", 2, -6)]
    [InlineData("timePreset=custom&startDate=2026-03-16&endDate=2026-04-02", "custom", null, "2026-03-16", "2026-04-02", 2, 3)]
    [InlineData("startDate=2026-03-16T02:00:00%2B02:00&endDate=2026-04-01T00:00:00Z", "custom", null, "2026-03-16", "2026-04-01", 1, 4)]
    [InlineData("startDate=0001-01-01T12:00:00Z&endDate=0001-01-02", "custom", null, "0001-01-01", "0001-01-02", 0, 0)]
    [InlineData("startDate=9999-12-30T12:00:00Z&endDate=9999-12-31T12:00:00Z", "custom", null, "9999-12-30", "9999-12-31", 0, 0)]
    public async Task Each_scope_resolves_to_one_half_open_window(string query, string mode, string? period, string start, string end, int count, int net)
    {
        await TwoMonthsAsync();

        var data = (await DeriveAsync("a", query)).Data;

        Assert.Equal((mode, period, start, end), (data.Text("scopeMode"), data.Text("period"), data.Text("startDate")![..10], data.Text("endDate")![..10]));
        Assert.Equal((count, count, net, net), (Count(data, "deltaCount"), Count(data, "total"), (int)data.Number("netDelta"), (int)data.Number("computedBalance")));
    }

    [Theory] //          query                                                  refused
    [InlineData("period=2026-13", "400 VALIDATION_ERROR period")]
    [InlineData("period=2026-3", "400 VALIDATION_ERROR period")]
    [InlineData("period=", "400 VALIDATION_ERROR period")]
    [InlineData("timePreset=last_month", "400 VALIDATION_ERROR timePreset")]
    [InlineData("period=2026-03&timePreset=current_month", "400 INVALID_SCOPE_COMBINATION")]
    [InlineData("period=2026-03&startDate=2026-03-01&endDate=2026-03-02", "400 INVALID_SCOPE_COMBINATION")]
    [InlineData("timePreset=current_month&startDate=2026-03-01&endDate=2026-03-02", "400 INVALID_SCOPE_COMBINATION")]
    [InlineData("timePreset=custom", "400 INVALID_SCOPE_COMBINATION")]
    [InlineData("startDate=2026-03-01", "400 INVALID_SCOPE_COMBINATION")]
    [InlineData("endDate=2026-03-01", "400 INVALID_SCOPE_COMBINATION")]
    [InlineData("startDate=2026-03-02&endDate=2026-03-01", "400 VALIDATION_ERROR endDate")]
    [InlineData("startDate=2026-03-02&endDate=2026-03-02", "400 VALIDATION_ERROR endDate")]
    [InlineData("startDate=yesterday&endDate=2026-03-02", "400 VALIDATION_ERROR startDate")]
    [InlineData("startDate=2024-03-01&endDate=2026-03-02", "400 SCOPE_TOO_WIDE")]
    [InlineData("startingBalance=1e18", "200")]
    [InlineData("startingBalance=1000000000000000000.000000001", "400 VALIDATION_ERROR startingBalance")]
    [InlineData("startingBalance=-9999999999999999999", "400 VALIDATION_ERROR startingBalance")]
    [InlineData("startingBalance=0.0000000001", "400 VALIDATION_ERROR startingBalance")]
    [InlineData("startingBalance=ten", "400 VALIDATION_ERROR startingBalance")]
    [InlineData("granularity=hour", "400 VALIDATION_ERROR granularity")]
    [InlineData("limit=0", "400 VALIDATION_ERROR limit")]
    [InlineData("limit=1001", "400 VALIDATION_ERROR limit")]
    [InlineData("offset=-1", "400 VALIDATION_ERROR offset")]
    [InlineData("offset=9223372036854775807", "200")]
    [InlineData("cursor=c1.AAAA", "400 VALIDATION_ERROR cursor")]
    [InlineData("cursor=", "400 VALIDATION_ERROR cursor")]
    [InlineData("startingCheckpointType=recordId", "400 VALIDATION_ERROR startingCheckpointType")]
    [InlineData("startingCheckpoint=x&startingCheckpointType=leaf", "400 VALIDATION_ERROR startingCheckpointType")]
    [InlineData("startingCheckpoint=x&period=2026-03", "400 INVALID_SCOPE_COMBINATION")]
    [InlineData("startingCheckpoint=x&timePreset=current_month", "400 INVALID_SCOPE_COMBINATION")]
    [InlineData("startingCheckpoint=x", "404 CHECKPOINT_NOT_FOUND")]
    [InlineData("startingCheckpoint=", "404 CHECKPOINT_NOT_FOUND")]
    public async Task What_cannot_be_meant_is_refused_by_name(string query, string expected)
    {
        await _scenario.EmitAsync("a", 1);

        var answer = await DeriveAsync("a", query);

        Assert.Equal(expected, answer.Code == "VALIDATION_ERROR" ? $"{answer} {answer.Fields[0]}" : answer.ToString());
    }

    [Fact]
    public async Task Every_documented_member_is_there_and_the_starting_balance_is_added_before_the_replay()
    {
        await TwoMonthsAsync();

        var data = (await DeriveAsync("a", "period=2026-03&granularity=week&limit=1&startingBalance=100.25")).Data;

        DocumentedShape.Is(DocumentedShape.Derived, data);
        Assert.Equal((100.25m, -6m, 94.25m), (data.Number("startingBalance"), data.Number("netDelta"), data.Number("computedBalance")));
        Assert.Equal((1, 2, 1, 0), (Count(data, "firstSequence"), Count(data, "lastSequence"), Count(data, "limit"), Count(data, "offset")));
        var rows = (await DeriveAsync("a", "period=2026-03")).Data.GetProperty("deltas");
        Assert.Equal((rows[1].Text("recordId"), rows[1].Text("receiptId")), (data.Text("latestRecordId"), data.Text("latestReceiptId")));
        Assert.Equal(rows[0].GetRawText(), data.GetProperty("deltas")[0].GetRawText());
        Assert.Equal("VERIFIED", rows[0].Text("status"));
    }

    [Fact]
    public async Task An_unknown_customer_is_404_and_a_month_without_records_is_zeros()
    {
        await _scenario.EmitAsync("a", 1);
        var other = await _scenario.Host.CreateTenantAsync();
        await other.PostAsync("/api/v1/balance/delta", new { customerId = "theirs", delta = 1, reason = "r" });

        Assert.Equal("404 CUSTOMER_NOT_FOUND", (await DeriveAsync("nobody", "")).ToString());
        Assert.Equal("404 CUSTOMER_NOT_FOUND", (await DeriveAsync("theirs", "")).ToString());
        Assert.Equal("404 CUSTOMER_NOT_FOUND", (await DeriveAsync("A", "")).ToString());
        var empty = (await DeriveAsync("a", "period=2026-01")).Data;
        Assert.Equal((0, 0, 0m), (Count(empty, "deltaCount"), empty.GetProperty("deltas").GetArrayLength(), empty.Number("computedBalance")));
        Assert.All(["firstSequence", "lastSequence", "latestReceiptId", "latestRecordId", "nextCursor", "granularity"], member => Assert.True(empty.IsNull(member), member));
    }

    // ---------------------------------------------------------------- from a point on

    [Fact]
    public async Task A_replay_goes_on_after_a_checkpoint_a_receipt_or_a_record()
    {
        await TwoMonthsAsync();
        var closed = await _scenario.CloseAsync("a", "2026-03");
        var rows = (await DeriveAsync("a", "startDate=2026-03-01&endDate=2026-05-01")).Data.GetProperty("deltas");

        //            starting point                                                                      start of the window          rows left  net
        await Is($"startingCheckpoint={closed.Text("proofRoot")}",                                          "2026-04-01T00:00:00.000Z", [3, 4],    -3);
        await Is($"startingCheckpoint={closed.Text("checkpointId")}&startingCheckpointType=proofRoot",      "2026-04-01T00:00:00.000Z", [3, 4],    -3);
        await Is($"startingCheckpoint={rows[0].Text("receiptId")}",                                         "2026-03-15T12:00:00.000Z", [2, 3, 4], 1);
        await Is($"startingCheckpoint={rows[1].Text("recordId")}&startingCheckpointType=recordId",          "2026-03-20T12:00:00.000Z", [3, 4],    -3);
        await Is($"startingCheckpoint={rows[3].Text("recordId")}&startingCheckpointType=recordId",          "2026-04-15T12:00:00.000Z", [],        0);

        async Task Is(string query, string start, long[] sequences, int net)
        {
            var data = (await DeriveAsync("a", query)).Data;
            Assert.Equal(("checkpoint", null, start), (data.Text("scopeMode"), data.Text("period"), data.Text("startDate")));
            Assert.Equal(sequences, data.GetProperty("deltas").EnumerateArray().Select(row => row.GetProperty("sequenceNumber").GetInt64()));
            Assert.Equal((sequences.Length, net), (Count(data, "deltaCount"), (int)data.Number("netDelta")));
            Assert.Equal(query.Split('=', '&')[1], data.Text("startingCheckpoint"));
            Assert.Equal(query.Contains("recordId", StringComparison.Ordinal) ? "recordId" : "proofRoot", data.Text("startingCheckpointType"));
        }
    }

    [Fact]
    public async Task A_point_that_is_not_this_customers_is_not_found()
    {
        await TwoMonthsAsync();
        var other = await _scenario.EmitAsync("b", 5);
        var closed = await _scenario.CloseAsync("a", "2026-03");
        var stranger = await _scenario.Host.CreateTenantAsync();
        var elsewhere = (await stranger.PostAsync("/api/v1/balance/delta", new { customerId = "a", delta = 1, reason = "r" })).Data;
        var own = (await DeriveAsync("a", "")).Data.GetProperty("deltas")[0];
        var selected = (await _scenario.CommitAsync(new { customerId = "a", period = "2026-04", mode = "selected", fingerprints = new[] { own.Text("itemHash") } })).Data;

        //           customer  starting point                                                                      answer
        await Is("b", $"startingCheckpoint={closed.Text("proofRoot")}",                                           "404 CHECKPOINT_NOT_FOUND");
        await Is("b", $"startingCheckpoint={closed.Text("checkpointId")}",                                        "404 CHECKPOINT_NOT_FOUND");
        await Is("a", $"startingCheckpoint={other.Text("receiptId")}",                                            "404 CHECKPOINT_NOT_FOUND");
        await Is("a", $"startingCheckpoint={other.Text("recordId")}&startingCheckpointType=recordId",             "404 CHECKPOINT_NOT_FOUND");
        await Is("a", $"startingCheckpoint={elsewhere.Text("receiptId")}",                                        "404 CHECKPOINT_NOT_FOUND");
        await Is("a", $"startingCheckpoint={elsewhere.Text("recordId")}&startingCheckpointType=recordId",         "404 CHECKPOINT_NOT_FOUND");
        await Is("a", $"startingCheckpoint={own.Text("recordId")}",                                               "404 CHECKPOINT_NOT_FOUND");
        await Is("a", $"startingCheckpoint={own.Text("receiptId")}&startingCheckpointType=recordId",              "404 CHECKPOINT_NOT_FOUND");
        await Is("a", $"startingCheckpoint={selected.Text("proofRoot")}",                                         "400 VALIDATION_ERROR");
        await Is("a", $"startingCheckpoint={selected.Text("checkpointId")}",                                      "400 VALIDATION_ERROR");

        async Task Is(string customerId, string query, string expected) => Assert.Equal((query, expected), (query, (await DeriveAsync(customerId, query)).ToString()));
    }

    // ---------------------------------------------------------------- breakdown

    [Fact]
    public async Task Buckets_cover_the_window_clipped_and_empty_ones_are_there()
    {
        await TwoMonthsAsync();

        var data = (await DeriveAsync("a", "startDate=2026-03-14&endDate=2026-04-08&granularity=week&startingBalance=100&limit=1")).Data;

        DocumentedShape.Is(DocumentedShape.Bucket, data.GetProperty("breakdown")[0]);
        //            from       to (excluded) count in   out  net  balance
        Assert.Equal(
            [
                "2026-03-14 2026-03-16 1 0 -10 -10 90", // Sunday the 15th ends the first ISO week
                "2026-03-16 2026-03-23 1 4 0 4 94",
                "2026-03-23 2026-03-30 0 0 0 0 94",
                "2026-03-30 2026-04-06 1 0 -1 -1 93",
                "2026-04-06 2026-04-08 0 0 0 0 93",
            ],
            data.GetProperty("breakdown").EnumerateArray().Select(Line));

        Assert.Equal(25, (await DeriveAsync("a", "startDate=2026-03-14&endDate=2026-04-08&granularity=day")).Data.GetProperty("breakdown").GetArrayLength());
        Assert.Equal(
            ["2026-03-14 2026-04-01 2 4 -10 -6 -6", "2026-04-01 2026-04-08 1 0 -1 -1 -7"],
            (await DeriveAsync("a", "startDate=2026-03-14&endDate=2026-04-08&granularity=month")).Data.GetProperty("breakdown").EnumerateArray().Select(Line));
        Assert.Equal(0, (await DeriveAsync("a", "")).Data.GetProperty("breakdown").GetArrayLength());

        static string Line(JsonElement bucket) => string.Join(
            ' ', bucket.Text("startDate")![..10], bucket.Text("endDate")![..10], bucket.GetProperty("deltaCount").GetRawText(), bucket.GetProperty("totalIncreases").GetRawText(),
            bucket.GetProperty("totalDecreases").GetRawText(), bucket.GetProperty("netDelta").GetRawText(), bucket.GetProperty("endingBalance").GetRawText());
    }

    [Fact]
    public async Task A_breakdown_of_more_than_a_thousand_buckets_is_too_wide()
    {
        var first = await _scenario.EmitAsync("a", 1);
        await _scenario.SealedAsync();
        _scenario.Clock.Advance(TimeSpan.FromDays(1_100));

        var point = $"startingCheckpoint={first.Text("recordId")}&startingCheckpointType=recordId";
        Assert.Equal("400 SCOPE_TOO_WIDE", (await DeriveAsync("a", $"{point}&granularity=day")).ToString());
        Assert.Equal("200", (await DeriveAsync("a", $"{point}&granularity=week")).ToString());
    }

    // ---------------------------------------------------------------- pages

    [Theory]
    [InlineData("")]
    [InlineData("startingCheckpoint=FIRST&startingCheckpointType=recordId")]
    public async Task A_cursor_neither_skips_nor_repeats_rows_while_the_list_grows(string scope)
    {
        var first = await _scenario.EmitAsync("a", 100);
        for (var i = 0; i < 5; i++) await _scenario.EmitAsync("a", -1);
        await _scenario.SealedAsync();
        scope = scope.Replace("FIRST", first.Text("recordId"), StringComparison.Ordinal);

        var seen = new List<long>();
        string? cursor = null;
        do
        {
            var answer = await DeriveAsync("a", $"{scope}&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            Assert.True(answer.Status == 200, answer.Text);
            seen.AddRange(answer.Data.GetProperty("deltas").EnumerateArray().Select(row => row.GetProperty("sequenceNumber").GetInt64()));
            cursor = answer.Data.Text("nextCursor");
            if (seen.Count > 6) continue;
            _scenario.Clock.Advance(TimeSpan.FromSeconds(1));
            await _scenario.EmitAsync("a", -1);
            await _scenario.EmitAsync("b", 1);
            await _scenario.SealedAsync();
        }
        while (cursor is not null);

        var from = scope.Length == 0 ? 1 : 2;
        Assert.Equal(Enumerable.Range(from, seen.Count).Select(seq => (long)seq), seen);
        Assert.True(seen.Count > 6, $"{seen.Count} rows");
    }

    [Fact]
    public async Task A_cursor_belongs_to_its_filters_and_replaces_the_offset()
    {
        await TwoMonthsAsync();
        await _scenario.EmitAsync("b", 1);
        var cursor = (await DeriveAsync("a", "limit=1")).Data.Text("nextCursor");

        //                customer  query                                     answer
        await Is("a", $"limit=1&cursor={cursor}",                           "200");
        await Is("a", $"limit=7&cursor={cursor}",                           "200");
        await Is("a", $"limit=1&cursor={cursor}&offset=1",                  "400 VALIDATION_ERROR");
        await Is("a", $"limit=1&cursor={cursor}&period=2026-03",            "400 VALIDATION_ERROR");
        await Is("b", $"limit=1&cursor={cursor}",                           "400 VALIDATION_ERROR");
        await Is("a", $"limit=1&cursor={cursor}A",                          "400 VALIDATION_ERROR");
        await Is("a", $"limit=1&cursor={cursor![..^1]}",                    "400 VALIDATION_ERROR");

        async Task Is(string customerId, string query, string expected) => Assert.Equal((query, expected), (query, (await DeriveAsync(customerId, query)).ToString()));
    }

    [Theory] //  limit offset rows
    [InlineData(2, 0, "1 2", true)]
    [InlineData(2, 3, "4 5", false)]
    [InlineData(1, 4, "5", false)]
    [InlineData(5, 0, "1 2 3 4 5", false)]
    [InlineData(1000, 4, "5", false)]
    [InlineData(1, 5, "", false)]
    [InlineData(1, long.MaxValue, "", false)]
    public async Task Limit_and_offset_choose_rows_and_leave_the_totals_alone(int limit, long offset, string rows, bool hasMore)
    {
        for (var i = 0; i < 5; i++) await _scenario.EmitAsync("a", -1);
        await _scenario.SealedAsync();

        var answer = await DeriveAsync("a", FormattableString.Invariant($"limit={limit}&offset={offset}"));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(rows, string.Join(' ', answer.Data.GetProperty("deltas").EnumerateArray().Select(row => row.GetProperty("sequenceNumber").GetRawText())));
        Assert.Equal((5, 5, -5m, hasMore), (Count(answer.Data, "total"), Count(answer.Data, "deltaCount"), answer.Data.Number("netDelta"), !answer.Data.IsNull("nextCursor")));
    }

    // ---------------------------------------------------------------- what is left out

    [Fact]
    public async Task Records_that_are_not_verified_are_counted_and_left_out()
    {
        await _scenario.EmitAsync("a", -1);
        await _scenario.SealedAsync();
        await _scenario.PauseSealingAsync();
        await _scenario.EmitAsync("a", -2);
        await _scenario.EmitAsync("a", -4);

        var pending = (await DeriveAsync("a", "")).Data;
        await _scenario.TamperAsync("a", 2, "reason = 'other'");
        _scenario.IsSealingPaused = false;
        await Eventually.HoldsAsync(async () => Count((await DeriveAsync("a", "")).Data, "failedCount") == 1);
        var failed = (await DeriveAsync("a", "granularity=month")).Data;

        Assert.Equal((1, 2, 0, -1m), (Count(pending, "deltaCount"), Count(pending, "pendingCount"), Count(pending, "failedCount"), pending.Number("netDelta")));
        Assert.Equal((2, 0, 1, -5m), (Count(failed, "deltaCount"), Count(failed, "pendingCount"), Count(failed, "failedCount"), failed.Number("netDelta")));
        Assert.Equal([1, 3], failed.GetProperty("deltas").EnumerateArray().Select(row => row.GetProperty("sequenceNumber").GetInt32()));
        Assert.Equal(-5, failed.GetProperty("breakdown")[0].Number("endingBalance"));
    }

    private async Task TwoMonthsAsync()
    {
        await _scenario.EmitAsync("a", -10);
        _scenario.Clock.Advance(TimeSpan.FromDays(5));
        await _scenario.EmitAsync("a", 4);
        _scenario.Clock.Set(ClosingScenario.April);
        await _scenario.EmitAsync("a", -1);
        _scenario.Clock.Set(ClosingScenario.April.AddDays(14).AddHours(12));
        await _scenario.EmitAsync("a", -2);
        await _scenario.SealedAsync();
    }

    private static int Count(JsonElement data, string member) => data.GetProperty(member).GetInt32();

    private Task<Answer> DeriveAsync(string customerId, string query) => Tenant.GetAsync($"{Route}{customerId}?{query}");
}
