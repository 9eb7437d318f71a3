namespace PacSpace.Browser.Tests;

/// <summary>A page in one of the states in which somebody may meet it.</summary>
/// <param name="Name">Also that of its pictures.</param>
/// <param name="IsOpened">The access codes were typed before.</param>
/// <param name="Status">Of the page, or of the answer that <paramref name="Act"/> leads to.</param>
/// <param name="Act">What is done on the page to get there.</param>
public sealed record PageState(string Name, string Path, bool IsOpened = true, int Status = 200, Func<BrowserPage, Task>? Act = null)
{
    /// <summary>All pages of portal 3 and 4, in all states, and those of the installation itself.</summary>
    public static IReadOnlyList<PageState> All(RecordSite site)
    {
        var (august, july) = (site.Period("2026-08"), site.Period("2026-07"));
        return
        [
            new("landing", site.Path(RecordSite.Many)),
            new("landing-more", site.Path(RecordSite.Many), Act: MoreAsync),
            new("landing-paused", site.Path(RecordSite.Many), Act: page => page.ClickAsync("[data-pause]")),
            new("landing-one", site.Path(RecordSite.One)),
            new("landing-empty", site.Path(RecordSite.Empty)),
            new("landing-nothing", site.Path(RecordSite.Nothing)),
            new("landing-extreme", site.Path(RecordSite.Extreme)),
            new("landing-open", site.Path(RecordSite.Open), IsOpened: false),
            new("landing-locked", site.Path(RecordSite.Many), IsOpened: false),
            new("landing-gated", site.Path(RecordSite.Gated), IsOpened: false),
            new("code-form", site.Path(RecordSite.Many, $"/unlock?next={Uri.EscapeDataString(site.Path(RecordSite.Many, "/periods"))}"), IsOpened: false),
            new("code-malformed", site.Path(RecordSite.Guessed), IsOpened: false, Status: 400, Act: page => EnterAsync(page, "12")),
            new("code-wrong", site.Path(RecordSite.Guessed), IsOpened: false, Status: 403, Act: page => GuessAsync(site, page, 1)),
            new("code-wait", site.Path(RecordSite.Guessed), IsOpened: false, Status: 429, Act: page => GuessAsync(site, page, 4)),
            new("records", site.Path(RecordSite.Many, "/records")),
            new("records-older", site.Path(RecordSite.Many, "/records"), Act: page => page.FollowAsync("a[rel=next]")),
            new("records-empty", site.Path(RecordSite.Nothing, "/records")),
            new("records-extreme", site.Path(RecordSite.Extreme, "/records")),
            new("record", site.Path(RecordSite.Many, $"/records/{site.Records.Recorded}")),
            new("record-checked", site.Path(RecordSite.Many, $"/records/{site.Records.Recorded}"), Act: CheckHereAsync),
            new("record-recording", site.Path(RecordSite.Many, $"/records/{site.Records.Recording}")),
            new("record-adjusting", site.Path(RecordSite.Many, $"/records/{site.Records.Adjusting}")),
            new("record-proof-not-ready", site.Path(RecordSite.Many, $"/records/{site.Records.Recording}"), Status: 409, Act: page => page.FollowAsync("form[action$='/proof'] button")),
            new("record-unknown", site.Path(RecordSite.Many, "/records/rec_unknown"), Status: 404),
            new("periods", site.Path(RecordSite.Many, "/periods")),
            new("periods-none", site.Path(RecordSite.One, "/periods")),
            new("period", site.Path(RecordSite.Many, $"/periods/{july}")),
            new("period-many", site.Path(RecordSite.Many, $"/periods/{august}")),
            new("period-checked", site.Path(RecordSite.Many, $"/periods/{july}"), Act: CheckHereAsync),
            new("period-unknown", site.Path(RecordSite.Many, "/periods/chk_unknown"), Status: 404),
            new("timeline", site.Path(RecordSite.Many, "/timeline")),
            new("timeline-nothing", site.Path(RecordSite.Nothing, "/timeline")),
            new("timeline-wrong", site.Path(RecordSite.Many, "/timeline?startDate=2026-09-01&endDate=2026-08-01"), Status: 400),
            new("compare", site.Path(RecordSite.Many, "/compare")),
            new("compared", site.Path(RecordSite.Many, $"/compare?left={july}&right={august}")),
            new("compared-same", site.Path(RecordSite.Many, $"/compare?left={july}&right={july}")),
            new("compare-too-few", site.Path(RecordSite.One, "/compare")),
            new("export", site.Path(RecordSite.Many, "/export")),
            new("export-refused", site.Path(RecordSite.Many, "/export"), Status: 400, Act: RefusedExportAsync),
            new("not-available", "/c/cus_00000000000000000000000000", IsOpened: false, Status: 404),
            new("revoked", site.Path(RecordSite.Revoked), IsOpened: false, Status: 404),
            new("failure", site.Path(RecordSite.Damaged), Status: 500),
            new("receipt", $"/receipt/{july}", IsOpened: false),
            new("receipt-checked", $"/receipt/{july}", IsOpened: false, Act: CheckHereAsync),
            new("receipt-embedded", $"/receipt/{july}?embed=1", IsOpened: false),
            new("receipt-unknown", "/receipt/chk_unknown", IsOpened: false, Status: 404),
            new("verify", "/verify", IsOpened: false),
            new("verify-found", $"/verify/{july}", IsOpened: false),
            new("verify-unknown", "/verify/nobody-knows", IsOpened: false, Status: 404),
            new("verify-no-value", "/verify?value=", IsOpened: false, Status: 400),
            new("start", "/", IsOpened: false),
            new("docs", "/docs", IsOpened: false),
            new("nothing", "/nothing", IsOpened: false, Status: 404),
        ];
    }

    /// <summary>A page that shows this state.</summary>
    public async Task<BrowserPage> OpenAsync(BrowserFixture browser, RecordSite site, Looks looks)
    {
        var page = await browser.OpenAsync(looks);
        if (IsOpened) await site.LetInAsync(page);
        await page.GoToAsync(site.At(Path));
        if (Act is not null) await Act(page);
        return page;
    }

    public override string ToString() => Name;

    public static async Task EnterAsync(BrowserPage page, string code)
    {
        await page.ClickAsync("#code");
        await page.TypeAsync(code);
        await page.ClickAsync("#unlock button");
        await page.HoldsAsync("document.querySelector('#code-error') !== null && document.activeElement.id === 'code' && document.activeElement.value === ''");
    }

    private static async Task GuessAsync(RecordSite site, BrowserPage page, int times)
    {
        await site.ForgetGuessesAsync();
        for (var i = 0; i < times; i++)
        {
            await page.EvaluateAsync("document.querySelector('#code-error')?.remove()");
            await EnterAsync(page, site.Code(RecordSite.Guessed) == "234567" ? "765432" : "234567");
        }
    }

    private static async Task MoreAsync(BrowserPage page)
    {
        await page.ClickAsync("#more a");
        await page.HoldsAsync("document.querySelectorAll('#records tbody').length > 1");
    }

    private static async Task CheckHereAsync(BrowserPage page)
    {
        await page.HoldsAsync("document.querySelector('[data-check]').hidden === false");
        await page.ClickAsync("[data-check] button");
        await page.HoldsAsync("document.querySelector('[data-check] [role=status]').textContent === 'Checked in this browser: all of it holds.'");
    }

    private static async Task RefusedExportAsync(BrowserPage page)
    {
        await page.ClickAsync("input[value=bundle]");
        await page.FollowAsync("form button");
    }
}
