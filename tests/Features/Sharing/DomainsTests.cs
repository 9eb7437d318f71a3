using PacSpace.Features.SharedRecord;
using PacSpace.Features.Sharing;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Sharing;

/// <summary>Branded hosts: CreateDomain, ListDomains, BindDomain, DeleteDomain, and which links answer on them.</summary>
public sealed class DomainsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Branded = "verify.example.com";

    private SharingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await SharingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task A_host_name_is_one_vendors_and_says_what_to_put_into_the_DNS()
    {
        var (caller, other) = (await _it.CallerAsync(), await _it.CallerAsync(await _it.Host.CreateTenantAsync()));
        var made = await _it.DoneAsync(new CreateDomain(caller, Branded, null, false));

        Assert.Equal(("PENDING_OWNERSHIP", made.Id, null), (made.Stage, made.DomainId, made.ActivatedAt));
        Assert.Equal(("_pacspace-challenge." + Branded, Branded), (made.Dns.TxtName, made.Dns.CnameName));
        Assert.StartsWith("pacspace-domain-verification=", made.Dns.TxtValue, StringComparison.Ordinal);
        Assert.Equal("CONFLICT", (await _it.RefusedAsync(new CreateDomain(other, Branded, null, false))).Code.Name);
        Assert.Equal("CONFLICT", (await _it.RefusedAsync(new CreateDomain(caller, "app.example.com", null, false))).Code.Name);
        Assert.Equal([made], (await _it.DoneAsync(new ListDomains(caller))).Domains);
        Assert.Empty((await _it.DoneAsync(new ListDomains(other))).Domains);
        Assert.Equal("NOT_FOUND", (await _it.RefusedAsync(new DeleteDomain(other, made.DomainId))).Code.Name);
        Assert.Equal("NOT_FOUND", (await _it.RefusedAsync(new BindDomain("dom_nobody"))).Code.Name);
    }

    [Theory]
    [InlineData("Verify.example.com")]
    [InlineData("localhost")]
    [InlineData("203.0.113.7")]
    [InlineData("verify.example.com.")]
    [InlineData("verify.example.com:443")]
    [InlineData("-verify.example.com")]
    [InlineData("")]
    public async Task What_is_no_lower_case_DNS_name_is_refused(string hostname) =>
        Assert.Equal("hostname", Assert.Single((await _it.RefusedAsync(new CreateDomain(await _it.CallerAsync(), hostname, null, false))).Details).Field);

    [Fact]
    public async Task A_link_answers_on_its_own_host_once_it_is_bound_and_on_the_default_host_and_nowhere_else()
    {
        var caller = await _it.CallerAsync();
        var (here, elsewhere) = (await _it.ShareAsync("cust_a"), await _it.ShareAsync("cust_b"));
        var foreign = await _it.ShareAsync("cust_c", await _it.Host.CreateTenantAsync());
        var domain = await _it.DoneAsync(new CreateDomain(caller, Branded, null, SuppressPoweredBy: true));
        var moved = await _it.DoneAsync(new UpdateSharing(caller, "cust_a", null, null, domain.DomainId, true));
        var (on, off) = (_it.NewBrowser(Branded), _it.NewBrowser());

        Assert.Equal(($"https://{Branded}/c/{here}", Branded, domain.DomainId), (moved.CustomerLinkUrl, moved.CustomerLinkHost, moved.DomainId));
        Assert.Same(RecordDoor.NotAvailable, await _it.RefusedAsync(new OpenRecord(on.Visitor(), here, false)));
        Assert.Equal("ROUTE_BOUND", (await _it.DoneAsync(new BindDomain(domain.DomainId))).Stage);
        Assert.False((await _it.DoneAsync(new OpenRecord(on.Visitor(), here, false))).ShowsPoweredBy);
        Assert.True((await _it.DoneAsync(new OpenRecord(off.Visitor(), here, false))).ShowsPoweredBy);
        foreach (var handle in (string[])[elsewhere, foreign])
        {
            Assert.Same(RecordDoor.NotAvailable, await _it.RefusedAsync(new OpenRecord(on.Visitor(), handle, true)));
            Assert.Equal(RecordTier.Outer, await off.TierAsync(handle));
        }

        on.Host = "VERIFY.example.com";
        Assert.Equal(RecordTier.Outer, await on.TierAsync(here));
        foreach (var host in (string[])["other.example.com", "localhost", "", "app.example.com.", "app.example.com:8443"])
        {
            on.Host = host;
            Assert.Same(RecordDoor.NotAvailable, await _it.RefusedAsync(new OpenRecord(on.Visitor(), here, true)));
        }
    }

    [Fact]
    public async Task A_session_stays_on_its_host_and_ends_when_the_link_moves()
    {
        var (caller, handle) = (await _it.CallerAsync(), await _it.ShareAsync("cust_a"));
        var (code, domain) = (await _it.CodeAsync("cust_a"), await _it.BindAsync(Branded));
        await _it.DoneAsync(new UpdateSharing(caller, "cust_a", null, null, domain, true));
        var browser = await _it.NewBrowser().UnlockedAsync(handle, code);

        browser.Host = Branded;
        Assert.Equal(RecordTier.Outer, await browser.TierAsync(handle));
        browser.Host = SharingScenario.DefaultHost;
        Assert.Equal(RecordTier.Inner, await browser.TierAsync(handle));

        await _it.DoneAsync(new DeleteDomain(caller, domain));
        Assert.Equal(RecordTier.Outer, await browser.TierAsync(handle));
        var sharing = await _it.SharingOfAsync("cust_a");
        Assert.Equal((null, "app.example.com", 0), (sharing.DomainId, sharing.CustomerLinkHost, sharing.ActiveSessions));
        await browser.UnlockedAsync(handle, code);
        Assert.Equal(1, (await _it.SharingOfAsync("cust_a")).ActiveSessions);
    }

    [Fact]
    public async Task Under_middleware_a_host_is_one_sellers_and_new_customers_begin_on_it()
    {
        var middleware = await _it.Host.CreateTenantAsync(isMiddleware: true);
        var caller = await _it.CallerAsync(middleware);
        var (seller, rival) = (await _it.Host.CreateVendorAccountAsync(middleware.TenantId, "Seller"), await _it.Host.CreateVendorAccountAsync(middleware.TenantId, "Rival"));

        Assert.Equal("VENDOR_ACCOUNT_REQUIRED", (await _it.RefusedAsync(new CreateDomain(caller, Branded, null, false))).Code.Name);
        var domain = await _it.BindAsync(Branded, middleware, seller);
        await _it.Host.ExecuteAsync("UPDATE vendor_accounts SET domain_id = $1 WHERE vendor_account_id = $2", domain, seller);
        var handle = await _it.ShareAsync("cust_a", middleware, seller);
        await _it.ShareAsync("cust_b", middleware, rival);

        var opened = await _it.DoneAsync(new OpenRecord(_it.NewBrowser(Branded).Visitor(), handle, false));
        Assert.Equal(("Seller", "Seller", seller), (opened.Tenant.Name, opened.Caller.TenantName, opened.VendorAccountId));
        Assert.Equal(Branded, (await _it.DoneAsync(new GetSharing(caller, "cust_a", null))).CustomerLinkHost);
        Assert.Equal("domainId", Assert.Single((await _it.RefusedAsync(new UpdateSharing(caller, "cust_b", null, null, domain, true))).Details).Field);
        Assert.Equal("app.example.com", (await _it.DoneAsync(new UpdateSharing(caller, "cust_a", null, null, null, true))).CustomerLinkHost);
    }
}
