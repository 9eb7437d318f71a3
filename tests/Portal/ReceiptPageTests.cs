using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.PublicPages;

namespace PacSpace.Portal.Tests;

/// <summary>Portal 4.1.</summary>
public sealed class ReceiptPageTests(PublicPages pages) : IClassFixture<PublicPages>
{
    private const string Site = "https://billing.acme.example";

    private string Page => $"/receipt/{pages.ReceiptId}";

    [Fact]
    public async Task It_shows_what_the_document_for_machines_says()
    {
        var receipt = (await pages.GetAsync($"/api/v1/receipt/{pages.ReceiptId}")).Data;
        var answer = await pages.GetAsync(Page);
        var page = await ReadAsync(answer);
        var (display, proof) = (receipt.GetProperty("display"), receipt.GetProperty("verification"));

        Assert.Equal(200, answer.Status);
        Assert.Equal($"Receipt, {Text(display, "period")} – {Vendor}", page.Title);
        Assert.Equal(Text(display, "total"), Words(page.QuerySelector(".total")!));
        Assert.Equal("1,034.5 credits recorded", Text(display, "total"));
        Assert.Equal("Net of increases and decreases.", Words(page.QuerySelector(".total + .quiet")!));
        Assert.Equal(
            [$"{Number(receipt, "recordCount")} records", Text(display, "coveredThrough"), $"Recorded by {Vendor}"],
            page.QuerySelectorAll(".lines li").Select(Words));
        Assert.Equal($"{Number(receipt, "startingBalance")} credits", Fact(page, "Opening balance"));
        Assert.Equal($"{Number(receipt, "finalBalance")} credits", Fact(page, "Closing balance"));
        Assert.Equal("Proof available", page.QuerySelector("h2")!.TextContent);
        Assert.Equal(Text(receipt, "proofRoot"), Fact(page, "Proof root"));
        Assert.Equal(Text(proof, "verificationReference"), Fact(page, "Verification reference"));
        Assert.Equal(Text(proof, "logOrigin"), Fact(page, "Log"));
        Assert.Equal($"{proof.GetProperty("logIndex")} of {proof.GetProperty("treeSize")}", Fact(page, "Log index"));
        Assert.Equal(Text(display, "statement"), Words(page.QuerySelector(".statement")!));
        Assert.Equal(
            [$"Written by {Vendor}. Visible to both. Owned by neither.", "Powered by PacSpace"], page.QuerySelectorAll("footer p").Select(Words));
    }

    [Fact]
    public async Task It_links_the_documents_and_the_proof_and_offers_the_check()
    {
        var page = await ReadAsync(await pages.GetAsync(Page));

        Assert.Equal(
            [("PDF", $"/api/v1/receipt/{pages.ReceiptId}.pdf"), ("JSON", $"/api/v1/receipt/{pages.ReceiptId}"), ("Check this proof", $"/verify/{pages.ProofRoot}")],
            page.QuerySelectorAll("main nav a").Select(link => (link.TextContent, link.GetAttribute("href")!)));
        var check = page.QuerySelector("[data-check]")!;
        Assert.Equal(("root", pages.ProofRoot, Vendor), (check.GetAttribute("data-check"), check.GetAttribute("data-expect"), check.GetAttribute("data-vendor")));
        Assert.True(check.HasAttribute("hidden"), "The button is for browsers with scripts.");
    }

