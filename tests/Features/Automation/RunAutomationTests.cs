using PacSpace.Features.Automation;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Automation;

public sealed class RunAutomationTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly DateTimeOffset s_monday = new(2026, 3, 16, 0, 0, 0, TimeSpan.Zero);

    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task A_window_is_closed_the_delay_after_its_end_and_not_before()
    {
        await _it.EmitManyAsync("cust_a", 2);
        var set = await _it.Host.SetAsync(_it.Tenant, "weekly", delayMinutes: 5);
        _it.Clock.Set(s_monday.AddMinutes(5).AddMicroseconds(-1));
        var early = await _it.Host.BeginDueAsync();
        _it.Clock.Set(s_monday.AddMinutes(5));
        await _it.Host.WorkOffAsync();
        await _it.CompletedAsync(await _it.Host.QueryAsync<string>("SELECT checkpoint_id FROM checkpoints"));
        var shown = await ShownAsync();
        var listed = await ListedAsync();

        Assert.Equal(s_monday.AddMinutes(5), set.NextRunAt);
        Assert.False(early);
        Assert.Equal((s_monday.AddDays(7).AddMinutes(5), s_monday.AddMinutes(5), "VERIFIED"), (shown.NextRunAt!.Value, shown.LastRunAt!.Value, shown.LastRunStatus));
        var run = Assert.Single(listed.Runs);
        Assert.Equal(("automation", "weekly", "VERIFIED", null, 1, 1, 0, 0), (run.Trigger, run.Cadence, run.Status, run.Period, run.TotalCustomers, run.CommittedCount, run.ExistingCount, run.SkippedCount));
        Assert.Equal((s_monday.AddDays(-7), s_monday), (run.StartDate, run.EndDate));
        Assert.NotNull(run.FinishedAt);
        Assert.Equal("automation", await _it.Host.QueryAsync<string>("SELECT trigger FROM checkpoints"));
    }

    [Fact]
    public async Task A_checkpoint_that_exists_counts_as_done()
    {
        await _it.EmitAsync("cust_a", -1);
        await _it.EmitAsync("cust_b", -1);
        await _it.Host.SetAsync(_it.Tenant, "monthly");
        _it.Clock.Set(ClosingScenario.April.AddMinutes(1));
        await _it.CloseAsync("cust_a", "2026-03");
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        await _it.Host.WorkOffAsync();

        var run = Assert.Single((await ListedAsync()).Runs);
        Assert.Equal((2, 1, 1, "2026-03"), (run.TotalCustomers, run.CommittedCount, run.ExistingCount, run.Period));
        Assert.Equal(2, await _it.CountAsync("SELECT count(*) FROM checkpoints"));
    }

    [Fact]
    public async Task Who_was_skipped_is_taken_up_again_by_itself_when_the_content_is_back()
    {
        await _it.PauseSealingAsync();
        await _it.EmitManyAsync("cust_a", 3);
        await _it.EmitManyAsync("cust_b", 3);
        await _it.TamperAsync("cust_a", 2, "reason = 'other'");
        _it.IsSealingPaused = false;
        await _it.SealedAsync();
        await _it.Host.SetAsync(_it.Tenant, "monthly");
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        await _it.Host.WorkOffAsync();
        var skipped = Assert.Single((await ListedAsync()).Runs);

        await _it.TamperAsync("cust_a", 2, "reason = 'tokens'");
        await Eventually.HoldsAsync(async () => await _it.CountAsync("SELECT count(*) FROM record_failures WHERE healed_at IS NULL") == 0);
        await _it.Host.WorkOffAsync();
        var tooEarly = await _it.CountAsync("SELECT count(*) FROM checkpoints");
        _it.Clock.Advance(TimeSpan.FromHours(1));
        await _it.Host.WorkOffAsync();
        var done = Assert.Single((await ListedAsync()).Runs);

        Assert.Equal((1, 1), (skipped.CommittedCount, skipped.SkippedCount));
        Assert.Equal(1, tooEarly);
        Assert.Equal((skipped.CheckpointRunId, 2, 0), (done.CheckpointRunId, done.CommittedCount, done.SkippedCount));
    }

    [Fact]
    public async Task Every_vendor_account_of_a_middleware_is_closed_and_no_other_tenant_is()
    {
        await using var it = await ClosingScenario.StartAsync(postgres, isMiddleware: true);
        var accounts = new[] { await it.Host.CreateVendorAccountAsync(it.Tenant.TenantId), await it.Host.CreateVendorAccountAsync(it.Tenant.TenantId) };
        foreach (var account in accounts) await it.EmitAsync("cust_same", -1, vendorAccountId: account);
        var other = await it.Host.CreateTenantAsync();
        Assert.Equal(201, (await other.PostAsync("/api/v1/balance/delta", new { customerId = "cust_other", delta = -1, reason = "tokens" })).Status);
        await it.Host.SetAsync(it.Tenant, "daily", delayMinutes: 0);
        it.Clock.Set(s_monday);
        await it.Host.WorkOffAsync();

        Assert.Equal(2, await it.CountAsync("SELECT count(*) FROM checkpoints"));
        Assert.Equal(2, await it.CountAsync("SELECT count(DISTINCT l.vendor_account_id) FROM checkpoints k JOIN ledgers l USING (ledger_no) WHERE l.tenant_id = $1", it.Tenant.TenantId));
        var caller = await it.Host.CallerAsync(it.Tenant);
        Assert.True((await it.Host.SendAsync(new ListAutomationRuns(caller, accounts[0], 25, null))).Accepted(out var listed, out _));
        Assert.Equal(accounts[0], Assert.Single(listed.Runs).VendorAccountId);
    }

    [Fact]
    public async Task Runs_are_paged_newest_first_without_gap_or_repeat()
    {
        await _it.EmitAsync("cust_a", -1);
        await _it.Host.SetAsync(_it.Tenant, "daily");
        _it.Clock.Set(s_monday.AddDays(10));
        await _it.Host.WorkOffAsync();

        var days = new List<DateTimeOffset>();
        for (string? cursor = null; ;)
        {
            var page = await ListedAsync(limit: 3, cursor);
            days.AddRange(page.Runs.Select(run => run.StartDate));
            if ((cursor = page.NextCursor) is null) break;
        }

        Assert.Equal(10, days.Count);
        Assert.Equal(10, days.Distinct().Count());
        Assert.True((await _it.Host.SendAsync(new ListAutomationRuns(await _it.Host.CallerAsync(_it.Tenant), null, 3, "c1.AAAA"))) is { } refused && !refused.Accepted(out _, out _));
    }

    [Fact]
    public async Task The_schedule_sleeps_until_the_window_is_due_and_wakes_when_settings_change()
    {
        var clock = new FakeClock(ClosingScenario.MidMarch);
        await using var host = await HostFixture.StartAsync(postgres, clock: clock);
        var tenant = await host.CreateTenantAsync();
        Assert.Equal(201, (await tenant.PostAsync("/api/v1/balance/delta", new { customerId = "cust_a", delta = -1, reason = "tokens" })).Status);

        // Set to run a day later, the window passes; the change makes it due while the clock stands still.
        await host.SetAsync(tenant, "weekly", delayMinutes: 1_440);
        clock.Set(s_monday.AddMinutes(10));
        var before = await host.QueryAsync<long>("SELECT count(*) FROM automation_runs");
        await host.SetAsync(tenant, "weekly", delayMinutes: 5);
        await Eventually.HoldsAsync(async () => await host.QueryAsync<long>("SELECT count(*) FROM checkpoints WHERE verified_at IS NOT NULL") == 1);

        // The next one comes with the clock alone.
        Assert.Equal(201, (await tenant.PostAsync("/api/v1/balance/delta", new { customerId = "cust_a", delta = -1, reason = "tokens" })).Status);
        clock.Set(s_monday.AddDays(7).AddMinutes(5));
        await Eventually.HoldsAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(30));
            return await host.QueryAsync<long>("SELECT count(*) FROM checkpoints") == 2;
        });
        Assert.Equal(0, before);
    }

    private async Task<CheckpointAutomation> ShownAsync()
    {
        Assert.True((await _it.Host.SendAsync(new GetCheckpointAutomation(await _it.Host.CallerAsync(_it.Tenant)))).Accepted(out var shown, out _));
        return shown;
    }

    private async Task<AutomationRunsListed> ListedAsync(int limit = 25, string? cursor = null)
    {
        Assert.True((await _it.Host.SendAsync(new ListAutomationRuns(await _it.Host.CallerAsync(_it.Tenant), null, limit, cursor))).Accepted(out var listed, out _));
        return listed;
    }
}
