using PacSpace.Features.Pipeline;
using PacSpace.Features.SharedRecord;
using PacSpace.Features.Sharing;
using PacSpace.Features.Tests.Sharing;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.SharedRecord;

/// <summary>What a visitor may see, and for how long: OpenRecord, CloseRecord, SweepSharing.</summary>
public sealed class OpenRecordTests(PostgresFixture postgres) : IAsyncLifetime
{
    private SharingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await SharingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Theory]
    [InlineData("OPEN", RecordTier.Inner, false)]
    [InlineData("TWO_TIER", RecordTier.Outer, true)]
    [InlineData("GATED", RecordTier.None, true)]
    public async Task The_policy_says_what_the_link_shows_and_the_code_opens_the_rest(string policy, RecordTier byLink, bool takesCode)
    {
        var (handle, browser) = (await _it.ShareAsync("cust_a"), _it.NewBrowser());
        var code = await _it.CodeAsync("cust_a");
        await _it.SetAsync("cust_a", policy);

        var before = await _it.DoneAsync(new OpenRecord(browser.Visitor(), handle, false));
        var entered = await browser.EnterAsync(handle, code);
        var after = await _it.DoneAsync(new OpenRecord(browser.Visitor(), handle, false));

        Assert.Equal((byLink, policy, false, byLink != RecordTier.Inner), (before.Tier, before.Policy, before.CanClose, before.IsLocked));
        Assert.Equal(takesCode, entered is UnlockResult.Opened);
        Assert.Equal((RecordTier.Inner, takesCode, false), (after.Tier, after.CanClose, after.IsLocked));
        Assert.Equal(("Acme Inference", "cust_a", true), (after.RecordedBy.DisplayName, after.CustomerId, after.ShowsPoweredBy));
        Assert.Equal((_it.Tenant.TenantId, "production"), (after.Caller.TenantId, after.Caller.Environment));
    }

    /// <summary>The link found the customer, so no request looks it up again, and none finds another.</summary>
    [Fact]
    public async Task A_links_caller_reaches_its_customer_and_no_other()
    {
        var handle = await _it.ShareAsync("cust_a");
        await _it.ShareAsync("cust_b");
        var caller = (await _it.DoneAsync(new OpenRecord(_it.NewBrowser().Visitor(), handle, false))).Caller;
        Assert.Equal("cust_a", (await _it.DoneAsync(new ListPeriods(caller, "cust_a", null, 1, null))).CustomerId);
        Assert.Equal("cust_b", (await _it.DoneAsync(new ListPeriods(await _it.CallerAsync(), "cust_b", null, 1, null))).CustomerId);
        foreach (var (customerId, account) in ((string, string?)[])[("cust_b", null), ("cust_a", "cmw_vendor_0123456789ab"), ("cust_none", null)])
            Assert.Equal("CUSTOMER_NOT_FOUND", (await _it.RefusedAsync(new ListPeriods(caller, customerId, account, 1, null))).Code.Name);
    }

    [Fact]
    public async Task Unknown_revoked_and_foreign_are_one_answer_and_only_the_JSON_form_tells_a_revoked_link()
    {
        var (revoked, active) = (await _it.ShareAsync("cust_a"), await _it.ShareAsync("cust_b"));
        await _it.DoneAsync(new RevokeLink(await _it.CallerAsync(), "cust_a", null));
        var (here, foreign) = (_it.NewBrowser().Visitor(), _it.NewBrowser("other.example.com").Visitor());
        var unknown = active[..^1] + (active[^1] == '0' ? '1' : '0');

        (Visitor, string)[] all = [(here, unknown), (here, revoked), (here, ""), (here, "cus_'; --"), (here, active.ToUpperInvariant()), (foreign, active), (foreign, revoked), (foreign, unknown)];
        foreach (var (visitor, handle) in all)
        {
            Assert.Same(RecordDoor.NotAvailable, await _it.RefusedAsync(new OpenRecord(visitor, handle, false)));
            Assert.Same(RecordDoor.NotAvailable, await _it.RefusedAsync(new UnlockRecord(visitor, handle, "A1B2C3")));
            Assert.Same(RecordDoor.NotAvailable, await _it.RefusedAsync(new CloseRecord(visitor, handle)));
            Assert.Same(RecordDoor.NotAvailable, await _it.RefusedAsync(new MarkSeen(visitor, handle)));
            var told = await _it.RefusedAsync(new OpenRecord(visitor, handle, true));
            Assert.Equal(visitor == here && handle == revoked ? "LINK_REVOKED" : "NOT_FOUND", told.Code.Name);
        }

        Assert.True(HandleSpelling.TryCanonical(active.ToUpperInvariant(), out var canonical));
        Assert.Equal(active, canonical);
    }

    [Fact]
    public async Task A_session_opens_its_own_link_alone()
    {
        var (a, b) = (await _it.ShareAsync("cust_a"), await _it.ShareAsync("cust_b"));
        var browser = await _it.NewBrowser().UnlockedAsync(a, await _it.CodeAsync("cust_a"));

        Assert.Equal((RecordTier.Inner, RecordTier.Outer), (await browser.TierAsync(a), await browser.TierAsync(b)));
    }

    [Fact]
    public async Task Links_of_two_vendors_live_side_by_side_under_a_name_that_is_new_at_every_unlock()
    {
        var (a, b) = (await _it.ShareAsync("cust_a"), await _it.ShareAsync("cust_b"));
        var browser = await _it.NewBrowser().UnlockedAsync(a, await _it.CodeAsync("cust_a"));
        var (oldSession, oldKnown) = (browser.Session, browser.Known);
        await browser.UnlockedAsync(b, await _it.CodeAsync("cust_b"));

        Assert.Equal((RecordTier.Inner, RecordTier.Inner), (await browser.TierAsync(a), await browser.TierAsync(b)));
        Assert.NotEqual(oldSession, browser.Session);
        Assert.NotEqual(oldKnown, browser.Known);
        var thief = _it.NewBrowser();
        thief.Session = oldSession;
        Assert.Equal((RecordTier.Outer, RecordTier.Outer), (await thief.TierAsync(a), await thief.TierAsync(b)));
    }

    [Fact]
    public async Task A_name_that_somebody_planted_in_the_browser_is_never_adopted()
    {
        var handle = await _it.ShareAsync("cust_a");
        foreach (var planted in (string[])[new string('A', 43), "", "x"])
        {
            var (victim, attacker) = (_it.NewBrowser(), _it.NewBrowser());
            (victim.Session, victim.Known, attacker.Session, attacker.Known) = (planted, planted, planted, planted);
            await victim.UnlockedAsync(handle, await _it.CodeAsync("cust_a"));

            Assert.Equal((RecordTier.Inner, RecordTier.Outer), (await victim.TierAsync(handle), await attacker.TierAsync(handle)));
            Assert.NotEqual(planted, victim.Session);
        }
    }

    [Theory]
    [InlineData("revoke and issue")]
    [InlineData("reissue")]
    [InlineData("rotate")]
    [InlineData("policy")]
    [InlineData("policy there and back")]
    [InlineData("tenant default")]
    [InlineData("tenant default there and back")]
    public async Task A_session_ends_with_what_it_was_bound_to(string change)
    {
        await _it.ShareAsync("cust_a");
        var (caller, code) = (await _it.CallerAsync(), await _it.CodeAsync("cust_a"));
        var browser = await _it.NewBrowser().UnlockedAsync(await _it.HandleAsync("cust_a"), code);
        var other = await _it.ShareAsync("cust_own");
        await _it.SetAsync("cust_own", "TWO_TIER");
        await browser.UnlockedAsync(other, await _it.CodeAsync("cust_own"));

        switch (change)
        {
            case "revoke and issue":
                await _it.DoneAsync(new RevokeLink(caller, "cust_a", null));
                await _it.DoneAsync(new IssueLink(caller, "cust_a", null, false));
                break;
            case "reissue": await _it.DoneAsync(new IssueLink(caller, "cust_a", null, true)); break;
            case "rotate": await _it.DoneAsync(new RotateAccessCode(caller, "cust_a", null)); break;
            case "policy": await _it.SetAsync("cust_a", "GATED"); break;
            case "policy there and back":
                await _it.SetAsync("cust_a", "OPEN");
                await _it.SetAsync("cust_a", "INHERIT");
                break;
            case "tenant default": await _it.DoneAsync(new UpdateSharingSettings(caller, "GATED", null)); break;
            default:
                await _it.DoneAsync(new UpdateSharingSettings(caller, "GATED", null));
                await _it.DoneAsync(new UpdateSharingSettings(caller, "TWO_TIER", null));
                break;
        }

        Assert.NotEqual(RecordTier.Inner, await browser.TierAsync(await _it.HandleAsync("cust_a")));
        Assert.Equal(0, (await _it.SharingOfAsync("cust_a")).ActiveSessions);
        Assert.Equal(RecordTier.Inner, await browser.TierAsync(other)); // a customer with a policy of its own is not touched
    }

    [Theory]
    [InlineData("own", "TWO_TIER")]
    [InlineData("own and back", "TWO_TIER")]
    [InlineData("same default", "TWO_TIER")]
    public async Task A_session_goes_on_when_customers_would_notice_nothing(string change, string policy)
    {
        var handle = await _it.ShareAsync("cust_a");
        var browser = await _it.NewBrowser().UnlockedAsync(handle, await _it.CodeAsync("cust_a"));

        if (change == "same default") await _it.DoneAsync(new UpdateSharingSettings(await _it.CallerAsync(), policy, true));
        else await _it.SetAsync("cust_a", policy);
        if (change == "own and back") await _it.SetAsync("cust_a", "INHERIT");

        Assert.Equal(RecordTier.Inner, await browser.TierAsync(handle));
        Assert.Equal(1, (await _it.SharingOfAsync("cust_a")).ActiveSessions);
    }

    [Fact]
    public async Task A_session_ends_after_twelve_idle_hours_which_a_page_asking_by_itself_does_not_lengthen()
    {
        var handle = await _it.ShareAsync("cust_a");
        var code = await _it.CodeAsync("cust_a");
        var (idle, alive) = (await _it.NewBrowser().UnlockedAsync(handle, code), await _it.NewBrowser().UnlockedAsync(handle, code));

        for (var hour = 0; hour < 11; hour++)
        {
            _it.Clock.Advance(TimeSpan.FromHours(1));
            Assert.Equal((RecordTier.Inner, RecordTier.Inner), (await idle.TierAsync(handle, isAutomatic: true), await alive.TierAsync(handle)));
        }

        _it.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal((RecordTier.Outer, RecordTier.Inner), (await idle.TierAsync(handle), await alive.TierAsync(handle)));
        Assert.Equal(1, (await _it.SharingOfAsync("cust_a")).ActiveSessions);
    }

    [Fact]
    public async Task A_session_ends_after_seven_days_however_busy()
    {
        var handle = await _it.ShareAsync("cust_a");
        var browser = await _it.NewBrowser().UnlockedAsync(handle, await _it.CodeAsync("cust_a"));
        for (var hours = 6; hours < 7 * 24; hours += 6)
        {
            _it.Clock.Advance(TimeSpan.FromHours(6));
            Assert.Equal(RecordTier.Inner, await browser.TierAsync(handle));
        }

        _it.Clock.Advance(TimeSpan.FromHours(6));
        Assert.Equal(RecordTier.Outer, await browser.TierAsync(handle));
    }

    [Fact]
    public async Task Last_seen_is_written_once_a_minute()
    {
        var handle = await _it.ShareAsync("cust_a");
        var browser = await _it.NewBrowser().UnlockedAsync(handle, await _it.CodeAsync("cust_a"));
        var opened = await SeenAsync();

        _it.Clock.Advance(TimeSpan.FromSeconds(59));
        await browser.TierAsync(handle);
        Assert.Equal(opened, await SeenAsync());
        _it.Clock.Advance(TimeSpan.FromSeconds(1));
        await browser.TierAsync(handle, isAutomatic: true);
        Assert.Equal(opened, await SeenAsync());
        await browser.TierAsync(handle);
        Assert.Equal(opened.AddMinutes(1), await SeenAsync());

        Task<DateTime> SeenAsync() => _it.Host.QueryAsync<DateTime>("SELECT last_seen_at FROM record_sessions");
    }

    [Fact]
    public async Task Closing_ends_this_link_in_this_browser_alone()
    {
        var (a, b) = (await _it.ShareAsync("cust_a"), await _it.ShareAsync("cust_b"));
        var code = await _it.CodeAsync("cust_a");
        var (browser, other) = (await _it.NewBrowser().UnlockedAsync(a, code), await _it.NewBrowser().UnlockedAsync(a, code));
        await browser.UnlockedAsync(b, await _it.CodeAsync("cust_b"));

        await _it.DoneAsync(new CloseRecord(browser.Visitor(), a));
        await _it.DoneAsync(new CloseRecord(_it.NewBrowser().Visitor(), b));

        Assert.Equal((RecordTier.Outer, RecordTier.Inner, RecordTier.Inner), (await browser.TierAsync(a), await browser.TierAsync(b), await other.TierAsync(a)));
    }

    [Fact]
    public async Task What_is_over_is_swept_and_the_rest_stays()
    {
        var handle = await _it.ShareAsync("cust_a");
        var code = await _it.CodeAsync("cust_a");
        await _it.NewBrowser().EnterAsync(handle, Codes.Wrong(code));
        await _it.NewBrowser().UnlockedAsync(handle, code);
        await _it.NewBrowser(address: "198.51.100.1").EnterAsync(handle, Codes.Wrong(code));

        Assert.Equal(0, (await _it.DoneAsync(new SweepSharing())).Rows);
        _it.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(2, (await _it.DoneAsync(new SweepSharing())).Rows); // a session, a wait; the other wait ended with the match
        _it.Clock.Advance(TimeSpan.FromDays(90));
        Assert.Equal(3, (await _it.DoneAsync(new SweepSharing())).Rows); // a known browser, two failures
        _it.Clock.Advance(TimeSpan.FromDays(800));
        Assert.Equal(3, (await _it.DoneAsync(new SweepSharing())).Rows); // the access log
    }
}
