using System.Text.Json;
using Microsoft.Extensions.Configuration;
using PacSpace.Features.Commands;
using PacSpace.Features.Pipeline;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Account;

/// <summary>Tenants, keys and vendor accounts through their door, the operator's command line: CreateTenant, ListTenants,
/// DisableTenant, ProvisionEnvironment, CreateApiKey, ListApiKeys, RotateApiKey, DisableApiKey, CreateVendorAccount,
/// ListVendorAccounts, ArchiveVendorAccount.</summary>
public sealed class AccountCommandsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await postgres.CloneAsync();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_key_is_shown_once_listed_without_its_secret_rotated_and_disabled()
    {
        var tenant = await TenantAsync();
        var created = await DoneAsync("key", "create", "--tenant", tenant, "--environment", "production", "--name", "billing server");
        var secret = created.GetProperty("apiKey").GetString()!;
        var keyId = created.GetProperty("keyId").GetString()!;

        var listed = await SayAsync("key", "list", "--tenant", tenant);
        var rotated = await DoneAsync("key", "rotate", keyId);
        var again = await SayAsync("key", "rotate", keyId);
        var disabled = await SayAsync("key", "disable", rotated.GetProperty("keyId").GetString()!);

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
        var tenant = await TenantAsync("--environments", "sandbox");
        var first = await DoneAsync("environment", "provision", "--tenant", tenant, "--environment", "production");
        var second = await DoneAsync("environment", "provision", "--tenant", tenant, "--environment", "production");
        Assert.Equal(first.GetProperty("provisionedAt").GetString(), second.GetProperty("provisionedAt").GetString());
    }

    [Fact]
    public async Task A_vendor_account_belongs_to_a_middleware_and_can_be_archived()
    {
        var middleware = await TenantAsync("--middleware");
        var made = await DoneAsync("vendor-account", "create", "--tenant", middleware, "--display-name", "Acme Inference", "--id", "cmw_vendor_123");
        var taken = await SayAsync("vendor-account", "create", "--tenant", middleware, "--display-name", "Other", "--id", "cmw_vendor_123");
        var archived = await SayAsync("vendor-account", "archive", "cmw_vendor_123");
        var listed = await SayAsync("vendor-account", "list", "--tenant", middleware);
        var misplaced = await SayAsync("vendor-account", "create", "--tenant", await TenantAsync(), "--display-name", "Nobody");

        Assert.Equal("cmw_vendor_123", made.GetProperty("vendorAccountId").GetString());
        Assert.Equal((1, 0, 0, 1), (taken.Code, archived.Code, listed.Code, misplaced.Code));
        Assert.Contains("cmw_vendor_123", listed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenant_is_listed_and_disabled()
    {
        var tenant = await TenantAsync();
        Assert.Contains(tenant, (await SayAsync("tenant", "list")).Text, StringComparison.Ordinal);
        Assert.Equal(0, (await SayAsync("tenant", "disable", tenant)).Code);
        Assert.Equal(1, (await SayAsync("key", "create", "--tenant", tenant, "--environment", "sandbox")).Code);
    }

    [Theory]
    [InlineData("tenant", "create")]
    [InlineData("tenant", "create", "--name", "x", "--surprise")]
    [InlineData("key", "create", "--tenant", "tnt_1", "--environment")]
    [InlineData("no", "such")]
    public async Task Wrong_use_is_told_from_a_refusal(params string[] words)
    {
        var said = await SayAsync(words);
        Assert.Equal(2, said.Code);
        Assert.Contains("usage:", said.Text, StringComparison.Ordinal);
    }

    private async Task<string> TenantAsync(params string[] more) =>
        (await DoneAsync(["tenant", "create", "--name", "Acme Inference", .. more])).GetProperty("tenantId").GetString()!;

    private async Task<JsonElement> DoneAsync(params string[] words)
    {
        var (code, text) = await SayAsync([.. words, "--json"]);
        Assert.True(code == 0, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private async Task<(int Code, string Text)> SayAsync(params string[] words)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:PacSpace"] = _database.ConnectionString,
            ["PacSpace:Data"] = _folder.Combine("data"),
            ["PacSpace:Keys"] = _folder.Combine("keys"),
        }).Build();
        using var said = new StringWriter();
        var code = await new OperatorCommands(configuration, said, said).RunAsync(words, TestContext.Current.CancellationToken);
        return (code, said.ToString());
    }
}
