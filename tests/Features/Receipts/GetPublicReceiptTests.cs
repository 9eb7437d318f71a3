using PacSpace.Features.Tests.Documented;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Receipts;

/// <summary>GET /api/v1/receipt/:receiptId, asked without a key.</summary>
public sealed class GetPublicReceiptTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task The_document_without_what_is_private()
    {
        _it = await ClosingScenario.StartAsync(postgres);
        await _it.EmitAsync("cust_secret", -6300);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var id = (await _it.CloseAsync("cust_secret", "2026-03")).Text("checkpointId");
        await _it.Host.ExecuteAsync("UPDATE customers SET display_name = 'Display Secret'");

        var answer = await _it.Host.GetAsync($"/api/v1/receipt/{id}");
        var own = (await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{id}?customerDisplayName=true")).Data;

        Assert.Equal(("200", "*", "no-store"), (answer.ToString(), answer.Header("Access-Control-Allow-Origin"), answer.Header("Cache-Control")));
        DocumentedExample.Is(DocumentedOperation.Of("5.2").Answer, answer.Data);
        Assert.DoesNotContain("secret", answer.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("bundle", answer.Text, StringComparison.Ordinal);
        Assert.Equal(answer.Data.GetProperty("links").Text("permalink"), answer.Data.GetProperty("verification").Text("verifyUrl"));
        string[] theVendorsOnly = ["customerId", "customerDisplayName", "vendorAccountId", "links", "verification"];
        Assert.All(own.EnumerateObject().Where(m => !theVendorsOnly.Contains(m.Name)), m => Assert.Equal((m.Name, m.Value.GetRawText()), (m.Name, answer.Data.GetProperty(m.Name).GetRawText())));
        var german = (await _it.Host.GetAsync($"/api/v1/receipt/{id}?locale=de-DE&timezone=Europe/Berlin&unit=tokens")).Data.GetProperty("display");
        Assert.Equal(("6.300 credits recorded", "März 2026"), (german.Text("total"), german.Text("period")));
        Assert.Equal("400 VALIDATION_ERROR", (await _it.Host.GetAsync($"/api/v1/receipt/{id}?locale=xx-Nowhere")).ToString());
        Assert.Equal("400 VALIDATION_ERROR", (await _it.Host.GetAsync($"/api/v1/receipt/{id}?timezone=Mars/Olympus")).ToString());
    }

    [Fact]
    public async Task Under_middleware_the_seller_is_named_and_the_parent_never()
    {
        _it = await ClosingScenario.StartAsync(postgres, isMiddleware: true);
        var account = await _it.Host.CreateVendorAccountAsync(_it.Tenant.TenantId, "The Seller");
        await _it.EmitAsync("a", -1, vendorAccountId: account);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var id = (await _it.CommitAsync(new { customerId = "a", period = "2026-03", vendorAccountId = account })).Data.Text("checkpointId");
        await _it.CompletedAsync(id!);

        var answer = await _it.Host.GetAsync($"/api/v1/receipt/{id}");

        Assert.Equal(("The Seller", "middleware_vendor_account", account), (answer.Data.GetProperty("tenant").Text("name"), answer.Data.GetProperty("recordedBy").Text("type"), answer.Data.GetProperty("recordedBy").Text("id")));
        Assert.DoesNotContain("Acme", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(_it.Tenant.TenantId, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_id_of_a_completed_checkpoint_over_all_records_opens_it()
    {
        _it = await ClosingScenario.StartAsync(postgres);
        var leaf = (await _it.EmitAsync("a", -1)).Text("itemHash");
        await _it.SealedAsync();
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var closed = await _it.CloseAsync("a", "2026-03");
        var selected = (await _it.CommitAsync(new { customerId = "a", period = "2026-03", mode = "selected", fingerprints = new[] { leaf } })).Data.Text("checkpointId")!;
        await _it.CompletedAsync(selected);
        await _it.PauseSealingAsync();
        var waiting = (await _it.CommitAsync(new { customerId = "a", period = "2026-02" })).Data.Text("checkpointId");

        foreach (var id in new[] { closed.Text("proofRoot"), selected, waiting, "chk_00000000000000000000000000", "anything" })
            Assert.Equal((id, "404 NOT_FOUND"), (id, (await _it.Host.GetAsync($"/api/v1/receipt/{id}")).ToString()));
        _it.IsSealingPaused = false;
    }
}
