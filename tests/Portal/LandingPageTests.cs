using PacSpace.Features.Sharing;
using PacSpace.Features.Tests;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.RecordPagesScenario;

namespace PacSpace.Portal.Tests;

/// <summary>What the link on the invoice opens, open to its reader (portal 3.1). Locked it is in <see cref="LockedPagesTests"/>.</summary>
public sealed class LandingPageTests(PostgresFixture postgres) : IAsyncLifetime
{
    private RecordPagesScenario _of = null!;

    public async ValueTask InitializeAsync() => _of = await StartAsync(postgres);

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task One_record_reads_in_the_prescribed_words_and_order()
    {
        await _of.It.SealedAsync();
        await _of.UnlockAsync();

        var page = await _of.PageAsync("");

        Assert.Equal($"Recorded this period – {Seller}", page.Title);
        Assert.Equal("Recorded this period", Text(Assert.Single(page.QuerySelectorAll("h1"))));
        Assert.Equal("300 credits recorded", Text(page.QuerySelector("[data-live=total]")!));
        Assert.Equal("", Text(page.QuerySelector("[data-live=net]")!));
        Assert.Equal(["1 records this cycle", "No period verified yet", $"Recorded by {Seller}"], page.QuerySelectorAll(".lines li").Select(Text));
        Assert.Equal("March 2026 Updated 12:00:00 UTC Refresh Pause updates", Text(page.QuerySelector(".bar")!));
        Assert.Equal("Newest records first. Times are in UTC.", Text(page.QuerySelector("caption")!));
        Assert.Equal(["Time (UTC)", "Recorded (credits)", "Reason", "Reference", "State"], page.QuerySelectorAll("thead th").Select(Text));
        Assert.Equal(["15 Mar, 12:00:00 | 300 | tokens |  | Recorded"], Rows(page, "Newest"));
        Assert.Equal(
            [("All periods", $"{_of.Home}/periods"), ("Compare", $"{_of.Home}/compare"), ("Export", $"{_of.Home}/export")],
            page.QuerySelectorAll("nav[aria-label='This record'] a").Select(link => (Text(link), link.GetAttribute("href")!)));
        Assert.Equal($"This record was written by {Seller}. It can be independently checked.", Text(page.QuerySelector(".statement")!));
        Assert.Equal([$"Written by {Seller}. Visible to both. Owned by neither.", "Powered by PacSpace"], page.QuerySelectorAll("footer p").Select(Text));
        Assert.Equal(("post", $"{_of.Home}/lock"), page.QuerySelectorAll("form").Single(form => Text(form) == "Close this record") is var close ? (close.GetAttribute("method"), close.GetAttribute("action")) : default);

        var main = Text(page.QuerySelector("main")!);
        string[] order = ["300 credits recorded", "1 records this cycle", "No period verified yet", "Newest records first", "All periods", "This record was written by"];
        Assert.Equal(order, order.OrderBy(words => main.IndexOf(words, StringComparison.Ordinal)));
        Assert.All(page.QuerySelectorAll("time"), time => Assert.Matches("^2026-03-15T12:00:00(\\.\\d+)?Z$", time.GetAttribute("datetime")));
        Assert.Empty(page.QuerySelectorAll("svg, img, canvas"));
    }

