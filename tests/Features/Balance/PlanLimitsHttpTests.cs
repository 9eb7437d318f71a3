using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

/// <summary>Plans that end and cadences, on the two routes that record (api-balance 3.1, 3.2, 1.13).</summary>
public sealed class PlanLimitsHttpTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Delta = "/api/v1/balance/delta";
    private const string Batch = "/api/v1/balance/delta/batch";

    private readonly FakeClock _clock = new();
    private PacSpaceHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await HostFixture.StartAsync(postgres, clock: _clock);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_first_items_take_the_last_of_the_plan_and_then_writes_are_refused_whole()
    {
        var tenant = await FreeAsync();
        var first = await tenant.PostAsync(Delta, One("cust_a"), ("Idempotency-Key", "first"));
        var many = await tenant.PostAsync(Batch, Many(97));
        var last = await tenant.PostAsync(Batch, Many(4));
        var single = await tenant.PostAsync(Delta, One("cust_new"));
        var group = await tenant.PostAsync(Batch, Many(1));
        var usage = await tenant.GetAsync("/api/v1/balance/usage");

        Assert.Equal((201, 201, 201), (first.Status, many.Status, last.Status));
        Assert.Equal((2m, 2m), (last.Data.Number("totalQueued"), last.Data.Number("totalFailed")));
        Assert.Equal([null, null, "PLAN_EXHAUSTED", "PLAN_EXHAUSTED"], last.Data.GetProperty("results").EnumerateArray().Select(item => item.Text("error")));
        Assert.Equal(("402 PLAN_EXHAUSTED", "402 PLAN_EXHAUSTED"), (single.ToString(), group.ToString()));
        Assert.Equal(
            """{"environment":"sandbox","plan":"free","tier":"free","period":"2026-03","allowed":false,"includedDeltas":100,"consumedDeltas":100,"remaining":0,"remainingDeltas":0,"overageCount":0,"overageRate":null,"overageChargesUsd":0,"resetsAt":null}""",
            usage.Data.GetRawText());

        // A refused delta makes nobody, a replay counts nothing, and reading goes on.
        var replay = await tenant.PostAsync(Delta, One("cust_a"), ("Idempotency-Key", "first"));
        Assert.Equal((201, "true", first.Text), (replay.Status, replay.Header("Idempotent-Replayed"), replay.Text));
        Assert.Equal(404, (await tenant.GetAsync("/api/v1/balance/derive/cust_new")).Status);
        Assert.Equal(200, (await tenant.GetAsync("/api/v1/balance/derive/cust_a")).Status);
    }

    [Fact]
    public async Task A_plan_that_is_used_up_comes_after_the_fields_and_before_the_state()
    {
        var tenant = await FreeAsync();
        await tenant.PostAsync(Batch, Many(100));
        var field = await tenant.PostAsync(Delta, new { customerId = "cust_a", delta = 0, reason = "tokens" });
        var state = await tenant.PostAsync(Delta, new { customerId = "cust_a", delta = 1, reason = "tokens", adjusts = new { referenceId = "none" } });
        var items = await tenant.PostAsync(Batch, new { deltas = new[] { new { customerId = "cust_a", delta = 0, reason = "tokens" } } });
        Assert.Equal(("400 VALIDATION_ERROR", "402 PLAN_EXHAUSTED", "402 PLAN_EXHAUSTED"), (field.ToString(), state.ToString(), items.ToString()));
    }

    [Fact]
    public async Task Nodes_and_vendor_accounts_together_never_record_one_more_than_the_plan_has()
    {
        var tenant = await FreeAsync(isMiddleware: true);
        var accounts = new[] { await _host.CreateVendorAccountAsync(tenant.TenantId), await _host.CreateVendorAccountAsync(tenant.TenantId), await _host.CreateVendorAccountAsync(tenant.TenantId) };
        await using var second = await PacSpaceHost.StartAsync(_host.Database, settings: new Dictionary<string, string?> { [InstallationSettings.KeysSetting] = _host.KeysDirectory }, clock: _clock);
        PacSpaceHost[] nodes = [_host, second];

        var accepted = 0m;
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            var isGroup = i % 3 == 0;
            object body = isGroup
                ? new { vendorAccountId = accounts[i % accounts.Length], deltas = Enumerable.Range(0, 5).Select(n => One($"cust_{n}")) }
                : new { vendorAccountId = accounts[i % accounts.Length], customerId = $"cust_{i % 4}", delta = -1, reason = "tokens" };
            var answer = await nodes[i % 2].PostAsync(isGroup ? Batch : Delta, tenant.Key, body);
            Assert.True(answer.Status is 201 or 402, answer.Text);
            if (answer.Status != 201) return;
            var count = isGroup ? answer.Data.Number("totalQueued") : 1;
            lock (accounts) accepted += count;
        }));

        Assert.Equal((100m, 100L), (accepted, await _host.QueryAsync<long>("SELECT count(*) FROM records")));
    }

    [Fact]
    public async Task Connections_that_break_take_nothing_from_the_plan_that_is_not_recorded()
    {
        const string Break = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        var tenant = await FreeAsync();
        var recorded = 0;
        for (var i = 0; ; i++)
        {
            Answer answer;
            do
            {
                var posting = tenant.PostAsync(Delta, One($"cust_{i % 3}"), ("Idempotency-Key", $"job-{i}"));
                if (i % 10 == 9 && recorded < 95) await Task.WhenAll(posting, _host.ExecuteAsync(Break));
                answer = await posting;
            }
            while (answer.Status is 202 or 503);

            if (answer.Status == 402) break;
            Assert.True(answer.Status == 201, answer.Text);
            recorded++;
        }

        Assert.Equal((100, 100L), (recorded, await _host.QueryAsync<long>("SELECT count(*) FROM records")));
    }

    [Fact]
    public async Task Production_has_nothing_of_a_plan_for_the_sandbox()
    {
        var tenant = await _host.CreateTenantAsync();
        Assert.Equal(201, (await tenant.PostAsync(Delta, One("cust_a"))).Status);
        await FallsToAsync(tenant, "free");
        var refused = await tenant.PostAsync(Delta, One("cust_a"));
        var usage = await tenant.GetAsync("/api/v1/balance/usage");
        Assert.Equal("402 PLAN_EXHAUSTED", refused.ToString());
        Assert.Equal((false, 0m, 1m, 0m), (usage.Data.GetProperty("allowed").GetBoolean(), usage.Data.Number("includedDeltas"), usage.Data.Number("consumedDeltas"), usage.Data.Number("remaining")));
    }

    [Fact]
    public async Task A_customer_has_one_record_in_a_cadence_and_other_customers_are_not_held_up()
    {
        var tenant = await WithCadenceAsync(seconds: 60);
        var first = await tenant.PostAsync(Delta, One("cust_a"), ("Idempotency-Key", "first"));
        _clock.Advance(TimeSpan.FromSeconds(20.5));
        var early = await tenant.PostAsync(Delta, One("cust_a"), ("Idempotency-Key", "second"));
        var other = await tenant.PostAsync(Delta, One("cust_b"));
        var replay = await tenant.PostAsync(Delta, One("cust_a"), ("Idempotency-Key", "first"));
        _clock.Advance(TimeSpan.FromSeconds(39.5).Subtract(TimeSpan.FromMicroseconds(1)));
        var justTooEarly = await tenant.PostAsync(Delta, One("cust_a"), ("Idempotency-Key", "second"));
        _clock.Advance(TimeSpan.FromMicroseconds(1));
        var inTime = await tenant.PostAsync(Delta, One("cust_a"), ("Idempotency-Key", "second"));

        Assert.Equal("429 CADENCE_LIMIT", early.ToString());
        Assert.Equal(("40", 40m, "cust_a"), (early.Header("Retry-After"), early.Json.GetProperty("error").Number("retryAfterSeconds"), early.Json.GetProperty("error").Text("customerId")));
        Assert.Equal(("429 CADENCE_LIMIT", "1"), (justTooEarly.ToString(), justTooEarly.Header("Retry-After")));
        Assert.Equal((201, 201, 201, 201), (first.Status, other.Status, replay.Status, inTime.Status));
        Assert.Equal("true", replay.Header("Idempotent-Replayed"));
    }

    [Fact]
    public async Task In_a_group_the_cadence_is_the_items_own_and_a_replayed_one_is_not_held_to_it()
    {
        var tenant = await WithCadenceAsync(seconds: 60);
        var deltas = new[] { Named("cust_a", "r1"), Named("cust_a", "r2"), Named("cust_b", "r3") };
        var first = await tenant.PostAsync(Batch, new { deltas });
        var again = await tenant.PostAsync(Batch, new { deltas });
        var none = await tenant.PostAsync(Batch, new { deltas = new[] { Named("cust_b", "r4") } });

        Assert.Equal([null, "CADENCE_LIMIT", null], first.Data.GetProperty("results").EnumerateArray().Select(item => item.Text("error")));
        Assert.Equal([null, "CADENCE_LIMIT", null], again.Data.GetProperty("results").EnumerateArray().Select(item => item.Text("error")));
        Assert.Equal((201, 201, 200), (first.Status, again.Status, none.Status));
        Assert.Equal((2m, 2m), (first.Data.Number("totalQueued"), again.Data.Number("totalReplayed")));
    }

    [Fact]
    public async Task Nodes_agree_about_the_last_record()
    {
        var tenant = await WithCadenceAsync(seconds: 60);
        await using var second = await PacSpaceHost.StartAsync(_host.Database, settings: new Dictionary<string, string?> { [InstallationSettings.KeysSetting] = _host.KeysDirectory }, clock: _clock);
        PacSpaceHost[] nodes = [_host, second];
        for (var round = 1; round <= 5; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => nodes[i % 2].PostAsync(Delta, tenant.Key, One("cust_a"))));
            Assert.Equal((1, 11), (answers.Count(answer => answer.Status == 201), answers.Count(answer => answer.ToString() == "429 CADENCE_LIMIT")));
            Assert.Equal(round, await _host.QueryAsync<long>("SELECT count(*) FROM records"));
            _clock.Advance(TimeSpan.FromSeconds(60));
        }
    }

    private static object One(string customerId) => new { customerId, delta = -1, reason = "tokens" };

    private static object Named(string customerId, string referenceId) => new { customerId, delta = -1, reason = "tokens", referenceId };

    private static object Many(int count) => new { deltas = Enumerable.Range(0, count).Select(i => One($"cust_{i}")) };

    private async Task<TestTenant> FreeAsync(bool isMiddleware = false)
    {
        var tenant = await _host.CreateTenantAsync("sandbox", isMiddleware);
        await _host.ExecuteAsync("UPDATE tenants SET tier = 'free' WHERE tenant_id = $1", tenant.TenantId);
        return tenant;
    }

    private async Task FallsToAsync(TestTenant tenant, string tier)
    {
        await _host.ExecuteAsync("UPDATE tenants SET tier = $2 WHERE tenant_id = $1", tenant.TenantId, tier);
        _clock.Advance(TimeSpan.FromSeconds(6)); // for so long a key's tenant is believed
    }

    private async Task<TestTenant> WithCadenceAsync(int seconds)
    {
        var tenant = await _host.CreateTenantAsync();
        await _host.ExecuteAsync("UPDATE tenants SET cadence_interval_seconds = $2 WHERE tenant_id = $1", tenant.TenantId, seconds);
        return tenant;
    }
}
