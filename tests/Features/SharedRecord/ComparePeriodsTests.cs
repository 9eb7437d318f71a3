using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PacSpace.Features.SharedRecord;
using PacSpace.Features.Tests.Documented;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.SharedRecord;

/// <summary>POST /api/v1/middleware/customers/:customerId/compare</summary>
public sealed class ComparePeriodsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private SharedRecordScenario _of = null!;

    public async ValueTask InitializeAsync() => _of = await SharedRecordScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task Two_months_side_by_side_by_checkpoint_or_by_month()
    {
        await _of.EmitAsync("a", -300);
        _of.Clock.Set(ClosingScenario.April.AddDays(1));
        await _of.EmitAsync("a", 25);
        await _of.EmitAsync("a", -5);
        _of.Clock.Set(ClosingScenario.May.AddMinutes(5));
        var (march, april) = (await _of.CloseAsync("a", "2026-03"), await _of.CloseAsync("a", "2026-04"));

        var answer = _of.Clean(await _of.CompareAsync("a", new { leftCheckpointId = march.Text("checkpointId"), rightCheckpointId = april.Text("checkpointId") }));

        var data = answer.Data;
        DocumentedExample.Is(DocumentedMiddleware.Compared, data);
        Assert.Equal(
            """{"netDeltaDiff":320,"recordCountDiff":1,"startingBalanceDiff":-300,"finalBalanceDiff":20,"sharedCount":0,"onlyLeftCount":1,"onlyRightCount":2,"sameRoot":false}""",
            data.GetProperty("difference").GetRawText());
        Assert.Equal(
            """
            [{"date":"2026-03-15","leftRecordCount":1,"rightRecordCount":0,"recordCountDiff":-1,"leftNetDelta":-300,"rightNetDelta":0,"netDeltaDiff":300},{"date":"2026-04-02","leftRecordCount":0,"rightRecordCount":2,"recordCountDiff":2,"leftNetDelta":0,"rightNetDelta":20,"netDeltaDiff":20}]
            """,
            data.GetProperty("dailyDivergence").GetRawText());
        Assert.Equal("credits", data.Text("unit"));
        Assert.Equal(
            (await _of.ReadAsync("a", "periods")).GetProperty("periods").EnumerateArray().Select(p => p.GetRawText()).Reverse(), [data.GetProperty("left").GetRawText(), data.GetProperty("right").GetRawText()]);
        Assert.Equal(answer.Text, _of.Clean(await _of.CompareAsync("a", new { leftPeriod = "2026-03", rightPeriod = "2026-04", vendorAccountId = _of.Account })).Text);

        var same = _of.Clean(await _of.CompareAsync("a", new { leftPeriod = "2026-03", rightPeriod = "2026-03" })).Data;
        Assert.Equal((true, 0), (same.GetProperty("difference").GetProperty("sameRoot").GetBoolean(), same.GetProperty("dailyDivergence").GetArrayLength()));
    }

    [Fact]
    public async Task A_month_means_its_newest_completed_checkpoint_over_all_records()
    {
        var leaf = (await _of.EmitAsync("a", -300)).Leaf;
        await _of.It.SealedAsync();
        _of.Clock.Advance(TimeSpan.FromMinutes(1));
        var first = await _of.CloseAsync("a", "2026-03");
        await _of.EmitAsync("a", -5);
        _of.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await _of.CloseAsync("a", "2026-03");
        await _of.CloseAsync(new { customerId = "a", period = "2026-03", mode = "selected", fingerprints = new[] { leaf }, vendorAccountId = _of.Account });
        Assert.NotEqual(first.Text("checkpointId"), second.Text("checkpointId"));
        Assert.Equal(second.Text("checkpointId"), await OfMarchAsync());

        _of.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var closed = await _of.CloseAsync("a", "2026-03");
        Assert.Equal(closed.Text("checkpointId"), await OfMarchAsync());

        async Task<string?> OfMarchAsync() => _of.Clean(await _of.CompareAsync("a", new { leftPeriod = "2026-03", rightPeriod = "2026-03" })).Data.GetProperty("left").Text("checkpointId");
    }

    [Fact]
    public async Task Any_other_mix_is_refused_and_what_is_not_a_period_of_this_customer_is_not_found()
    {
        var leaf = (await _of.EmitAsync("a", -1)).Leaf;
        await _of.EmitAsync("b", -1);
        await _of.It.SealedAsync();
        _of.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var (mine, theirs) = ((await _of.CloseAsync("a", "2026-03")).Text("checkpointId"), (await _of.CloseAsync("b", "2026-03")).Text("checkpointId"));
        var selected = (await _of.CloseAsync(new { customerId = "a", period = "2026-03", mode = "selected", fingerprints = new[] { leaf }, vendorAccountId = _of.Account })).Text("checkpointId");
        (string Customer, object Body, string Expected)[] table =
        [
            ("a",      new { },                                                                                              "400 VALIDATION_ERROR leftCheckpointId"),
            ("a",      new { leftCheckpointId = mine },                                                                      "400 VALIDATION_ERROR rightCheckpointId"),
            ("a",      new { leftPeriod = "2026-03" },                                                                       "400 VALIDATION_ERROR rightPeriod"),
            ("a",      new { rightPeriod = "2026-03" },                                                                      "400 VALIDATION_ERROR leftPeriod"),
            ("a",      new { leftCheckpointId = mine, rightPeriod = "2026-03" },                                             "400 VALIDATION_ERROR leftPeriod"),
            ("a",      new { leftCheckpointId = mine, rightCheckpointId = mine, rightPeriod = "2026-03" },                   "400 VALIDATION_ERROR leftPeriod"),
            ("a",      new { leftPeriod = "2026-03", rightPeriod = "march" },                                                "400 VALIDATION_ERROR rightPeriod"),
            ("a",      new { leftPeriod = 3, rightPeriod = "2026-03" },                                                      "400 VALIDATION_ERROR leftPeriod"),
            ("a",      new { leftPeriod = "2026-03", rightPeriod = "2026-03", vendorAccountId = "cmw_vendor_1" },            "400 VALIDATION_ERROR vendorAccountId"),
            ("a",      new { leftPeriod = "2026-03", rightPeriod = "2026-02" },                                              "404 CHECKPOINT_NOT_FOUND"),
            ("a",      new { leftCheckpointId = mine, rightCheckpointId = theirs },                                          "404 CHECKPOINT_NOT_FOUND"),
            ("a",      new { leftCheckpointId = selected, rightCheckpointId = mine },                                        "404 CHECKPOINT_NOT_FOUND"),
            ("nobody", new { leftCheckpointId = mine, rightCheckpointId = mine },                                            "404 CUSTOMER_NOT_FOUND"),
        ];

        foreach (var (customer, body, expected) in table)
        {
            var answer = await _of.CompareAsync(customer, body);
            Assert.Equal((body.ToString(), expected), (body.ToString(), answer.Code == "VALIDATION_ERROR" ? $"{answer} {answer.Fields[0]}" : answer.ToString()));
        }
    }

    [Fact]
    public async Task The_vendor_is_told_of_each_comparison_that_was_answered()
    {
        var heard = new HeardEvents();
        await using var host = await HostFixture.StartAsync(postgres, adjust: builder => builder.Services.AddSingleton<ICustomerEvents>(heard));
        var tenant = await host.CreateTenantAsync(isMiddleware: true);
        var vendorAccountId = await host.CreateVendorAccountAsync(tenant.TenantId);
        await tenant.PostAsync("/api/v1/balance/delta", new { customerId = "a", delta = -1, reason = "tokens", vendorAccountId });
        const string period = "2026-03";
        await tenant.PostAsync("/api/v1/balance/checkpoint", new { customerId = "a", period, vendorAccountId });
        await Eventually.HoldsAsync(async () => await host.QueryAsync<long>("SELECT count(*) FROM checkpoints WHERE verified_at IS NOT NULL") == 1);

        Assert.Equal("404", (await CompareAsync("2026-02")).ToString()[..3]);
        Assert.Empty(heard.Told);
        Assert.Equal("200", (await CompareAsync(period)).ToString());

        var run = Assert.IsType<CompareRun>(Assert.Single(heard.Told));
        Assert.Equal(("a", vendorAccountId, "middleware_api", period, period), (run.CustomerId, run.VendorAccountId, run.Channel, run.LeftPeriod, run.RightPeriod));

        Task<Answer> CompareAsync(string rightPeriod) => tenant.PostAsync("/api/v1/middleware/customers/a/compare", new { leftPeriod = period, rightPeriod });
    }

    private sealed class HeardEvents : ICustomerEvents
    {
        public List<CustomerEvent> Told { get; } = [];

        public Task TellAsync(NpgsqlConnection transaction, LedgerRef ledger, CustomerEvent news, DateTimeOffset at, CancellationToken ct)
        {
            Told.Add(news);
            return Task.CompletedTask;
        }
    }
}
