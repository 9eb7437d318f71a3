using System.Text.Json;
using Microsoft.Extensions.Configuration;
using PacSpace.Features.Commands;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests;

/// <summary>The operator's command line, beside a database.</summary>
/// <param name="database">Where the commands work.</param>
/// <param name="settings">Besides, or instead of, those of a console that stands alone.</param>
public sealed class OperatorConsole(TestDatabase database, IReadOnlyDictionary<string, string?>? settings = null) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public async Task<string> TenantAsync(params string[] more) =>
        (await DoneAsync(["tenant", "create", "--name", "Acme Inference", .. more])).GetProperty("tenantId").GetString()!;

    /// <summary>What a command that is carried out answers to a machine.</summary>
    public async Task<JsonElement> DoneAsync(params string[] words)
    {
        var (code, text) = await SayAsync([.. words, "--json"]);
        Assert.True(code == 0, text);
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<(int Code, string Text)> SayAsync(params string[] words)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:PacSpace"] = database.ConnectionString,
            ["PacSpace:Data"] = _folder.Combine("data"),
            ["PacSpace:Keys"] = _folder.Combine("keys"),
        }).AddInMemoryCollection(settings).Build();
        using var said = new StringWriter();
        var code = await new OperatorCommands(configuration, said, said).RunAsync(words, TestContext.Current.CancellationToken);
        return (code, said.ToString());
    }

    public void Dispose() => _folder.Dispose();
}