    [Fact]
    public async Task It_has_the_headers_and_the_structure_of_a_customers_page()
    {
        var answer = await pages.GetAsync(Page);
        var page = await ReadAsync(answer);

        Assert.Equal(("no-store", "no-referrer", "noindex"), (answer.Header("Cache-Control"), answer.Header("Referrer-Policy"), answer.Header("X-Robots-Tag")));
        Assert.EndsWith("frame-ancestors 'none'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Null(answer.Header("Set-Cookie"));
        Assert.Single(page.QuerySelectorAll("h1"));
        foreach (var landmark in (string[])["header", "main", "nav", "footer"]) Assert.NotEmpty(page.QuerySelectorAll(landmark));
        Assert.Equal("Skip to content", page.QuerySelector("a")!.TextContent);
    }

    [Fact]
    public async Task It_says_nothing_of_the_customer_and_nothing_that_is_banned()
    {
        foreach (var path in (string[])[Page, $"{Page}?embed=1"])
        {
            var text = (await pages.GetAsync(path)).Text;
            Assert.DoesNotContain("cust_1", text, StringComparison.Ordinal);
            Assert.DoesNotContain("/c/", text, StringComparison.Ordinal);
            Assert.DoesNotContain("tokens", text, StringComparison.Ordinal);
            Assert.DoesNotMatch(BannedOnPages.Words, text);
        }
    }

    [Fact]
    public async Task A_middleware_is_named_in_no_byte()
    {
        foreach (var path in (string[])[$"/receipt/{pages.ReceiptOfSeller}", $"/verify/{pages.ReceiptOfSeller}", $"/receipt/{pages.ReceiptOfSeller}?embed=1"])
        {
            var answer = await pages.GetAsync(path, ("Referer", Site));
            Assert.Equal(200, answer.Status);
            Assert.Contains("Seller &amp; Sons", answer.Text, StringComparison.Ordinal);
            var all = string.Join('\n', answer.Headers.Select(header => $"{header.Key}: {header.Value}").Append(answer.Text));
            foreach (var secret in (string[])[ParentName, "Zyxwvut", pages.Parent.TenantId]) Assert.DoesNotContain(secret, all, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("/receipt/chk_unknown")]
    [InlineData("/receipt/chk_unknown?embed=1")]
    [InlineData("/receipt/%2e%2e%2f")]
    public async Task Unknown_receipts_are_not_available(string path)
    {
        var answer = await pages.GetAsync(path, ("Referer", Site));

        Assert.Equal(404, answer.Status);
        Assert.Equal("This receipt is not available.", (await ReadAsync(answer)).QuerySelector("h1")!.TextContent);
        Assert.EndsWith("frame-ancestors 'none'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_root_leads_to_its_own_page()
    {
        var answer = await pages.GetAsync($"/receipt/{pages.ProofRoot}");

        Assert.Equal((302, $"/verify/{pages.ProofRoot}"), (answer.Status, answer.Header("Location")));
        Assert.Equal("/verify/0x%2F%2Fevil.example", (await pages.GetAsync("/receipt/0x%2F%2Fevil.example")).Header("Location")?.Replace("%252F", "%2F", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_frame_has_no_header_and_its_links_leave_it()
    {
        var answer = await pages.GetAsync($"{Page}?embed=1");
        var (page, whole) = (await ReadAsync(answer), await ReadAsync(await pages.GetAsync(Page)));

        Assert.Empty(page.QuerySelectorAll("header"));
        Assert.Null(answer.Header("Set-Cookie"));
        Assert.Equal(Words(whole.QuerySelector("main")!), Words(page.QuerySelector("main")!));
        Assert.All(
            page.QuerySelectorAll("a:not(.skip)"),
            link => Assert.Equal(("_blank", "noopener noreferrer"), (link.GetAttribute("target"), link.GetAttribute("rel"))));
    }

    [Theory]
    [InlineData(null, "'none'")]
    [InlineData("https://billing.acme.example/", "https://billing.acme.example")]
    [InlineData("https://billing.acme.example/invoices?id=1", "https://billing.acme.example")]
    [InlineData("https://BILLING.acme.example:443/", "https://billing.acme.example")]
    [InlineData("https://second.example:8443/", "https://second.example:8443")]
    [InlineData("https://second.example/", "'none'")]
    [InlineData("http://billing.acme.example/", "'none'")]
    [InlineData("https://evil.example/https://billing.acme.example", "'none'")]
    [InlineData("https://billing.acme.example.evil.example/", "'none'")]
    [InlineData("https://billing.acme.example@evil.example/", "'none'")]
    [InlineData("http://localhost:3000/", "'none'")] // listed, and a receipt of production
    [InlineData("billing.acme.example", "'none'")]
    public async Task Only_the_listed_site_that_asks_may_frame_it(string? referrer, string ancestors)
    {
        await pages.Host.ExecuteAsync(
            "INSERT INTO embed_origins VALUES ($1, ARRAY['https://billing.acme.example', 'https://second.example:8443', 'http://localhost:3000'], now()) ON CONFLICT DO NOTHING",
            pages.Tenant.TenantId);

        var answer = referrer is null ? await pages.GetAsync($"{Page}?embed=1") : await pages.GetAsync($"{Page}?embed=1", ("Referer", referrer));

        Assert.EndsWith($"; frame-ancestors {ancestors}", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(200, answer.Status);

        // Another tenant's receipt is not framed by it, and no other page is.
        var others = (string[])[$"/receipt/{pages.ReceiptOfSeller}?embed=1", $"/verify/{pages.ProofRoot}"];
        foreach (var other in others)
            Assert.EndsWith("frame-ancestors 'none'", (await pages.GetAsync(other, ("Referer", Site))).Header("Content-Security-Policy"), StringComparison.Ordinal);
    }
}
