using System.Text.Json;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Customers;

public sealed class GetCustomerTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Activity_is_the_months_or_all_newest_first()
    {
        await _it.EmitManyAsync("cust_a", 4);
        _it.Clock.Set(ClosingScenario.April.AddDays(1));
        await _it.EmitManyAsync("cust_a", 3);
        await _it.SealedAsync();

        var month = await GetAsync("cust_a?deltaLimit=2");
        var rest = await GetAsync($"cust_a?deltaLimit=2&deltaCursor={month.Text("nextCursor")}");
        var all = await GetAsync("cust_a?deltaPeriod=all&deltaPage=2&deltaLimit=3");

        Assert.Equal([7, 6], Numbers(month));
        Assert.Equal([5], Numbers(rest));
        Assert.Equal([4, 3, 2], Numbers(all));
        Assert.Equal((3m, 7m, 3m), (month.GetProperty("pagination").Number("total"), all.GetProperty("pagination").Number("total"), all.GetProperty("pagination").Number("totalPages")));
        var item = month.GetProperty("items")[0];
        Assert.Equal(("verified", "recorded", -3m), (item.Text("status"), item.Text("state"), item.Number("delta")));
        Assert.Equal(item.Text("time"), item.Text("acceptedAt"));
        Assert.False(item.IsNull("verificationReference"));
    }

    [Fact]
    public async Task Activity_can_be_asked_for_by_status()
    {
        await _it.PauseSealingAsync();
        await _it.EmitManyAsync("cust_a", 4);
        await _it.TamperAsync("cust_a", 2, "reason = 'other'");
        _it.IsSealingPaused = false;
        await _it.SealedAsync();
        await _it.PauseSealingAsync();
        await _it.EmitManyAsync("cust_a", 2);

        Assert.Equal([4, 3, 1], Numbers(await GetAsync("cust_a?status=verified")));
        Assert.Equal([6, 5], Numbers(await GetAsync("cust_a?status=QUEUED")));
        Assert.Equal([2], Numbers(await GetAsync("cust_a?status=failed")));
        Assert.Empty(Numbers(await GetAsync("cust_a?status=processing")));
        Assert.Equal([6, 5, 4, 3, 2, 1], Numbers(await GetAsync("cust_a")));
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused()
    {
        await _it.EmitAsync("cust_a", -1);
        (string Path, string Refusal, string Fields)[] table =
        [
            ("nobody",                  "404 CUSTOMER_NOT_FOUND", ""),
            ("cust_a?deltaLimit=0",     "400 VALIDATION_ERROR",   "deltaLimit"),
            ("cust_a?deltaPeriod=some", "400 VALIDATION_ERROR",   "deltaPeriod"),
            ("cust_a?status=done",      "400 VALIDATION_ERROR",   "status"),
            ("cust_a?deltaCursor=x",    "400 VALIDATION_ERROR",   "deltaCursor"),
            ("cust_a?period=x",         "400 VALIDATION_ERROR",   "period"),
        ];

        foreach (var (path, refusal, fields) in table)
        {
            var answer = await _it.Tenant.GetAsync("/api/v1/balance/customers/" + path);
            Assert.Equal((path, refusal, fields), (path, answer.ToString(), string.Join(',', answer.Fields)));
        }
    }

    [Fact]
    public async Task A_customer_without_records_is_all_zeros()
    {
        await _it.EmitAsync("cust_a", -1);
        await _it.Host.ExecuteAsync(
            "INSERT INTO customers (ledger_no, customer_no, customer_id, source, created_at) SELECT ledger_no, 900, 'cust_manual', 'manual', now() FROM ledgers");

        var answer = (await _it.Tenant.GetAsync("/api/v1/balance/customers/cust_manual")).Data;

        Assert.Equal((0m, 0m, 0m), (answer.Number("totalDeltas"), answer.Number("cumulativeBalance"), answer.Number("latestSequence")));
        Assert.True(answer.IsNull("firstActivityAt") && answer.IsNull("lastActivityAt") && answer.IsNull("mostRecentActivePeriod"));
        Assert.Equal(0, answer.GetProperty("recentActivity").GetProperty("items").GetArrayLength());
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        var answer = await _it.Tenant.GetAsync("/api/v1/balance/customers/" + path);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Data.GetProperty("recentActivity");
    }

    private static IEnumerable<int> Numbers(JsonElement activity) => activity.GetProperty("items").EnumerateArray().Select(i => (int)i.Number("sequenceNumber"));
}
