using Microsoft.AspNetCore.Routing;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.RecordPagesScenario;

namespace PacSpace.Portal.Tests;

/// <summary>Whoever only fetches changes nothing and is told of to nobody: mail scanners, previews, prefetching browsers (portal 1.2, 3.1).</summary>
public sealed class NoInteractionTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly (string, string)[][] s_kinds =
    [
        [("User-Agent", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)")],
        [("User-Agent", "Mozilla/5.0 (compatible; Microsoft Safe Links)"), ("Sec-Fetch-Site", "none")],
        [("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch")],
        [("HX-Request", "true"), ("X-Pacspace-Auto", "1")],
        [("Accept", "application/json")],
    ];

    private RecordPagesScenario _of = null!;
    private string[] _paths = [];

    public async ValueTask InitializeAsync()
    {
        _of = await StartAsync(postgres);
        await _of.ListenAsync();
        var (march, april) = await _of.RecordThreeMonthsAsync();
        var record = (await _of.AskMiddlewareAsync("live?limit=1")).GetProperty("records")[0].GetProperty("recordId").GetString()!;
        Assert.Equal(200, (await _of.It.Host.GetAsync($"/api/v1/receipt/{april}")).Status); // the document's first issue, of which the vendor is told; March's page is opened without one
        var root = (await _of.AskMiddlewareAsync($"periods/{march}")).GetProperty("proofRoot").GetString()!;
        _paths =
        [
            .. ((string[])[
                "", "?rows=50", "/unlock", "/unlock?next=x", "/records", "/records?period=2026-03", $"/records/{record}", $"/records/{record}/proof", "/periods", $"/periods/{march}", $"/periods/{march}/bundle",
                "/timeline", "/compare", $"/compare?left={march}&right={april}", "/export", $"/export?checkpointId={march}&format=csv", "/seen", "/lock"]).Select(rest => _of.Home + rest),
            $"/receipt/{march}", $"/receipt/{march}?embed=1", "/verify", $"/verify/{march}", $"/verify/{root}", "/verify/pacspace-verifier.html", "/verify?value=x", "/robots.txt",
            $"/api/v1/receipt/{april}", $"/api/v1/receipt/{april}.pdf", $"/api/v1/verify/{root}", $"/api/v1/verify/{root}?source=both", "/log/production/checkpoint", "/log/production/vkey",
            .. ((IEndpointRouteBuilder)_of.It.Host.App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(route => "/" + route.RoutePattern.RawText!.TrimStart('/'))
                .Where(pattern => pattern.StartsWith("/c/", StringComparison.Ordinal)).Select(pattern => Fill(pattern, record, march)),
        ];
    }

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task Fetching_everything_without_a_session_changes_no_row()
    {
        await _of.It.PauseSealingAsync();
        foreach (var policy in (string[])["OPEN", "TWO_TIER", "GATED"])
        {
            await _of.SetPolicyAsync(policy);
            var before = await TableFingerprints.TakeAsync(_of.It.Host);

            await FetchAllAsync(_of.NewVisitor());

            Assert.Empty(TableFingerprints.Changed(before, await TableFingerprints.TakeAsync(_of.It.Host)));
        }
    }

    [Fact]
    public async Task Fetching_everything_with_a_session_moves_its_last_seen_and_nothing_else()
    {
        var browser = await _of.UnlockedVisitorAsync();
        await _of.It.PauseSealingAsync();
        string[] seen = ["record_sessions.last_seen_at", "record_sessions.ends_at"];
        var before = await TableFingerprints.TakeAsync(_of.It.Host, seen);
        Assert.NotEqual("0 ", before["webhook_events"]);

        _of.It.Clock.Advance(TimeSpan.FromMinutes(2));
        await FetchAllAsync(browser);

        Assert.Empty(TableFingerprints.Changed(before, await TableFingerprints.TakeAsync(_of.It.Host, seen)));
        Assert.Equal(1L, await _of.It.CountAsync("SELECT count(*) FROM record_sessions WHERE last_seen_at = $1", _of.It.Clock.GetUtcNow().UtcDateTime));
    }

    [Fact]
    public async Task What_a_page_does_by_itself_does_not_even_move_that()
    {
        var browser = await _of.UnlockedVisitorAsync();
        await _of.It.PauseSealingAsync();
        var before = await TableFingerprints.TakeAsync(_of.It.Host);

        _of.It.Clock.Advance(TimeSpan.FromMinutes(2));
        foreach (var path in _paths) await browser.GetAsync(path, ("HX-Request", "true"), ("X-Pacspace-Auto", "1"));

        Assert.Empty(TableFingerprints.Changed(before, await TableFingerprints.TakeAsync(_of.It.Host)));
    }

    [Fact]
    public async Task A_person_who_is_there_is_logged_and_told_of_once_an_hour()
    {
        var visitor = _of.NewVisitor();
        var told = await EventsAsync();
        for (var minute = 0; minute < 60; minute += 20)
        {
            Assert.Equal((204, 0), (await visitor.PostAsync($"{_of.Home}/seen", [])) is var answer ? (answer.Status, answer.Bytes.Length) : default);
            _of.It.Clock.Advance(TimeSpan.FromMinutes(20));
        }

        Assert.Equal((1L, 3L), (await EventsAsync() - told, await _of.CountLoggedAsync("viewed")));
        await visitor.PostAsync($"{_of.Home}/seen", []);
        Assert.Equal(2L, await EventsAsync() - told);
        Assert.DoesNotContain(_of.Handle, await TableFingerprints.TextAsync(_of.It.Host, "webhook_events"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_a_gate_nobody_saw_anything()
    {
        await _of.SetPolicyAsync("GATED");
        await _of.It.PauseSealingAsync();
        var before = await TableFingerprints.TakeAsync(_of.It.Host);

        Assert.Equal(204, (await _of.NewVisitor().PostAsync($"{_of.Home}/seen", [])).Status);

        Assert.Empty(TableFingerprints.Changed(before, await TableFingerprints.TakeAsync(_of.It.Host)));
    }

    /// <summary>The header of browsers is what others may send too: characters beyond the first plane, cut off where the log cuts.</summary>
    [Fact]
    public async Task A_user_agent_is_kept_whatever_it_holds()
    {
        using var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8 });
        foreach (var agent in (string[])[new string('a', 299) + "😀😀", "Агент", new string('b', 5000)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_of.It.Host.BaseAddress, $"{_of.Home}/seen"));
            request.Headers.TryAddWithoutValidation("User-Agent", agent);
            request.Headers.Host = PageVisitor.DefaultHost;
            _of.It.Clock.Advance(TimeSpan.FromMinutes(2));
            Assert.Equal(204, (int)(await client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
        }

        Assert.Equal(3L, await _of.CountLoggedAsync("viewed"));
    }

    private Task<long> EventsAsync() => _of.It.CountAsync("SELECT count(*) FROM webhook_events");

    private async Task FetchAllAsync(PageVisitor visitor)
    {
        foreach (var path in _paths)
        {
            foreach (var kind in s_kinds)
            {
                foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
                {
                    var answer = await visitor.SendAsync(method, path, null, kind);
                    Assert.True(answer.Status < 500, $"{method} {path}: {answer.Status}");
                    Assert.Null(answer.Header("Set-Cookie"));
                }
            }
        }
    }

    private string Fill(string pattern, string record, string checkpoint) => pattern.Replace("{handle}", _of.Handle, StringComparison.Ordinal)
        .Replace("{recordId}", record, StringComparison.Ordinal).Replace("{checkpointId}", checkpoint, StringComparison.Ordinal).Replace("/{handler?}", "", StringComparison.Ordinal);
}
