using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Checkpoints;

/// <summary>What a node leaves of a run when it stops there, and how another goes on.</summary>
public sealed class RunCheckpointsCrashTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Window_1_a_lease_that_was_taken_and_not_used_runs_out()
    {
        await BeginAsync();
        await _it.Host.ExecuteAsync("UPDATE checkpoint_runs SET leased_until = $1", _it.Clock.GetUtcNow().AddSeconds(30).UtcDateTime);

        await RunCheckpointsTests.StepAsync(_it.Host);
        var meanwhile = await _it.CountAsync("SELECT count(*) FROM checkpoints");
        _it.Clock.Advance(TimeSpan.FromSeconds(31));
        await RunCheckpointsTests.WorkOffAsync(_it.Host);

        Assert.Equal((0, 3), (meanwhile, await _it.CountAsync("SELECT count(*) FROM checkpoints")));
    }

    [Fact]
    public async Task Window_2_a_run_goes_on_behind_the_last_customer_and_counts_each_once()
    {
        await BeginAsync();
        await RunCheckpointsTests.StepAsync(_it.Host, maxCustomers: 1);
        await _it.Host.ExecuteAsync("UPDATE checkpoint_runs SET leased_until = $1", _it.Clock.GetUtcNow().AddSeconds(30).UtcDateTime); // the node dies
        _it.Clock.Advance(TimeSpan.FromSeconds(31));

        await using var next = await _it.StartNodeAsync(_it.Clock);
        await Task.WhenAll(RunCheckpointsTests.WorkOffAsync(next), RunCheckpointsTests.WorkOffAsync(_it.Host));
        var done = await _it.CommitAsync(new { period = "2026-03" });

        Assert.Equal((3m, 0m), (done.Data.Number("committedCount"), done.Data.Number("existingCount")));
        Assert.Equal(3, await _it.CountAsync("SELECT count(*) FROM checkpoints"));
    }

    private async Task BeginAsync()
    {
        foreach (var customer in new[] { "cust_a", "cust_b", "cust_c" }) await _it.EmitAsync(customer, -1);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(1));
        Assert.Equal(201, (await _it.CommitAsync(new { period = "2026-03" })).Status);
    }
}
