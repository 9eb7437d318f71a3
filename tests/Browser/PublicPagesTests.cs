using System.Globalization;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Browser.Tests;

/// <summary>Receipt, embed and verify pages as somebody sees them who was sent an address (portal 4.1, 4.2).</summary>
public sealed class PublicPagesTests(BrowserFixture browser, PublicSite site) : IClassFixture<PublicSite>
{
    private const string Field = "#value";

    [Fact]
    public async Task Every_page_and_every_result_is_accessible_and_fits_a_telephone()
    {
        foreach (var looks in Looks.All)
        {
            await using var page = await browser.OpenAsync(looks);
            foreach (var path in (string[])[
                $"/receipt/{site.ReceiptId}", $"/receipt/{site.ReceiptId}?embed=1", "/receipt/chk_unknown", "/verify", $"/verify/{site.ReceiptId}", $"/verify/{site.ProofRoot}",
                $"/verify/{site.Submission}", $"/verify/{site.Changed}", "/verify/unknown", "/verify?value="])
            {
                await page.GoToAsync(site.At(path));
                await page.MustPassAxeAsync();
                Assert.True((await page.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth")).GetBoolean(), $"{path} is wider than {looks}");
            }
        }
    }

    [Theory]
    [InlineData(280)]
    [InlineData(320)]
    public async Task A_frame_may_be_narrow(int width)
    {
        await using var page = await browser.OpenAsync(new Looks(width));
        await page.GoToAsync(site.At($"/receipt/{site.ReceiptId}?embed=1"));

        Assert.True((await page.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth")).GetBoolean());
        Assert.Equal("", await page.TextAsync("header"));
        Assert.Equal("", (await page.EvaluateAsync("document.cookie")).GetString());
    }

    [Fact]
    public async Task Check_swaps_the_result_moves_focus_and_pushes_the_address_and_back_leads_through_the_results()
    {
        await using var page = await browser.OpenAsync();
        await page.GoToAsync(site.At("/verify"));

        await CheckAsync(page, site.ProofRoot);
        await ShowsAsync(page, site.ProofRoot);
        Assert.Equal("Proof available – Acme Inference", (await page.EvaluateAsync("document.title")).GetString());
        Assert.Equal("Written by Acme Inference. Visible to both. Owned by neither.", await page.TextAsync("#written-by"));
        Assert.Single(await page.TextsAsync("h1"));

        // The next result has its check, too, and the one after that has none.
        await CheckAsync(page, site.Submission);
        await ShowsAsync(page, site.Submission);
        await page.HoldsAsync("document.querySelector('[data-check]')?.hidden === false");
        await page.ClickAsync("[data-check] button");
        await page.HoldsAsync("document.querySelector('[data-check] [role=status]').textContent === 'Checked in this browser: all of it holds.'");
        await CheckAsync(page, "nobody-knows");
        await ShowsAsync(page, "nobody-knows");
        Assert.Equal("Not known here", await page.TextAsync("h1"));
        Assert.Empty(await page.TextsAsync("[data-check]"));

        // Each step back is an ordinary page.
        foreach (var (value, heading) in new[] { (site.Submission, "Proof available"), (site.ProofRoot, "Proof available"), ("", "Verify a proof") })
        {
            await page.FollowAsync(() => page.EvaluateAsync("history.back()"));
            await page.HoldsAsync($"location.pathname === '/verify{(value.Length == 0 ? "" : "/")}{value}'");
            Assert.Equal(heading, await page.TextAsync("h1"));
            Assert.Single(await page.TextsAsync("main"));
        }

        Assert.Equal(0, (await page.EvaluateAsync("sessionStorage.length")).GetInt32());
    }

    [Fact]
    public async Task A_field_without_a_value_gets_focus_and_says_why()
    {
        await using var page = await browser.OpenAsync();
        await page.GoToAsync(site.At("/verify"));

        await CheckAsync(page, " ");

        await page.HoldsAsync("document.querySelector('#value-error')?.getAttribute('role') === 'alert' && document.activeElement.id === 'value'");
    }

    [Fact]
    public async Task Without_scripts_the_form_leads_to_the_result()
    {
        await using var page = await browser.OpenAsync(new Looks(Scripts: false));
        await page.GoToAsync(site.At($"/verify?value={site.ProofRoot}"));

        Assert.Equal("Proof available", await page.TextAsync("h1"));
    }

    [Fact]
    public async Task A_receipt_is_checked_in_the_browser()
    {
        await using var page = await browser.OpenAsync();
        await page.GoToAsync(site.At($"/receipt/{site.ReceiptId}"));
        await page.ClickAsync("[data-check] button");

        await page.HoldsAsync("document.querySelector('[data-check] [role=status]').textContent === 'Checked in this browser: all of it holds.'");
        Assert.Empty(page.Complaints);
    }

    /// <summary>What was asked for last stands on the page, and focus on its heading.</summary>
    private static Task ShowsAsync(BrowserPage page, string value) =>
        page.HoldsAsync($"location.pathname === '/verify/{value}' && document.activeElement.id === 'result-heading' && document.querySelector('#result').innerText.includes('{value}')");

    private static async Task CheckAsync(BrowserPage page, string value)
    {
        await page.CallAsync($"value => {{ document.querySelector('{Field}').value = value; }}", value);
        await page.ClickAsync("#lookup button");
    }
}

/// <summary>A server with one closed window, one submission, and one that was changed by hand.</summary>
public sealed class PublicSite(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly Dictionary<string, string?> s_settings = new()
    {
        ["PacSpace:RateLimits:Public:PerSecond"] = "100000", ["PacSpace:RateLimits:Public:Burst"] = "100000",
        ["PacSpace:RateLimits:Log:PerSecond"] = "100000", ["PacSpace:RateLimits:Log:Burst"] = "100000",
    };

    private PacSpaceHost _host = null!;

    public string ReceiptId { get; private set; } = "";

    public string ProofRoot { get; private set; } = "";

    public string Submission { get; private set; } = "";

    public string Changed { get; private set; } = "";

    public Uri At(string path) => new(_host.BaseAddress, path);

    public async ValueTask InitializeAsync()
    {
        _host = await HostFixture.StartAsync(postgres, s_settings);
        var tenant = await _host.CreateTenantAsync(name: "Acme Inference", unit: "credits");
        Submission = await EmitAsync(tenant, "cust_1", -6_300m);
        await EmitAsync(tenant, "cust_1", 12.5m);
        Changed = await EmitAsync(tenant, "cust_2", -2m);
        var period = DateTime.UtcNow.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var closed = (await tenant.PostAsync("/api/v1/balance/checkpoint", new { customerId = "cust_1", period })).Data;
        (ReceiptId, ProofRoot) = (closed.GetProperty("checkpointId").GetString()!, closed.GetProperty("proofRoot").GetString()!);
        await Eventually.HoldsAsync(async () => (await _host.GetAsync($"/api/v1/receipt/{ReceiptId}")).Status == 200);
        await Eventually.HoldsAsync(async () => (await _host.GetAsync($"/api/v1/verify/{Changed}")).Data.GetProperty("verified").GetBoolean());
        await _host.ExecuteAsync(
            "UPDATE records r SET delta = -1 FROM customers c WHERE c.ledger_no = r.ledger_no AND c.customer_no = r.customer_no AND c.customer_id = 'cust_2'");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static async Task<string> EmitAsync(TestTenant tenant, string customerId, decimal delta)
    {
        var answer = await tenant.PostAsync("/api/v1/balance/delta", new { customerId, delta, reason = "tokens" });
        Assert.True(answer.Status == 201, answer.Text);
        return answer.Data.GetProperty("proofRoot").GetString()!;
    }
}
