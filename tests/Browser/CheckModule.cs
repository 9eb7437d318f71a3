using System.Text.Json;
using PacSpace.Portal;
using PacSpace.Testing;

namespace PacSpace.Browser.Tests;

/// <summary>The modules of the check, called inside a real page of the real server.</summary>
internal sealed class CheckModule(BrowserPage page) : IAsyncDisposable
{
    /// <summary>A browser without Ed25519, as far as a page can see.</summary>
    private const string WithoutEd25519 =
        """
        { const subtle = crypto.subtle, real = subtle.importKey.bind(subtle);
          subtle.importKey = (format, key, algorithm, ...more) => algorithm === 'Ed25519'
            ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError')) : real(format, key, algorithm, ...more); }
        """;

    private const string CountingChecks =
        """
        globalThis.checksByBrowser = 0;
        { const subtle = crypto.subtle, real = subtle.verify.bind(subtle); subtle.verify = (...all) => { globalThis.checksByBrowser++; return real(...all); }; }
        """;

    public static async Task<CheckModule> LoadAsync(BrowserFixture browser, PacSpaceHost host, bool native = true)
    {
        var page = await browser.OpenAsync();
        await page.BeforeScriptsAsync(native ? CountingChecks : CountingChecks + WithoutEd25519);
        await page.GoToAsync(host.BaseAddress);
        foreach (var module in (string[])["text", "trees", "notes", "check", "neighbours"])
        {
            await page.EvaluateAsync($"import('{Assets.PathOf($"evidence-{module}.js")}').then(it => {{ Object.assign(globalThis.evidence ??= {{}}, it); }})");
        }

        await page.EvaluateAsync(
            """
            evidence.bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
            evidence.codeOf = async (file, keys) => {
              let last;
              for await (last of evidence.verify(file, keys));
              return last.holds ? null : last.check;
            };
            evidence.factsOf = async (file, keys) => {
              let last;
              for await (last of evidence.verify(file, keys));
              return last.facts;
            }; 0
            """);
        return new CheckModule(page);
    }

    public Task<JsonElement> CallAsync(string function, object argument) => page.CallAsync(function, argument);

    public async Task<int> ChecksByBrowserAsync() => (await page.EvaluateAsync("checksByBrowser")).GetInt32();

    /// <summary>What the browser says of each file: the code, or null when it holds.</summary>
    public async Task<List<string?>> CodesOfAsync(IEnumerable<byte[]> files, string keys)
    {
        var codes = await CallAsync(
            """
            async ({ files, keys }) => {
              const ring = await evidence.parseKeys(keys), codes = [];
              for (const file of files) codes.push(await evidence.codeOf(evidence.bytes(file), ring));
              return codes;
            }
            """,
            new { files = files.Select(Convert.ToBase64String), keys });
        return [.. codes.EnumerateArray().Select(code => code.GetString())];
    }

    public ValueTask DisposeAsync() => page.DisposeAsync();
}
