using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Portal.Tests;

/// <summary>Every route of the running host, by every method and in every state, so that a page which is added later is asked as well
/// (portal 1.1).</summary>
public sealed class EveryRouteTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

    private static readonly string[] s_methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PAGE"];

    private static readonly (string, string)[][] s_forms = [[], [("HX-Request", "true")], [("Accept", "application/json")]];

    private static readonly string[] s_ugly =
    [
        "", "%00", "%FF", "%C3%A9", "%0D%0A%22%3E%3Cscript%3E", "%27%3B--", "..", "99999999999999999999", new string('a', 3000),
    ];

    private static readonly string[] s_fields = ["period", "cursor", "rows", "next", "left", "right", "startDate", "endDate", "checkpointId", "format", "embed", "value", "code", "handler"];

    private RecordPagesScenario _of = null!;
    private Dictionary<string, string> _values = [];

    public async ValueTask InitializeAsync()
    {
        _of = await RecordPagesScenario.StartAsync(postgres);
        var (march, _) = await _of.RecordThreeMonthsAsync();
        var record = (await _of.AskMiddlewareAsync("live?limit=1")).GetProperty("records")[0].GetProperty("recordId").GetString()!;
        _values = new()
        {
            ["handle"] = _of.Handle,
            ["checkpointId"] = march,
            ["receiptId"] = march,
            ["recordId"] = record,
            ["proofRoot"] = march,
            ["status"] = "404",
            ["file"] = Assets.PathOf("site.css")["/assets/".Length..],
        };
    }

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task Pages_carry_every_documented_header_by_every_method_in_every_state()
    {
        foreach (var path in PagePaths().Concat(["/nothing", "/c/cus_x", "/c/cus_x/records", $"/c/{_of.Handle.ToUpperInvariant()}/records", "/c", "/receipt", "/robots.txt", $"{_of.Home}?handler=HandlerExecution", $"{_of.Home}/records?handler=x"]))
        {
            foreach (var visitor in (PageVisitor[])[_of.NewVisitor(), await _of.UnlockedVisitorAsync()])
            {
                foreach (var method in s_methods)
                {
                    foreach (var form in s_forms) IsDressed(method, path, await visitor.SendAsync(new HttpMethod(method), path, null, form), isHttps: true);
                }
            }
        }
    }

    /// <summary>Neither a page, nor a complaint about a form that nobody sent.</summary>
    [Fact]
    public async Task A_method_that_no_page_takes_is_answered_405_with_those_that_it_takes()
    {
        var visitor = await _of.UnlockedVisitorAsync();
        foreach (var path in PagePaths())
        {
            var isNothing = (await visitor.GetAsync(path)).Status == 404 && (await visitor.PostAsync(path, [])).Status == 404;
            foreach (var method in (string[])["PUT", "PATCH", "DELETE", "PURGE"])
            {
                var answer = await visitor.SendAsync(new HttpMethod(method), path, null);
                Assert.True(answer.Status == 405 || (isNothing && answer.Status == 404), $"{method} {path}: {answer.Status}");
            }
        }
    }

    [Fact]
    public async Task So_do_answers_that_no_page_gives()
    {
        await _of.BindAsync("verify.acme.example");
        var visitor = _of.NewVisitor("verify.acme.example");
        foreach (var path in (string[])["/", "/docs", _of.Home, "/c/cus_x", "/verify/nothing"]) IsDressed("GET", path, await visitor.GetAsync(path), isHttps: true);
        IsDressed("POST", _of.Home, await _of.NewVisitor().PostAsync($"{_of.Home}/unlock", [], ("Sec-Fetch-Site", "cross-site")), isHttps: true);
        IsDressed("GET", _of.Home, await _of.NewVisitor().GetAsync(_of.Home, ("X-Forwarded-Proto", "")), isHttps: false);

        await _of.It.Host.ExecuteAsync("ALTER TABLE customer_links RENAME TO gone");
        foreach (var form in s_forms)
        {
            var failed = await visitor.GetAsync(_of.Home, form);
            Assert.Equal(500, failed.Status);
            IsDressed("GET", _of.Home, failed, isHttps: true);
            Assert.Contains("This page could not be shown. Try again in a moment.", failed.Text, StringComparison.Ordinal);
            Assert.Equal(form is not [("HX-Request", _)], failed.Text.Contains(failed.Header("X-Request-Id")!, StringComparison.Ordinal));
            Assert.DoesNotMatch("customer_links|Npgsql|   at |42P01", failed.Text);
        }

        await _of.It.Host.ExecuteAsync("ALTER TABLE gone RENAME TO customer_links");
        Assert.Equal(200, (await visitor.GetAsync("/verify")).Status);
    }

    [Fact]
    public async Task Too_many_requests_are_told_in_the_documented_words_and_with_all_headers()
    {
        await using var host = await HostFixture.StartAsync(
            postgres, new Dictionary<string, string?> { ["PacSpace:RateLimits:Public:PerSecond"] = "1", ["PacSpace:RateLimits:Public:Burst"] = "2", ["PacSpace:Proxies:0"] = "127.0.0.0/8" },
            new FakeClock());
        var visitor = new PageVisitor(host, PageVisitor.DefaultHost, "203.0.113.9");
        for (var i = 0; i < 2; i++) Assert.Equal(404, (await visitor.GetAsync("/c/cus_x")).Status);

        foreach (var path in (string[])["/c/cus_x", "/c/cus_x/records", "/receipt/chk_x", "/verify/x"])
        {
            foreach (var form in s_forms)
            {
                var answer = await visitor.GetAsync(path, form);
                Assert.Equal((429, "1"), (answer.Status, answer.Header("Retry-After")));
                Assert.Contains("Too many requests. Try again in 1 seconds.", answer.Text, StringComparison.Ordinal);
                if (form is [("HX-Request", _)]) Assert.Equal("alert", new HtmlParser().ParseDocument(answer.Text).QuerySelector("p")!.GetAttribute("role"));
                IsDressed("GET", path, answer, isHttps: true);
            }
        }
    }

    [Fact]
    public async Task Answers_for_machines_are_kept_by_nobody_and_sniffed_by_nobody()
    {
        foreach (var path in Routes().Where(route => route.Page is null).SelectMany(route => PathsOf(route.Pattern, _ => "x")).Where(path => !path.StartsWith("/assets/", StringComparison.Ordinal)))
        {
            foreach (var method in (string[])["GET", "HEAD", "POST"])
            {
                var answer = await _of.NewVisitor().SendAsync(new HttpMethod(method), path, null);
                Assert.True(answer.Status is < 500 or 503, $"{method} {path}: {answer.Status}");
                Assert.True(
                    (answer.Header("X-Content-Type-Options"), answer.Header("Cache-Control") is not null, answer.Header("X-Request-Id") is not null, answer.Header("Set-Cookie"))
                    == ("nosniff", true, true, null), $"{method} {path}: {answer.Status} {string.Join("; ", answer.Headers)}");
            }
        }
    }

    /// <summary>An answer that is a page is a page that says what is the matter; none is a fault of ours.</summary>
    [Fact]
    public async Task What_cannot_be_meant_is_a_clear_page_and_no_fault()
    {
        var visitor = await _of.UnlockedVisitorAsync();
        var asked = 0;
        foreach (var path in PagePaths().Where(path => !path.StartsWith("/assets", StringComparison.Ordinal)))
        {
            foreach (var field in s_fields)
            {
                foreach (var ugly in s_ugly) await IsClearAsync($"{path}?{field}={ugly}");
                await IsClearAsync($"{path}?{field}=a&{field}=b");
            }
        }

        foreach (var (_, pattern) in Routes().Where(route => route.Page is not null && route.Pattern.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var ugly in s_ugly.Where(text => text.Length > 0 && text != "..")) // what an address cannot hold is not sent
            {
                foreach (var (name, _) in _values.Where(value => pattern.Contains($"{{{value.Key}", StringComparison.Ordinal)))
                    foreach (var path in PathsOf(pattern, known => known == name ? ugly : _values[known])) await IsClearAsync(path);
            }
        }

        async Task IsClearAsync(string path)
        {
            var isHtmx = asked++ % 2 == 1;
            var answer = await visitor.GetAsync(path, isHtmx ? [("HX-Request", "true")] : []);
            Assert.True(answer.Status < 500, $"GET {path}: {answer.Status}");
            if (answer.Status < 400 || isHtmx || answer.Bytes.Length == 0) return; // a line that is no request is answered before there are pages
            var page = await new HtmlParser().ParseDocumentAsync(answer.Text);
            Assert.True(page.QuerySelectorAll("h1").Length == 1 && page.Title!.Length > 0, $"GET {path}: {answer.Text}");
        }
    }

    [Fact]
    public async Task A_post_that_is_no_form_or_a_strange_one_is_no_fault()
    {
        foreach (var path in PagePaths())
        {
            var visitor = await _of.UnlockedVisitorAsync();
            foreach (var (type, body) in ((string?, string)[])[
                (null, ""), ("application/json", "{}"), ("text/plain", "code=1"), ("application/x-www-form-urlencoded", "%"), ("application/x-www-form-urlencoded", "code=%00&left=%00&right=%00&format=csv&checkpointId=%00&period=%00"),
                ("application/x-www-form-urlencoded", string.Join('&', Enumerable.Range(0, 3000).Select(i => $"f{i}=1"))), ("application/x-www-form-urlencoded", $"{new string('k', 9000)}=1"),
                ("multipart/form-data", "no boundary"), ("multipart/form-data; boundary=b", "--b\r\ngarbage"), ("application/x-www-form-urlencoded; charset=nonsense", "code=1"),
                ("application/x-www-form-urlencoded", "format=csv&format=json&checkpointId=a&checkpointId=b&left=a&left=b&right=c&code=a&code=b&next=a&next=b"),
            ])
            {
                using var content = type is null ? null : new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
                content?.Headers.TryAddWithoutValidation("Content-Type", type);
                var answer = await visitor.SendAsync(HttpMethod.Post, path, content);
                Assert.True(answer.Status < 500, $"POST {path} {type} {body[..Math.Min(40, body.Length)]}: {answer.Status}");
            }
        }
    }

    private static void IsDressed(string method, string path, Answer answer, bool isHttps)
    {
        var what = $"{method} {path}: {answer.Status}";
        Assert.True(answer.Status < 500 || path == "/readyz" || answer.Text.Contains("This page could not be shown.", StringComparison.Ordinal), what);
        Assert.Equal(
            (what, Policy, "nosniff", "no-referrer", "camera=(), microphone=(), geolocation=()", isHttps ? "max-age=31536000" : null),
            (what, answer.Header("Content-Security-Policy"), answer.Header("X-Content-Type-Options"), answer.Header("Referrer-Policy"), answer.Header("Permissions-Policy"),
                answer.Header("Strict-Transport-Security")));
        Assert.True(Regex.IsMatch(answer.Header("X-Request-Id") ?? "", "^req-"), what);
        Assert.Equal((what, path == "/robots.txt" && (method is "GET" or "HEAD") && answer.Status == 200 ? "public, max-age=3600" : IsFile(method, path, answer) ? "public, max-age=31536000, immutable" : "no-store"), (what, answer.Header("Cache-Control")));
        if (Regex.IsMatch(path, "^/(c|receipt|verify)(/|$)") || answer.Status >= 400) Assert.Equal((what, "noindex"), (what, answer.Header("X-Robots-Tag")));
        Assert.Equal((what, null), (what, answer.Header("Set-Cookie")));
        Assert.Equal((what, null), (what, answer.Header("Server")));
        if (answer.Status == 405) Assert.True(answer.Header("Allow") is { Length: > 0 } || method == "OPTIONS", what);
        if (method == "HEAD") Assert.True(answer.Bytes.Length == 0, what);
    }

    private static bool IsFile(string method, string path, Answer answer) => method is "GET" or "HEAD" && path.StartsWith("/assets/", StringComparison.Ordinal) && answer.Status == 200;

    private IEnumerable<string> PagePaths() => Routes().Where(route => route.Page is not null || route.Pattern.StartsWith("/assets", StringComparison.Ordinal))
        .SelectMany(route => PathsOf(route.Pattern, name => _values[name])); // a page with another name in its address needs a value for it above

    private IEnumerable<(PageActionDescriptor? Page, string Pattern)> Routes() => ((IEndpointRouteBuilder)_of.It.Host.App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .Select(route => (route.Metadata.GetMetadata<PageActionDescriptor>(), "/" + route.RoutePattern.RawText!.TrimStart('/')));

    private static IEnumerable<string> PathsOf(string pattern, Func<string, string> valueOf)
    {
        var path = Regex.Replace(pattern, @"\{\*{0,2}(?<name>\w+)(:\w+)?(?<optional>\?)?\}", part => part.Groups["name"].Value == "handler" ? "{handler}" : valueOf(part.Groups["name"].Value));
        return path.Contains("{handler}", StringComparison.Ordinal)
            ? ((string[])["", "proof", "bundle", "other"]).Select(handler => path.Replace("{handler}", handler, StringComparison.Ordinal).TrimEnd('/'))
            : [path];
    }
}
