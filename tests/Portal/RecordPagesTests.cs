using PacSpace.Features.Tests;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.RecordPagesScenario;

namespace PacSpace.Portal.Tests;

/// <summary>The records of a month and one of them (portal 3.3).</summary>
public sealed class RecordPagesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private RecordPagesScenario _of = null!;

    public async ValueTask InitializeAsync() => _of = await StartAsync(postgres);

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task A_month_is_a_hundred_a_page_and_can_be_walked_both_ways()
    {
        for (var i = 1; i <= 249; i++)
        {
            _of.It.Clock.Advance(TimeSpan.FromSeconds(1));
            await _of.EmitAsync(-i);
        }

        await _of.UnlockAsync();
        var seen = new List<string>();
        var (path, pages) = ("/records", 0);
        string? back = null;
        for (; path.Length > 0; pages++)
        {
            var page = await _of.PageAsync(path);
            var (newer, older) = (page.QuerySelector("a[rel=prev]"), page.QuerySelector("a[rel=next]"));
            Assert.Equal(($"Records of March 2026 – {Seller}", "Records of March 2026"), (page.Title, Text(page.QuerySelector("h1")!)));
            Assert.Equal(["31,425 credits recorded", "250 records this cycle"], page.QuerySelectorAll(".lines li").Select(Text));
            Assert.Equal((pages > 0 ? "Newer" : null, pages < 2 ? "Older" : null), (newer is null ? null : Text(newer), older is null ? null : Text(older)));
            Assert.Null(page.QuerySelector("#more"));
            seen.AddRange(Rows(page, "Newest").Select(row => row.Split(" | ")[1]));
            back = newer?.GetAttribute("href");
            path = older?.GetAttribute("href")![_of.Home.Length..] ?? "";
        }

        Assert.Equal(3, pages);
        Assert.Equal([.. Enumerable.Range(1, 249).Reverse().Select(i => $"{i}"), "300"], seen);
        Assert.Equal(seen.Skip(100).Take(100), Rows(await _of.PageAsync(back![_of.Home.Length..]), "Newest").Select(row => row.Split(" | ")[1]));
    }

    [Fact]
    public async Task Show_more_gets_the_rows_alone()
    {
        for (var i = 1; i <= 10; i++) await _of.EmitAsync(-i);
        await _of.UnlockAsync();
        var more = (await _of.PageAsync("")).QuerySelector("#more a")!.GetAttribute("href")![_of.Home.Length..];

        var fragment = await _of.GetAsync(more, isHtmx: true);
        Assert.StartsWith("<tbody class=\"added\">", fragment.Text, StringComparison.Ordinal);
        Assert.Equal("300", Text(Read($"<table>{fragment.Text}</table>").QuerySelector("tr.take-focus td.number")!));
        Assert.Null(fragment.Header("HX-Push-Url"));
        Assert.Contains("<html", (await _of.GetAsync(more)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_month_keeps_its_name_in_every_link_and_an_empty_one_says_so()
    {
        for (var i = 0; i < 101; i++) await _of.EmitAsync(-1);
        _of.It.Clock.Set(ClosingScenario.May);
        await _of.UnlockAsync();

        var march = await _of.PageAsync("/records?period=2026-03");
        Assert.Equal("401 credits recorded", Text(march.QuerySelector(".lines li")!));
        var older = march.QuerySelector("a[rel=next]")!.GetAttribute("href")!;
        Assert.StartsWith($"{_of.Home}/records?period=2026-03&cursor=", older, StringComparison.Ordinal);
        Assert.Equal(2, Rows(await _of.PageAsync(older[_of.Home.Length..]), "Newest").Count);
        var april = await _of.PageAsync("/records?period=2026-04");
        Assert.Equal(("Records of April 2026", "No records in this period."), (Text(april.QuerySelector("h1")!), Text(april.GetElementById("records")!)));
        Assert.Equal("Records of May 2026", Text((await _of.PageAsync("/records")).QuerySelector("h1")!));
    }

    [Fact]
    public async Task A_list_that_cannot_be_meant_is_told_in_a_page()
    {
        await _of.UnlockAsync();
        foreach (var query in (string[])["period=2026-13", "period=March", "period=", "cursor=x", "cursor=", "period=2026-03&cursor=c1.AAAA"])
        {
            var (answer, fragment) = (await _of.GetAsync($"/records?{query}"), await _of.GetAsync($"/records?{query}", isHtmx: true));
            Assert.Equal((query, 400, "That did not work"), (query, answer.Status, Text(Read(answer).QuerySelector("h1")!)));
            Assert.Equal((query, 400, "alert"), (query, fragment.Status, Read(fragment).QuerySelector("p")!.GetAttribute("role")));
        }
    }

    [Fact]
    public async Task Text_of_the_vendor_is_shown_as_sent_and_is_no_markup()
    {
        const string reason = "<img src=x onerror=alert(1)> & \"quoted\" 'reason'";
        await _of.It.Tenant.PostAsync("/api/v1/balance/delta", new { customerId = Customer, delta = -1, reason, referenceId = "<b>ref</b>", vendorAccountId = _of.Account });
        var visitor = await _of.UnlockedVisitorAsync();

        var page = Read(await visitor.GetAsync($"{_of.Home}/records"));
        Assert.Equal((reason, "<b>ref</b>"), (page.QuerySelectorAll("tbody tr td")[2].TextContent, page.QuerySelectorAll("tbody tr td")[3].TextContent));
        var detail = Read(await visitor.GetAsync(page.QuerySelector("tbody a")!.GetAttribute("href")!));
        Assert.Equal((reason, "<b>ref</b>"), (Facts(detail)["Reason"], Facts(detail)["Reference"]));
        Assert.Empty(page.QuerySelectorAll("main img, main b"));
        Assert.Empty(detail.QuerySelectorAll("main img, main b"));
    }

    [Fact]
    public async Task The_three_states_are_plain_text_of_one_style()
    {
        await _of.It.SealedAsync();
        _of.It.Clock.Advance(TimeSpan.FromDays(1));
        await _of.CloseAsync(new { customerId = Customer, period = "2026-03", vendorAccountId = _of.Account });
        await _of.EmitAsync(-2);
        await _of.It.SealedAsync();
        await _of.It.PauseSealingAsync();
        await _of.EmitAsync(-3);
        await _of.UnlockAsync();

        var cells = (await _of.PageAsync("/records")).QuerySelectorAll("td[data-state]");
        Assert.Equal(["Recording", "Recorded", "Verified"], cells.Select(Text));
        Assert.Single(cells.Select(cell => cell.OuterHtml.Replace(cell.TextContent, "", StringComparison.Ordinal)).Distinct());
        _of.It.IsSealingPaused = false;
    }

    [Fact]
    public async Task A_record_in_detail_and_its_proof_to_take_away()
    {
        await _of.It.SealedAsync();
        await _of.UnlockAsync();
        var row = (await _of.AskMiddlewareAsync("live")).GetProperty("records")[0];
        var path = $"/records/{row.Text("recordId")}";

        var page = await _of.PageAsync(path);
        Assert.Equal(($"Record 1 – {Seller}", "Record 1", "300 credits"), (page.Title, Text(page.QuerySelector("h1")!), Text(page.QuerySelector(".total")!)));
        Assert.Equal([$"Recorded by {Seller}", "Proof available"], page.QuerySelectorAll(".lines li").Select(Text));
        var facts = Facts(page);
        Assert.Equal(["Signed amount", "Reason", "Reference", "State", "Recorded", "Verified", "Fingerprint", "Verification reference"], facts.Keys);
        Assert.Equal(
            ("-300 credits", "tokens", "None", "Recorded", "15 March 2026, 12:00:00 UTC", "15 March 2026, 12:00:00 UTC", row.Text("fingerprint")),
            (facts["Signed amount"], facts["Reason"], facts["Reference"], facts["State"], facts["Recorded"], facts["Verified"], facts["Fingerprint"]));
        var form = page.QuerySelectorAll("form").Single(one => Text(one) == "Download proof");
        Assert.Equal(("post", $"{_of.Home}{path}/proof"), (form.GetAttribute("method"), form.GetAttribute("action")));

        var proof = await _of.PostAsync($"{path}/proof", []);
        Assert.Equal((200, "application/json", "pacspace/record-proof/1"), (proof.Status, proof.Header("Content-Type"), proof.Json.Text("format")));
        Assert.StartsWith("attachment; filename=", proof.Header("Content-Disposition"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_adjusts_another_record_leads_to_it()
    {
        var first = (await _of.AskMiddlewareAsync("live")).GetProperty("records")[0].Text("recordId");
        await _of.It.Tenant.PostAsync("/api/v1/balance/delta", new { customerId = Customer, delta = 20, reason = "credit", adjusts = new { recordId = first }, vendorAccountId = _of.Account });
        await _of.UnlockAsync();

        var page = await _of.PageAsync($"/records/{(await _of.AskMiddlewareAsync("live")).GetProperty("records")[0].Text("recordId")}");

        Assert.Equal("+20 credits", Facts(page)["Signed amount"]);
        Assert.Equal((first, $"{_of.Home}/records/{first}"), page.QuerySelectorAll(".facts-list dd a").Single() is var link ? (Text(link), link.GetAttribute("href")) : default);
    }

    [Fact]
    public async Task A_proof_that_is_not_ready_or_impossible_is_told_on_the_records_page()
    {
        await _of.It.SealedAsync();
        await _of.It.PauseSealingAsync();
        var emitted = await _of.It.Tenant.PostAsync(
            "/api/v1/balance/delta", new { customerId = Customer, delta = -5, reason = "tokens", vendorAccountId = _of.Account }, ("Idempotency-Key", "key")); // tells a damaged row from what was acknowledged
        Assert.Equal(201, emitted.Status);
        await _of.UnlockAsync();
        var path = $"/records/{(await _of.AskMiddlewareAsync("live")).GetProperty("records")[0].Text("recordId")}";

        var page = await _of.PageAsync(path);
        Assert.Equal(("Recording", "Not yet", "Not yet"), (Facts(page)["State"], Facts(page)["Verified"], Facts(page)["Verification reference"]));
        Assert.Equal("The proof is being prepared. Try again in a moment.", Text(page.QuerySelectorAll(".lines li")[1]));
        var pending = await _of.PostAsync($"{path}/proof", []);
        Assert.Equal((409, "The proof is being prepared. Try again in a moment."), (pending.Status, Text(Read(pending).QuerySelectorAll(".lines li")[1])));

        await _of.It.TamperAsync(Customer, 2, "reason = 'other'");
        _of.It.IsSealingPaused = false;
        await _of.It.SealedAsync();
        const string impossible = "No proof can be given: the stored record no longer matches its proof.";
        var failed = await _of.PostAsync($"{path}/proof", []);
        Assert.Equal((409, impossible), (failed.Status, Text(Read(failed).QuerySelectorAll(".lines li")[1])));
        var shown = await _of.GetAsync(path);
        Assert.Equal((200, impossible), (shown.Status, Text(Read(shown).QuerySelectorAll(".lines li")[1])));
        Assert.DoesNotContain(Read(shown).QuerySelectorAll("form"), form => Text(form) == "Download proof");
    }

    [Fact]
    public async Task A_record_of_nobody_or_of_another_customer_is_not_there()
    {
        await _of.EmitAsync(-1, "cust_b");
        var theirs = (await _of.AskAsync("/api/v1/middleware/customers/cust_b/live")).GetProperty("records")[0].Text("recordId");
        await _of.UnlockAsync();
        foreach (var id in (string[])[theirs!, "rec_unknown", "x"])
        {
            foreach (var answer in (Answer[])[await _of.GetAsync($"/records/{id}"), await _of.PostAsync($"/records/{id}/proof", [])])
            {
                var page = Read(answer);
                Assert.Equal((404, "No such record."), (answer.Status, Text(page.QuerySelector("h1")!)));
                Assert.Equal(("Back to the record", _of.Home), page.QuerySelector("main a") is { } link ? (Text(link), link.GetAttribute("href")) : default);
            }
        }

        foreach (var (method, path, status) in ((HttpMethod, string, int)[])[(HttpMethod.Get, "/proof", 405), (HttpMethod.Get, "/other", 404), (HttpMethod.Post, "", 405), (HttpMethod.Delete, "", 405)])
        {
            var answer = await (await _of.UnlockedVisitorAsync()).SendAsync(method, $"{_of.Home}/records/{theirs}{path}", null);
            Assert.Equal((path, status), (path, answer.Status));
            if (status == 405) Assert.Equal(path == "/proof" ? "POST" : "GET, HEAD", answer.Header("Allow"));
        }
    }
}
