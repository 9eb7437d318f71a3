using System.Text.Json;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Checkpoints;

public sealed class ListCheckpointsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Filters_choose_and_the_newest_comes_first()
    {
        await _it.EmitAsync("cust_a", -1);
        var leaf = (await _it.EmitAsync("cust_b", -1)).Text("itemHash");
        _it.Clock.Set(ClosingScenario.April.AddMinutes(1));
        var a = await _it.CloseAsync("cust_a", "2026-03");
        _it.Clock.Advance(TimeSpan.FromMinutes(1));
        var b = await _it.CloseAsync("cust_b", "2026-03");
        _it.Clock.Advance(TimeSpan.FromMinutes(1));
        await _it.CommitAsync(new { customerId = "cust_b", startDate = "2026-02-01", endDate = "2026-04-01", mode = "selected", fingerprints = new[] { leaf } });
        await Eventually.HoldsAsync(async () => await _it.CountAsync("SELECT count(*) FROM checkpoints WHERE verified_at IS NULL") == 0);

        Assert.Equal(3, (await ListAsync("")).Count);
        Assert.Equal([b.Text("checkpointId"), a.Text("checkpointId")], (await ListAsync("?mode=all")).Select(c => c.Text("checkpointId")));
        Assert.Equal([a.Text("checkpointId")], (await ListAsync("?customerId=cust_a")).Select(c => c.Text("checkpointId")));
        Assert.Equal(2, (await ListAsync("?period=2026-03")).Count);
        Assert.Single(await ListAsync("?mode=selected&status=verified"));
        Assert.Empty(await ListAsync("?status=QUEUED"));
        Assert.Empty(await ListAsync("?customerId=nobody"));
        Assert.Empty(await ListAsync("?checkpointRunId=run_x"));
        var shown = (await ListAsync("?customerId=cust_a"))[0];
        Assert.Equal(("VERIFIED", shown.Text("proofRoot")), (shown.Text("status"), shown.Text("verificationReference")));
        Assert.False(shown.TryGetProperty("idempotent", out _));
        var handle = await _it.Host.QueryAsync<string>("SELECT handle FROM customer_links JOIN customers USING (ledger_no, customer_no) WHERE customer_id = 'cust_a'");
        Assert.Equal($"https://app.example.com/c/{handle}", shown.Text("verifyUrl"));
    }

    [Fact]
    public async Task A_cursor_neither_skips_nor_repeats_while_the_list_grows()
    {
        await _it.EmitAsync("cust_a", -1);
        _it.Clock.Set(ClosingScenario.May);
        for (var day = 1; day <= 7; day++) await CommitDayAsync(day);

        var seen = new List<string>();
        var page = await _it.Tenant.GetAsync("/api/v1/balance/checkpoints?limit=3");
        for (var more = 8; ; more++)
        {
            seen.AddRange(page.Data.GetProperty("checkpoints").EnumerateArray().Select(c => c.Text("startDate")!));
            if (page.Data.IsNull("nextCursor")) break;
            await CommitDayAsync(more);
            page = await _it.Tenant.GetAsync($"/api/v1/balance/checkpoints?limit=3&cursor={page.Data.Text("nextCursor")}");
        }

        Assert.Equal(Enumerable.Range(1, 7).Reverse().Select(day => $"2026-04-{day:D2}T00:00:00.000Z"), seen);
    }

    [Fact]
    public async Task A_bad_filter_is_named()
    {
        (string Query, string Field)[] table =
        [
            ("?limit=0",                 "limit"),
            ("?limit=1001",              "limit"),
            ("?offset=-1",               "offset"),
            ("?status=done",             "status"),
            ("?mode=some",               "mode"),
            ("?cursor=c1.x",             "cursor"),
            ("?cursor=c1.x&offset=3",    "offset"),
            ("?period=april",            "period"),
        ];

        foreach (var (query, field) in table)
        {
            var answer = await _it.Tenant.GetAsync("/api/v1/balance/checkpoints" + query);
            Assert.Equal((query, "400 VALIDATION_ERROR", field), (query, answer.ToString(), answer.Fields.Single()));
        }
    }

    [Fact]
    public async Task A_cursor_of_other_filters_is_refused()
    {
        await _it.EmitAsync("cust_a", -1);
        _it.Clock.Set(ClosingScenario.May);
        await CommitDayAsync(1);
        await CommitDayAsync(2);
        var cursor = (await _it.Tenant.GetAsync("/api/v1/balance/checkpoints?limit=1")).Data.Text("nextCursor");

        Assert.Equal(400, (await _it.Tenant.GetAsync($"/api/v1/balance/checkpoints?limit=1&mode=all&cursor={cursor}")).Status);
        Assert.Equal(200, (await _it.Tenant.GetAsync($"/api/v1/balance/checkpoints?limit=1&cursor={cursor}")).Status);
    }

    private async Task CommitDayAsync(int day)
    {
        _it.Clock.Advance(TimeSpan.FromSeconds(1));
        var answer = await _it.CommitAsync(new { customerId = "cust_a", startDate = $"2026-04-{day:D2}", endDate = $"2026-04-{day + 1:D2}" });
        Assert.Equal(201, answer.Status);
    }

    private async Task<List<JsonElement>> ListAsync(string query)
    {
        var answer = await _it.Tenant.GetAsync("/api/v1/balance/checkpoints" + query);
        Assert.True(answer.Status == 200, answer.Text);
        return [.. answer.Data.GetProperty("checkpoints").EnumerateArray()];
    }
}
