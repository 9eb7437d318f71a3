using System.Text.Json;
using PacSpace.Evidence;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Checkpoints;

/// <summary>The very moment of month's end: one node closes while another, its clock a second behind, records.</summary>
public sealed class MonthEndTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Customer = "cust_midnight";
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task No_record_ever_falls_into_a_covered_window_and_neighbouring_receipts_hold()
    {
        _it.Clock.Set(ClosingScenario.April.AddMilliseconds(-200));
        var behind = new FakeClock(_it.Clock.GetUtcNow().AddSeconds(-1));
        await using var slow = await _it.StartNodeAsync(behind);
        await _it.EmitAsync(Customer, -1);

        using var stop = new CancellationTokenSource();
        var recorded = new List<JsonElement>();
        var recording = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var answer = await slow.PostAsync("/api/v1/balance/delta", _it.Tenant.Key, new { customerId = Customer, delta = -1, reason = "tokens" });
                Assert.Equal(201, answer.Status);
                lock (recorded) recorded.Add(answer.Data);
                behind.Advance(TimeSpan.FromMilliseconds(7));
            }
        });

        // The first node passes midnight in small steps and asks for March at each of them: as of now first, then for good.
        var checkpoints = new List<(string Id, int RecordedBefore)>();
        for (var step = 0; step < 12; step++)
        {
            _it.Clock.Advance(TimeSpan.FromMilliseconds(40));
            int count;
            lock (recorded) count = recorded.Count;
            var answer = await _it.CommitAsync(new { customerId = Customer, period = "2026-03" });
            Assert.True(answer.Status is 200 or 201, answer.Text);
            checkpoints.Add((answer.Data.Text("checkpointId")!, count));
        }

        await Eventually.HoldsAsync(() =>
        {
            lock (recorded) return recorded.Count > 0 && recorded[^1].Text("period") == "2026-04";
        });
        await stop.CancelAsync();
        await recording;
        await _it.SealedAsync();

        // Every record that was answered before a checkpoint was asked for is in it or after its end; nothing fell in later.
        foreach (var (id, before) in checkpoints.DistinctBy(c => c.Id))
        {
            await _it.CompletedAsync(id);
            var facts = await _it.VerifiedAsync(await _it.BundleAsync(id));
            var inWindow = await _it.CountAsync(
                "SELECT count(*) FROM records WHERE accepted_at >= $1 AND accepted_at < $2", facts.Checkpoint.Start.ToDateTimeOffset().UtcDateTime,
                facts.Checkpoint.CoveredThrough.ToDateTimeOffset().UtcDateTime);
            Assert.Equal(inWindow, facts.Records);
            Assert.True(facts.Records >= before + 1 || facts.Checkpoint.CoveredThrough == facts.Checkpoint.End, $"{facts.Records} of {before + 1}");
        }

        _it.Clock.Set(ClosingScenario.May.AddMinutes(1));
        var march = await _it.VerifiedAsync(await _it.BundleAsync((await _it.CloseAsync(Customer, "2026-03")).Text("checkpointId")!));
        var april = await _it.VerifiedAsync(await _it.BundleAsync((await _it.CloseAsync(Customer, "2026-04")).Text("checkpointId")!));
        Assert.Null(Neighbours.Check(march, april));
        Assert.Equal(await _it.CountAsync("SELECT count(*) FROM records"), march.Records + april.Records);
        Assert.True(april.Records > 0);
    }
}
