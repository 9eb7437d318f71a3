using Microsoft.Extensions.DependencyInjection;
using PacSpace.Evidence;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Checkpoints;

/// <summary>One test a crash window of <c>CheckpointCommit</c> and <c>CheckpointRuns</c>: what a node leaves that stops there, and who
/// goes on.</summary>
public sealed class CommitCheckpointCrashTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Window_1_a_raised_floor_alone_changes_nothing_but_what_can_still_be_accepted()
    {
        await _it.EmitAsync("cust_a", -1);
        _it.Clock.Set(ClosingScenario.April);
        var order = await OrderAsync("cust_a");
        await _it.Host.Services.GetRequiredService<LedgerFloor>().RaiseAsync(order.Customer.Ledger.LedgerNo, order.Window, default);

        await using var next = await _it.StartNodeAsync(new FakeClock(ClosingScenario.April.AddSeconds(-1)));
        var late = await next.PostAsync("/api/v1/balance/delta", _it.Tenant.Key, new { customerId = "cust_a", delta = -2, reason = "late" });
        var answer = await next.PostAsync("/api/v1/balance/checkpoint", _it.Tenant.Key, new { customerId = "cust_a", period = "2026-03" });

        Assert.Equal("2026-04", late.Data.Text("period"));
        Assert.Equal((201, 1m), (answer.Status, answer.Data.Number("deltaCount")));
    }

    [Fact]
    public async Task Window_2_what_was_not_committed_was_promised_to_nobody()
    {
        await _it.EmitAsync("cust_a", -1);
        _it.Clock.Set(ClosingScenario.April);
        var order = await OrderAsync("cust_a") with { StoreBeside = (_, _, _) => throw new OperationCanceledException("the process ends here") };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Commits.CommitAsync(order, default));

        Assert.Equal(0, await _it.CountAsync("SELECT count(*) FROM checkpoints"));
        Assert.Equal(201, (await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03" })).Status);
    }

    [Fact]
    public async Task Window_3_a_checkpoint_that_nobody_was_told_of_is_found_and_sealed()
    {
        await _it.EmitAsync("cust_a", -1);
        _it.Clock.Set(ClosingScenario.April);
        Assert.True((await Commits.CommitAsync(await OrderAsync("cust_a"), default)).Accepted(out var committed, out _));

        await using var next = await _it.StartNodeAsync(_it.Clock);
        var answer = await next.PostAsync("/api/v1/balance/checkpoint", _it.Tenant.Key, new { customerId = "cust_a", period = "2026-03" });

        Assert.Equal((200, committed.Checkpoint.CheckpointId), (answer.Status, answer.Data.Text("checkpointId")));
        await _it.CompletedAsync(committed.Checkpoint.CheckpointId);
    }

    [Fact]
    public async Task A_run_that_was_stored_is_worked_off_by_any_node()
    {
        // Crash window 1 of CheckpointRuns: the row is all there is.
        await _it.EmitAsync("cust_a", -1);
        _it.Clock.Set(ClosingScenario.April);
        await _it.CommitAsync(new { period = "2026-03" });

        await using var next = await _it.StartNodeAsync(_it.Clock);
        await RunCheckpointsTests.WorkOffAsync(next);

        Assert.Equal(1, await _it.CountAsync("SELECT count(*) FROM checkpoints WHERE checkpoint_run_id IS NOT NULL"));
    }

    private CheckpointCommit Commits => _it.Host.Services.GetRequiredService<CheckpointCommit>();

    private async Task<CheckpointOrder> OrderAsync(string customerId)
    {
        await _it.SealedAsync();
        var found = await _it.Host.Services.GetRequiredService<CustomerLookup>().FindAsync(_it.Tenant.TenantId, "production", null, customerId, default);
        Assert.True(Period.TryParse("2026-03", out var march));
        return new CheckpointOrder { Customer = found.Single(), Window = march.Window, Mode = CheckpointMode.All, Trigger = "api" };
    }
}
