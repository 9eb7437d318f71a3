using PacSpace.Features.Sharing;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.RecordPagesScenario;

namespace PacSpace.Portal.Tests;

/// <summary>What a cookie opens, where and for how long; and whose posts are believed (portal 1.2).</summary>
public sealed class SessionPageTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Branded = "verify.acme.example";

    private RecordPagesScenario _of = null!;

    private string Inner => $"{_of.Home}/records";

    public async ValueTask InitializeAsync() => _of = await StartAsync(postgres);

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task Cookies_are_those_that_are_documented()
    {
        var unlocked = await _of.NewVisitor().PostAsync($"{_of.Home}/unlock", [("code", await _of.CodeAsync())]);

        Assert.Matches(
            "^__Host-pacspace-record=[A-Za-z0-9_-]{43}; max-age=604800; path=/; secure; samesite=lax; httponly, " +
            "__Host-pacspace-known=[A-Za-z0-9_-]{43}; max-age=7776000; path=/; secure; samesite=lax; httponly$",
            unlocked.Header("Set-Cookie"));

        var plain = await _of.NewVisitor().PostAsync($"{_of.Home}/unlock", [("code", await _of.CodeAsync())], ("X-Forwarded-Proto", ""));
        Assert.Matches("^pacspace-record=[^;]{43}; max-age=604800; path=/; samesite=lax; httponly, pacspace-known=[^;]{43}; max-age=7776000; path=/; samesite=lax; httponly$", plain.Header("Set-Cookie"));
    }

    [Fact]
    public async Task A_cookie_that_somebody_planted_is_never_adopted()
    {
        var code = await _of.CodeAsync();
        var owner = await _of.UnlockedVisitorAsync();
        string[] planted = [new string('A', 43), "", "x", owner.Cookies[PageVisitor.Session], "%00", new string('z', 4000)];
        foreach (var cookie in planted)
        {
            var (victim, attacker) = (_of.NewVisitor(), _of.NewVisitor());
            foreach (var one in (PageVisitor[])[victim, attacker])
                (one.Cookies[PageVisitor.Session], one.Cookies[PageVisitor.KnownBrowser]) = (cookie, cookie);
            if (cookie == owner.Cookies[PageVisitor.Session]) await victim.PostAsync($"{_of.Home}/lock", []);
            Assert.Equal(303, (await victim.PostAsync($"{_of.Home}/unlock", [("code", code)])).Status);

            Assert.Equal((200, 303), ((await victim.GetAsync(Inner)).Status, (await attacker.GetAsync(Inner)).Status));
            Assert.DoesNotContain(cookie, (string[])[victim.Cookies[PageVisitor.Session], victim.Cookies[PageVisitor.KnownBrowser]]);
        }
    }

    [Fact]
    public async Task An_old_value_opens_nothing_after_the_next_unlock()
    {
        await _of.EmitAsync(-1, "cust_b");
        var browser = await _of.UnlockedVisitorAsync();
        var thief = browser.CopiedTo(PageVisitor.DefaultHost);
        Assert.Equal(200, (await thief.GetAsync(Inner)).Status); // a copy is the cookie

        var other = $"/c/{await _of.HandleAsync("cust_b")}";
        Assert.Equal(303, (await browser.GetAsync($"{other}/records")).Status); // of another link it is none
        Assert.Equal(303, (await browser.PostAsync($"{other}/unlock", [("code", await _of.CodeAsync("cust_b"))])).Status);

        Assert.Equal((200, 200), ((await browser.GetAsync(Inner)).Status, (await browser.GetAsync($"{other}/records")).Status));
        Assert.Equal((303, 303), ((await thief.GetAsync(Inner)).Status, (await thief.GetAsync($"{other}/records")).Status));
    }

    [Fact]
    public async Task The_code_of_one_link_does_not_open_another()
    {
        await _of.EmitAsync(-1, "cust_b");

        Assert.Equal(403, (await _of.NewVisitor().PostAsync($"/c/{await _of.HandleAsync("cust_b")}/unlock", [("code", await _of.CodeAsync())])).Status);
    }

    [Fact]
    public async Task A_session_of_one_host_is_none_on_another()
    {
        var domain = await _of.BindAsync(Branded);
        await _of.DoneAsync(new UpdateSharing(_of.Vendor, Customer, _of.Account, null, domain, true));
        var (onDefault, onBranded) = (await _of.UnlockedVisitorAsync(), await _of.UnlockedVisitorAsync(host: Branded));

        Assert.Equal((200, 200), ((await onDefault.GetAsync(Inner)).Status, (await onBranded.GetAsync(Inner)).Status));
        Assert.Equal(303, (await onDefault.CopiedTo(Branded).GetAsync(Inner)).Status);
        Assert.Equal(303, (await onBranded.CopiedTo(PageVisitor.DefaultHost).GetAsync(Inner)).Status);
        Assert.Equal(303, (await onBranded.CopiedTo($"{Branded}:8443").GetAsync(Inner)).Status);
    }

    [Theory]
    [InlineData("revoke", 404)]
    [InlineData("reissue", 404)]
    [InlineData("rotate", 303)]
    [InlineData("policy", 303)]
    [InlineData("tenant default", 303)]
    [InlineData("host", 303)]
    [InlineData("close", 303)]
    [InlineData("idle", 303)]
    public async Task A_cookie_that_is_sent_again_after_its_end_opens_nothing(string end, int status)
    {
        var domain = await _of.BindAsync(Branded);
        var browser = await _of.UnlockedVisitorAsync();
        var copy = browser.CopiedTo(PageVisitor.DefaultHost);
        Assert.Equal(200, (await copy.GetAsync(Inner)).Status);

        switch (end)
        {
            case "revoke": await _of.DoneAsync(new RevokeLink(_of.Vendor, Customer, _of.Account)); break;
            case "reissue": await _of.DoneAsync(new IssueLink(_of.Vendor, Customer, _of.Account, true)); break;
            case "rotate": await _of.DoneAsync(new RotateAccessCode(_of.Vendor, Customer, _of.Account)); break;
            case "policy": await _of.SetPolicyAsync("GATED"); break;
            case "tenant default": await _of.DoneAsync(new UpdateSharingSettings(_of.Vendor, "GATED", null)); break;
            case "host": await _of.DoneAsync(new UpdateSharing(_of.Vendor, Customer, _of.Account, null, domain, true)); break;
            case "close": Assert.Equal((303, _of.Home), (await browser.PostAsync($"{_of.Home}/lock", [])) is var closed ? (closed.Status, closed.Header("Location")) : default); break;
            default: _of.It.Clock.Advance(TimeSpan.FromHours(12)); break;
        }

        foreach (var one in (PageVisitor[])[browser, copy])
        {
            foreach (var path in (string[])["/records", "/periods", "/timeline", "/compare", "/export"]) Assert.Equal((path, status), (path, (await one.GetAsync(_of.Home + path)).Status));
            foreach (var path in (string[])["/export", "/compare", "/records/x/proof", "/periods/x/bundle"]) Assert.Equal((path, status), (path, (await one.PostAsync(_of.Home + path, [("format", "csv")])).Status));
            var landing = await one.GetAsync(_of.Home, ("Accept", "application/json"));
            Assert.True(status == 404 ? landing.ToString() == "410 LINK_REVOKED" : landing.Data.GetProperty("locked").GetBoolean(), landing.Text);
        }

        // Even the link that comes in the old one's place knows nothing of it.
        if (end == "reissue") Assert.Equal(303, (await browser.GetAsync($"/c/{await _of.HandleAsync(Customer)}/records")).Status);
    }

    [Fact]
    public async Task A_post_is_believed_from_here_alone()
    {
        await _of.It.SealedAsync();
        await _of.It.PauseSealingAsync();
        (string Site, string Origin, bool IsBelieved)[] table =
        [
            // Sec-Fetch-Site, Origin, believed
            ("same-origin", "", true),
            ("same-origin", "null", true), // a form of a page without a referrer
            ("none", "", true),
            ("same-site", "https://app.example.com", false),
            ("cross-site", "", false),
            ("cross-site", "https://app.example.com", false),
            ("SAME-ORIGIN", "", false),
            ("same-origin, cross-site", "", false),
            ("", "", true),
            ("", "https://app.example.com", true),
            ("", "http://app.example.com", false),
            ("", "https://app.example.com:444", false),
            ("", "https://evil.example", false),
            ("", "https://app.example.com.evil.example", false),
            ("", "null", false),
        ];
        foreach (var (site, origin, isBelieved) in table)
        {
            var browser = await _of.UnlockedVisitorAsync();
            var before = await TableFingerprints.TakeAsync(_of.It.Host);
            foreach (var path in (string[])["/seen", "/export", "/compare", "/records/x/proof", "/periods/x/bundle", "/unlock", "/lock"])
            {
                var answer = await browser.PostAsync(_of.Home + path, [("format", "csv"), ("period", "2026-03")], ("Sec-Fetch-Site", site), ("Origin", origin));
                Assert.Equal((site, origin, path, isBelieved), (site, origin, path, answer.Status != 403));
            }

            var changed = TableFingerprints.Changed(before, await TableFingerprints.TakeAsync(_of.It.Host));
            if (isBelieved) Assert.Contains("record_sessions", changed);
            else Assert.Empty(changed);
        }
    }

    [Fact]
    public async Task Where_to_go_next_is_below_this_link_or_ignored()
    {
        string[] elsewhere =
        [
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example/",
            "https:evil.example",
            "javascript:alert(1)",
            "{home}@evil.example",
            "{home}.evil.example/",
            "{home}//evil.example",
            "{home}/\\evil.example",
            "{home}/../../verify",
            "{home}/%2e%2e/%2E%2e/verify",
            "{home}/.%2e/x",
            "{home}/\r\nSet-Cookie: a=b",
            "{home}/\t/evil.example",
            "{home}/é",
            "/c/cus_00000000000000000000000000/records",
            "/verify",
            "%2F%2Fevil.example",
            " {home}/records",
            "",
        ];
        var code = await _of.CodeAsync();
        foreach (var next in elsewhere.Select(text => text.Replace("{home}", _of.Home, StringComparison.Ordinal)))
        {
            var form = await _of.NewVisitor().GetAsync($"{_of.Home}/unlock?next={Uri.EscapeDataString(next)}");
            Assert.Equal((next, _of.Home), (next, Read(form).QuerySelector("input[name=next]")!.GetAttribute("value")));
            var unlocked = await _of.NewVisitor().PostAsync($"{_of.Home}/unlock", [("code", code), ("next", next)]);
            Assert.Equal((next, 303, _of.Home), (next, unlocked.Status, unlocked.Header("Location")));
            var swapped = await _of.NewVisitor().PostAsync($"{_of.Home}/unlock", [("code", code), ("next", next)], ("HX-Request", "true"));
            Assert.Equal((next, 204, _of.Home), (next, swapped.Status, swapped.Header("HX-Redirect")));
        }
    }

    [Fact]
    public async Task A_page_that_was_asked_for_is_where_the_code_leads()
    {
        foreach (var rest in (string[])["/records", "/records?period=2026-03&cursor=a%2Fb", "/compare?left=chk_a&right=chk_b", "/timeline?startDate=&endDate="])
        {
            var visitor = _of.NewVisitor();
            var asked = await visitor.GetAsync(_of.Home + rest);
            Assert.Equal(303, asked.Status);
            var next = Read(await visitor.GetAsync(asked.Header("Location")!)).QuerySelector("input[name=next]")!.GetAttribute("value")!;
            Assert.Equal(_of.Home + rest, next);

            var unlocked = await visitor.PostAsync($"{_of.Home}/unlock", [("code", await _of.CodeAsync()), ("next", next)]);

            Assert.Equal((303, _of.Home + rest), (unlocked.Status, unlocked.Header("Location")));
        }
    }
}
