using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Receipts;

public sealed class GetReceiptTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;
    private string _id = "";
    private string _root = "";

    public async ValueTask InitializeAsync()
    {
        _it = await ClosingScenario.StartAsync(postgres, unit: null);
        await _it.EmitAsync("cust_a", -6300.25m);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var checkpoint = await _it.CloseAsync("cust_a", "2026-03");
        (_id, _root) = (checkpoint.Text("checkpointId")!, checkpoint.Text("proofRoot")!);
    }

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task The_document_says_the_same_by_id_and_by_root()
    {
        var byId = await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{_id}");
        _it.Clock.Advance(TimeSpan.FromDays(3));
        var byRoot = await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{_root}");

        Assert.Equal(byId.Text, byRoot.Text);
        var data = byId.Data;
        Assert.Equal((1m, 6300.25m, -6300.25m), (data.Number("recordCount"), data.Number("recordedAmount"), data.Number("netDelta")));
        Assert.Equal((_root, "VERIFIED"), (data.GetProperty("verification").Text("verificationReference"), data.Text("status")));
        Assert.Equal(0, data.GetProperty("records").GetArrayLength());
        Assert.EndsWith($"/receipts/{_id}/bundle", data.GetProperty("links").Text("bundle"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_for_people_follow_locale_zone_and_unit()
    {
        (string Query, string Period, string Total, string Through)[] table =
        [
            ("",                             "March 2026", "6,300.25 recorded",         "Verified through 31 March 2026"),
            ("?unit=tokens",                 "March 2026", "6,300.25 tokens recorded",  "Verified through 31 March 2026"),
            ("?locale=de-DE",                "März 2026", "6.300,25 recorded",         "Verified through 31 März 2026"),
            ("?timezone=America/New_York",   "March 2026", "6,300.25 recorded",         "Verified through 31 March 2026, 20:00 America/New_York"),
        ];

        foreach (var (query, period, total, through) in table)
        {
            var display = (await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{_id}{query}")).Data.GetProperty("display");
            Assert.Equal((query, period, total, through), (query, display.Text("period"), display.Text("total"), display.Text("coveredThrough")));
            Assert.Equal("Recorded by Acme Inference", display.Text("recordedBy"));
            Assert.Equal("This record was written by Acme Inference. It can be independently checked.", display.Text("statement"));
        }
    }

    [Fact]
    public async Task A_statements_unit_is_not_overruled_and_the_name_is_that_of_the_commit()
    {
        await _it.Host.ExecuteAsync("UPDATE customers SET unit = 'credits', display_name = 'Customer A'");
        await _it.Host.ExecuteAsync("UPDATE tenants SET name = 'Renamed'");
        _it.Clock.Set(ClosingScenario.April.AddDays(1));
        await using var next = await _it.StartNodeAsync(_it.Clock); // no cached tails: a unit changes under the ledger's lock
        await next.PostAsync("/api/v1/balance/delta", _it.Tenant.Key, new { customerId = "cust_a", delta = 1, reason = "tokens" });
        _it.Clock.Set(ClosingScenario.May.AddMinutes(1));
        var april = await _it.CloseAsync("cust_a", "2026-04");

        var old = (await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{_id}?customerDisplayName=true")).Data;
        var now = (await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{april.Text("checkpointId")}?unit=tokens")).Data;

        Assert.Equal(("credits", "Acme Inference", "Customer A"), (old.Text("unit"), old.GetProperty("tenant").Text("name"), old.Text("customerDisplayName")));
        Assert.Equal(("credits", "Renamed"), (now.Text("unit"), now.GetProperty("recordedBy").Text("displayName")));
        Assert.True(now.IsNull("customerDisplayName"));
    }

    [Fact]
    public async Task A_bad_parameter_is_named_and_the_unknown_is_not_found()
    {
        (string Query, string Field)[] table =
        [
            ("?locale=xx-Nowhere",         "locale"),
            ("?timezone=Mars/Olympus",     "timezone"),
            ("?unit=units%20used",         "unit"),
            ("?unit=",                     "unit"),
            ("?customerDisplayName=yes",   "customerDisplayName"),
        ];

        foreach (var (query, field) in table)
        {
            var answer = await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{_id}{query}");
            Assert.Equal((query, "400 VALIDATION_ERROR", field), (query, answer.ToString(), answer.Fields.Single()));
        }

        foreach (var id in new[] { "chk_00000000000000000000000000", "0x" + new string('0', 64), "anything" })
        {
            Assert.Equal("404 NOT_FOUND", (await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{id}")).ToString());
            Assert.Equal("404 NOT_FOUND", (await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{id}/bundle")).ToString());
        }
    }
}
