using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Portal.Tests;

/// <summary>What somebody else wrote is served as they released it; whose and which is said in CustomerPages/README.md.</summary>
public sealed class VendoredFileTests(HostFixture fixture) : IClassFixture<HostFixture>
{
    [Fact]
    public async Task It_is_served_byte_for_byte_as_the_readme_says()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(FolderOf(), "..", "..", "src", "Portal", "CustomerPages", "README.md"), TestContext.Current.CancellationToken);
        var listed = Regex.Matches(readme, "^    (?<hash>[0-9a-f]{64})  (?<name>[\\w.-]+)$", RegexOptions.Multiline).ToDictionary(line => line.Groups["name"].Value, line => line.Groups["hash"].Value);
        var vendored = Directory.GetFiles(Path.Combine(FolderOf(), "..", "..", "src", "Portal", "wwwroot", "vendor")).Select(file => Path.GetFileName(file)!);

        Assert.Equal(vendored.Order(), listed.Keys.Order());
        foreach (var (name, hash) in listed)
        {
            var answer = await fixture.Host.GetAsync(Assets.PathOf(name));
            Assert.Equal((name, 200, hash), (name, answer.Status, Convert.ToHexStringLower(SHA256.HashData(answer.Bytes))));
        }
    }

    private static string FolderOf([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
