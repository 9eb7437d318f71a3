using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.RecordPagesScenario;

namespace PacSpace.Portal.Tests;

/// <summary>A seller who was archived takes no more records; its customers keep theirs (api-dashboard 8).</summary>
public sealed class ArchivedAccountPagesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private RecordPagesScenario _of = null!;

    public async ValueTask InitializeAsync() => _of = await StartAsync(postgres);

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task Its_customers_read_compare_and_download_as_before()
    {
        var (march, april) = await _of.RecordThreeMonthsAsync();
        var record = (await _of.AskMiddlewareAsync("live")).GetProperty("records")[0].GetProperty("recordId").GetString();
        await _of.It.Host.ExecuteAsync("UPDATE vendor_accounts SET archived_at = now()");
        _of.It.Clock.Advance(TimeSpan.FromMinutes(1)); // nobody believes any more that it is open
        var browser = await _of.UnlockedVisitorAsync();

        foreach (var path in (string[])["", "/records", "/records?period=2026-03", $"/records/{record}", "/periods", $"/periods/{march}", "/timeline", "/compare", $"/compare?left={march}&right={april}", "/export"])
            Assert.Equal((path, 200), (path, (await browser.GetAsync(_of.Home + path)).Status));
        foreach (var format in (string[])["csv", "json", "bundle"])
            Assert.Equal((format, 200), (format, (await browser.PostAsync($"{_of.Home}/export", [("format", format), ("checkpointId", march)])).Status));
        Assert.Equal(303, (await browser.PostAsync($"{_of.Home}/compare", [("left", march), ("right", april)])).Status);
        Assert.Equal(200, (await browser.PostAsync($"{_of.Home}/records/{record}/proof", [])).Status);
        Assert.Equal(200, (await browser.PostAsync($"{_of.Home}/periods/{march}/bundle", [])).Status);
        Assert.Equal(200, (await browser.GetAsync($"/receipt/{march}")).Status);

        var refused = await _of.It.Tenant.PostAsync("/api/v1/balance/delta", new { customerId = Customer, delta = -1, reason = "tokens", vendorAccountId = _of.Account });
        Assert.Equal("400 VALIDATION_ERROR", refused.ToString());
    }
}
