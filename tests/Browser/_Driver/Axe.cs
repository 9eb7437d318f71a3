using System.Security.Cryptography;
using Xunit;

namespace PacSpace.Browser.Tests;

/// <summary>axe-core over the page as it stands: the rules of WCAG 2.2, levels A and AA (portal 1.4).</summary>
public static class Axe
{
    /// <summary>SHA-256 of <c>axe.min.js</c> 4.14.1.</summary>
    private const string Hash = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

    private static readonly Lazy<string> s_script = new(() =>
    {
        var bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "axe.min.js"));
        Assert.Equal(Hash, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        return System.Text.Encoding.UTF8.GetString(bytes);
    });

    /// <summary>Fails with each rule that is broken, and where.</summary>
    public static async Task MustPassAxeAsync(this BrowserPage page) => Assert.Empty(await page.BrokenRulesAsync());

    /// <summary>Each rule that is broken, and where.</summary>
    public static async Task<IReadOnlyList<string>> BrokenRulesAsync(this BrowserPage page)
    {
        await page.EvaluateAsync($"{s_script.Value}; 0");
        var broken = await page.EvaluateAsync(
            """
            axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] }).then(({ violations }) =>
              violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(' ')}: ${failureSummary}`)))
            """);
        return [.. broken.EnumerateArray().Select(rule => rule.GetString()!)];
    }
}
