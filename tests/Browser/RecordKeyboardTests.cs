using System.Text.Json;
using Xunit;

namespace PacSpace.Browser.Tests;

/// <summary>A Shared Record with the keyboard alone: everything is reached in its order, each stop is seen, and a swap leaves focus
/// where reading goes on (portal 1.4).</summary>
[Collection(nameof(RecordSite))]
public sealed class RecordKeyboardTests(BrowserFixture browser, RecordSite site)
{
    private const int MostStops = 300;

    [Theory]
    [InlineData(390, false)]
    [InlineData(1280, true)]
    public async Task The_whole_story(int width, bool isDark)
    {
        await site.ForgetGuessesAsync();
        await using var page = await browser.OpenAsync(new Looks(width, isDark));
        await page.GoToAsync(site.At(site.Path(RecordSite.Many)));

        // Past the header, a wrong code, then the right one.
        await page.PressAsync("Tab");
        Assert.Equal("Skip to content", await FocusedAsync(page, "textContent"));
        await page.PressAsync("Enter");
        await page.HoldsAsync("document.activeElement.id === 'content'");
        await TabToAsync(page, "#code");
        await page.TypeAsync("12");
        await page.PressAsync("Enter");
        await page.HoldsAsync("document.querySelector('#code-error')?.getAttribute('role') === 'alert'");
        Assert.Equal("code", await FocusedAsync(page, "id"));
        await page.TypeAsync(site.Code(RecordSite.Many));
        await page.FollowAsync(() => page.PressAsync("Enter"));

        // More rows: focus stands on the first new one, and goes on from there.
        await TabToAsync(page, "#more a");
        await page.PressAsync("Enter");
        await page.HoldsAsync("document.activeElement === document.querySelector('#records tbody:nth-of-type(2) tr')");
        await MustBeSeenAsync(page);
        await page.PressAsync("Tab");
        Assert.True((await page.EvaluateAsync("document.activeElement === document.querySelector('#records tbody:nth-of-type(2) a')")).GetBoolean());

        // A new look at the record: focus is at its heading, which the next Tab leaves for what follows.
        await TabToAsync(page, "#summary a", "Shift+Tab");
        await page.PressAsync("Enter");
        await page.HoldsAsync("document.activeElement.matches('h1') && document.querySelectorAll('#records tbody').length === 1");
        await page.PressAsync("Tab");
        Assert.Equal("Refresh", await FocusedAsync(page, "textContent"));

        // At 390 pixels the table is wider than the page, and arrows move it.
        await TabToAsync(page, ".scroll");
        await page.PressAsync("ArrowRight");
        if (width < 640) await page.HoldsAsync("document.activeElement.scrollLeft > 0");

        await GoAsync(page, "a[href$='/periods']");
        await GoAsync(page, $"a[href$='{site.Period("2026-08")}']");
        await TabToAsync(page, "#more a");
        await page.PressAsync("Enter");
        await page.HoldsAsync("document.activeElement === document.querySelector('#records tbody:nth-of-type(2) tr')");

        await GoAsync(page, "a[href$='/timeline']");
        await TabToAsync(page, "#timeline button");
        await page.PressAsync("Enter");
        await page.HoldsAsync("document.activeElement.matches('#timeline h2')");
        await MustBeSeenAsync(page);

        await GoAsync(page, "a[href$='/compare']");
        await TabToAsync(page, "#right");
        await page.PressAsync("ArrowDown");
        await TabToAsync(page, "main form button");
        await page.PressAsync("Enter");
        await page.HoldsAsync("document.activeElement.textContent === 'July 2026 and July 2026'");
        await MustBeSeenAsync(page);

        await GoAsync(page, "a[href$='/export']");
        await TabToAsync(page, "input[type=radio]");
        for (var i = 0; i < 3; i++) await page.PressAsync("ArrowDown");
        await TabToAsync(page, "#checkpointId");
        await page.PressAsync("ArrowDown");
        await TabToAsync(page, "main form button");
        var (name, bundle) = await page.DownloadAsync(() => page.PressAsync("Enter"));
        Assert.Equal($"receipt-{site.Period("2026-08")}.bundle.json", name);
        Assert.Equal(131, await site.VerifiedRecordsAsync(bundle));

        await GoAsync(page, ".onward li:last-child a");
        await GoAsync(page, "form[action$='/lock'] button");
        await TabToAsync(page, "#code");
    }

    [Theory]
    [InlineData("landing")]
    [InlineData("landing-locked")]
    [InlineData("record")]
    [InlineData("period")]
    [InlineData("timeline")]
    [InlineData("compared")]
    [InlineData("export")]
    [InlineData("receipt")]
    [InlineData("verify-found")]
    public async Task Everything_is_reached_in_its_order_and_nothing_holds_focus(string name)
    {
        var state = PageState.All(site).Single(state => state.Name == name);
        await using var page = await state.OpenAsync(browser, site, new Looks(390));
        const string stops =
            """
            [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, [tabindex="0"]')]
              .filter((it) => it.checkVisibility({ visibilityProperty: true }) && (it.type !== 'radio' || it.checked)).map((it) => it.outerHTML)
            """;
        var expected = Texts(await page.EvaluateAsync(stops));

        List<string> reached = [];
        for (var i = 0; i < expected.Count; i++)
        {
            // A date field has a stop for each of its parts.
            do await page.PressAsync("Tab");
            while (reached.Count > 0 && await FocusedAsync(page, "outerHTML") == reached[^1] && await FocusedAsync(page, "type") == "date");
            reached.Add(await FocusedAsync(page, "outerHTML"));
            await MustBeSeenAsync(page);
        }

        Assert.Equal(expected, reached);
        await page.PressAsync("Tab");
        Assert.NotEqual(expected[^1], await FocusedAsync(page, "outerHTML"));
    }

    private static async Task GoAsync(BrowserPage page, string selector)
    {
        await TabToAsync(page, selector);
        await page.FollowAsync(() => page.PressAsync("Enter"));
    }

    private static async Task TabToAsync(BrowserPage page, string selector, string key = "Tab")
    {
        for (var i = 0; i < MostStops; i++)
        {
            await page.PressAsync(key);
            if ((await page.CallAsync("selector => document.activeElement.matches(selector)", selector)).GetBoolean())
            {
                await MustBeSeenAsync(page);
                return;
            }
        }

        Assert.Fail($"{selector} is not reached with {key}.");
    }

    /// <summary>What has focus lies inside the window, uncovered, with an outline of two pixels at least.</summary>
    private static async Task MustBeSeenAsync(BrowserPage page)
    {
        var fault = await page.EvaluateAsync(
            """
            (() => {
              const it = document.activeElement;
              const { outlineStyle, outlineWidth } = getComputedStyle(it);
              const { top, bottom, left, right } = it.getBoundingClientRect();
              if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) return `no outline: ${it.outerHTML.slice(0, 200)}`;
              return bottom <= 0 || top >= innerHeight || right <= 0 || left >= innerWidth ? `outside the window: ${it.outerHTML.slice(0, 200)}` : '';
            })()
            """);
        Assert.Equal("", fault.GetString());
    }

    private static async Task<string> FocusedAsync(BrowserPage page, string member) =>
        (await page.CallAsync("member => String(document.activeElement[member])", member)).GetString()!;

    private static List<string> Texts(JsonElement texts) => [.. texts.EnumerateArray().Select(text => text.GetString()!)];
}
