using PacSpace.Features.SharedRecord;
using PacSpace.Features.Tests.Documented;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.SharedRecord;

/// <summary>GET /api/v1/middleware/customers/:customerId/periods/:checkpointId</summary>
public sealed class ReadPeriodTests(PostgresFixture postgres) : IAsyncLifetime
{
    private SharedRecordScenario _of = null!;

    public async ValueTask InitializeAsync() => _of = await SharedRecordScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task Totals_proof_and_records_ascending_under_both_paths()
    {
        await _of.EmitAsync("a", 100, "before");
        _of.Clock.Set(ClosingScenario.April.AddDays(3));
        foreach (var delta in new[] { -6400m, 120, -20 }) await _of.EmitAsync("a", delta, "job");
        _of.Clock.Set(ClosingScenario.May.AddMinutes(5));
        await _of.EmitAsync("a", 1, "after");
        var april = await _of.CloseAsync("a", "2026-04");
        var id = april.Text("checkpointId");

        var data = await _of.ReadAsync("a", $"periods/{id}");

        DocumentedExample.Is(DocumentedMiddleware.Period, data);
        Assert.Equal(
            (3m, 6300m, -6300m, 120m, -6420m, 100m, -6200m, 3m, 100m),
            (data.Number("recordCount"), data.Number("recordedAmount"), data.Number("netDelta"), data.Number("totalIncreases"), data.Number("totalDecreases"), data.Number("startingBalance"),
                data.Number("finalBalance"), data.Number("total"), data.Number("limit")));
        Assert.Equal(
            (id, april.Text("proofRoot"), april.Text("proofRoot"), "app.example.com/log/production", "2026-04", "credits"),
            (data.Text("receiptId"), data.Text("proofRoot"), data.Text("verificationReference"), data.Text("logOrigin"), data.Text("period"), data.Text("unit")));
        Assert.Equal(
            ["6,300 credits recorded", "3 records", "Proof available", "Recorded by Acme Inference"], data.GetProperty("labels").EnumerateObject().Select(label => label.Value.GetString()));
        Assert.Equal(_of.Sent.Where(s => s.At.Month == 4).Select(s => s.Row("verified")), data.GetProperty("records").EnumerateArray().Select(Sent.Row));
        Assert.Equal(data.GetRawText(), (await _of.ReadAsync("a", $"period/{id}")).GetRawText());

        // The public receipt of the same checkpoint says the same.
        var receipt = (await _of.It.Host.GetAsync($"/api/v1/receipt/{id}")).Data;
        Assert.Equal(receipt.GetProperty("display").Text("total"), data.GetProperty("labels").Text("total"));
        Assert.Equal((receipt.Number("netDelta"), receipt.GetProperty("verification").Number("logIndex"), receipt.GetProperty("verification").Number("treeSize"), receipt.GetProperty("verification").Text("verifiedAt")), (data.Number("netDelta"), data.Number("logIndex"), data.Number("treeSize"), data.Text("verifiedAt")));
        Assert.True((await _of.SendAsync(new ReadPeriod(SharedRecordScenario.LinkOf(_of.It.Tenant, isMiddleware: true), "a", _of.Account, id!, 1, null))).HasIncreasesAndDecreases);
    }

    [Fact]
    public async Task Records_come_in_pages()
    {
        for (var i = 1; i <= 8; i++) await _of.EmitAsync("a", -i);
        _of.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var id = (await _of.CloseAsync("a", "2026-03")).Text("checkpointId");
        await _of.EmitAsync("a", -100);

        var seen = new List<decimal>();
        string? cursor = null;
        do
        {
            var data = await _of.ReadAsync("a", $"periods/{id}?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(data.GetProperty("records").EnumerateArray().Select(row => row.Number("sequenceNumber")));
            Assert.Equal(8, data.Number("total"));
            cursor = data.Text("nextCursor");
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(1, 8).Select(i => (decimal)i), seen);
    }

    [Fact]
    public async Task An_empty_period_is_one_too()
    {
        await _of.EmitAsync("a", -1);
        _of.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var id = (await _of.CloseAsync("a", "2026-02")).Text("checkpointId");

        var data = await _of.ReadAsync("a", $"periods/{id}");

        Assert.Equal(("0 credits recorded", "0 records", 0), (data.GetProperty("labels").Text("total"), data.GetProperty("labels").Text("recordCount"), data.GetProperty("records").GetArrayLength()));
    }

    [Fact]
    public async Task What_is_not_a_completed_period_of_this_customer_is_not_found()
    {
        var leaf = (await _of.EmitAsync("a", -1)).Leaf;
        await _of.EmitAsync("b", -1);
        await _of.It.SealedAsync();
        _of.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var mine = (await _of.CloseAsync("a", "2026-03")).Text("checkpointId");
        var theirs = (await _of.CloseAsync("b", "2026-03")).Text("checkpointId");
        var selected = (await _of.CloseAsync(new { customerId = "a", period = "2026-03", mode = "selected", fingerprints = new[] { leaf }, vendorAccountId = _of.Account })).Text("checkpointId");
        await _of.It.PauseSealingAsync();
        var waiting = (await _of.It.CommitAsync(new { customerId = "a", period = "2026-02", vendorAccountId = _of.Account })).Data.Text("checkpointId");

        foreach (var id in new[] { theirs, selected, waiting, "chk_00000000000000000000000000", "anything" })
            Assert.Equal((id, "404 CHECKPOINT_NOT_FOUND"), (id, (await _of.AskAsync("a", $"periods/{id}")).ToString()));
        Assert.Equal("404 CUSTOMER_NOT_FOUND", (await _of.AskAsync("nobody", $"periods/{mine}")).ToString());
        foreach (var (query, field) in new[] { ("limit=0", "limit"), ("limit=1001", "limit"), ("cursor=c1.AAAA", "cursor"), ("vendorAccountId=cmw_vendor_1", "vendorAccountId") })
            Assert.Equal($"400 VALIDATION_ERROR {field}", await _of.AskAsync("a", $"periods/{mine}?{query}") is var answer ? $"{answer} {answer.Fields[0]}" : "");
        _of.It.IsSealingPaused = false;
    }
}
