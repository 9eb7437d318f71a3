using MediatR;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Checkpoints;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Checkpoints;

public sealed class RunCheckpointsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Every_customer_with_a_record_in_the_window_gets_its_checkpoint()
    {
        foreach (var customer in new[] { "cust_a", "cust_b", "cust_c" }) await _it.EmitManyAsync(customer, 2);
        _it.Clock.Set(ClosingScenario.April.AddDays(1));
        await _it.EmitAsync("cust_april", -1);
        var single = await _it.CloseAsync("cust_b", "2026-03");

        var begun = await _it.CommitAsync(new { period = "2026-03" });
        await WorkOffAsync(_it.Host);
        await _it.SealedAsync();
        await Eventually.HoldsAsync(async () => await _it.CountAsync("SELECT count(*) FROM checkpoints WHERE verified_at IS NULL") == 0);
        var done = await _it.CommitAsync(new { period = "2026-03" });
        var runId = begun.Data.Text("checkpointRunId");
        var listed = await _it.Tenant.GetAsync($"/api/v1/balance/checkpoints?checkpointRunId={runId}");

        Assert.True(begun.Status == 201, begun.Text);
        Assert.Equal((3m, 0m, "QUEUED"), (begun.Data.Number("totalCustomers"), begun.Data.Number("committedCount"), begun.Data.Text("status")));
        Assert.Equal((200, runId), (done.Status, done.Data.Text("checkpointRunId")));
        Assert.Equal(
            (3m, 2m, 1m, 0m, "VERIFIED", 3),
            (done.Data.Number("totalCustomers"), done.Data.Number("committedCount"), done.Data.Number("existingCount"), done.Data.Number("skippedCount"),
                done.Data.Text("status"), done.Data.GetProperty("checkpoints").GetArrayLength()));
        Assert.Equal(3, listed.Data.Number("total"));
        Assert.Contains(single.Text("checkpointId"), listed.Data.GetProperty("checkpoints").EnumerateArray().Select(c => c.Text("checkpointId")));
        Assert.All(listed.Data.GetProperty("checkpoints").EnumerateArray(), c => Assert.True(c.IsNull("checkpointRunId") || c.Text("checkpointRunId") == runId));
    }

    [Fact]
    public async Task Who_cannot_be_proved_is_skipped_and_taken_up_when_asked_again()
    {
        await _it.PauseSealingAsync();
        await _it.EmitManyAsync("cust_a", 3);
        await _it.EmitManyAsync("cust_b", 3);
        await _it.TamperAsync("cust_a", 2, "reason = 'other'");
        _it.IsSealingPaused = false;
        await _it.SealedAsync();
        _it.Clock.Set(ClosingScenario.April.AddMinutes(1));

        await _it.CommitAsync(new { period = "2026-03" });
        await WorkOffAsync(_it.Host);
        await _it.TamperAsync("cust_a", 2, "reason = 'tokens'");
        await Eventually.HoldsAsync(async () => await _it.CountAsync("SELECT count(*) FROM record_failures WHERE healed_at IS NULL") == 0);
        var (skipped, listed) = (await _it.Host.QueryAsync<int>("SELECT skipped_count FROM checkpoint_runs"), await _it.Host.QueryAsync<string>("SELECT skipped::text FROM checkpoint_runs"));
        var again = await _it.CommitAsync(new { period = "2026-03" });
        await WorkOffAsync(_it.Host);
        var done = await _it.CommitAsync(new { period = "2026-03" });

        Assert.Equal(1, skipped);
        Assert.Contains("cust_a", listed, StringComparison.Ordinal);
        Assert.Equal((200, "QUEUED", 0m), (again.Status, again.Data.Text("status"), again.Data.Number("skippedCount")));
        Assert.Equal((2m, 0m, 0m), (done.Data.Number("committedCount"), done.Data.Number("existingCount"), done.Data.Number("skippedCount")));
    }

    [Fact]
    public async Task A_run_over_an_open_window_is_a_new_one_each_time()
    {
        await _it.EmitManyAsync("cust_a", 2);
        var first = await _it.CommitAsync(new { });
        await WorkOffAsync(_it.Host);
        await _it.EmitAsync("cust_b", -1);
        _it.Clock.Advance(TimeSpan.FromHours(1));
        var second = await _it.CommitAsync(new { });
        await WorkOffAsync(_it.Host);

        Assert.Equal((201, 201), (first.Status, second.Status));
        Assert.NotEqual(first.Data.Text("checkpointRunId"), second.Data.Text("checkpointRunId"));
        Assert.Equal((1m, 2m), (first.Data.Number("totalCustomers"), second.Data.Number("totalCustomers")));
        Assert.Equal(1, await _it.CountAsync("SELECT count(*) FROM checkpoint_run_found"));
        Assert.Equal(2, await _it.CountAsync("SELECT count(*) FROM checkpoints"));
    }

    /// <summary>What the schedule does, until nothing is left.</summary>
    internal static async Task WorkOffAsync(PacSpaceHost host)
    {
        while (await StepAsync(host))
        {
        }
    }

    internal static async Task<bool> StepAsync(PacSpaceHost host, int maxCustomers = 2)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var outcome = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new RunCheckpoints(maxCustomers));
        return outcome.Accepted(out var run, out _) && run.HasMore;
    }
}
