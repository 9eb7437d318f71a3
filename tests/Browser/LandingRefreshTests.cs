using PacSpace.Features.Tests;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Browser.Tests;

/// <summary>The landing page while it is left open (portal 3.1): it follows the record, and disturbs nobody who reads.</summary>
/// <remarks>The page's clock is the test's: it moves when a test says so, and an hour passes as fast as the server answers.</remarks>
public sealed class LandingRefreshTests(BrowserFixture browser, PostgresFixture postgres) : IAsyncLifetime
{
    private const string Customer = "cust_a";

    /// <summary>Takes the page's long timer away from the browser, and runs it when told: gives how long the page would have waited.</summary>
    private const string HeldTimer =
        """
        const [set, clear] = [setTimeout, clearTimeout];
        let held = null;
        globalThis.setTimeout = (act, wait, ...rest) => wait < 5_000 ? set(act, wait, ...rest) : (held = { act, wait, id: -1 }).id;
        globalThis.clearTimeout = (id) => id === -1 ? held = null : clear(id);
        globalThis.nextLook = async () => {
          const { act, wait } = held ?? { wait: null };
          held = null;
          await act?.();
          return wait;
        };
        """;

    /// <summary>What a screen reader would have said, one entry for each time.</summary>
    private const string Listen =
        """
        globalThis.said = [];
        for (const line of document.querySelectorAll('[aria-live], [role=status], [role=alert], output'))
          new MutationObserver(() => said.push(line.textContent)).observe(line, { childList: true, characterData: true, subtree: true });
        """;

    private ClosingScenario _it = null!;

