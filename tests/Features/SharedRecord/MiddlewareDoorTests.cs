using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.SharedRecord;

/// <summary>What every middleware route has in common (api-dashboard 12).</summary>
public sealed class MiddlewareDoorTests(PostgresFixture postgres) : IAsyncLifetime
{
    private SharedRecordScenario _of = null!;

    public async ValueTask InitializeAsync() => _of = await SharedRecordScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task A_direct_tenant_is_refused_before_anything_it_sent_is_looked_at()
    {
        var host = _of.It.Host;
        var direct = await host.CreateTenantAsync();
        var unprovisioned = await host.CreateTenantAsync();
        await host.ExecuteAsync("DELETE FROM tenant_environments WHERE tenant_id = $1", unprovisioned.TenantId);
        await direct.PostAsync("/api/v1/balance/delta", new { customerId = "a", delta = 1, reason = "r" });

        foreach (var (path, isPost) in Routes("a", "chk_x"))
        {
            Assert.Equal((path, "403 MIDDLEWARE_ONLY"), (path, (await AskAsync(host, direct.Key, path, isPost, "{nonsense")).ToString()));
            Assert.Equal((path, "401 INVALID_API_KEY"), (path, (await AskAsync(host, "pk_live_a.b", path, isPost, "{nonsense")).ToString()));
            Assert.Equal((path, "412 ENVIRONMENT_NOT_PROVISIONED"), (path, (await AskAsync(host, unprovisioned.Key, path, isPost, "{nonsense")).ToString()));
        }
    }

    [Fact]
    public async Task The_account_must_be_named_where_two_have_the_customer_and_neither_sees_the_others_periods()
    {
        var other = await _of.It.Host.CreateVendorAccountAsync(_of.It.Tenant.TenantId, "Other Seller");
        await _of.EmitAsync("both", -1);
        await _of.It.EmitAsync("both", -2, vendorAccountId: other);
        _of.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var mine = (await _of.CloseAsync("both", "2026-03")).Text("checkpointId")!;
        var theirs = (await _of.CloseAsync(new { customerId = "both", period = "2026-03", vendorAccountId = other })).Text("checkpointId")!;

        foreach (var (path, isPost) in Routes("both", mine))
        {
            var named = isPost ? path : $"{path}?vendorAccountId={_of.Account}";
            Assert.Equal((path, "400 VENDOR_ACCOUNT_REQUIRED"), (path, (await AskAsync(_of.It.Host, _of.It.Tenant.Key, path, isPost, Body(null))).ToString()));
            var answer = _of.Clean(await AskAsync(_of.It.Host, _of.It.Tenant.Key, named, isPost, Body(_of.Account)));
            Assert.DoesNotContain("Other Seller", answer.Text, StringComparison.Ordinal);
        }

        Assert.Equal("404 CHECKPOINT_NOT_FOUND", (await _of.AskAsync("both", $"periods/{theirs}?vendorAccountId={_of.Account}")).ToString());
        Assert.Equal("404 CUSTOMER_NOT_FOUND", (await (await _of.It.Host.CreateTenantAsync(isMiddleware: true)).GetAsync("/api/v1/middleware/customers/both/live")).ToString());

        static string Body(string? account) => $$"""{"leftPeriod":"2026-03","rightPeriod":"2026-03"{{(account is null ? "" : $",\"vendorAccountId\":\"{account}\"")}}}""";
    }

    private static IEnumerable<(string Path, bool IsPost)> Routes(string customer, string checkpoint) =>
    [
        ($"/api/v1/middleware/customers/{customer}/live", false),
        ($"/api/v1/middleware/customers/{customer}/periods", false),
        ($"/api/v1/middleware/customers/{customer}/periods/{checkpoint}", false),
        ($"/api/v1/middleware/customers/{customer}/period/{checkpoint}", false),
        ($"/api/v1/middleware/customers/{customer}/compare", true),
    ];

    private static Task<Answer> AskAsync(PacSpaceHost host, string key, string path, bool isPost, string body) =>
        isPost ? host.PostRawAsync(path, key, body) : host.GetAsync(path, key);
}