    [Fact]
    public async Task Many_records_are_ten_and_the_rest_below_and_a_net_is_said_to_be_one()
    {
        for (var i = 1; i <= 11; i++)
        {
            _of.It.Clock.Advance(TimeSpan.FromSeconds(1));
            await _of.EmitAsync(i == 11 ? 1_000_000.5m : -i);
        }

        await _of.UnlockAsync();
        var page = await _of.PageAsync("");

        Assert.Equal("999,645.5 credits recorded", Text(page.QuerySelector(".total")!));
        Assert.Equal("Net of increases and decreases.", Text(page.QuerySelector("[data-live=net]")!));
        Assert.Equal("12 records this cycle", Text(page.QuerySelector("[data-live=count]")!));
        Assert.Equal(["1,000,000.5", .. Enumerable.Range(2, 9).Reverse().Select(i => $"{i}")], Rows(page, "Newest").Select(row => row.Split(" | ")[1]));
        Assert.DoesNotContain("-", string.Concat(Rows(page, "Newest")), StringComparison.Ordinal); // signed values are for details

        var more = page.QuerySelector("#more a")!;
        Assert.Equal(("Show more", "#more", "outerHTML", null), (Text(more), more.GetAttribute("hx-target"), more.GetAttribute("hx-swap"), more.GetAttribute("hx-push-url")));
        Assert.Equal(more.GetAttribute("href"), more.GetAttribute("hx-get"));
        var rest = await _of.GetAsync(more.GetAttribute("href")![_of.Home.Length..], isHtmx: true);
        Assert.Equal(2, Read($"<table>{rest.Text}</table>").QuerySelectorAll("tbody.added tr").Length);
        Assert.Equal(12, Rows(await _of.PageAsync("?rows=12"), "Newest").Count);
        foreach (var rows in (string[])["0", "-3", "x", "999999999999", "", "3"]) Assert.Equal(10, Rows(await _of.PageAsync($"?rows={rows}"), "Newest").Count);
    }

    [Fact]
    public async Task A_month_without_records_has_no_table_and_leads_to_the_earlier_ones()
    {
        await _of.It.SealedAsync();
        _of.It.Clock.Set(ClosingScenario.April.AddMinutes(5));
        await _of.UnlockAsync();
        foreach (var close in (bool[])[false, true])
        {
            if (close) await _of.CloseAsync("2026-03");
            var page = await _of.PageAsync("");
            Assert.Equal(("0 credits recorded", "0 records this cycle"), (Text(page.QuerySelector(".total")!), Text(page.QuerySelector("[data-live=count]")!)));
            Assert.Equal("Earlier periods are under All periods.", Text(page.GetElementById("records")!));
            Assert.Empty(page.QuerySelectorAll("table"));
            Assert.Equal(close ? "Verified through 31 March 2026" : "No period verified yet", Text(page.QuerySelector("[data-live=verified]")!));
            Assert.Equal("April 2026", Text(page.QuerySelector(".bar span")!));
        }
    }

    [Fact]
    public async Task Earlier_periods_are_told_of_although_nothing_of_them_is_sealed_or_their_sum_is_zero()
    {
        await _of.It.SealedAsync();
        await _of.It.PauseSealingAsync();
        await _of.EmitAsync(-1, "cust_b");
        _of.It.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var visitor = await _of.UnlockedVisitorAsync("cust_b");
        foreach (var isSealed in (bool[])[false, true])
        {
            _of.It.IsSealingPaused = !isSealed;
            if (isSealed)
            {
                await _of.It.SealedAsync();
                await _of.It.Host.ExecuteAsync("UPDATE customer_months SET net = 0");
            }

            var page = Read(await visitor.GetAsync($"/c/{await _of.HandleAsync("cust_b")}"));
            Assert.Equal("Earlier periods are under All periods.", Text(page.GetElementById("records")!));
        }
    }

    [Fact]
    public async Task A_customer_without_any_record_reads_zero_and_of_no_earlier_periods()
    {
        await _of.It.Host.ExecuteAsync(
            "INSERT INTO customers (ledger_no, customer_no, customer_id, unit, source, created_at) SELECT ledger_no, 1000, 'cust_none', unit, 'manual', now() FROM customers WHERE customer_id = $1", Customer);
        await _of.DoneAsync(new IssueLink(_of.Vendor, "cust_none", _of.Account, false));
        var visitor = await _of.UnlockedVisitorAsync("cust_none");

        var page = Read(await visitor.GetAsync($"/c/{await _of.HandleAsync("cust_none")}"));

        Assert.Equal(("0 credits recorded", "0 records this cycle", "No period verified yet"), (Text(page.QuerySelector(".total")!), Text(page.QuerySelector("[data-live=count]")!), Text(page.QuerySelector("[data-live=verified]")!)));
        Assert.Equal("", Text(page.GetElementById("records")!));
    }

