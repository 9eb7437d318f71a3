using System.Text.Json;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Sharing;

/// <summary>UpdateEmbedOrigins and GetEmbedOrigins by the operator's commands (api-dashboard 11.2).</summary>
public sealed class EmbedOriginsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private OperatorConsole _console = null!;
    private string _tenantId = "";

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _console = new OperatorConsole(_database);
        _tenantId = await _console.TenantAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _console.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_list_is_shown_as_it_was_set_and_replaces_the_one_before()
    {
        var none = await ShowAsync();
        Assert.Equal((0, JsonValueKind.Null), (none.GetProperty("origins").GetArrayLength(), none.GetProperty("updatedAt").ValueKind));

        await SetAsync("https://billing.acme.example,https://second.example:8443, http://localhost:3000,https://billing.acme.example");
        Assert.Equal(["https://billing.acme.example", "https://second.example:8443", "http://localhost:3000"], Origins(await ShowAsync()));

        await SetAsync("https://third.example");
        Assert.Equal(["https://third.example"], Origins(await ShowAsync()));
        Assert.NotEqual(JsonValueKind.Null, (await ShowAsync()).GetProperty("updatedAt").ValueKind);

        await SetAsync("");
        Assert.Empty(Origins(await ShowAsync()));
    }

    [Theory]
    [InlineData("billing.acme.example")]
    [InlineData("https://*.acme.example")]
    [InlineData("*")]
    [InlineData("https://billing.acme.example/")]
    [InlineData("https://billing.acme.example/path")]
    [InlineData("https://billing.acme.example:443")]
    [InlineData("https://Billing.acme.example")]
    [InlineData("http://billing.acme.example")]
    [InlineData("https://user@billing.acme.example")]
    [InlineData("https://billing.acme.example; script-src 'unsafe-inline'")]
    [InlineData("https://a.example https://b.example")]
    [InlineData("https://bücher.example")]
    [InlineData("ftp://billing.acme.example")]
    [InlineData("https://billing.acme.example:99999")]
    [InlineData("null")]
    public async Task What_is_no_exact_origin_is_refused(string origin)
    {
        var (code, text) = await _console.SayAsync("embed", "set", "--tenant", _tenantId, "--origins", origin);

        Assert.NotEqual(0, code);
        Assert.Contains("origin", text, StringComparison.Ordinal);
        Assert.Empty(Origins(await ShowAsync()));
    }

    [Fact]
    public async Task Twenty_are_the_most()
    {
        static string Sites(int count) => string.Join(',', Enumerable.Range(1, count).Select(i => $"https://s{i}.example"));

        Assert.Equal(20, Origins(await SetAsync(Sites(20))).Count);
        Assert.NotEqual(0, (await _console.SayAsync("embed", "set", "--tenant", _tenantId, "--origins", Sites(21))).Code);
        Assert.Equal(20, Origins(await ShowAsync()).Count);
    }

    private Task<JsonElement> ShowAsync() => _console.DoneAsync("embed", "show", "--tenant", _tenantId);

    private Task<JsonElement> SetAsync(string origins) => _console.DoneAsync("embed", "set", "--tenant", _tenantId, "--origins", origins);

    private static IReadOnlyList<string> Origins(JsonElement shown) => [.. shown.GetProperty("origins").EnumerateArray().Select(origin => origin.GetString()!)];
}
