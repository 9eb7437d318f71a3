using System.Text.Json;
using PacSpace.Infrastructure.Secrets;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Sharing;

/// <summary>The operator's door: every command of <c>sharing</c> and <c>domain</c>.</summary>
public sealed class SharingCommandsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TestDatabase _database = null!;
    private OperatorConsole _operator = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        var keys = _folder.Combine("keys");
        SecretStore.Open(keys).Dispose();
        _operator = new OperatorConsole(_database, new Dictionary<string, string?> { [InstallationSettings.KeysSetting] = keys });
    }

    public async ValueTask DisposeAsync()
    {
        _operator.Dispose();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_customer_is_given_a_link_a_policy_another_code_and_is_taken_off_again()
    {
        string[] where = ["cust_a", "--tenant", await TenantWithCustomerAsync(), "--environment", "production"];

        var unshared = await _operator.DoneAsync(["sharing", "show", .. where]);
        var linked = await _operator.DoneAsync(["sharing", "link", .. where]);
        var again = await _operator.SayAsync(["sharing", "link", .. where]);
        var set = await _operator.DoneAsync(["sharing", "set", .. where, "--policy", "GATED"]);
        var refused = await _operator.SayAsync(["sharing", "set", .. where, "--policy", "SECRET"]);
        var revealed = await _operator.DoneAsync(["sharing", "reveal", .. where]);
        var rotated = await _operator.DoneAsync(["sharing", "rotate", .. where]);
        var log = await _operator.DoneAsync(["sharing", "log", .. where]);
        var revoked = await _operator.SayAsync(["sharing", "revoke", .. where]);

        Assert.Equal(("NOT_SHARED", "ACTIVE", "GATED"), (unshared.Text("sharingState"), linked.Text("sharingState"), set.Text("effectivePolicy")));
        Assert.Equal((1, true), (again.Code, again.Text.Contains("CONFLICT", StringComparison.Ordinal)));
        Assert.Equal((1, true), (refused.Code, refused.Text.Contains("policy must be INHERIT, OPEN, TWO_TIER, GATED", StringComparison.Ordinal)));
        Assert.EndsWith("Access code: " + revealed.Text("accessHint"), revealed.Text("accessCodeCopy"), StringComparison.Ordinal);
        Assert.NotEqual(revealed.Text("accessHint"), rotated.Text("accessHint"));
        Assert.Equal(0, log.GetProperty("entries").GetArrayLength());
        Assert.Contains("cust_a: REVOKED", revoked.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_holds_for_all_customers_is_set_for_the_tenant()
    {
        var tenant = await _operator.TenantAsync("--environments", "sandbox");

        var set = await _operator.DoneAsync("sharing", "settings", "--tenant", tenant, "--default-policy", "OPEN", "--auto-create-links", "no");
        var kept = await _operator.DoneAsync("sharing", "settings", "--tenant", tenant, "--auto-create-links", "yes");
        var shown = await _operator.SayAsync("sharing", "defaults", "--tenant", tenant);

        Assert.Equal(("OPEN", false), (set.Text("defaultPolicy"), set.GetProperty("autoCreateLinks").GetBoolean()));
        Assert.Equal(("OPEN", true), (kept.Text("defaultPolicy"), kept.GetProperty("autoCreateLinks").GetBoolean()));
        Assert.Contains("Default policy OPEN; new customers get a link by themselves.", shown.Text, StringComparison.Ordinal);
        Assert.Equal(2, (await _operator.SayAsync("sharing", "settings", "--tenant", tenant, "--auto-create-links", "perhaps")).Code);
        Assert.Equal(1, (await _operator.SayAsync("sharing", "settings", "--tenant", "tnt_nobody", "--default-policy", "OPEN")).Code);
    }

    [Fact]
    public async Task A_branded_host_is_made_bound_used_and_deleted()
    {
        var tenant = await TenantWithCustomerAsync();
        string[] customer = ["cust_a", "--tenant", tenant, "--environment", "production"];
        await _operator.DoneAsync(["sharing", "link", .. customer]);

        var made = await _operator.DoneAsync("domain", "create", "verify.example.com", "--tenant", tenant);
        var bound = await _operator.DoneAsync("domain", "bind", made.Text("domainId")!);
        var listed = await _operator.SayAsync("domain", "list", "--tenant", tenant);
        var moved = await _operator.DoneAsync(["sharing", "set", .. customer, "--domain", made.Text("domainId")!]);
        var deleted = await _operator.DoneAsync("domain", "delete", made.Text("domainId")!, "--tenant", tenant);
        var back = await _operator.DoneAsync(["sharing", "show", .. customer]);

        Assert.Equal(("PENDING_OWNERSHIP", "ROUTE_BOUND"), (made.Text("stage"), bound.Text("stage")));
        Assert.Contains("verify.example.com  ROUTE_BOUND", listed.Text, StringComparison.Ordinal);
        Assert.Equal("verify.example.com", moved.Text("customerLinkHost"));
        Assert.Equal(JsonValueKind.True, deleted.GetProperty("deleted").ValueKind);
        Assert.True(back.IsNull("domainId"));
    }

    /// <summary>Made by hand: no records are needed for a customer to be shared.</summary>
    private async Task<string> TenantWithCustomerAsync()
    {
        var tenant = await _operator.TenantAsync();
        await using var command = _database.Source.CreateCommand(
            "WITH l AS (INSERT INTO ledgers (ledger_id, tenant_id, environment, created_at) VALUES ('ldg_1', $1, 'production', now()) RETURNING ledger_no) " +
            "INSERT INTO customers (ledger_no, customer_no, customer_id, created_at) SELECT ledger_no, 1, 'cust_a', now() FROM l");
        command.Parameters.Add(new() { Value = tenant });
        await command.ExecuteNonQueryAsync();
        return tenant;
    }
}
