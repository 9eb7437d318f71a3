using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Checkpoints;

public sealed class CommitCheckpointTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task A_closed_month_gets_one_checkpoint_for_ever()
    {
        await _it.EmitManyAsync("cust_a", 5);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));

        var first = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03" });
        var again = await _it.CommitAsync(new { customerId = "cust_a", startDate = "2026-03-01", endDate = "2026-04-01T00:00:00Z" });

        Assert.True(first.Status == 201, first.Text);
        Assert.Equal(200, again.Status);
        Assert.Equal(first.Data.Text("checkpointId"), again.Data.Text("checkpointId"));
        Assert.False(first.Data.GetProperty("idempotent").GetBoolean());
        Assert.True(again.Data.GetProperty("idempotent").GetBoolean());
        Assert.Equal("2026-03", again.Data.Text("period"));
        Assert.Equal(
            (5m, 0m, -15m, -15m, 1m, 5m),
            (first.Data.Number("deltaCount"), first.Data.Number("startingBalance"), first.Data.Number("netDelta"), first.Data.Number("finalBalance"),
                first.Data.Number("firstSequence"), first.Data.Number("lastSequence")));
        Assert.Equal(ClosingScenario.April.Iso(), first.Data.Text("coveredThrough"));
        Assert.Equal(("QUEUED", "all", "api"), (first.Data.Text("status"), first.Data.Text("mode"), first.Data.Text("trigger")));
    }

    [Fact]
    public async Task It_completes_and_its_receipt_holds()
    {
        await _it.EmitManyAsync("cust_b", 3);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));

        var checkpoint = await _it.CloseAsync("cust_b", "2026-03");
        var facts = await _it.VerifiedAsync(await _it.BundleAsync(checkpoint.Text("checkpointId")!));

        Assert.Equal((3L, "credits", "Acme Inference"), (facts.Records, facts.Checkpoint.Unit, facts.Checkpoint.RecordedBy));
    }
}
