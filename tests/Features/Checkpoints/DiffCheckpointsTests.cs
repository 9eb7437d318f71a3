using System.Globalization;
using System.Text.Json;
using PacSpace.Features.Tests.Documented;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Checkpoints;

/// <summary>POST /api/v1/balance/checkpoint-diff/:customerId, held against a twin that looks at every record of both.</summary>
public sealed class DiffCheckpointsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Route = "/api/v1/balance/checkpoint-diff/";

    private readonly List<(long Seq, DateTimeOffset At, decimal Delta, string Leaf)> _sent = [];
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Two_months_differ_on_every_day_with_a_record()
    {
        await _it.EmitAsync("a", -300);
        _it.Clock.Set(ClosingScenario.April.AddDays(1));
        await _it.EmitAsync("a", 25);
        await _it.EmitAsync("a", -5);
        _it.Clock.Set(ClosingScenario.May.AddMinutes(1));
        var (march, april) = (await _it.CloseAsync("a", "2026-03"), await _it.CloseAsync("a", "2026-04"));

        var data = (await DiffAsync(march, april)).Data;

        DocumentedExample.Is(DocumentedOperation.Of("4.4").Answer, data);
        Assert.Equal(["2026-03-15 1 0 -1 -300 0 300", "2026-04-02 0 2 2 0 20 20"], Days(data));
        var difference = data.GetProperty("difference");
        Assert.Equal(
            (320m, 1m, -300m, 20m, 0m, 1m, 2m, false),
            (difference.Number("netDeltaDiff"), difference.Number("deltaCountDiff"), difference.Number("startingBalanceDiff"), difference.Number("finalBalanceDiff"),
                difference.Number("sharedCount"), difference.Number("onlyLeftCount"), difference.Number("onlyRightCount"), difference.GetProperty("sameRoot").GetBoolean()));
        Assert.False(data.GetProperty("dailyDivergenceTruncated").GetBoolean());
    }

    [Fact]
    public async Task Any_two_checkpoints_differ_as_their_records_do()
    {
        var random = new Random(4);
        for (var i = 1; i <= 60; i++)
        {
            var delta = random.Next(1, 9) / 4m * (i % 3 == 0 ? 1 : -1);
            _sent.Add((i, _it.Clock.GetUtcNow(), delta, (await _it.EmitAsync("a", delta)).Text("itemHash")!));
            _it.Clock.Advance(TimeSpan.FromMinutes(random.Next(1, 900)));
        }

        await _it.SealedAsync();
        var end = _it.Clock.GetUtcNow();
        _it.Clock.Set(end.AddDays(2));
        List<(JsonElement Checkpoint, HashSet<long> Seqs)> checkpoints =
        [
            await WindowAsync(ClosingScenario.MidMarch, end),
            await WindowAsync(_sent[10].At, _sent[40].At),
            await WindowAsync(_sent[10].At, _sent[41].At),
            await WindowAsync(_sent[25].At.AddMicroseconds(1), _sent[55].At),
            await WindowAsync(new DateTimeOffset(_sent[20].At.Date, TimeSpan.Zero), new DateTimeOffset(_sent[50].At.Date, TimeSpan.Zero)),
            await WindowAsync(end.AddDays(1), end.AddDays(1).AddHours(1)),
            await SelectedAsync([.. Enumerable.Range(1, 60).Select(i => (long)i)]),
            await SelectedAsync([.. Enumerable.Range(12, 30).Select(i => (long)i)]),
            await SelectedAsync([3, 4, 9, 30, 31, 59]),
            await SelectedAsync([3, 5, 9, 30, 31, 60]),
        ];

        foreach (var (left, inLeft) in checkpoints)
        {
            foreach (var (right, inRight) in checkpoints)
            {
                var data = (await DiffAsync(left, right)).Data;
                var difference = data.GetProperty("difference");

                Assert.Equal(Twin(inLeft, inRight), Days(data));
                Assert.Equal(
                    (inLeft.Intersect(inRight).Count(), inLeft.Except(inRight).Count(), inRight.Except(inLeft).Count(), Sum(inRight) - Sum(inLeft)),
                    ((int)difference.Number("sharedCount"), (int)difference.Number("onlyLeftCount"), (int)difference.Number("onlyRightCount"), difference.Number("netDeltaDiff")));
                Assert.Equal(left.Text("proofRoot") == right.Text("proofRoot"), difference.GetProperty("sameRoot").GetBoolean());
            }
        }
    }

    [Fact]
    public async Task A_rollup_that_does_not_add_up_is_not_believed()
    {
        await _it.EmitAsync("a", -300);
        _it.Clock.Set(ClosingScenario.May.AddMinutes(1));
        var (march, april) = (await _it.CloseAsync("a", "2026-03"), await _it.CloseAsync("a", "2026-04"));
        await _it.Host.ExecuteAsync("UPDATE customer_days SET record_count = 17");

        Assert.Equal(["2026-03-15 1 0 -1 -300 0 300"], Days((await DiffAsync(march, april)).Data));
    }

    [Fact]
    public async Task More_than_a_thousand_dates_are_cut_off()
    {
        var leaf = (await _it.EmitAsync("a", -1)).Text("itemHash");
        await _it.SealedAsync();
        var left = await _it.CommitAsync(new { customerId = "a", startDate = "2026-03-01", endDate = "2026-03-16", mode = "selected", fingerprints = new[] { leaf } });
        _it.Clock.Advance(TimeSpan.FromDays(1));
        var right = await _it.CommitAsync(new { customerId = "a", startDate = "2026-03-01", endDate = "2026-03-16" });
        await _it.Host.ExecuteAsync(
            "INSERT INTO records SELECT ledger_index + n, seq + n, accepted_at + n * interval '1 day', adjusts_index, ledger_no, customer_no, delta_index, delta, balance_after - n, " +
            "salt, leaf, prev, reason, unit, reference_id, metadata, metadata_salt, submission_root FROM records, generate_series(1, 1100) n");
        await _it.Host.ExecuteAsync("UPDATE checkpoints SET selected_seqs = ARRAY(SELECT n::bigint FROM generate_series(2, 1101) n), record_count = 1100, first_seq = 2, last_seq = 1101 WHERE mode = 'selected'");

        var data = (await DiffAsync(left.Data, right.Data)).Data;

        Assert.Equal((1000, true), (data.GetProperty("dailyDivergence").GetArrayLength(), data.GetProperty("dailyDivergenceTruncated").GetBoolean()));
        Assert.Equal("2026-03-15 0 1 1 0 -1 -1", Days(data).First());
    }

    [Fact]
    public async Task Bad_bodies_and_checkpoints_of_others_are_refused()
    {
        await _it.EmitAsync("a", 1);
        await _it.EmitAsync("b", 1);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(1));
        var (a, b) = ((await _it.CloseAsync("a", "2026-03")).Text("checkpointId"), (await _it.CloseAsync("b", "2026-03")).Text("checkpointId"));
        (string Customer, string Body, string Expected)[] table =
        [
            ("a",       $$"""{"leftCheckpointId":"{{a}}","rightCheckpointId":"{{a}}"}""",                                           "200"),
            ("a",       $$"""{"leftCheckpointId":"{{a}}"}""",                                                                      "400 VALIDATION_ERROR rightCheckpointId"),
            ("a",       $$"""{"rightCheckpointId":"{{a}}"}""",                                                                     "400 VALIDATION_ERROR leftCheckpointId"),
            ("a",       $$"""{"leftCheckpointId":7,"rightCheckpointId":"{{a}}"}""",                                                "400 VALIDATION_ERROR leftCheckpointId"),
            ("a",       $$"""{"leftCheckpointId":"{{a}}","rightCheckpointId":"{{a}}","vendorAccountId":"cmw_vendor_1"}""",         "400 VENDOR_ACCOUNT_FORBIDDEN"),
            ("a",       $$"""{"leftCheckpointId":"{{a}}","rightCheckpointId":"{{b}}"}""",                                           "404 CHECKPOINT_NOT_FOUND"),
            ("a",       $$"""{"leftCheckpointId":"chk_nothing","rightCheckpointId":"{{a}}"}""",                                    "404 CHECKPOINT_NOT_FOUND"),
            ("nobody",  $$"""{"leftCheckpointId":"{{a}}","rightCheckpointId":"{{a}}"}""",                                           "404 CUSTOMER_NOT_FOUND"),
        ];

        foreach (var (customer, body, expected) in table)
        {
            var answer = await _it.Tenant.PostRawAsync(Route + customer, body);
            Assert.Equal((body, expected), (body, answer.Code == "VALIDATION_ERROR" ? $"{answer} {answer.Fields[0]}" : answer.ToString()));
        }

        var stranger = await _it.Host.CreateTenantAsync();
        await stranger.PostAsync("/api/v1/balance/delta", new { customerId = "a", delta = 1, reason = "r" });
        Assert.Equal("404 CHECKPOINT_NOT_FOUND", (await stranger.PostAsync(Route + "a", new { leftCheckpointId = a, rightCheckpointId = a })).ToString());
    }

    private async Task<(JsonElement, HashSet<long>)> WindowAsync(DateTimeOffset start, DateTimeOffset end)
    {
        var answer = await _it.CommitAsync(new { customerId = "a", startDate = start, endDate = end });
        Assert.True(answer.Status == 201, answer.Text);
        return (answer.Data, [.. _sent.Where(r => r.At >= start && r.At < end).Select(r => r.Seq)]);
    }

    private async Task<(JsonElement, HashSet<long>)> SelectedAsync(long[] seqs)
    {
        var fingerprints = _sent.Where(r => seqs.Contains(r.Seq)).Select(r => r.Leaf);
        var answer = await _it.CommitAsync(new { customerId = "a", startDate = "2026-03-01", endDate = "2026-07-01", mode = "selected", fingerprints });
        Assert.True(answer.Status == 201, answer.Text);
        return (answer.Data, [.. seqs]);
    }

    private IEnumerable<string> Twin(HashSet<long> left, HashSet<long> right) =>
        from day in _sent.GroupBy(r => r.At.UtcDateTime.Date)
        let inLeft = day.Where(r => left.Contains(r.Seq)).ToList()
        let inRight = day.Where(r => right.Contains(r.Seq)).ToList()
        where !inLeft.SequenceEqual(inRight)
        select Line(day.Key.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), inLeft.Count, inRight.Count, inLeft.Sum(r => r.Delta), inRight.Sum(r => r.Delta));

    private decimal Sum(HashSet<long> seqs) => _sent.Where(r => seqs.Contains(r.Seq)).Sum(r => r.Delta);

    private static string Line(string date, int left, int right, decimal leftNet, decimal rightNet) =>
        string.Create(CultureInfo.InvariantCulture, $"{date} {left} {right} {right - left} {leftNet:0.##} {rightNet:0.##} {rightNet - leftNet:0.##}");

    private static IEnumerable<string> Days(JsonElement data) => data.GetProperty("dailyDivergence").EnumerateArray().Select(day => string.Join(
        ' ', day.Text("date"), day.GetProperty("leftDeltaCount").GetRawText(), day.GetProperty("rightDeltaCount").GetRawText(), day.GetProperty("deltaCountDiff").GetRawText(),
        day.GetProperty("leftNetDelta").GetRawText(), day.GetProperty("rightNetDelta").GetRawText(), day.GetProperty("netDeltaDiff").GetRawText()));

    private async Task<Answer> DiffAsync(JsonElement left, JsonElement right)
    {
        var answer = await _it.Tenant.PostAsync(Route + "a", new { leftCheckpointId = left.Text("checkpointId"), rightCheckpointId = right.Text("checkpointId") });
        Assert.True(answer.Status == 200, answer.Text);
        return answer;
    }
}
