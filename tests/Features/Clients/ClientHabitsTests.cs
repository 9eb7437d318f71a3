using System.Text.Json;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Clients;

/// <summary>What existing clients do, each habit by itself, on the wire.</summary>
public sealed class ClientHabitsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Delta = "/api/v1/balance/delta";

    private ClosingScenario _it = null!;
    private CarefulClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _it = await ClosingScenario.StartAsync(postgres);
        _client = new CarefulClient(_it.Host, _it.Tenant.Key, WaitAsync);
    }

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task They_send_headers_of_their_own_and_a_content_type_on_GET_too()
    {
        var emitted = await _client.PostAsync(Delta, One("cust_a"));
        var read = await _client.GetAsync($"/api/v1/balance/delta/{emitted.Data.Text("recordId")}");
        var usage = await _client.GetAsync("/api/v1/balance/usage");
        Assert.Equal((201, 200, 200), (emitted.Status, read.Status, usage.Status));
    }

    [Fact]
    public async Task They_read_the_code_at_the_top_or_in_the_error()
    {
        (string Code, Answer Answer)[] refused =
        [
            ("VALIDATION_ERROR", await _client.PostAsync(Delta, new { customerId = "cust_a", delta = 0, reason = "tokens" })),
            ("INVALID_SCOPE_COMBINATION", await _client.GetAsync("/api/v1/balance/derive/cust_a?startDate=2026-03-01")),
            ("CUSTOMER_NOT_FOUND", await _client.GetAsync("/api/v1/balance/derive/cust_none")),
            ("NOT_FOUND", await _client.GetAsync("/api/v1/balance/no-such-thing")),
            ("METHOD_NOT_ALLOWED", await _client.GetAsync(Delta)),
            ("INVALID_API_KEY", await new CarefulClient(_it.Host, "pk_live_none.none", WaitAsync).GetAsync("/api/v1/balance/usage")),
        ];
        foreach (var (code, answer) in refused)
        {
            Assert.Equal((code, code), CarefulClient.CodesOf(answer));
            Assert.False(answer.Json.GetProperty("success").GetBoolean());
            Assert.Equal(answer.Status, (int)answer.Json.Number("statusCode"));
            Assert.Equal(answer.Message, answer.Json.GetProperty("error").Text("message"));
        }
    }

    [Fact]
    public async Task They_slow_down_for_as_long_as_429_says_and_come_through()
    {
        await using var host = await HostFixture.StartAsync(
            postgres, new Dictionary<string, string?> { ["PacSpace:RateLimits:Key:PerSecond"] = "1", ["PacSpace:RateLimits:Key:Burst"] = "2" }, _it.Clock);
        var tenant = await host.CreateTenantAsync();
        var client = new CarefulClient(host, tenant.Key, WaitAsync);
        for (var i = 0; i < 5; i++) Assert.Equal(201, (await client.PostAsync(Delta, One("cust_a"), $"job-{i}")).Status);

        Assert.Equal([201, 201, 429, 201, 429, 201, 429, 201], client.Statuses);
        Assert.Equal(5, await host.QueryAsync<long>("SELECT count(*) FROM records"));
    }

    [Fact]
    public async Task They_keep_a_cadence_that_they_learn_from_429()
    {
        await _it.Host.ExecuteAsync("UPDATE tenants SET cadence_interval_seconds = 30 WHERE tenant_id = $1", _it.Tenant.TenantId);
        for (var i = 0; i < 3; i++) Assert.Equal(201, (await _client.PostAsync(Delta, One("cust_a"), $"job-{i}")).Status);
        Assert.Equal([201, 429, 201, 429, 201], _client.Statuses);
    }

    [Fact]
    public async Task They_send_again_after_503_and_nothing_is_recorded_twice()
    {
        await _client.PostAsync(Delta, One("cust_a"));
        await _it.PauseSealingAsync();
        await _it.Host.ExecuteAsync("UPDATE log_state SET do_not_write = true, reason = 'test'");
        var client = new CarefulClient(_it.Host, _it.Tenant.Key, async seconds =>
        {
            Assert.Equal(1, seconds);
            await _it.Host.ExecuteAsync("UPDATE log_state SET do_not_write = false, reason = NULL");
        });
        var answer = await client.PostAsync(Delta, One("cust_a"), "job");
        Assert.Equal([503, 201], client.Statuses);
        Assert.Equal(2m, answer.Data.Number("sequenceNumber"));
        Assert.Equal(2, await _it.CountAsync("SELECT count(*) FROM records"));
    }

    [Fact]
    public async Task They_poll_a_pending_key_and_get_the_first_answer()
    {
        await _client.PostAsync(Delta, One("cust_a"));
        await using var elsewhere = await _it.Host.Database.Source.OpenConnectionAsync();
        await using var held = await elsewhere.BeginTransactionAsync();
        await using (var hold = elsewhere.CreateCommand())
        {
            hold.CommandText = "SELECT * FROM ledger_heads FOR UPDATE";
            await hold.ExecuteNonQueryAsync();
        }

        var running = _client.PostAsync(Delta, One("cust_a"), "job");
        await Eventually.HoldsAsync(async () => await _it.CountAsync(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 0);
        var poller = new CarefulClient(_it.Host, _it.Tenant.Key, async seconds =>
        {
            Assert.Equal(1, seconds);
            await held.RollbackAsync();
            await running;
        });
        var polled = await poller.PostAsync(Delta, One("cust_a"), "job");

        Assert.Equal([202, 201], poller.Statuses);
        Assert.Equal((await running).Text, polled.Text);
        Assert.Equal(2, await _it.CountAsync("SELECT count(*) FROM records"));
    }

    [Fact]
    public async Task They_percent_encode_ids_in_paths()
    {
        const string Id = "eu:acme.io:42";
        await _client.PostAsync(Delta, One(Id));
        await _it.SealedAsync();
        foreach (var path in (string[])["/api/v1/balance/derive/", "/api/v1/balance/customers/"])
        {
            var encoded = await _client.GetAsync(path + Uri.EscapeDataString(Id));
            var plain = await _client.GetAsync(path + Id);
            Assert.Equal((200, plain.Text), (encoded.Status, encoded.Text));
            Assert.Equal(Id, encoded.Data.Text("customerId"));
        }
    }

    [Fact]
    public async Task They_page_by_number_and_stop_at_a_short_page()
    {
        for (var i = 0; i < 7; i++) await _client.PostAsync(Delta, One($"cust_{i}"));
        var ids = new List<string?>();
        for (var page = 1; ; page++)
        {
            var rows = (await _client.GetAsync($"/api/v1/balance/customers?page={page}&limit=3")).Data.GetProperty("customers").EnumerateArray().Select(row => row.Text("customerId")).ToList();
            ids.AddRange(rows);
            if (rows.Count < 3) break;
        }

        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"cust_{i}"), ids.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(6)] // the short page is an empty one
    public async Task They_page_by_offset_and_stop_at_a_short_page(int count)
    {
        for (var i = 0; i < count; i++) await _client.PostAsync(Delta, One($"cust_{i}"));
        _it.Clock.Set(ClosingScenario.April.AddMinutes(1));
        for (var i = 0; i < count; i++) await _it.CloseAsync($"cust_{i}", "2026-03");
        var ids = new List<string?>();
        for (var offset = 0; ; offset += 3)
        {
            var rows = (await _client.GetAsync($"/api/v1/balance/checkpoints?limit=3&offset={offset}")).Data.GetProperty("checkpoints").EnumerateArray().Select(row => row.Text("customerId")).ToList();
            ids.AddRange(rows);
            if (rows.Count < 3) break;
        }

        Assert.Equal(Enumerable.Range(0, count).Select(i => $"cust_{i}"), ids.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false, "VERIFIED")]
    [InlineData(true, "FAILED")]
    public async Task They_wait_for_a_record_by_polling_its_status(bool isDamaged, string ends)
    {
        await _it.PauseSealingAsync();
        var record = (await _client.PostAsync(Delta, One("cust_a"))).Data;
        await _client.PostAsync(Delta, One("cust_a")); // whose prev says what the first one was
        Assert.Equal("QUEUED", record.Text("status"));
        if (isDamaged) await _it.TamperAsync("cust_a", 1, "reason = 'other'");
        _it.IsSealingPaused = false;

        var seen = new List<string>();
        await Eventually.HoldsAsync(async () =>
        {
            seen.Add((await _client.GetAsync($"/api/v1/balance/delta/{record.Text("recordId")}")).Data.Text("status")!);
            return seen[^1] is "VERIFIED" or "FAILED";
        });
        Assert.Equal(ends, seen[^1]);
        Assert.All(seen[..^1], status => Assert.Contains(status, (string[])["QUEUED", "PROCESSING"]));
    }

    [Fact]
    public async Task They_pass_the_verifyUrl_on_as_it_is()
    {
        await _client.PostAsync(Delta, One("cust_a"));
        _it.Clock.Set(ClosingScenario.April.AddMinutes(1));
        var made = await _client.PostAsync("/api/v1/balance/checkpoint", new { customerId = "cust_a", period = "2026-03" });
        var again = await _client.PostAsync("/api/v1/balance/checkpoint", new { customerId = "cust_a", period = "2026-03" });
        var listed = await _client.GetAsync("/api/v1/balance/checkpoints?customerId=cust_a");

        var url = made.Data.Text("verifyUrl");
        Assert.True(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Host == "app.example.com", url);
        Assert.Equal((url, url), (again.Data.Text("verifyUrl"), listed.Data.GetProperty("checkpoints")[0].Text("verifyUrl")));
    }

    [Fact]
    public async Task They_accept_members_they_do_not_know_and_send_some_that_we_do_not()
    {
        var answer = await _client.PostAsync(Delta, new { customerId = "cust_a", delta = -1, reason = "tokens", creditPoolId = "pool_1", chain = new { id = 8453 } });
        var known = answer.Data.Deserialize<OldRecord>(JsonSerializerOptions.Web)!;
        Assert.Equal((201, "cust_a", -1m, 1L), (answer.Status, known.CustomerId, known.Delta, known.SequenceNumber));
    }

    [Fact]
    public async Task They_send_dates_with_milliseconds_and_Z_and_read_either_spelling_of_the_count()
    {
        const string Start = "2026-03-01T00:00:00.000Z";
        const string End = "2026-04-01T00:00:00.000Z";
        for (var i = 0; i < 3; i++) await _client.PostAsync(Delta, One("cust_a"));
        await _it.SealedAsync();
        var derived = await _client.GetAsync($"/api/v1/balance/derive/cust_a?startDate={Uri.EscapeDataString(Start)}&endDate={Uri.EscapeDataString(End)}");
        _it.Clock.Set(ClosingScenario.April.AddMinutes(1));
        var closed = await _client.PostAsync("/api/v1/balance/checkpoint", new { customerId = "cust_a", timePreset = "custom", startDate = Start, endDate = End });

        foreach (var data in new[] { derived.Data, closed.Data })
        {
            Assert.Equal((Start, End, "2026-03"), (data.Text("startDate"), data.Text("endDate"), data.Text("period")));
            Assert.Equal((3m, 3m), (data.Number("deltaCount"), data.Number("deltasCount")));
        }
    }

    private Task WaitAsync(int seconds)
    {
        _it.Clock.Advance(TimeSpan.FromSeconds(seconds));
        return Task.CompletedTask;
    }

    private static object One(string customerId) => new { customerId, delta = -1, reason = "tokens" };

    /// <summary>What a client of an earlier version reads.</summary>
    private sealed record OldRecord(string CustomerId, decimal Delta, long SequenceNumber);
}
