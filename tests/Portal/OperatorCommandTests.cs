using System.Text.Json;
using Microsoft.Extensions.Configuration;
using PacSpace.Features;
using PacSpace.Features.Commands;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Portal.Tests;

/// <summary>The operator's words, their answers and their exit codes; and what a server makes of the keys.</summary>
public sealed class OperatorCommandTests(HostFixture fixture) : IClassFixture<HostFixture>
{
    private const int Done = 0, Refused = 1, Usage = 2, Fault = 3;
    private readonly PacSpaceHost _host = fixture.Host;

    [Fact]
    public async Task From_a_tenant_to_a_key_that_works_to_one_that_does_not()
    {
        var tenant = await JsonAsync("tenant", "create", "--name", "Acme Inference", "--json");
        var tenantId = tenant.GetProperty("tenantId").GetString()!;
        var key = (await JsonAsync("key", "create", "--tenant", tenantId, "--environment", "production", "--name", "billing", "--json")).GetProperty("apiKey").GetString()!;
        Assert.Matches("^pk_live_[0-9a-z]{20}\\.[A-Za-z0-9_-]{43}$", key);
        Assert.Equal(201, await EmitAsync(key));

        var rotated = await JsonAsync("key", "rotate", key[..key.IndexOf('.', StringComparison.Ordinal)], "--overlap-hours=1", "--json");
        Assert.Equal(201, await EmitAsync(rotated.GetProperty("apiKey").GetString()!));
        Assert.Equal(201, await EmitAsync(key));
        Assert.Equal(["expiring", "active"], await StatesAsync(tenantId));
        Assert.Equal((Refused, "pacspace: The key is disabled or was rotated before (CONFLICT)\n"), await ComplaintAsync("key", "rotate", key));

        await JsonAsync("key", "disable", rotated.GetProperty("keyId").GetString()!, "--json");
        await JsonAsync("tenant", "disable", tenantId, "--json");
        Assert.Equal(["expiring", "disabled"], await StatesAsync(tenantId));
        Assert.Equal(Refused, (await RunAsync("key", "create", "--tenant", tenantId, "--environment", "sandbox")).ExitCode);
        await Eventually.HoldsAsync(async () => await EmitAsync(key) == 401, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_stored_nowhere()
    {
        var tenantId = (await JsonAsync("tenant", "create", "--name", "Acme", "--json")).GetProperty("tenantId").GetString()!;

        var (exitCode, answers, complaints) = await RunAsync("key", "create", "--tenant", tenantId, "--environment", "sandbox");

        Assert.Equal(Done, exitCode);
        var key = answers.Trim();
        Assert.StartsWith("pk_test_", key, StringComparison.Ordinal);
        Assert.Contains("not shown again", complaints, StringComparison.Ordinal);
        Assert.DoesNotContain(key[(key.IndexOf('.', StringComparison.Ordinal) + 1)..], (await RunAsync("key", "list", "--tenant", tenantId)).Answers, StringComparison.Ordinal);
        Assert.Equal(32, await _host.QueryAsync<int>("SELECT length(secret_hash) FROM api_keys WHERE tenant_id = $1", tenantId));
    }

    [Fact]
    public async Task Vendor_accounts_belong_to_middleware_and_an_archived_one_takes_no_more()
    {
        var direct = (await JsonAsync("tenant", "create", "--name", "Direct", "--json")).GetProperty("tenantId").GetString()!;
        var middleware = (await JsonAsync("tenant", "create", "--name", "Biller", "--middleware", "--json")).GetProperty("tenantId").GetString()!;
        var key = (await JsonAsync("key", "create", "--tenant", middleware, "--environment", "production", "--json")).GetProperty("apiKey").GetString()!;

        Assert.Equal(Refused, (await RunAsync("vendor-account", "create", "--tenant", direct, "--display-name", "X")).ExitCode);
        await JsonAsync("vendor-account", "create", "--tenant", middleware, "--display-name", "Acme", "--id", "cmw_vendor_123", "--json");
        Assert.Equal((Refused, "pacspace: A vendor account has this id already (CONFLICT)\n"), await ComplaintAsync("vendor-account", "create", "--tenant", middleware, "--display-name", "Acme", "--id", "cmw_vendor_123"));

        Assert.Equal("400 VENDOR_ACCOUNT_REQUIRED", (await EmitAsync(key, null)).ToString());
        Assert.Equal("400 VALIDATION_ERROR", (await EmitAsync(key, "cmw_vendor_other")).ToString());
        Assert.Equal(201, (await EmitAsync(key, "cmw_vendor_123")).Status);
        await JsonAsync("vendor-account", "archive", "cmw_vendor_123", "--json");
        await Eventually.HoldsAsync(async () => (await EmitAsync(key, "cmw_vendor_123")).Status == 400, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task An_environment_that_was_left_out_can_be_provisioned_later()
    {
        var tenantId = (await JsonAsync("tenant", "create", "--name", "Acme", "--environments", "sandbox", "--json")).GetProperty("tenantId").GetString()!;
        var made = await JsonAsync("key", "create", "--tenant", tenantId, "--environment", "production", "--json");
        Assert.False(made.GetProperty("isProvisioned").GetBoolean());
        Assert.Equal(412, await EmitAsync(made.GetProperty("apiKey").GetString()!));

        var first = await JsonAsync("environment", "provision", "--tenant", tenantId, "--environment", "production", "--json");
        var second = await JsonAsync("environment", "provision", "--tenant", tenantId, "--environment", "production", "--json");

        Assert.Equal(first.GetRawText(), second.GetRawText());
        await Eventually.HoldsAsync(async () => await EmitAsync(made.GetProperty("apiKey").GetString()!) == 201, TimeSpan.FromSeconds(10));
    }

    [Theory]
    //          words                                                                          exit code   complaint
    [InlineData("", Usage, "")]
    [InlineData("tenant", Usage, "there is no command \"tenant\"")]
    [InlineData("tenant destroy", Usage, "there is no command \"tenant destroy\"")]
    [InlineData("tenant create", Usage, "--name TEXT is missing")]
    [InlineData("tenant create --name", Usage, "--name needs a value: --name TEXT")]
    [InlineData("tenant create --name a --name b", Usage, "--name is given twice")]
    [InlineData("tenant create --nmae a", Usage, "there is no option --nmae")]
    [InlineData("tenant create --name a --middleware=yes", Usage, "--middleware takes no value")]
    [InlineData("tenant create --name a b", Usage, "\"b\" is one word too many")]
    [InlineData("tenant create --name a --cadence-seconds -1", Usage, "--cadence-seconds must be a whole number from 0 to 2147483647")]
    [InlineData("tenant create --name a --tier gold", Refused, "tier must be one of free, pilot, starter, growth, scale, enterprise")]
    [InlineData("tenant create --name a --environments test", Refused, "environments must be sandbox, production or both")]
    [InlineData("tenant disable", Usage, "TENANT is missing")]
    [InlineData("tenant disable tnt_none", Refused, "No tenant has this id (NOT_FOUND)")]
    [InlineData("key create --tenant tnt_none --environment live", Refused, "environment must be sandbox or production")]
    [InlineData("key rotate none --overlap-hours 9999", Usage, "--overlap-hours must be a whole number from 0 to 720")]
    [InlineData("key disable pk_live_none.secret", Refused, "No key has this public half (NOT_FOUND)")]
    [InlineData("vendor-account archive cmw_vendor_none", Refused, "No vendor account has this id (NOT_FOUND)")]
    [InlineData("tenant list --help", Done, "")]
    [InlineData("help", Done, "")]
    public async Task What_is_called_wrongly_is_told_how(string words, int exitCode, string complaint)
    {
        var said = await RunAsync(words.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(exitCode, said.ExitCode);
        Assert.Contains(complaint, said.Complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_in_JSON_has_its_code()
    {
        var (exitCode, answers, complaints) = await RunAsync("tenant", "disable", "tnt_none", "--json");

        Assert.Equal((Refused, ""), (exitCode, complaints));
        Assert.Equal("NOT_FOUND", JsonDocument.Parse(answers).RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Without_its_database_a_command_says_so_and_ends()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:PacSpace"] = "Host=127.0.0.1;Port=1;Username=nobody;Timeout=2",
            [InstallationSettings.KeysSetting] = _host.KeysDirectory,
        }).Build();
        using var complaints = new StringWriter();

        Assert.Equal(Fault, await new OperatorCommands(configuration, TextWriter.Null, complaints).RunAsync(["tenant", "list"], CancellationToken.None));
        Assert.StartsWith("pacspace: The database cannot be used", complaints.ToString(), StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Answers, string Complaints)> RunAsync(params string[] words)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:PacSpace"] = _host.Database.ConnectionString,
            [InstallationSettings.KeysSetting] = _host.KeysDirectory,
        }).Build();
        using var answers = new StringWriter();
        using var complaints = new StringWriter();
        var exitCode = await new OperatorCommands(configuration, answers, complaints).RunAsync(words, CancellationToken.None);
        return (exitCode, answers.ToString(), complaints.ToString());
    }

    private async Task<(int ExitCode, string Complaint)> ComplaintAsync(params string[] words)
    {
        var (exitCode, _, complaints) = await RunAsync(words);
        return (exitCode, complaints);
    }

    private async Task<JsonElement> JsonAsync(params string[] words)
    {
        var (exitCode, answers, complaints) = await RunAsync(words);
        Assert.True(exitCode == Done, complaints + answers);
        return JsonDocument.Parse(answers).RootElement;
    }

    private async Task<IReadOnlyList<string?>> StatesAsync(string tenantId) =>
        [.. (await JsonAsync("key", "list", "--tenant", tenantId, "--json")).GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("state").GetString())];

    private async Task<int> EmitAsync(string key) => (await _host.PostAsync("/api/v1/balance/delta", key, new { customerId = "a", delta = 1, reason = "r" })).Status;

    private async Task<Answer> EmitAsync(string key, string? vendorAccountId) =>
        await _host.PostAsync("/api/v1/balance/delta", key, new { customerId = "a", delta = 1, reason = "r", vendorAccountId });
}
