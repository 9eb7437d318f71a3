using System.Globalization;
using System.Text.Json;
using PacSpace.Evidence;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

/// <summary>Totals, buckets and divergences of many windows, held against a twin that sums over the records.</summary>
public sealed class ReplayFiguresTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Customer = "a";

    private readonly Random _random = new(20260315);
    private readonly Dictionary<long, decimal> _sent = [];
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Windows_of_every_cut_say_what_their_records_say()
    {
        var twin = await SomeWeeksAsync();

        foreach (var window in Windows(twin, 40))
        {
            var granularity = _random.GetItems(["day", "week", "month"], 1)[0];
            var data = await DeriveAsync($"{Query(window)}&granularity={granularity}&startingBalance=7.5&limit=1");
            var verified = twin.Verified(window);

            Assert.Equal((window, (long)verified.Count, verified.Sum(r => r.Delta)), (window, (long)data.Number("deltaCount"), data.Number("netDelta")));
            Assert.Equal(twin.Rows.Count(r => r.IsFailed && window.Contains(Timestamp.FromDateTimeOffset(r.AcceptedAt))), data.Number("failedCount"));
            Assert.Equal(Buckets(verified, data.GetProperty("breakdown"), 7.5m), data.GetProperty("breakdown").EnumerateArray().Select(Line));
        }
    }

    [Fact]
    public async Task A_replay_from_a_record_has_the_rest_of_its_day()
    {
        var twin = await SomeWeeksAsync();
        var ids = await RecordIdsAsync();

        foreach (var seq in new[] { 1, 7, 20, twin.Rows.Count - 2 })
        {
            var data = await DeriveAsync($"startingCheckpoint={ids[seq]}&startingCheckpointType=recordId&granularity=day&limit=1");
            var verified = twin.Rows.Where(r => r.Seq > seq && !r.IsFailed).ToList();

            Assert.Equal((seq, verified.Count, verified.Sum(r => r.Delta)), (seq, (int)data.Number("deltaCount"), data.Number("netDelta")));
            Assert.Equal(Buckets(verified, data.GetProperty("breakdown"), 0), data.GetProperty("breakdown").EnumerateArray().Select(Line));
        }
    }

    [Fact]
    public async Task A_rollup_that_does_not_add_up_is_not_believed()
    {
        var twin = await SomeWeeksAsync();
        await _it.Host.ExecuteAsync("UPDATE customer_days SET increases = increases + 1");

        var data = await DeriveAsync("startDate=2026-03-01&endDate=2026-04-01&granularity=day&limit=1");

        Assert.Equal(
            Buckets(twin.Verified(Period.Of(Timestamp.FromDateTimeOffset(ClosingScenario.MidMarch)).Window), data.GetProperty("breakdown"), 0),
            data.GetProperty("breakdown").EnumerateArray().Select(Line));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // only falls: searched and not read
    public async Task Claims_part_from_the_running_balance_where_the_twin_says(bool onlyFalls)
    {
        var twin = await SomeWeeksAsync(onlyFalls);

        foreach (var window in Windows(twin, 30))
        {
            var verified = twin.Verified(window);
            var running = verified.Select((_, i) => 7.5m + verified.Take(i + 1).Sum(r => r.Delta)).Append(7.5m).ToArray();
            decimal[] claims = [_random.GetItems(running, 1)[0], _random.GetItems(running, 1)[0] + _random.GetItems([0.25m, 0m], 1)[0]];
            var answer = await _it.Tenant.PostAsync("/api/v1/balance/compare", new
            {
                customerId = Customer, startingBalance = 7.5m, yourBalance = claims[0], theirBalance = claims[1],
                startDate = window.Start.ToString(), endDate = window.End.ToString(),
            });

            Assert.True(answer.Status == 201, answer.Text);
            var (data, net) = (answer.Data, verified.Sum(r => r.Delta));
            Assert.Equal((7.5m + net, net), (data.Number("neutralBalance"), data.Number("netDelta")));
            foreach (var (side, claim) in new[] { ("your", claims[0]), ("their", claims[1]) })
            {
                Assert.Equal(claim - 7.5m - net, data.Number($"{side}Difference"));
                Assert.Equal(claim == 7.5m + net, data.GetProperty($"matches{side.Replace("y", "Y", StringComparison.Ordinal).Replace("t", "T", StringComparison.Ordinal)}s").GetBoolean());
                Assert.Equal((window, claim, Told(twin.Divergence(window, 7.5m, claim), window)), (window, claim, Told(data.GetProperty($"{side}Divergence"))));
            }
        }
    }

    private static string Told((long? AfterSeq, ReplayTwin.Row? Next)? divergence, Window window) => divergence is not var (after, next)
        ? "none"
        : FormattableString.Invariant($"after {after}, {Timestamp.FromDateTimeOffset(next?.AcceptedAt ?? window.Start.ToDateTimeOffset())} to {window.End}");

    private static string Told(JsonElement divergence) => divergence.ValueKind == JsonValueKind.Null
        ? "none"
        : FormattableString.Invariant(
            $"after {(divergence.IsNull("afterSequence") ? null : divergence.GetProperty("afterSequence").GetInt64())}, {Instant(divergence, "startDate")} to {Instant(divergence, "endDate")}");

    private static Timestamp Instant(JsonElement of, string member) => Timestamp.FromDateTimeOffset(of.GetProperty(member).GetDateTimeOffset());

    /// <summary>Some eighty records over a month, several on most days; of three the middle one fails, its amounts changed.</summary>
    private async Task<ReplayTwin> SomeWeeksAsync(bool onlyFalls = false)
    {
        await EmitAsync(40, onlyFalls);
        await _it.SealedAsync();
        await _it.PauseSealingAsync();
        await EmitAsync(3, onlyFalls);
        await _it.TamperAsync(Customer, _sent.Count - 1, "delta = delta + 5, balance_after = balance_after + 7");
        _it.IsSealingPaused = false;
        await EmitAsync(40, onlyFalls);
        await _it.SealedAsync();
        Assert.Equal(1, await _it.CountAsync("SELECT count(*) FROM record_failures"));
        return await ReplayTwin.ReadAsync(_it, Customer, _sent);
    }

    private async Task EmitAsync(int count, bool onlyFalls)
    {
        for (var i = 0; i < count; i++)
        {
            var delta = _random.Next(1, 9) / 2m * (onlyFalls || _random.Next(2) == 0 ? -1 : 1);
            _sent[_sent.Count + 1] = delta;
            await _it.EmitAsync(Customer, delta);
            _it.Clock.Advance(TimeSpan.FromMinutes(_random.Next(0, 17 * 60)));
        }
    }

    private IEnumerable<Window> Windows(ReplayTwin twin, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (a, b) = (Edge(), Edge());
            if (a != b) yield return a < b ? new Window(a, b) : new Window(b, a);
        }

        Timestamp Edge()
        {
            var at = twin.Rows[_random.Next(twin.Rows.Count)].AcceptedAt;
            return Timestamp.FromDateTimeOffset(_random.Next(4) switch
            {
                0 => at,
                1 => at.AddMicroseconds(1),
                2 => at.AddMinutes(_random.Next(0, 600)),
                _ => new DateTimeOffset(at.Date, TimeSpan.Zero).AddDays(_random.Next(-3, 4)),
            });
        }
    }

    private static IEnumerable<string> Buckets(IReadOnlyList<ReplayTwin.Row> verified, JsonElement shown, decimal balance)
    {
        foreach (var bucket in shown.EnumerateArray())
        {
            var window = new Window(Instant(bucket, "startDate"), Instant(bucket, "endDate"));
            var inside = verified.Where(r => window.Contains(Timestamp.FromDateTimeOffset(r.AcceptedAt))).ToList();
            balance += inside.Sum(r => r.Delta);
            yield return Line(inside.Count, inside.Sum(r => Math.Max(0, r.Delta)), inside.Sum(r => Math.Min(0, r.Delta)), inside.Sum(r => r.Delta), balance);
        }
    }

    private static string Line(JsonElement bucket) => Line(
        (int)bucket.Number("deltaCount"), bucket.Number("totalIncreases"), bucket.Number("totalDecreases"), bucket.Number("netDelta"), bucket.Number("endingBalance"));

    private static string Line(int count, decimal increases, decimal decreases, decimal net, decimal balance) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {increases:0.##} {decreases:0.##} {net:0.##} {balance:0.##}");

    private static string Query(Window window) => $"startDate={window.Start}&endDate={window.End}";

    private async Task<Dictionary<int, string>> RecordIdsAsync() =>
        (await DeriveAsync("startDate=2026-03-01&endDate=2026-06-01&limit=1000")).GetProperty("deltas").EnumerateArray()
        .ToDictionary(row => row.GetProperty("sequenceNumber").GetInt32(), row => row.Text("recordId")!);

    private async Task<JsonElement> DeriveAsync(string query)
    {
        var answer = await _it.Tenant.GetAsync($"/api/v1/balance/derive/{Customer}?{query}");
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Data;
    }
}
