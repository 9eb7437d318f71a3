using System.Text.Json;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Browser.Tests;

/// <summary>"Check this proof here" on pages of the real server (portal 4.4).</summary>
public sealed class CheckProofTests(BrowserFixture browser, CheckSite site) : IClassFixture<CheckSite>
{
    private const string Button = "[data-check] button";
    private const string Holds = "Checked in this browser: all of it holds.";
    private const string DoesNotHold = "This does not hold.";

    [Fact]
    public async Task A_record_a_period_a_root_and_a_block_are_checked_step_by_step()
    {
        await using var page = await browser.OpenAsync();

        Assert.Equal(Holds, await CheckAsync(page, site.RecordPage()));
        var steps = await page.TextsAsync("[data-check-report] li");
        Assert.Equal(9, steps.Count);
        Assert.All(steps, step => Assert.EndsWith(" holds", step, StringComparison.Ordinal));
        Assert.Contains($"Record {site.RecordId}, seq 5 of customer cust_a: -7.5 credits", await ReportAsync(page), StringComparison.Ordinal);

        Assert.Equal(Holds, await CheckAsync(page, site.PeriodPage()));
        Assert.Equal(18, (await page.TextsAsync("[data-check-report] li")).Count);
        Assert.Contains("Every record of that window: 5, seq 1 to 5. Opening 0 credits, net -22.5 credits, closing -22.5 credits.", await ReportAsync(page), StringComparison.Ordinal);

        Assert.Equal(Holds, await CheckAsync(page, site.RootPage()));
        Assert.EndsWith(
            "This shows that the proof root is in the log. The amounts on this page are checked with the bundle.", await ReportAsync(page), StringComparison.Ordinal);
        Assert.Contains("Compare this key with the one that Acme Inference or your auditor published", await ReportAsync(page), StringComparison.Ordinal);
        Assert.Contains(site.VerifierKey, await ReportAsync(page), StringComparison.Ordinal);

        Assert.Equal(Holds, await CheckAsync(page, site.BlockPage()));
        Assert.EndsWith("That this submission is in the block is checked with a record proof.", await ReportAsync(page), StringComparison.Ordinal);

        Assert.All(page.Requests, request => Assert.StartsWith(site.Host.BaseAddress.AbsoluteUri, request, StringComparison.Ordinal));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_first_step_that_fails_ends_it_and_says_its_code()
    {
        await using var page = await browser.OpenAsync();
        foreach (var (name, file) in Injuries.Of(site.Bundle))
        {
            Assert.Equal(DoesNotHold, await CheckAsync(page, site.PeriodPage(file)));
            var last = (await page.TextsAsync("[data-check-report] li"))[^1];
            Assert.True(last.Contains($"does not hold ({Injuries.CodeOf(file, site.Keys)})", StringComparison.Ordinal), $"{name}: {last}");
        }

        Assert.Equal(DoesNotHold, await CheckAsync(page, site.RecordPage(recordId: "rec_of_another_page")));
        Assert.Equal("The file is the one of this page. does not hold", (await page.TextsAsync("[data-check-report] li"))[^1].TrimEnd());
        Assert.Equal(DoesNotHold, await CheckAsync(page, site.RootPage("0x" + new string('0', 64))));
        Assert.Equal(0, await RememberedCountAsync(page));
    }

    [Fact]
    public async Task What_cannot_be_checked_here_says_so()
    {
        await using var page = await browser.OpenAsync();

        Assert.Equal("Download the bundle and check it with the verifier.", await CheckAsync(page, site.PeriodPage(records: 50_001)));

        await page.GoToAsync(site.RootPage());
        await page.GoOfflineAsync();
        await page.ClickAsync(Button);
        await page.HoldsAsync("document.querySelector('[role=status]').textContent.startsWith('The check could not be made.')");
    }

    [Fact]
    public async Task Without_scripts_there_is_no_button_but_the_verifier_can_be_saved()
    {
        await using var page = await browser.OpenAsync(new Looks(Scripts: false));
        await page.GoToAsync(site.RecordPage());

        Assert.True((await page.EvaluateAsync("document.querySelector('[data-check]').hidden && document.querySelector('a[download]').offsetHeight > 0")).GetBoolean());
    }

    [Fact]
    public async Task Nothing_is_kept_before_the_button_is_pressed_and_then_the_key_and_the_tree_head_alone()
    {
        await using var page = await browser.OpenAsync();
        await page.GoToAsync(site.RootPage());
        Assert.Equal(0, await RememberedCountAsync(page));

        await PressAndWaitAsync(page);
        var kept = await RememberedAsync(page);
        Assert.Equal(1, await RememberedCountAsync(page));
        Assert.Equal(["seenAt", "treeHead", "vkey"], kept.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal((site.VerifierKey, await site.TreeHeadAsync()), (kept.GetProperty("vkey").GetString(), kept.GetProperty("treeHead").GetString()));
    }

    [Fact]
    public async Task A_log_that_grew_says_that_nothing_has_changed()
    {
        await using var page = await browser.OpenAsync();
        await CheckAsync(page, site.RootPage());
        var before = (await RememberedAsync(page)).GetProperty("treeHead").GetString();
        await SeenAtAsync(page, "2026-04-30T23:00:00.000Z");
        await site.GrowAsync();

        Assert.Equal(Holds, await CheckAsync(page, site.PeriodPage()));
        Assert.Contains("Nothing you saw before has changed: the log of 30 April 2026 is part of today’s.", await ReportAsync(page), StringComparison.Ordinal);
        Assert.NotEqual(before, (await RememberedAsync(page)).GetProperty("treeHead").GetString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1_000_000)]
    public async Task A_log_that_lost_what_was_seen_says_so_and_what_was_seen_is_kept(int size)
    {
        await using var page = await browser.OpenAsync();
        await CheckAsync(page, site.RootPage());
        await SeenAtAsync(page, "2026-04-30T23:00:00.000Z");
        // Another history of that size, as this browser would have kept it.
        await page.CallAsync(
            """
            ({ origin, size, root }) => {
              const name = `pacspace-log:${origin}`, kept = JSON.parse(localStorage.getItem(name));
              const lines = kept.treeHead.split('\n');
              localStorage.setItem(name, JSON.stringify({ ...kept, treeHead: [origin, size, root, ...lines.slice(3)].join('\n') }));
            }
            """,
            new { origin = site.Origin, size, root = Convert.ToBase64String(new byte[32]) });
        var kept = (await RememberedAsync(page)).GetRawText();

        Assert.Equal(DoesNotHold, await CheckAsync(page, site.RootPage()));
        Assert.Contains("Today’s log does not contain the log you saw on 30 April 2026.", await ReportAsync(page), StringComparison.Ordinal);
        Assert.Equal(kept, (await RememberedAsync(page)).GetRawText());
    }

    [Fact]
    public async Task Another_key_is_said_first_and_remembered_only_when_somebody_compared_it()
    {
        await using var page = await browser.OpenAsync();
        await CheckAsync(page, site.RootPage());
        await page.CallAsync(
            "({ origin, vkey }) => { const name = `pacspace-log:${origin}`; localStorage.setItem(name, JSON.stringify({ ...JSON.parse(localStorage.getItem(name)), vkey })); }",
            new { origin = site.Origin, vkey = CheckSite.OtherKey });
        await SeenAtAsync(page, "2026-04-30T23:00:00.000Z");

        Assert.Equal(Holds, await CheckAsync(page, site.RootPage()));
        Assert.StartsWith("The key of this log is not the one that this browser saw on 30 April 2026.", await ReportAsync(page), StringComparison.Ordinal);
        Assert.Equal("alert", (await page.EvaluateAsync("document.querySelector('[data-check-report]').firstChild.getAttribute('role')")).GetString());
        Assert.Equal(CheckSite.OtherKey, (await RememberedAsync(page)).GetProperty("vkey").GetString());

        await page.ClickAsync("[data-check-report] button");
        await page.HoldsAsync("document.querySelector('[data-check-report]').innerText.includes('The new key is remembered.')");
        Assert.Equal(site.VerifierKey, (await RememberedAsync(page)).GetProperty("vkey").GetString());
    }

    [Fact]
    public async Task It_can_be_read_and_worked_in_every_way_of_looking()
    {
        foreach (var looks in Looks.All)
        {
            await using var page = await browser.OpenAsync(looks);
            await CheckAsync(page, site.PeriodPage());
            await page.MustPassAxeAsync();
            await CheckAsync(page, site.PeriodPage(site.Bundle[..^2]));
            await page.MustPassAxeAsync();
            Assert.True((await page.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth")).GetBoolean(), $"{looks} scrolls sideways");
        }
    }

    [Fact]
    public async Task All_that_a_page_loads_for_it_is_below_thirty_kilobytes()
    {
        await using var page = await browser.OpenAsync();
        Assert.Equal(Holds, await CheckAsync(page, site.RecordPage()));

        var sizes = new Dictionary<string, int>();
        foreach (var script in page.Requests.Where(request => request.EndsWith(".js", StringComparison.Ordinal)).Distinct())
        {
            sizes[script] = (await site.Host.GetAsync(new Uri(script).AbsolutePath)).Bytes.Length;
        }

        Assert.True(sizes.Count > 5 && sizes.Values.Sum() < 30_000, $"{sizes.Values.Sum()} bytes: {string.Join(", ", sizes)}");
    }

    private static async Task<string> CheckAsync(BrowserPage page, Uri address)
    {
        await page.GoToAsync(address);
        return await PressAndWaitAsync(page);
    }

    private static async Task<string> PressAndWaitAsync(BrowserPage page)
    {
        await page.HoldsAsync("!document.querySelector('[data-check]').hidden");
        await page.ClickAsync(Button);
        await page.HoldsAsync("!['', 'Checking …'].includes(document.querySelector('[role=status]').textContent)");
        return await page.TextAsync("[role=status]");
    }

    private static Task<string> ReportAsync(BrowserPage page) => page.TextAsync("[data-check-report]");

    private static async Task<int> RememberedCountAsync(BrowserPage page) => (await page.EvaluateAsync("localStorage.length + sessionStorage.length")).GetInt32();

    private async Task<JsonElement> RememberedAsync(BrowserPage page) =>
        await page.CallAsync("origin => JSON.parse(localStorage.getItem(`pacspace-log:${origin}`))", site.Origin);

    private Task SeenAtAsync(BrowserPage page, string seenAt) => page.CallAsync(
        "({ origin, seenAt }) => { const name = `pacspace-log:${origin}`; localStorage.setItem(name, JSON.stringify({ ...JSON.parse(localStorage.getItem(name)), seenAt })); }",
        new { origin = site.Origin, seenAt });
}
