using System.Diagnostics;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Checkpoints;

/// <summary>What a route costs at a thousand records and at a million, with 24 checkpoints each. By hand, on a machine that rests:
/// <c>-class '*GrowthTests' -explicit only</c>.</summary>
public sealed class GrowthTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private static readonly DateTimeOffset s_start = new(2024, 4, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact(Explicit = true)]
    public async Task A_thousand_records_and_a_million_cost_about_the_same()
    {
        await using var it = await ClosingScenario.StartAsync(postgres);
        it.Clock.Set(ClosingScenario.April.AddMinutes(1));
        await it.EmitAsync("small", -1);
        await it.EmitAsync("large", -1);
        await it.SealedAsync();
        await it.PauseSealingAsync();
        await FillAsync(it, 1, 1_000);
        await FillAsync(it, 2, 1_000_000);
        await it.Host.ExecuteAsync("UPDATE ledger_heads SET next_index = 30000000");
        await it.Host.ExecuteAsync("UPDATE ledger_seals SET sealed_index = 30000000");
        await it.Host.ExecuteAsync("VACUUM ANALYZE records");
        await it.Host.ExecuteAsync("ANALYZE");

        (string Name, Func<string, Task<Answer>> Ask)[] questions =
        [
            ("timeline", customer => it.Tenant.GetAsync($"/api/v1/balance/checkpoint-timeline/{customer}?startDate=2024-04-01&endDate=2026-04-01")),
            ("diff of two months", customer => it.Tenant.PostAsync($"/api/v1/balance/checkpoint-diff/{customer}", new { leftCheckpointId = $"chk_{customer}_3", rightCheckpointId = $"chk_{customer}_20" })),
            ("derive by day", customer => it.Tenant.GetAsync($"/api/v1/balance/derive/{customer}?startDate=2024-04-01&endDate=2026-04-01&granularity=day&limit=1")),
            ("derive, cut days", customer => it.Tenant.GetAsync($"/api/v1/balance/derive/{customer}?startDate=2024-05-07T11:00:00Z&endDate=2026-02-03T13:00:00Z&granularity=week&limit=1")),
            ("compare", customer => it.Tenant.PostAsync("/api/v1/balance/compare", new { customerId = customer, yourBalance = -5000, theirBalance = -200.5, startDate = "2024-04-01", endDate = "2026-04-01" })),
            ("preview", customer => it.Tenant.GetAsync($"/api/v1/balance/receipt/{customer}/preview?startDate=2024-04-01&endDate=2026-04-01")),
            ("gaps", customer => it.Tenant.GetAsync($"/api/v1/balance/gaps/{customer}")),
            ("summary", _ => it.Tenant.GetAsync("/api/v1/balance/customers/summary")),
        ];
        foreach (var (name, ask) in questions)
        {
            var (small, large) = (await MedianAsync(() => ask("small")), await MedianAsync(() => ask("large")));
            output.WriteLine($"{name}: {small.TotalMilliseconds:F1} ms at a thousand, {large.TotalMilliseconds:F1} ms at a million");
            if (name is "timeline" or "diff of two months") Assert.True(large < 2 * small, $"{name}: {small} and {large}");
        }
    }

    private static async Task<TimeSpan> MedianAsync(Func<Task<Answer>> ask)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < 60; i++)
        {
            var before = Stopwatch.GetTimestamp();
            var answer = await ask();
            times.Add(Stopwatch.GetElapsedTime(before));
            Assert.True(answer.Status is 200 or 201, answer.Text);
        }

        times.RemoveRange(0, 10);
        times.Sort();
        return times[times.Count / 2];
    }

    /// <summary>Records spread evenly over 24 months as rows alone, their rollups as the migration makes them, and a completed checkpoint a month.</summary>
    private static async Task FillAsync(ClosingScenario it, int customerNo, int count)
    {
        var customer = customerNo == 1 ? "small" : "large";
        await it.Host.ExecuteAsync($"DELETE FROM records WHERE customer_no = {customerNo}");
        await it.Host.ExecuteAsync($"DELETE FROM customer_months WHERE customer_no = {customerNo}");
        await it.Host.ExecuteAsync($"DELETE FROM customer_days WHERE customer_no = {customerNo}");
        await using (var fill = it.Host.Database.Source.CreateCommand(
            "INSERT INTO records (ledger_no, customer_no, ledger_index, seq, accepted_at, delta, balance_after, salt, leaf, prev, reason) " +
            $"SELECT 1, {customerNo}, {customerNo} * 10000000 + n, n, $1 + (n - 1) * (interval '730 days' / {count}), -1, -n, substr(sha256('s'), 1, 16), sha256(n::text::bytea), sha256('p'), 'tokens' " +
            $"FROM generate_series(1, {count}) n"))
        {
            fill.CommandTimeout = 0;
            fill.Parameters.Add(new() { Value = s_start.UtcDateTime });
            await fill.ExecuteNonQueryAsync();
        }

        await it.Host.ExecuteAsync(
            "INSERT INTO customer_days SELECT 1, customer_no, (accepted_at AT TIME ZONE 'UTC')::date - DATE '1970-01-01' AS day, count(*), 0, sum(delta) " +
            $"FROM records WHERE customer_no = {customerNo} GROUP BY customer_no, day");
        await it.Host.ExecuteAsync(
            "INSERT INTO customer_months (ledger_no, customer_no, month, record_count, net, decreases, closing, first_seq, last_seq, first_at, last_at) " +
            "SELECT 1, customer_no, (extract(year FROM accepted_at AT TIME ZONE 'UTC') * 12 + extract(month FROM accepted_at AT TIME ZONE 'UTC') - 1)::int AS month, count(*), sum(delta), sum(delta), " +
            $"min(balance_after), min(seq), max(seq), min(accepted_at), max(accepted_at) FROM records WHERE customer_no = {customerNo} GROUP BY customer_no, month");
        await it.Host.ExecuteAsync(
            "INSERT INTO checkpoints (checkpoint_id, ledger_no, customer_no, environment, mode, trigger, scope_identity, start_at, end_at, as_of, covered_through, record_count, first_seq, last_seq, " +
            "opening, net, closing, increases, decreases, recorded_by, statement, salt, proof_root, created_at, log_index, tree_size, verified_at) " +
            $"SELECT 'chk_{customer}_' || n, 1, {customerNo}, 'production', 'all', 'api', '', s, e, e, e, seq_at(1, {customerNo}, e) - seq_at(1, {customerNo}, s), seq_at(1, {customerNo}, s), " +
            $"seq_at(1, {customerNo}, e) - 1, 1 - seq_at(1, {customerNo}, s), seq_at(1, {customerNo}, s) - seq_at(1, {customerNo}, e), 1 - seq_at(1, {customerNo}, e), 0, 0, 'Acme', '', " +
            $"substr(sha256('s'), 1, 16), sha256(('{customer}' || n)::bytea), e, 1000 + n, 2000, e FROM (SELECT n, $1 + n * interval '1 month' AS s, $1 + (n + 1) * interval '1 month' AS e FROM generate_series(0, 23) n) w",
            s_start.UtcDateTime);
    }
}
