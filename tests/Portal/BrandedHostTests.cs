using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.PublicPages;

namespace PacSpace.Portal.Tests;

/// <summary>Portal 4.3.</summary>
public sealed class BrandedHostTests(PublicPages pages) : IClassFixture<PublicPages>, IAsyncLifetime
{
    private const string Own = "verify.acme.example";
    private const string OfSeller = "verify.seller.example";
    private const string NotYet = "soon.acme.example";

    public async ValueTask InitializeAsync()
    {
        await pages.Host.ExecuteAsync("DELETE FROM tenant_domains");
        await pages.BindAsync(Own, pages.Tenant.TenantId, suppresses: true);
        await pages.BindAsync(OfSeller, pages.Parent.TenantId, pages.Account);
        await pages.BindAsync(NotYet, pages.Tenant.TenantId, stage: "CERT_ISSUED");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task It_serves_what_is_its_vendors()
    {
        foreach (var path in (string[])[
            $"/receipt/{pages.ReceiptId}", $"/verify/{pages.ReceiptId}", $"/verify/{pages.ProofRoot}", $"/verify/{pages.Submission}", $"/api/v1/receipt/{pages.ReceiptId}",
            $"/api/v1/verify/{pages.ProofRoot}", "/verify", "/robots.txt", "/log/production/checkpoint", "/verify/pacspace-verifier.html"])
        {
            Assert.Equal(200, (await pages.GetOnAsync(Own, path)).Status);
            Assert.Equal(200, (await pages.GetOnAsync($"{Own}:8443", path)).Status);
        }

        var receipt = await pages.GetOnAsync(Own.ToUpperInvariant(), $"/receipt/{pages.ReceiptId}");
        Assert.DoesNotContain("Powered by", receipt.Text, StringComparison.Ordinal);
        var page = await ReadAsync(receipt);
        foreach (var file in page.QuerySelectorAll("link[href], script[src]").Select(element => element.GetAttribute("href") ?? element.GetAttribute("src")!))
            Assert.Equal(200, (await pages.GetOnAsync(Own, file)).Status);
        Assert.Equal($"Verify a proof – {Vendor}", (await ReadAsync(await pages.GetOnAsync(Own, "/verify"))).Title);
        Assert.Contains("Powered by PacSpace", (await pages.GetOnAsync(OfSeller, $"/receipt/{pages.ReceiptOfSeller}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_has_nothing_of_another_vendor()
    {
        foreach (var path in (string[])[
            $"/receipt/{pages.ReceiptOfSeller}", $"/verify/{pages.ReceiptOfSeller}", $"/api/v1/receipt/{pages.ReceiptOfSeller}", $"/api/v1/verify/{pages.ReceiptOfSeller}",
            $"/api/v1/verify/{pages.ReceiptOfSeller}?source=chain"])
        {
            Assert.Equal(200, (await pages.GetAsync(path)).Status);
            Assert.Equal(200, (await pages.GetOnAsync(OfSeller, path)).Status);
            var answer = await pages.GetOnAsync(Own, path);
            Assert.Equal(404, answer.Status);
            Assert.DoesNotContain("Seller", answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/docs")]
    [InlineData("/openapi")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/healthz")]
    [InlineData("/metrics")]
    [InlineData("/api/v1/balance/usage")]
    [InlineData("/api/v1/verify/../balance/usage")]
    [InlineData("/%61pi/v1/balance/usage")]
    [InlineData("/verify/../docs")]
    [InlineData("/error/500")]
    [InlineData("/nothing/here")]
    public async Task Everything_else_is_not_there(string path)
    {
        var answer = await pages.GetOnAsync(Own, path);

        Assert.Equal(404, answer.Status);
        Assert.DoesNotContain("href=\"/docs\"", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("PacSpace", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown.example")]
    [InlineData(NotYet)]
    [InlineData("app.example.com.evil.example")]
    [InlineData("unknown")]
    public async Task A_name_that_is_nobodys_is_answered_without_content(string host)
    {
        foreach (var path in (string[])["/", $"/receipt/{pages.ReceiptId}", $"/api/v1/receipt/{pages.ReceiptId}", "/docs", "/robots.txt", "/c/cus_1"])
        {
            var answer = await pages.GetOnAsync(host, path);
            Assert.Equal((404, 0), (answer.Status, answer.Bytes.Length));
        }
    }

    [Theory]
    [InlineData("app.example.com")]
    [InlineData("APP.example.com")]
    [InlineData("127.0.0.1:9999")]
    [InlineData("[::1]:80")]
    [InlineData("10.0.0.7")]
    [InlineData("localhost:5000")]
    public async Task The_default_host_and_addresses_serve_everything(string host)
    {
        foreach (var path in (string[])["/", "/docs", $"/receipt/{pages.ReceiptId}", $"/receipt/{pages.ReceiptOfSeller}", "/healthz"])
            Assert.Equal(200, (await pages.GetOnAsync(host, path)).Status);
    }

    /// <summary>A proxy that asks whether a node is well knows it by a name of its own.</summary>
    [Fact]
    public async Task A_node_says_how_it_is_under_any_name_of_its_network()
    {
        Assert.Equal(200, (await pages.GetOnAsync("node-1:8080", "/healthz")).Status);
        Assert.Equal(404, (await pages.GetOnAsync("node-1:8080", "/")).Status);
    }

    [Fact]
    public async Task A_middleware_is_named_nowhere_on_the_host_of_its_seller()
    {
        foreach (var path in (string[])["/", "/verify", $"/verify/{pages.ReceiptOfSeller}", $"/receipt/{pages.ReceiptOfSeller}", $"/receipt/{pages.ReceiptId}"])
        {
            var answer = await pages.GetOnAsync(OfSeller, path);
            var all = string.Join('\n', answer.Headers.Select(header => $"{header.Key}: {header.Value}").Append(answer.Text));
            foreach (var secret in (string[])["Zyxwvut", pages.Parent.TenantId]) Assert.DoesNotContain(secret, all, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_host_of_a_middleware_itself_serves_nothing()
    {
        await pages.BindAsync("parent.example", pages.Parent.TenantId);

        Assert.Equal(404, (await pages.GetOnAsync("parent.example", "/verify")).Status);
    }
}
