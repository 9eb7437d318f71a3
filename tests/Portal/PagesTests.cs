using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Portal.Tests;

public sealed class PagesTests(HostFixture fixture) : IClassFixture<HostFixture>
{
    private readonly PacSpaceHost _host = fixture.Host;

    public static TheoryData<string, int> Pages => new() { { "/", 200 }, { "/docs", 200 }, { "/nothing/here", 404 }, { "/error/500", 404 }, { "/error/200", 404 } };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_page_carries_its_headers_and_its_landmarks(string path, int status)
    {
        var answer = await _host.GetAsync(path);
        var page = await ReadAsync(answer);

        Assert.Equal((status, "text/html; charset=utf-8"), (answer.Status, answer.Header("Content-Type")));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal("no-referrer", answer.Header("Referrer-Policy"));
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Equal("camera=(), microphone=(), geolocation=()", answer.Header("Permissions-Policy"));
        Assert.Equal(
            "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
            answer.Header("Content-Security-Policy"));
        Assert.Matches("^req-", answer.Header("X-Request-Id"));

        Assert.Equal("en", page.DocumentElement.GetAttribute("lang"));
        Assert.EndsWith(" – PacSpace", page.Title, StringComparison.Ordinal);
        Assert.Single(page.QuerySelectorAll("h1"));
        foreach (var landmark in (string[])["header", "main", "nav", "footer"]) Assert.NotEmpty(page.QuerySelectorAll(landmark));
        Assert.Equal("Skip to content", page.QuerySelector("a")!.TextContent);
        Assert.Empty(page.QuerySelectorAll("script:not([src]), style, [style]"));
        Assert.DoesNotContain(page.All.SelectMany(element => element.Attributes), attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal));
        Assert.DoesNotContain(
            page.QuerySelectorAll("[src], link[href]"), element => (element.GetAttribute("src") ?? element.GetAttribute("href"))!.Contains("//", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_are_found_under_a_name_with_their_hash_and_kept_for_a_year()
    {
        var page = await ReadAsync(await _host.GetAsync("/"));
        foreach (var file in page.QuerySelectorAll("link[href]").Select(link => link.GetAttribute("href")!))
        {
            var answer = await _host.GetAsync(file);
            Assert.Equal((200, "public, max-age=31536000, immutable"), (answer.Status, answer.Header("Cache-Control")));
            Assert.NotEmpty(answer.Bytes);
        }

        Assert.Equal(404, (await _host.GetAsync("/assets/site.css")).Status);
    }

    [Fact]
    public async Task The_start_page_leads_nowhere_that_is_not_there()
    {
        var page = await ReadAsync(await _host.GetAsync("/"));
        foreach (var link in page.QuerySelectorAll("main a[href^='/']").Select(link => link.GetAttribute("href")!))
        {
            Assert.True((await _host.GetAsync(link)).Status is 200 or 503, link); // 503: a status page may say that something fails
        }
    }

    [Fact]
    public async Task The_docs_page_lists_what_the_document_for_machines_lists()
    {
        var page = await ReadAsync(await _host.GetAsync("/docs"));
        var document = (await _host.GetAsync("/openapi/v1.json")).Json;
        var inDocument = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value.GetProperty("operationId").GetString());

        Assert.Equal(inDocument.Order(), page.QuerySelectorAll("article h3").Select(heading => heading.Id).Order());
        Assert.All(page.QuerySelectorAll("nav.contents a"), link => Assert.NotNull(page.GetElementById(link.GetAttribute("href")![1..])));
    }

    [Fact]
    public async Task A_method_that_a_page_does_not_take_is_told_so_in_a_page()
    {
        foreach (var path in (string[])["/", "/docs", "/verify", "/verify/chk_x", "/verify/pacspace-verifier.html", "/receipt/chk_x", "/assets/x.css"])
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete, new("PURGE")])
            {
                var answer = await _host.SendAsync(method, path, null, null);

                Assert.Equal((method, path, 405, "Not this way"), (method, path, answer.Status, (await ReadAsync(answer)).QuerySelector("h1")!.TextContent));
                Assert.Equal("GET, HEAD", string.Join(", ", answer.Header("Allow")!.Split(',', StringSplitOptions.TrimEntries).Order()));
            }
        }
    }

    private static async Task<IDocument> ReadAsync(Answer answer) => await new HtmlParser().ParseDocumentAsync(answer.Text);
}