    private Uri Home { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _it = await ClosingScenario.StartAsync(postgres, settings: RecordSite.Settings);
        await _it.EmitManyAsync(Customer, 24);
        await _it.SealedAsync();
        await _it.Host.ExecuteAsync("UPDATE customers SET policy = 'OPEN' WHERE customer_id = $1", Customer);
        Home = new Uri(_it.Host.BaseAddress, "/c/" + await _it.Host.QueryAsync<string>("SELECT handle FROM customer_links"));
    }

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task A_record_is_seen_recording_recorded_and_verified_without_a_reload()
    {
        await using var page = await OpenAsync();
        await _it.PauseSealingAsync();
        await _it.EmitAsync(Customer, -1_000);

        await LookAsync(page);
        Assert.Equal(["1,300 credits recorded", "25 records this cycle"], await page.TextsAsync("[data-live=total], [data-live=count]"));
        Assert.Equal("Recording", await StateOfFirstAsync(page));
        _it.IsSealingPaused = false;
        await _it.SealedAsync();
        await LookAsync(page);
        Assert.Equal("Recorded", await StateOfFirstAsync(page));
        _it.Clock.Advance(TimeSpan.FromMinutes(1));
        await _it.CloseAsync(Customer, "2026-03");
        await LookAsync(page);
        Assert.Equal("Verified", await StateOfFirstAsync(page));
        Assert.StartsWith("Verified through 15 March 2026", await page.TextAsync("[data-live=verified]"), StringComparison.Ordinal);

        Assert.Equal(["Updated. 25 records this cycle.", "Updated.", "Updated."], await SaidAsync(page));
        Assert.Single(page.Requests, Home.AbsoluteUri);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_row_that_comes_with_more_digits_leaves_all_decimal_points_in_a_line()
    {
        await using var page = await OpenAsync();
        await _it.EmitAsync(Customer, -0.000012345m);
        await LookAsync(page);

        var written = await page.EvaluateAsync("[...document.querySelectorAll('[data-record] td.number')].map(it => it.textContent + (it.dataset.fill ?? ''))");
        Assert.Equal("0.000012345", written[0].GetString());
        Assert.All(written.EnumerateArray(), number => Assert.Matches(@"^\d+\.\d{9}$", number.GetString()));
    }

    [Fact]
    public async Task An_hour_of_updates_moves_neither_focus_nor_what_is_read_and_the_page_does_not_grow()
    {
        const int updates = 240;
        await using var page = await OpenAsync(390);
        var (waited, elementsAtHundred, focused, place) = (0.0, 0, "", 0.0);
        for (var i = 1; waited < 3_600_000; i++)
        {
            if (i <= updates) await _it.EmitManyAsync(Customer, 1);
            waited += await LookAsync(page);
            if (i == 40)
            {
                // Somebody reads in the middle of a table that has grown longer than the window.
                await page.EvaluateAsync("document.querySelector('[data-record]:nth-child(25) a').focus(); scrollBy(0, 200)");
                Assert.True((await page.EvaluateAsync("document.querySelector('#records').getBoundingClientRect().top < 0")).GetBoolean());
                (focused, place) = (await FocusedAsync(page), await PlaceOfFocusAsync(page));
            }

            if (i < 40) continue;
            if (i == 92) elementsAtHundred = await CountAsync(page);
            Assert.Equal(focused, await FocusedAsync(page));
            Assert.InRange(await PlaceOfFocusAsync(page), place - 1, place + 1);
        }

        // Rows that somebody is in are kept, up to a bound; and nothing was said while nothing changed.
        Assert.Equal(200, (await page.TextsAsync("[data-record]")).Count);
        Assert.Equal(updates, (await SaidAsync(page)).Count);

        await page.EvaluateAsync("document.activeElement.blur(); scrollTo(0, 0)");
        await LookAsync(page);
        Assert.Equal(100, (await page.TextsAsync("[data-record]")).Count);
        Assert.InRange(await CountAsync(page), 0, elementsAtHundred);
        Assert.Empty(page.Complaints);

        // "Show more" goes on where the rows end: there was a record in each second.
        await page.ClickAsync("#more a");
        await page.HoldsAsync("document.querySelectorAll('[data-record]').length === 200");
        var steps = await page.EvaluateAsync("[...document.querySelectorAll('[data-record] time')].map(time => Date.parse(time.dateTime)).map((at, i, all) => i === 0 ? 1000 : all[i - 1] - at)");
        Assert.All(steps.EnumerateArray(), step => Assert.Equal(1_000, step.GetInt32()));
    }

    [Fact]
    public async Task More_records_than_are_shown_leave_no_hole()
    {
        await using var page = await OpenAsync();
        await _it.EmitManyAsync(Customer, 30);
        await page.EvaluateAsync("document.querySelector('[data-record] a').focus()");
        var before = await page.TextsAsync("[data-record] time");

        await LookAsync(page);
        Assert.Equal(before, await page.TextsAsync("[data-record] time"));
        Assert.Equal("54 records this cycle", await page.TextAsync("[data-live=count]"));
        await page.EvaluateAsync("document.activeElement.blur()");
        await LookAsync(page);
        Assert.Equal("15 Mar, 12:00:53", (await page.TextsAsync("[data-record] time"))[0]);
        Assert.Equal(10, (await page.TextsAsync("[data-record]")).Count);
    }

    [Fact]
    public async Task Rows_that_were_asked_for_stay_until_Refresh()
    {
        await using var page = await OpenAsync();
        await page.ClickAsync("#more a");
        await page.HoldsAsync("document.activeElement.matches('tbody.take-focus tr, tr[tabindex]')");
        var before = await page.TextsAsync("[data-record]");
        Assert.Equal(24, before.Count);
        await _it.EmitAsync(Customer, -5);

        Assert.Null(await NextLookAsync(page));
        Assert.Equal(before, await page.TextsAsync("[data-record]"));
        await page.ClickAsync("#summary .bar a");
        await page.HoldsAsync("document.querySelectorAll('[data-record]').length === 10 && document.activeElement.matches('h1')");
        Assert.Equal("305 credits recorded", await page.TextAsync("[data-live=total]"));
        Assert.NotNull(await NextLookAsync(page));
    }

    [Fact]
    public async Task Paused_updates_wait_and_go_on()
    {
        await using var page = await OpenAsync();
        await page.ClickAsync("[data-pause]");
        Assert.Equal("Resume updates", await page.TextAsync("[data-pause]"));
        Assert.Null(await NextLookAsync(page));
        await page.ClickAsync("[data-pause]");
        Assert.Equal(5_000, await NextLookAsync(page));
    }

    [Fact]
    public async Task A_page_left_open_over_the_end_of_the_month_shows_the_next_one()
    {
        await using var page = await OpenAsync();
        _it.Clock.Set(ClosingScenario.April.AddMinutes(1));
        await LookAsync(page);
        Assert.Equal(["0 credits recorded", "0 records this cycle", "April 2026"], await page.TextsAsync("[data-live=total], [data-live=count], [data-live=period]"));
        Assert.Empty(await page.TextsAsync("[data-record]"));

        await _it.EmitAsync(Customer, -3);
        await LookAsync(page);
        Assert.Single(await page.TextsAsync("[data-record]"));
        Assert.Single(page.Requests, Home.AbsoluteUri);
    }

    private async Task<BrowserPage> OpenAsync(int width = 1280)
    {
        var page = await browser.OpenAsync(new Looks(width));
        await page.BeforeScriptsAsync(HeldTimer);
        await page.GoToAsync(Home);
        await page.EvaluateAsync(Listen);
        return page;
    }

    /// <summary>What the page does after its wait, which is given.</summary>
    private static async Task<double> LookAsync(BrowserPage page) => await NextLookAsync(page) ?? throw new InvalidOperationException("The page does not look again.");

    private static async Task<double?> NextLookAsync(BrowserPage page) =>
        await page.EvaluateAsync("nextLook()") is { ValueKind: System.Text.Json.JsonValueKind.Number } wait ? wait.GetDouble() : null;

    private static async Task<string> StateOfFirstAsync(BrowserPage page) => (await page.TextsAsync("[data-state]"))[0];

    private static async Task<IReadOnlyList<string>> SaidAsync(BrowserPage page) => [.. (await page.EvaluateAsync("said")).EnumerateArray().Select(words => words.GetString()!)];

    private static async Task<string> FocusedAsync(BrowserPage page) => (await page.EvaluateAsync("document.activeElement.textContent")).GetString()!;

    /// <summary>In pixels from the top of the window.</summary>
    private static async Task<double> PlaceOfFocusAsync(BrowserPage page) => (await page.EvaluateAsync("document.activeElement.getBoundingClientRect().top")).GetDouble();

    private static async Task<int> CountAsync(BrowserPage page) => (await page.EvaluateAsync("document.querySelectorAll('*').length")).GetInt32();
}
