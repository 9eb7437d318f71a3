using Xunit;

namespace PacSpace.Browser.Tests;

/// <summary>From the link on the invoice to a file that an auditor's verifier accepts, as a customer goes (portal 3).</summary>
[Collection(nameof(RecordSite))]
public sealed class RecordStoryTests(BrowserFixture browser, RecordSite site)
{
    [Theory]
    [InlineData(390, false, true)]
    [InlineData(390, true, true)]
    [InlineData(1280, false, true)]
    [InlineData(1280, true, true)]
    [InlineData(390, false, false)]
    [InlineData(1280, true, false)]
    public async Task From_the_invoice_link_to_a_verified_export(int width, bool isDark, bool hasScripts)
    {
        await site.ForgetGuessesAsync();
        await using var page = await browser.OpenAsync(new Looks(width, isDark, hasScripts));
        async Task ShowsAsync(string heading, bool isRefused = false)
        {
            Assert.Equal(heading, await page.TextAsync("h1"));
            Assert.Empty(await page.FaultsAsync(site, isRefused));
        }

        // Locked: the summary, and the form for the code.
        await page.GoToAsync(site.At(site.Path(RecordSite.Many)));
        await ShowsAsync("Recorded this period");
        Assert.Equal(["128 records this cycle", "Verified through 31 May 2026", "Recorded by Acme Inference"], await page.TextsAsync(".lines li"));
        Assert.Equal("", await page.TextAsync("table"));
        await EnterAsync(page, "12", hasScripts);
        await ShowsAsync(hasScripts ? "Recorded this period" : "Record by Acme Inference", isRefused: true);
        Assert.Equal("The code has six characters.", await page.TextAsync("#code-error"));
        await page.ClickAsync("#code");
        await page.TypeAsync(site.Code(RecordSite.Many));
        await page.FollowAsync("#unlock button");

        // Opened: ten records, and the others on request.
        await ShowsAsync("Recorded this period", isRefused: true);
        Assert.Equal(10, (await page.TextsAsync("[data-record]")).Count);
        if (hasScripts)
        {
            await page.ClickAsync("#more a");
            await page.HoldsAsync("document.querySelectorAll('[data-record]').length === 110");
            Assert.Equal("100 more records shown", await page.TextAsync("[data-landing] > [role=status]"));
        }
        else
        {
            await page.FollowAsync("#more a");
            await ShowsAsync("Records of September 2026", isRefused: true);
            Assert.Equal(100, (await page.TextsAsync("[data-record]")).Count);
            await page.FollowAsync("a[rel=next]");
            Assert.Equal(18, (await page.TextsAsync("[data-record]")).Count);
            await page.FollowAsync(".onward li:last-child a");
        }

        await page.FollowAsync("[data-record] a");
        await ShowsAsync("Record 317", isRefused: true);
        await page.FollowAsync(".onward a");

        // Periods, and one of them.
        await page.FollowAsync("a[href$='/periods']");
        await ShowsAsync("All periods", isRefused: true);
        await page.FollowAsync($"a[href$='{site.Period("2026-08")}']");
        await ShowsAsync("August 2026", isRefused: true);
        Assert.Equal(["131 records", "Recorded by Acme Inference", "Proof available"], await page.TextsAsync(".lines li"));
        if (hasScripts)
        {
            await page.ClickAsync("#more a");
            await page.HoldsAsync("document.querySelectorAll('#records tbody tr').length === 131");
        }

        // Timeline: half a year of it.
        await page.FollowAsync("a[href$='/timeline']");
        await ShowsAsync("Timeline", isRefused: true);
        Assert.Contains("1 June 2026 – 30 June 2026: not yet in a verified period, 5 records", await page.TextsAsync(".gap-row td"));
        await page.EvaluateAsync("document.querySelector('#startDate').value = '2026-07-01'; document.querySelector('#endDate').value = '2026-09-01'");
        await SwapAsync(page, "#timeline button", hasScripts, "document.querySelector('h2')?.textContent === '1 July 2026 – 31 August 2026'");
        Assert.Empty(await page.TextsAsync(".gap-row"));
        await ShowsAsync("Timeline", isRefused: true);

        // Two months side by side.
        await page.FollowAsync("a[href$='/compare']");
        await ShowsAsync("Compare", isRefused: true);
        await page.EvaluateAsync($"document.querySelector('#left').value = '{site.Period("2026-07")}'; document.querySelector('#right').value = '{site.Period("2026-08")}'");
        await SwapAsync(page, "main form button", hasScripts, "document.querySelector('h2')?.textContent === 'July 2026 and August 2026'");
        Assert.EndsWith($"/compare?left={site.Period("2026-07")}&right={site.Period("2026-08")}", (await page.EvaluateAsync("location.href")).GetString(), StringComparison.Ordinal);
        await ShowsAsync("Compare", isRefused: true);

        // A file, and what an auditor's program says of it.
        await page.FollowAsync("a[href$='/export']");
        await ShowsAsync("Export", isRefused: true);
        await page.ClickAsync("input[value=bundle]");
        await page.EvaluateAsync($"document.querySelector('#checkpointId').value = '{site.Period("2026-08")}'");
        var (name, bundle) = await page.DownloadAsync(() => page.ClickAsync("main form button"));
        Assert.Equal($"receipt-{site.Period("2026-08")}.bundle.json", name);
        Assert.Equal(131, await site.VerifiedRecordsAsync(bundle));

        // Closed: this browser needs the code again.
        await page.FollowAsync(".onward li:last-child a");
        await page.FollowAsync("form[action$='/lock'] button");
        Assert.Equal("", await page.TextAsync("table"));
        await page.FollowAsync("a[href$='/periods']");
        await ShowsAsync("Record by Acme Inference", isRefused: true);
    }

    private static async Task EnterAsync(BrowserPage page, string code, bool hasScripts)
    {
        if (hasScripts)
        {
            await PageState.EnterAsync(page, code);
            return;
        }

        await page.ClickAsync("#code");
        await page.TypeAsync(code);
        await page.FollowAsync("#unlock button");
    }

    /// <summary>Presses what replaces a part of the page, or, without scripts, the page.</summary>
    private static async Task SwapAsync(BrowserPage page, string button, bool hasScripts, string condition)
    {
        if (hasScripts) await page.ClickAsync(button);
        else await page.FollowAsync(button);
        await page.HoldsAsync(condition);
    }
}
