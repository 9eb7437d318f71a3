using System.Diagnostics;
using PacSpace.Features.Sharing;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.RecordPagesScenario;

namespace PacSpace.Portal.Tests;

/// <summary>Links that lead nowhere: one page, whatever the reason (portal 3.10).</summary>
public sealed class UnavailableLinkTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Foreign = "verify.other.example";

    private static readonly string[] s_paths =
        ["", "/unlock", "/unlock?next=x", "/records", "/records/rec_x", "/periods", "/periods/chk_x", "/timeline", "/compare", "/compare?left=a&right=b", "/export", "/seen", "/lock"];

    private static readonly string[] s_posts = ["/unlock", "/seen", "/lock", "/export", "/compare", "/records/rec_x/proof", "/periods/chk_x/bundle"];

    /// <summary>Different in any two answers.</summary>
    private static readonly HashSet<string> s_ofEachAnswer = new(["Date", "X-Request-Id", "RateLimit"], StringComparer.OrdinalIgnoreCase);

    private RecordPagesScenario _of = null!;

    public async ValueTask InitializeAsync() => _of = await StartAsync(postgres);

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task Unknown_revoked_and_foreign_are_one_answer_in_bytes_headers_and_statements()
    {
        var links = await LinksAsync();
        await _of.It.PauseSealingAsync();
        foreach (var (host, handle) in links) await _of.NewVisitor(host).GetAsync($"/c/{handle}"); // connections are open, types are known
        foreach (var (method, path, headers) in Requests())
        {
            var said = new List<string>();
            var asked = new List<string>();
            foreach (var (host, handle) in links)
            {
                using var statements = new TakenStatements(_of.It.Host.Database.Name);
                var answer = await AskAsync(_of.NewVisitor(host), method, handle, path, headers);
                asked.Add(string.Join('\n', statements.Taken));
                said.Add(Said(answer, handle));
                Assert.True(answer.Status == 404, $"{method} {path} {host}: {answer.Status}");
            }

            Assert.True(said.Distinct().Count() == 1, $"{method} {path}: {string.Join("\n---\n", said.Distinct())}");
            Assert.True(asked.TrueForAll(statements => statements.Length > 0), $"{method} {path}: nothing was asked");
            Assert.True((asked[0], asked[2]) == (asked[1], asked[3]), $"{method} {path}: {string.Join("\n---\n", asked)}"); // a branded host is looked up first
        }
    }

    [Fact]
    public async Task The_page_says_what_is_documented_and_names_nobody()
    {
        foreach (var (host, handle) in (await LinksAsync()).Append((PageVisitor.DefaultHost, "x")).Append((PageVisitor.DefaultHost, "cus_'; --")))
        {
            var answer = await _of.NewVisitor(host).GetAsync($"/c/{Uri.EscapeDataString(handle)}");
            var page = Read(answer);

            Assert.Equal((404, "This link is not available"), (answer.Status, Text(page.QuerySelector("h1")!)));
            Assert.Contains("Ask the sender of your invoice for a current link.", Text(page.QuerySelector("main")!), StringComparison.Ordinal);
            Assert.DoesNotContain(Seller, answer.Text, StringComparison.Ordinal);
            Assert.Empty(page.QuerySelectorAll("form"));
            Assert.Null(answer.Header("Set-Cookie"));
        }
    }

    [Fact]
    public async Task A_fragment_that_is_not_there_sends_the_browser_to_the_landing_page()
    {
        foreach (var (host, handle) in await LinksAsync())
        {
            foreach (var path in s_paths)
            {
                var answer = await _of.NewVisitor(host).GetAsync($"/c/{handle}{path}", ("HX-Request", "true"));
                Assert.Equal((404, $"/c/{handle}"), (answer.Status, answer.Header("HX-Redirect")));
            }
        }
    }

    [Fact]
    public async Task The_JSON_form_alone_tells_a_revoked_link_from_one_that_never_was()
    {
        var links = await LinksAsync();
        var answers = new List<string>();
        foreach (var (host, handle) in links) answers.Add((await _of.NewVisitor(host).GetAsync($"/c/{handle}", ("Accept", "application/json"))).ToString());

        Assert.Equal(["404 NOT_FOUND", "410 LINK_REVOKED", "404 NOT_FOUND", "404 NOT_FOUND"], answers);
    }

    [Fact]
    public async Task Another_spelling_leads_to_the_one_spelling_whether_the_link_is_there_or_not()
    {
        foreach (var (host, handle) in (await LinksAsync()).Append((PageVisitor.DefaultHost, _of.Handle)))
        {
            foreach (var (rest, at) in ((string, string)[])[("", ""), ("/records?period=2026-03", "/records?period=2026-03"), ("/records/rec_%C3%A9", "/records/rec_%C3%A9"), ("/records/%0D%0Ax", "/records/%0D%0Ax"), ("/records/a%3Fb", "/records/a%3Fb")])
            {
                foreach (var spelled in (string[])[handle.ToUpperInvariant(), "CUS_" + handle[4..].Replace('0', 'O').Replace('1', 'l')])
                {
                    using var statements = new TakenStatements(_of.It.Host.Database.Name);
                    var answer = await _of.NewVisitor(host).GetAsync($"/c/{spelled}{rest}");
                    Assert.Equal((308, $"/c/{handle}{at}"), (answer.Status, answer.Header("Location")));
                    Assert.DoesNotContain(statements.Taken, statement => statement.Contains("customer_links", StringComparison.Ordinal)); // from the text alone
                }
            }
        }
    }

    /// <summary>A figure to look at, and no judge: the clock of a shared machine is none.</summary>
    [Fact]
    public async Task How_long_it_takes_is_written_down()
    {
        var links = await LinksAsync();
        var took = links.Select(_ => new List<double>()).ToList();
        for (var round = 0; round < 120; round++)
        {
            for (var i = 0; i < links.Count; i++)
            {
                var since = Stopwatch.GetTimestamp();
                await _of.NewVisitor(links[i].Host).GetAsync($"/c/{links[i].Handle}");
                if (round >= 20) took[i].Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            }
        }

        string[] names = ["unknown", "revoked", "foreign host", "unknown on foreign host"];
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", took.Select((times, i) => FormattableString.Invariant($"{names[i]}: median {times.Order().ElementAt(50):0.00} ms"))));
    }

    /// <summary>Unknown, revoked, and twice on a host that is another seller's: a link that answers elsewhere, and none.</summary>
    private async Task<IReadOnlyList<(string Host, string Handle)>> LinksAsync()
    {
        await _of.EmitAsync(-1, "cust_revoked");
        var revoked = await _of.HandleAsync("cust_revoked");
        await _of.DoneAsync(new RevokeLink(_of.Vendor, "cust_revoked", _of.Account));
        await _of.BindAsync(Foreign, account: await _of.It.Host.CreateVendorAccountAsync(_of.It.Tenant.TenantId, "Other Seller"));
        var unknown = _of.Handle[..^1] + (_of.Handle[^1] == '0' ? '2' : '0');
        return [(PageVisitor.DefaultHost, unknown), (PageVisitor.DefaultHost, revoked), (Foreign, _of.Handle), (Foreign, unknown)];
    }

    private static IEnumerable<(HttpMethod Method, string Path, (string, string)[] Headers)> Requests()
    {
        foreach (var headers in ((string, string)[][])[[], [("HX-Request", "true")], [("Cookie", $"{PageVisitor.Session}=x")], [("Accept", "image/png")]])
        {
            foreach (var path in s_paths) yield return (HttpMethod.Get, path, headers);
            foreach (var path in s_posts) yield return (HttpMethod.Post, path, headers);
            yield return (HttpMethod.Head, "", headers);
            yield return (HttpMethod.Delete, "/records", headers);
        }
    }

    private static async Task<Answer> AskAsync(PageVisitor visitor, HttpMethod method, string handle, string path, (string, string)[] headers) => method == HttpMethod.Post
        ? await visitor.PostAsync($"/c/{handle}{path}", [("code", "A1B2C3"), ("format", "csv")], headers)
        : await visitor.SendAsync(method, $"/c/{handle}{path}", null, headers);

    /// <summary>All of it, without what is new in every answer.</summary>
    private static string Said(Answer answer, string handle) => string.Join('\n', answer.Headers.Where(header => !s_ofEachAnswer.Contains(header.Key)).OrderBy(header => header.Key, StringComparer.Ordinal)
        .Select(header => $"{header.Key}: {header.Value}").Append(answer.Text)).Replace(handle, "HANDLE", StringComparison.Ordinal);
}