    [Fact]
    public async Task A_window_that_ends_at_no_midnight_is_verified_through_an_instant()
    {
        _of.It.Clock.Set(ClosingScenario.MidMarch.AddDays(3).AddHours(2).AddMinutes(32));
        await _of.CloseAsync(new { customerId = Customer, period = "2026-03", vendorAccountId = _of.Account });
        await _of.UnlockAsync();

        Assert.Equal("Verified through 18 March 2026, 14:32 UTC", Text((await _of.PageAsync("")).QuerySelector("[data-live=verified]")!));
    }

    [Fact]
    public async Task Under_OPEN_nothing_is_closed_and_nothing_asks_for_a_code()
    {
        await _of.SetPolicyAsync("OPEN");
        var page = Read(await _of.NewVisitor().GetAsync(_of.Home));

        Assert.NotEmpty(page.QuerySelectorAll("tbody tr"));
        Assert.Empty(page.QuerySelectorAll("form"));
        foreach (var path in (string[])["/unlock", "/unlock?next=x", "/lock"]) Assert.Equal((303, _of.Home), (await _of.NewVisitor().GetAsync(_of.Home + path)) is var answer ? (answer.Status, answer.Header("Location")) : default);
        Assert.Equal((303, _of.Home), (await _of.NewVisitor().PostAsync($"{_of.Home}/unlock", [("code", "x"), ("next", $"{_of.Home}/records")])) is var posted ? (posted.Status, posted.Header("Location")) : default);
    }

    [Fact]
    public async Task The_fragment_is_the_live_part_alone_and_a_restored_page_is_whole()
    {
        await _of.UnlockAsync();
        var fragment = await _of.GetAsync("", isHtmx: true);

        Assert.StartsWith("<div id=\"live\">", fragment.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<html", fragment.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Null(fragment.Header("HX-Push-Url"));
        Assert.Equal(["live", "summary", "records"], Read(fragment).QuerySelectorAll("[id]").Select(element => element.Id));
        var restored = await (await _of.UnlockedVisitorAsync()).GetAsync(_of.Home, ("HX-Request", "true"), ("HX-History-Restore-Request", "true"));
        Assert.Contains("<html", restored.Text, StringComparison.Ordinal);

        // A session that ended meanwhile: the fragment of the state it is now in (portal 3).
        await _of.DoneAsync(new RotateAccessCode(_of.Vendor, Customer, _of.Account));
        var locked = await _of.GetAsync("", isHtmx: true);
        Assert.Equal(200, locked.Status);
        Assert.NotNull(Read(locked).QuerySelector("#live form#unlock"));
        Assert.Empty(Read(locked).QuerySelectorAll("table"));
    }

    [Fact]
    public async Task A_branded_host_that_may_leave_out_the_line_does()
    {
        var domain = await _of.BindAsync("verify.acme.example", suppresses: true);
        await _of.DoneAsync(new UpdateSharing(_of.Vendor, Customer, _of.Account, null, domain, true));
        var visitor = await _of.UnlockedVisitorAsync(host: "verify.acme.example");
        foreach (var path in (string[])["", "/records", "/periods", "/timeline", "/compare", "/export"])
        {
            Assert.Equal([$"Written by {Seller}. Visible to both. Owned by neither."], Read(await visitor.GetAsync(_of.Home + path)).QuerySelectorAll("footer p").Select(Text));
            Assert.Equal(2, Read(await (await _of.UnlockedVisitorAsync()).GetAsync(_of.Home + path)).QuerySelectorAll("footer p").Length);
        }
    }
}
