using PacSpace.Features.Pipeline;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Account;

/// <summary>Tenants, keys and vendor accounts through their door, the operator's command line: CreateTenant, ListTenants,
/// UpdateTenant, DisableTenant, ProvisionEnvironment, CreateApiKey, ListApiKeys, RotateApiKey, DisableApiKey, CreateVendorAccount,
/// ListVendorAccounts, ArchiveVendorAccount.</summary>
public sealed class AccountCommandsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private OperatorConsole _operator = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _operator = new OperatorConsole(_database);
    }

    public async ValueTask DisposeAsync()
    {
        _operator.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_key_is_shown_once_listed_without_its_secret_rotated_and_disabled()
    {
        var tenant = await _operator.TenantAsync();
        var created = await _operator.DoneAsync("key", "create", "--tenant", tenant, "--environment", "production", "--name", "billing server");
        var secret = created.GetProperty("apiKey").GetString()!;
        var keyId = created.GetProperty("keyId").GetString()!;

        var listed = await _operator.SayAsync("key", "list", "--tenant", tenant);
        var rotated = await _operator.DoneAsync("key", "rotate", keyId);
        var again = await _operator.SayAsync("key", "rotate", keyId);
        var disabled = await _operator.SayAsync("key", "disable", rotated.GetProperty("keyId").GetString()!);

        Assert.StartsWith("pk_live_", secret, StringComparison.Ordinal);
        Assert.Equal(0, listed.Code);
        Assert.Contains(keyId, listed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret[(secret.IndexOf('.', StringComparison.Ordinal) + 1)..], listed.Text, StringComparison.Ordinal);
        Assert.NotEqual(secret, rotated.GetProperty("apiKey").GetString());
        Assert.Equal((1, "CONFLICT"), (again.Code, RefusalCode.Conflict.Name));
        Assert.Equal(0, disabled.Code);
    }

    [Fact]
    public async Task An_environment_is_provisioned_once_and_for_all()
    {
        var tenant = await _operator.TenantAsync("--environments", "sandbox");
        var first = await _operator.DoneAsync("environment", "provision", "--tenant", tenant, "--environment", "production");
        var second = await _operator.DoneAsync("environment", "provision", "--tenant", tenant, "--environment", "production");
        Assert.Equal(first.GetProperty("provisionedAt").GetString(), second.GetProperty("provisionedAt").GetString());
    }

    [Fact]
    public async Task A_vendor_account_belongs_to_a_middleware_and_can_be_archived()
    {
        var middleware = await _operator.TenantAsync("--middleware");
        var made = await _operator.DoneAsync("vendor-account", "create", "--tenant", middleware, "--display-name", "Acme Inference", "--id", "cmw_vendor_123");
        var taken = await _operator.SayAsync("vendor-account", "create", "--tenant", middleware, "--display-name", "Other", "--id", "cmw_vendor_123");
        var archived = await _operator.SayAsync("vendor-account", "archive", "cmw_vendor_123");
        var listed = await _operator.SayAsync("vendor-account", "list", "--tenant", middleware);
        var misplaced = await _operator.SayAsync("vendor-account", "create", "--tenant", await _operator.TenantAsync(), "--display-name", "Nobody");

        Assert.Equal("cmw_vendor_123", made.GetProperty("vendorAccountId").GetString());
        Assert.Equal((1, 0, 0, 1), (taken.Code, archived.Code, listed.Code, misplaced.Code));
        Assert.Contains("cmw_vendor_123", listed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenant_is_listed_and_disabled()
    {
        var tenant = await _operator.TenantAsync();
        Assert.Contains(tenant, (await _operator.SayAsync("tenant", "list")).Text, StringComparison.Ordinal);
        Assert.Equal(0, (await _operator.SayAsync("tenant", "disable", tenant)).Code);
        Assert.Equal(1, (await _operator.SayAsync("key", "create", "--tenant", tenant, "--environment", "sandbox")).Code);
    }

    [Fact]
    public async Task A_tenants_tier_and_cadence_can_be_changed_each_by_itself()
    {
        var tenant = await _operator.TenantAsync();
        var tier = await _operator.DoneAsync("tenant", "update", tenant, "--tier", "growth");
        var cadence = await _operator.DoneAsync("tenant", "update", tenant, "--cadence-seconds", "60");
        var nothing = await _operator.SayAsync("tenant", "update", tenant);
        var gold = await _operator.SayAsync("tenant", "update", tenant, "--tier", "gold");
        var nobody = await _operator.SayAsync("tenant", "update", "tnt_none", "--tier", "growth");

        Assert.Equal(("growth", 0m), (tier.Text("tier"), tier.Number("cadenceIntervalSeconds")));
        Assert.Equal(("growth", 60m), (cadence.Text("tier"), cadence.Number("cadenceIntervalSeconds")));
        Assert.Equal((1, 1, 1), (nothing.Code, gold.Code, nobody.Code));
    }

    [Fact]
    public async Task Tier_free_has_the_sandbox_alone()
    {
        var free = await _operator.DoneAsync("tenant", "create", "--name", "Acme Inference", "--tier", "free");
        var both = await _operator.SayAsync("tenant", "create", "--name", "Acme Inference", "--tier", "free", "--environments", "sandbox,production");
        var provisioned = await _operator.SayAsync("environment", "provision", "--tenant", free.Text("tenantId")!, "--environment", "production");

        Assert.Equal("[\"sandbox\"]", free.GetProperty("environments").GetRawText());
        Assert.Equal((1, 1), (both.Code, provisioned.Code));
        Assert.Contains("FORBIDDEN", provisioned.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tenant", "create")]
    [InlineData("tenant", "create", "--name", "x", "--surprise")]
    [InlineData("key", "create", "--tenant", "tnt_1", "--environment")]
    [InlineData("no", "such")]
    public async Task Wrong_use_is_told_from_a_refusal(params string[] words)
    {
        var said = await _operator.SayAsync(words);
        Assert.Equal(2, said.Code);
        Assert.Contains("usage:", said.Text, StringComparison.Ordinal);
    }
}
