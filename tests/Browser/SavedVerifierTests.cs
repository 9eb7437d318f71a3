using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Browser.Tests;

/// <summary>The file that "Save verifier" gives, opened from disk with the network off (portal 4.4).</summary>
public sealed class SavedVerifierTests(BrowserFixture browser, CheckSite site) : IClassFixture<CheckSite>
{
    private const string Address = "/verify/pacspace-verifier.html";

    [Fact]
    public async Task It_is_one_attachment_whose_own_policy_allows_its_script_and_no_request()
    {
        var answer = await site.Host.GetAsync(Address);

        Assert.Equal((200, "text/html; charset=utf-8"), (answer.Status, answer.Header("Content-Type")));
        Assert.Equal("attachment; filename=pacspace-verifier.html", answer.Header("Content-Disposition")!.Split("; filename*")[0]);
        Assert.Contains("default-src 'none'; script-src 'sha256-", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("http:", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_accepts_what_the_server_made_and_refuses_each_injury_with_our_verifiers_code()
    {
        using var folder = new TemporaryFolder();
        await using var page = await OpenAsync(folder);

        var good = await CheckAsync(page, folder, ("receipt.json", site.Bundle), ("proof.json", site.RecordProof), ("package.json", Package(site.Bundle)));
        Assert.Equal("All of it holds.", good.Status);
        Assert.DoesNotContain("does not hold", good.Text, StringComparison.Ordinal);
        Assert.Contains("Recorded by Acme Inference, for customer cust_a.", good.Text, StringComparison.Ordinal);
        Assert.Contains("No check can say that the vendor counted correctly.", good.Text, StringComparison.Ordinal);

        var codes = new HashSet<string>();
        foreach (var (name, file) in Injuries.Of(site.Bundle))
        {
            var code = Injuries.CodeOf(file, site.Keys);
            Assert.NotNull(code);
            codes.Add(code);
            var bad = await CheckAsync(page, folder, ($"{name}.json", file));
            Assert.True(bad.Status == "Not all of it holds." && bad.Text.Contains($"does not hold ({code})", StringComparison.Ordinal), $"{name}: {code} was expected. {bad.Text}");
        }

        Assert.Superset(new HashSet<string> { "format", "statement", "metadata", "count", "root", "signature", "log" }, codes);
        Assert.All(page.Requests, request => Assert.StartsWith("file:", request, StringComparison.Ordinal));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task It_trusts_the_keys_in_its_field_and_no_others()
    {
        using var folder = new TemporaryFolder();
        await using var page = await OpenAsync(folder);
        var golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "receipts.json"))).RootElement;
        var first = Encoding.UTF8.GetBytes(golden.GetProperty("good")[0].GetProperty("bundle").GetRawText());

        Assert.Contains("does not hold (signature)", (await CheckAsync(page, folder, ("a.json", first))).Text, StringComparison.Ordinal);

        await page.CallAsync("key => { document.getElementById('keys').value = key; }", golden.GetProperty("verifierKey").GetString()!);
        Assert.Equal("All of it holds.", (await CheckAsync(page, folder, ("a.json", first))).Status);
        Assert.Contains("does not hold (signature)", (await CheckAsync(page, folder, ("a.json", site.Bundle))).Text, StringComparison.Ordinal);

        var pairs = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "neighbours.json"))).RootElement;
        var leftOut = pairs.GetProperty("bad").EnumerateArray().First(pair => pair.GetProperty("name").GetString() == "left-out-at-the-edge");
        var firstOfPair = golden.GetProperty("good").EnumerateArray().First(it => it.GetProperty("name").GetString() == leftOut.GetProperty("first").GetString());
        var both = await CheckAsync(
            page, folder, ("second.json", Encoding.UTF8.GetBytes(leftOut.GetProperty("second").GetRawText())), ("first.json", Encoding.UTF8.GetBytes(firstOfPair.GetProperty("bundle").GetRawText())));
        Assert.Contains("first.json and second.json", both.Text, StringComparison.Ordinal);
        Assert.Contains("does not hold (order)", both.Text, StringComparison.Ordinal);

        await page.CallAsync("key => { document.getElementById('keys').value = key; }", "not a key");
        Assert.StartsWith("The keys do not parse.", (await CheckAsync(page, folder, ("a.json", first))).Status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_names_another_root_than_its_evidence_is_refused()
    {
        using var folder = new TemporaryFolder();
        await using var page = await OpenAsync(folder);
        var other = Injuries.Changed(Package(site.Bundle), file => file["data"]!["proofRoot"] = "0x" + new string('0', 64));

        Assert.Contains("does not hold (format)", (await CheckAsync(page, folder, ("package.json", other))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_read_and_worked_in_every_way_of_looking()
    {
        using var folder = new TemporaryFolder();
        foreach (var looks in Looks.All)
        {
            await using var page = await OpenAsync(folder, looks);
            await CheckAsync(page, folder, ("receipt.json", site.Bundle), ("bad.json", site.Bundle[..^2]));
            await page.MustPassAxeAsync();
            Assert.True((await page.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth")).GetBoolean(), $"{looks} scrolls sideways");
        }
    }

    private async Task<BrowserPage> OpenAsync(TemporaryFolder folder, Looks? looks = null)
    {
        var saved = folder.Combine("pacspace-verifier.html");
        await File.WriteAllBytesAsync(saved, (await site.Host.GetAsync(Address)).Bytes);
        var page = await browser.OpenAsync(looks);
        await page.GoOfflineAsync();
        await page.GoToAsync(new Uri(saved));
        return page;
    }

    /// <summary>What is said of files that were chosen.</summary>
    private static async Task<(string Status, string Text)> CheckAsync(BrowserPage page, TemporaryFolder folder, params (string Name, byte[] Bytes)[] files)
    {
        foreach (var (name, bytes) in files) await File.WriteAllBytesAsync(folder.Combine(name), bytes);
        await page.EvaluateAsync("document.getElementById('status').textContent = ''");
        await page.ChooseAsync("#files", [.. files.Select(file => folder.Combine(file.Name))]);
        await page.HoldsAsync("!['', 'Checking …'].includes(document.getElementById('status').textContent)");
        return (await page.TextAsync("#status"), await page.TextAsync("#results"));
    }

    /// <summary>As the route for verification packages answers: numbers, null and all.</summary>
    private static byte[] Package(byte[] receipt)
    {
        var evidence = JsonNode.Parse(receipt)!;
        var data = new JsonObject { ["packageId"] = "vpk_1", ["recordCount"] = 5, ["nonce"] = null, ["proofRoot"] = evidence["proofRoot"]!.DeepClone(), ["evidence"] = evidence };
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["success"] = true, ["data"] = data });
    }
}
