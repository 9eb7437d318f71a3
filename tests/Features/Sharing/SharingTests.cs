using System.Text.Json;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Features.SharedRecord;
using PacSpace.Features.Sharing;
using PacSpace.Features.Tests.Balance;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Sharing;

/// <summary>The vendor's side: GetSharing, UpdateSharing, IssueLink, RevokeLink, RotateAccessCode, RevealAccessCode, ListAccessLog,
/// GetSharingSettings, UpdateSharingSettings.</summary>
public sealed class SharingTests(PostgresFixture postgres) : IAsyncLifetime
{
    private SharingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await SharingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task A_new_customer_has_an_active_link_in_the_documented_shape()
    {
        var handle = await _it.ShareAsync("cust_acme");
        var shown = JsonSerializer.SerializeToElement(await _it.SharingOfAsync("cust_acme"), WireJson.Options);

        DocumentedShape.Is(
            "customerId:string vendorAccountId:null policy:string effectivePolicy:string sharingState:string customerLinkUrl:string customerLinkHost:string " +
            "domainId:null link:object accessCode:object activeSessions:number lastViewedAt:null", shown);
        DocumentedShape.Is("version:number createdAt:string revokedAt:null", shown.GetProperty("link"));
        DocumentedShape.Is(
            "required:boolean ready:boolean locked:boolean version:number rotatedAt:null failureCount:number failureBudget:number", shown.GetProperty("accessCode"));
        Assert.Equal(
            ("INHERIT", "TWO_TIER", "ACTIVE", "https://app.example.com/c/" + handle, "app.example.com"),
            (shown.Text("policy"), shown.Text("effectivePolicy"), shown.Text("sharingState"), shown.Text("customerLinkUrl"), shown.Text("customerLinkHost")));
        Assert.Equal((1m, 100m), (shown.GetProperty("accessCode").Number("version"), shown.GetProperty("accessCode").Number("failureBudget")));
    }

    [Fact]
    public async Task Each_customer_of_a_batch_gets_its_own_link_and_none_when_the_tenant_wants_none()
    {
        var caller = await _it.CallerAsync();
        await EmitAsync("cust_1", "cust_2", "cust_1", "cust_3");
        Assert.Equal(3, await LinksAsync());

        var set = await _it.DoneAsync(new UpdateSharingSettings(caller, null, false));
        await EmitAsync("cust_4", "cust_1");
        Assert.Equal((3, new SharingSettingsShown("TWO_TIER", false)), (await LinksAsync(), set));
        Assert.Equal(set, await _it.DoneAsync(new GetSharingSettings(caller)));
        var unshared = await _it.SharingOfAsync("cust_4");
        Assert.Equal(("NOT_SHARED", null, null, false), (unshared.SharingState, unshared.CustomerLinkUrl, unshared.Link, unshared.AccessCode.Ready));
        Assert.Equal("NOT_FOUND", (await _it.RefusedAsync(new RevealAccessCode(caller, "cust_4", null))).Code.Name);
        Assert.Equal("NOT_FOUND", (await _it.RefusedAsync(new RevokeLink(caller, "cust_4", null))).Code.Name);
        Assert.Equal("ACTIVE", (await _it.DoneAsync(new IssueLink(caller, "cust_4", null, false))).SharingState);

        async Task EmitAsync(params string[] customers)
        {
            var answer = await _it.Tenant.PostAsync(
                "/api/v1/balance/delta/batch", new { deltas = customers.Select(customerId => new { customerId, delta = -1, reason = "tokens" }) });
            Assert.True(answer.Status == 201, answer.Text);
        }

        Task<long> LinksAsync() => _it.Host.QueryAsync<long>("SELECT count(DISTINCT handle) FROM customer_links");
    }

    [Fact]
    public async Task A_link_is_reissued_with_another_handle_and_the_old_one_never_works_again()
    {
        var (caller, old, browser) = (await _it.CallerAsync(), await _it.ShareAsync("cust_a"), _it.NewBrowser());

        Assert.Equal("CONFLICT", (await _it.RefusedAsync(new IssueLink(caller, "cust_a", null, false))).Code.Name);
        var reissued = await _it.DoneAsync(new IssueLink(caller, "cust_a", null, true));
        var handle = await _it.HandleAsync("cust_a");
        Assert.NotEqual(old, handle);
        Assert.Equal((2, "ACTIVE"), (reissued.Link!.Version, reissued.SharingState));
        Assert.Same(RecordDoor.NotAvailable, await _it.RefusedAsync(new OpenRecord(browser.Visitor(), old, false)));

        var revoked = await _it.DoneAsync(new RevokeLink(caller, "cust_a", null));
        Assert.Equal(("REVOKED", null, null), (revoked.SharingState, revoked.CustomerLinkUrl, revoked.CustomerLinkHost));
        Assert.Equal(revoked, await _it.DoneAsync(new RevokeLink(caller, "cust_a", null)));
        Assert.Equal("410 LINK_REVOKED", Text((await _it.RefusedAsync(new RevealAccessCode(caller, "cust_a", null))).Code));
        Assert.Equal("410 LINK_REVOKED", Text((await _it.RefusedAsync(new RotateAccessCode(caller, "cust_a", null))).Code));
        Assert.Equal(3, (await _it.DoneAsync(new IssueLink(caller, "cust_a", null, false))).Link!.Version);
        Assert.Same(RecordDoor.NotAvailable, await _it.RefusedAsync(new OpenRecord(browser.Visitor(), handle, false)));
        Assert.Equal("CUSTOMER_NOT_FOUND", (await _it.RefusedAsync(new GetSharing(caller, "cust_b", null))).Code.Name);

        static string Text(RefusalCode code) => $"{code.Status} {code.Name}";
    }

