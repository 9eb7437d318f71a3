using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Automation;

/// <summary>Nodes that die in the middle of it, and what the others make of what they left.</summary>
public sealed class RunAutomationCrashTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int Seed = 20_261_121;

    private static readonly string[] s_customers = ["cust_a", "cust_b", "cust_c"];

    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Window_1_a_lease_that_was_taken_and_not_used_runs_out()
    {
        await DueAsync();
        await _it.Host.ExecuteAsync("UPDATE checkpoint_automation SET leased_until = $1", _it.Clock.GetUtcNow().AddMinutes(1).UtcDateTime);
        var meanwhile = await _it.Host.BeginDueAsync();
        _it.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((false, true), (meanwhile, await _it.Host.BeginDueAsync()));
    }

    [Fact]
    public async Task Windows_2_and_3_a_window_that_was_begun_and_not_counted_is_taken_once_more_and_nothing_is_new()
    {
        await DueAsync();
        var before = await _it.Host.QueryAsync<DateTime>("SELECT closed_through FROM checkpoint_automation");
        await _it.Host.WorkOffAsync();
        await _it.Host.ExecuteAsync("UPDATE checkpoint_automation SET closed_through = $1, next_run_at = $2", before, _it.Clock.GetUtcNow().UtcDateTime); // the node died before it said so
        await _it.Host.WorkOffAsync();

        Assert.Equal((1, 3, 1), (await _it.CountAsync("SELECT count(*) FROM checkpoint_runs"), await _it.CountAsync("SELECT count(*) FROM checkpoints"), await _it.CountAsync("SELECT count(*) FROM automation_runs")));
        Assert.Equal(ClosingScenario.April.UtcDateTime, await _it.Host.QueryAsync<DateTime>("SELECT closed_through FROM checkpoint_automation"));
    }

    [Fact]
    public async Task Two_years_of_weeks_and_months_close_each_window_of_each_active_customer_once_though_nodes_die()
    {
        var chance = new Random(Seed);
        var monthly = await _it.Host.CreateTenantAsync();
        await using var second = await _it.StartNodeAsync(_it.Clock);
        PacSpaceHost[] nodes = [_it.Host, second];
        await _it.Host.SetAsync(_it.Tenant, "weekly");
        await _it.Host.SetAsync(monthly, "monthly");

        var end = ClosingScenario.MidMarch.AddYears(2);
        while (_it.Clock.GetUtcNow() < end)
        {
            foreach (var tenant in new[] { _it.Tenant, monthly })
            {
                var body = new { customerId = s_customers[chance.Next(s_customers.Length)], delta = -1, reason = "tokens" };
                Assert.Equal(201, (await nodes[chance.Next(2)].PostAsync("/api/v1/balance/delta", tenant.Key, body)).Status);
            }

            _it.Clock.Advance(TimeSpan.FromHours(chance.Next(12, 96)));
            if (chance.Next(3) > 0) await Task.WhenAll(nodes.Select(node => LiveAndPerhapsDieAsync(node, chance.Next(2) == 0 ? chance.Next(0, 25) : null)));
        }

        // Whoever is left finishes what the dead had begun: their leases run out.
        await Eventually.HoldsAsync(async () =>
        {
            _it.Clock.Advance(TimeSpan.FromMinutes(2));
            await _it.Host.WorkOffAsync();
            return await _it.CountAsync("SELECT count(*) FROM checkpoint_runs WHERE finished_at IS NULL") == 0
                && await _it.CountAsync("SELECT count(*) FROM checkpoint_automation WHERE next_run_at <= $1", _it.Clock.GetUtcNow().UtcDateTime) == 0;
        });

        await IsClosedOnceAsync(_it.Tenant, "week", atLeast: 104);
        await IsClosedOnceAsync(monthly, "month", atLeast: 24);
        Assert.Equal(0, await _it.CountAsync("SELECT count(*) FROM checkpoint_runs WHERE committed_count + existing_count <> total_customers OR skipped_count > 0"));
    }

    /// <summary>A node that is killed stops at whatever line it has come to, and its connection breaks.</summary>
    private static async Task LiveAndPerhapsDieAsync(PacSpaceHost node, int? diesAfterMilliseconds)
    {
        using var death = new CancellationTokenSource();
        if (diesAfterMilliseconds is { } milliseconds) death.CancelAfter(milliseconds);
        try
        {
            await node.WorkOffAsync(death.Token);
        }
        catch (Exception) when (death.IsCancellationRequested)
        {
            // Dead.
        }
    }

    /// <summary>The database's calendar says which windows there are; the checkpoints must be exactly those, each once.</summary>
    private async Task IsClosedOnceAsync(TestTenant tenant, string unit, int atLeast)
    {
        const string Expected =
            "SELECT DISTINCT r.ledger_no, r.customer_no, date_trunc($2, r.accepted_at, 'UTC') AS start_at, date_trunc($2, r.accepted_at, 'UTC') + ('1 ' || $2)::interval AS end_at " +
            "FROM records r JOIN ledgers l USING (ledger_no) WHERE l.tenant_id = $1";
        const string Actual = "SELECT k.ledger_no, k.customer_no, k.start_at, k.end_at FROM checkpoints k JOIN ledgers l USING (ledger_no) WHERE l.tenant_id = $1";
        var due = $"SELECT * FROM ({Expected}) e WHERE e.end_at + interval '5 minutes' <= $3";
        object[] values = [tenant.TenantId, unit, _it.Clock.GetUtcNow().UtcDateTime];

        var windows = await _it.CountAsync($"SELECT count(DISTINCT start_at) FROM ({due}) d", values);
        Assert.True(windows >= atLeast - 10, $"{windows} windows"); // a few had no record
        Assert.Equal(0, await _it.CountAsync($"SELECT count(*) FROM ({due} EXCEPT ALL ({Actual})) missing", values));
        Assert.Equal(0, await _it.CountAsync($"SELECT count(*) FROM ({Actual} EXCEPT ALL {due}) too_many", values));
    }

    private async Task DueAsync()
    {
        foreach (var customer in s_customers) await _it.EmitAsync(customer, -1);
        await _it.Host.SetAsync(_it.Tenant, "monthly");
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
    }
}