    [Fact]
    public async Task Two_who_issue_at_once_make_one_link()
    {
        var caller = await _it.CallerAsync();
        await _it.ShareAsync("cust_a");
        await _it.DoneAsync(new RevokeLink(caller, "cust_a", null));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _it.AskAsync(new IssueLink(caller, "cust_a", null, false))));

        Assert.Equal(1, outcomes.Count(outcome => outcome.Accepted(out _, out _)));
        Assert.Equal(2L, await _it.Host.QueryAsync<long>("SELECT count(*) FROM customer_links"));
    }

    [Fact]
    public async Task A_code_is_revealed_rotated_and_not_asked_for_under_OPEN()
    {
        var (caller, handle) = (await _it.CallerAsync(), await _it.ShareAsync("cust_a"));
        var first = await _it.DoneAsync(new RevealAccessCode(caller, "cust_a", null));
        var rotated = await _it.DoneAsync(new RotateAccessCode(caller, "cust_a", null));
        var second = await _it.DoneAsync(new RevealAccessCode(caller, "cust_a", null));
        await _it.SetAsync("cust_a", "OPEN");
        var open = await _it.DoneAsync(new RevealAccessCode(caller, "cust_a", null));

        Assert.Equal($"Record: https://app.example.com/c/{handle}  Access code: {first.AccessHint}", first.AccessCodeCopy);
        Assert.NotEqual(first.AccessHint, second.AccessHint);
        Assert.Equal(second.AccessHint, rotated.AccessHint);
        Assert.Equal((2, _it.Clock.GetUtcNow()), (rotated.Sharing.AccessCode.Version, rotated.Sharing.AccessCode.RotatedAt));
        Assert.Equal((null, null), (open.AccessHint, open.AccessCodeCopy));
        Assert.False((await _it.SharingOfAsync("cust_a")).AccessCode.Required);
    }

    [Fact]
    public async Task The_access_log_is_read_newest_first_in_pages_and_by_kind()
    {
        var (caller, handle) = (await _it.CallerAsync(), await _it.ShareAsync("cust_a"));
        var (code, browser) = (await _it.CodeAsync("cust_a"), _it.NewBrowser());
        await browser.EnterAsync(handle, Codes.Wrong(code));
        await browser.EnterAsync(handle, code);
        await _it.DoneAsync(new MarkSeen(browser.Visitor(), handle));

        var all = await _it.DoneAsync(new ListAccessLog(caller, "cust_a", null, null, 50, null));
        var first = await _it.DoneAsync(new ListAccessLog(caller, "cust_a", null, null, 2, null));
        var rest = await _it.DoneAsync(new ListAccessLog(caller, "cust_a", null, null, 2, first.NextCursor));
        var failed = await _it.DoneAsync(new ListAccessLog(caller, "cust_a", null, "step_up_failed", 50, null));

        Assert.Equal(["viewed", "unlocked", "step_up_failed"], all.Entries.Select(entry => entry.Kind));
        Assert.Equal(all.Entries, [.. first.Entries, .. rest.Entries]);
        Assert.Equal((null, null), (all.NextCursor, rest.NextCursor));
        var entry = Assert.Single(failed.Entries);
        Assert.Equal(("app.example.com", "outer", "203.0.113.0/24", "Mozilla/5.0"), (entry.Host, entry.Tier, entry.ClientAddress, entry.UserAgent));
        Assert.StartsWith("acc_", entry.Id, StringComparison.Ordinal);
        Assert.Equal("VALIDATION_ERROR", (await _it.RefusedAsync(new ListAccessLog(caller, "cust_a", null, "viewed", 2, first.NextCursor))).Code.Name);
    }

    [Fact]
    public async Task Nothing_of_a_link_or_its_code_reaches_a_log_by_being_written_out()
    {
        var handle = await _it.ShareAsync("cust_a");
        var (code, browser) = (await _it.CodeAsync("cust_a"), _it.NewBrowser());
        var opened = await browser.EnterAsync(handle, code);
        var caller = await _it.CallerAsync();
        var visitor = browser.Visitor();

        string?[] written =
        [
            new OpenRecord(visitor, handle, false).ToString(), new UnlockRecord(visitor, handle, code).ToString(), new CloseRecord(visitor, handle).ToString(),
            new MarkSeen(visitor, handle).ToString(), visitor.ToString(), opened.ToString(), (await _it.DoneAsync(new OpenRecord(visitor, handle, false))).ToString(),
            (await _it.DoneAsync(new RevealAccessCode(caller, "cust_a", null))).ToString(), (await _it.DoneAsync(new RotateAccessCode(caller, "cust_a", null))).ToString(),
            .. _it.Host.Log.Lines,
        ];
        Assert.All(written, text =>
        {
            foreach (var secret in (string[])[handle, code, browser.Session!, browser.Known!]) Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
        });
    }
}
