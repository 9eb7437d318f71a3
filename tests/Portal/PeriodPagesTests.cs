using System.Globalization;
using System.Text.Json;
using PacSpace.Features.Display;
using PacSpace.Features.Tests;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.RecordPagesScenario;

namespace PacSpace.Portal.Tests;

/// <summary>All periods, one period, timeline, compare: what they say is what the API says (portal 3.4 to 3.7).</summary>
public sealed class PeriodPagesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private RecordPagesScenario _of = null!;

    public async ValueTask InitializeAsync() => _of = await StartAsync(postgres);

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    public static TheoryData<string> Paths => ["/periods", "/periods/chk_x", "/timeline", "/compare", "/export", "/compare?left=a&right=b", "/timeline?startDate=2026-01-01&endDate=2026-02-01"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_locked_page_leads_to_the_code_and_back(string path)
    {
        var form = $"{_of.Home}/unlock?next={Uri.EscapeDataString(_of.Home + path)}";

        var answer = await _of.GetAsync(path);
        Assert.Equal((303, form), (answer.Status, answer.Header("Location")));
        var fragment = await _of.GetAsync(path, isHtmx: true);
        Assert.Equal((401, form), (fragment.Status, fragment.Header("HX-Redirect")));
    }

    [Theory]
    [InlineData("/export")]
    [InlineData("/compare")]
    [InlineData("/periods/chk_x/bundle")]
    public async Task A_locked_form_does_nothing(string path)
    {
        Assert.Equal(303, (await _of.PostAsync(path, [("format", "csv")])).Status);
        Assert.Equal(0L, await _of.It.Host.QueryAsync<long>("SELECT count(*) FROM access_log WHERE kind IN ('exported', 'compared')"));
    }

    [Fact]
    public async Task Pages_carry_their_headers_title_and_landmarks()
    {
        var (march, _) = await _of.RecordThreeMonthsAsync();
        await _of.UnlockAsync();
        (string Path, string Title)[] pages = [("/periods", "All periods"), ($"/periods/{march}", "March 2026"), ("/timeline", "Timeline"), ("/compare", "Compare"), ("/export", "Export")];
        foreach (var (path, title) in pages)
        {
            var answer = await _of.GetAsync(path);
            var page = Read(answer);
            Assert.Equal((200, "no-store", "no-referrer", "noindex"), (answer.Status, answer.Header("Cache-Control"), answer.Header("Referrer-Policy"), answer.Header("X-Robots-Tag")));
            Assert.Equal($"{title} – {Seller}", page.Title);
            Assert.Equal(title, Text(Assert.Single(page.QuerySelectorAll("h1"))));
            Assert.Equal("Skip to content", page.QuerySelector("a")!.TextContent);
            Assert.All((string[])["header", "main", "nav", "footer"], landmark => Assert.NotEmpty(page.QuerySelectorAll(landmark)));
            Assert.Contains($"Written by {Seller}. Visible to both. Owned by neither.", page.QuerySelector("footer")!.TextContent, StringComparison.Ordinal);
            Assert.DoesNotContain(page.QuerySelectorAll("[id]").GroupBy(element => element.Id), same => same.Count() > 1);
            Assert.All(page.QuerySelectorAll("table"), table => Assert.NotNull(table.QuerySelector("caption")));
            Assert.All(page.QuerySelectorAll("thead th"), cell => Assert.Equal("col", cell.GetAttribute("scope")));
            Assert.All(page.QuerySelectorAll(".scroll"), region => Assert.Equal(("region", "0", true), (region.GetAttribute("role"), region.GetAttribute("tabindex"), region.HasAttribute("aria-label"))));
            Assert.All(page.QuerySelectorAll("[aria-describedby]").SelectMany(one => one.GetAttribute("aria-describedby")!.Split(' ')), id => Assert.NotNull(page.GetElementById(id)));
            Assert.All(page.QuerySelectorAll("[href^='http'], [src^='http']"), element => Assert.Fail(element.OuterHtml));
        }
    }

    [Fact]
    public async Task All_periods_lists_the_open_month_and_then_what_was_closed()
    {
        var (march, april) = await _of.RecordThreeMonthsAsync();
        await _of.UnlockAsync();

        var page = await _of.PageAsync("/periods");

        var live = await _of.AskMiddlewareAsync("live");
        var closed = (await _of.AskMiddlewareAsync("periods")).GetProperty("periods").EnumerateArray().ToList();
        Assert.Equal(
            [$"May 2026 | {live.GetProperty("labels").Text("total")} | {live.Number("recordCount")} | Open", .. closed.Select(period =>
                $"{Month(period)} | {RecordWords.Total(period.Number("netDelta"), "credits")} | {period.Number("recordCount")} | {Day(period.Text("verifiedAt"))}")],
            Rows(page, "Newest first"));
        Assert.Equal([$"{_of.Home}/records", $"{_of.Home}/periods/{april}", $"{_of.Home}/periods/{march}"], page.QuerySelectorAll("tbody a").Select(link => link.GetAttribute("href")));
        Assert.Contains("Timeline", page.QuerySelectorAll("nav a").Select(Text));
        Assert.Null(page.QuerySelector("#more"));
        Assert.DoesNotContain("-", string.Concat(Rows(page, "Newest first")), StringComparison.Ordinal); // magnitudes
    }

    [Fact]
    public async Task Nothing_closed_is_said()
    {
        await _of.UnlockAsync();
        Assert.Contains("No closed periods yet.", (await _of.GetAsync("/periods")).Text, StringComparison.Ordinal);
        Assert.Contains("Two closed periods are needed to compare.", (await _of.GetAsync("/compare")).Text, StringComparison.Ordinal);
        Assert.Empty((await _of.PageAsync("/compare")).QuerySelectorAll("form"));
    }

    [Fact]
    public async Task Show_more_appends_rows_and_is_a_page_of_its_own_without_scripts()
    {
        _of.It.Clock.Set(ClosingScenario.April.AddDays(28));
        for (var day = 1; day <= 26; day++)
            await _of.CloseAsync(new { customerId = Customer, startDate = $"2026-04-{day:00}", endDate = $"2026-04-{day + 1:00}", vendorAccountId = _of.Account });
        await _of.UnlockAsync();

        var first = await _of.PageAsync("/periods");
        Assert.Equal(25, Rows(first, "Newest first").Count); // the open month and 24
        var more = first.QuerySelector("#more a")!;
        Assert.Equal((more.GetAttribute("href"), "#more", "outerHTML"), (more.GetAttribute("hx-get"), more.GetAttribute("hx-target"), more.GetAttribute("hx-swap")));
        var rest = more.GetAttribute("href")![_of.Home.Length..];

        var fragment = await _of.GetAsync(rest, isHtmx: true);
        Assert.StartsWith("<tbody class=\"added\"", fragment.Text, StringComparison.Ordinal);
        Assert.Equal(1, fragment.Text.Split("take-focus").Length - 1);
        Assert.DoesNotContain("Open", fragment.Text, StringComparison.Ordinal);
        Assert.Equal(["2 April 2026 – 2 April 2026", "1 April 2026 – 1 April 2026"], Rows(await _of.PageAsync(rest), "Newest first").Select(row => row.Split(" | ")[0]));
        Assert.Equal(400, (await _of.GetAsync("/periods?cursor=no")).Status);
    }

    [Fact]
    public async Task A_period_says_what_the_api_says_of_it()
    {
        var (march, april) = await _of.RecordThreeMonthsAsync();
        await _of.UnlockAsync();
        foreach (var checkpointId in (string[])[march, april])
        {
            var api = await _of.AskMiddlewareAsync($"periods/{checkpointId}");
            var page = await _of.PageAsync($"/periods/{checkpointId}");
            var (labels, facts) = (api.GetProperty("labels"), Facts(page));

            Assert.Equal(labels.Text("total"), Text(page.QuerySelector(".total")!));
            Assert.Equal([labels.Text("recordCount"), $"Recorded by {Seller}", "Proof available"], page.QuerySelectorAll(".lines li").Select(Text));
            Assert.Equal(api.Number("totalIncreases") > 0, page.QuerySelector("main")!.TextContent.Contains("Net of increases and decreases.", StringComparison.Ordinal));
            foreach (var (term, member) in new[] { ("Net", "netDelta"), ("Increases", "totalIncreases"), ("Decreases", "totalDecreases") })
                Assert.Equal($"{RecordWords.SignedAmount(api.Number(member))} credits", facts[term]);
            foreach (var (term, member) in new[] { ("Opening balance", "startingBalance"), ("Closing balance", "finalBalance") })
                Assert.Equal($"{RecordWords.Amount(api.Number(member))} credits", facts[term]);
            Assert.Equal(
                (api.Text("proofRoot"), api.Text("verificationReference"), api.Text("logOrigin"), api.GetProperty("logIndex").GetRawText()),
                (facts["Proof root"], facts["Verification reference"], facts["Log"], facts["Log index"]));
            Assert.Equal(
                api.GetProperty("records").EnumerateArray().Select(record => string.Join(
                    " | ", PageText.Short(At(record.Text("time"))), RecordWords.Amount(record.Number("recordedValue")), RecordWords.SignedAmount(record.Number("signedDelta")),
                    record.Text("reason"), record.Text("referenceId"), RecordWords.State(record.Text("state")!))),
                Rows(page, "Oldest records first"));
            Assert.NotNull(page.QuerySelector($"a[href='/receipt/{checkpointId}']"));
            Assert.Equal(checkpointId, page.QuerySelector($"form[action='{_of.Home}/export'] input[name=checkpointId]")!.GetAttribute("value"));
            var check = page.QuerySelector("[data-check]")!.Attributes;
            Assert.Equal(
                ("period", "/log/production", api.Text("proofRoot"), $"{_of.Home}/periods/{checkpointId}/bundle", api.GetProperty("recordCount").GetRawText()),
                (check["data-check"]!.Value, check["data-log"]!.Value, check["data-expect"]!.Value, check["data-file"]!.Value, check["data-records"]!.Value));
        }
    }

    [Fact]
    public async Task Records_of_a_period_go_on_after_a_hundred()
    {
        for (var i = 0; i < 101; i++) await _of.EmitAsync(-1);
        _of.It.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var march = await _of.CloseAsync("2026-03");
        await _of.UnlockAsync();

        var first = await _of.PageAsync($"/periods/{march}");
        Assert.Equal(100, Rows(first, "Oldest").Count);
        var more = first.QuerySelector("#more a")!.GetAttribute("href")![_of.Home.Length..];
        var fragment = await _of.GetAsync(more, isHtmx: true);
        Assert.StartsWith("<tbody class=\"added\"", fragment.Text, StringComparison.Ordinal);
        Assert.Equal(2, fragment.Text.Split("<tr").Length - 1);
        Assert.Equal(2, Rows(await _of.PageAsync(more), "Oldest").Count);
    }

    [Fact]
    public async Task What_is_no_period_of_this_customer_is_not_found()
    {
        await _of.EmitAsync(-1, "cust_b");
        _of.It.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var theirs = await _of.CloseAsync("2026-03", "cust_b");
        await _of.UnlockAsync();
        foreach (var checkpointId in (string[])[theirs, "chk_unknown", "x"])
        {
            var answer = await _of.GetAsync($"/periods/{checkpointId}");
            Assert.Equal((404, "No such period."), (answer.Status, Text(Read(answer).QuerySelector("h1")!)));
            Assert.Equal(404, (await _of.PostAsync($"/periods/{checkpointId}/bundle", [])).Status);
            Assert.Equal(404, (await _of.GetAsync($"/compare?left={checkpointId}&right={checkpointId}")).Status);
            Assert.Equal(404, (await _of.PostAsync("/export", [("format", "csv"), ("checkpointId", checkpointId)])).Status);
        }
    }

    [Fact]
    public async Task The_bundle_for_the_check_here_is_evidence_and_a_damaged_record_has_none()
    {
        var (march, _) = await _of.RecordThreeMonthsAsync();
        await _of.UnlockAsync();

        var bundle = await _of.PostAsync($"/periods/{march}/bundle", []);
        Assert.Equal((200, "application/json"), (bundle.Status, bundle.Header("Content-Type")));
        Assert.Equal(3, (await _of.It.VerifiedAsync(bundle.Bytes)).Records);
        Assert.Equal(0, await _of.CountLoggedAsync("exported"));

        await _of.It.TamperAsync(Customer, 2, "reason = 'other'");
        var damaged = await _of.PostAsync($"/periods/{march}/bundle", []);
        Assert.Equal((409, "No proof can be given: a stored record no longer matches its proof."), (damaged.Status, damaged.Text));
        var export = await _of.PostAsync("/export", [("format", "bundle"), ("checkpointId", march)]);
        Assert.Equal((409, damaged.Text), (export.Status, Text(Read(export).QuerySelector("[role=alert]")!)));
    }

    [Fact]
    public async Task The_timeline_shows_points_what_they_leave_uncovered_and_the_range_in_figures()
    {
        var (march, april) = await _of.RecordThreeMonthsAsync();
        await _of.UnlockAsync();
        _of.It.Clock.Advance(TimeSpan.FromSeconds(1)); // a record of this very instant is not before it
        const string range = "?startDate=2026-02-01&endDate=2026-06-01";

        var page = await _of.PageAsync("/timeline" + range);

        var api = await _of.AskAsync($"/api/v1/balance/checkpoint-timeline/{Customer}{range}");
        var (points, gaps, summary, facts) = (api.GetProperty("points").EnumerateArray().ToList(), api.GetProperty("gaps").EnumerateArray().ToList(), api.GetProperty("summary"), Facts(page));
        Assert.Equal(
            [Gap(gaps[0]), .. points.Select(Point), Gap(gaps[1])],
            Rows(page, "Verified periods and what lies between"));
        Assert.Equal("1 February 2026 – 28 February 2026: not yet in a verified period, 0 records", Gap(gaps[0]));
        Assert.Equal("1 May 2026 – 1 May 2026, 00:05 UTC: not yet in a verified period, 1 records", Gap(gaps[1]));
        Assert.Equal(
            ($"{RecordWords.Amount(Math.Abs(summary.Number("netDelta")))} credits", $"{RecordWords.Amount(summary.Number("startingBalance"))} credits", $"{RecordWords.Amount(summary.Number("endingBalance"))} credits"),
            (facts["Recorded amount"], facts["Opening balance"], facts["Closing balance"]));
        Assert.Equal(
            (PageText.Count((long)summary.Number("recordCount")), PageText.Count((long)summary.Number("coveredRecordCount")), PageText.Count((long)summary.Number("uncoveredRecordCount"))),
            (facts["Records"], facts["Records in verified periods"], facts["Records not yet in one"]));
        Assert.Equal("Verified through 30 April 2026", facts["Verification"]);
        Assert.Equal([$"{_of.Home}/periods/{march}", $"{_of.Home}/periods/{april}"], page.QuerySelectorAll("#timeline tbody a").Select(link => link.GetAttribute("href")));

        var picture = page.QuerySelector("svg[role=img]")!;
        Assert.Equal("Recorded amount per month", Text(page.GetElementById(picture.GetAttribute("aria-labelledby")!)!));
        var derived = (await _of.AskAsync($"/api/v1/balance/derive/{Customer}{range}&granularity=month")).GetProperty("breakdown").EnumerateArray();
        Assert.Equal(
            string.Join(' ', derived.Select(month => $"{Month(month)}: {RecordWords.Total(month.Number("netDelta"), "credits")}{(month.Text("startDate")!.StartsWith("2026-05", StringComparison.Ordinal) ? ", not all of it in a verified period" : "")}.")),
            Text(picture.QuerySelector("desc")!));
        Assert.Equal(["bar-1", "bar-1", "gap", "gap", "gap"], picture.QuerySelectorAll("rect").Select(bar => bar.ClassName));

        static string Gap(JsonElement gap) => $"{RecordWords.Range(At(gap.Text("startDate")), At(gap.Text("endDate")))}: not yet in a verified period, {RecordWords.Records((long)gap.Number("recordCount"))}";
        static string Point(JsonElement point) =>
            $"{Month(point)} | {RecordWords.Amount(Math.Abs(point.Number("netDelta")))} | {point.Number("deltaCount")} | {RecordWords.Amount(point.Number("finalBalance"))} | {PeriodText.Moment(At(point.Text("verifiedAt")))}";
    }

    [Fact]
    public async Task The_timeline_without_dates_is_of_twelve_months_and_its_form_swaps_itself()
    {
        await _of.RecordThreeMonthsAsync();
        await _of.UnlockAsync();

        var page = await _of.PageAsync("/timeline?startDate=&endDate=");
        Assert.Equal(("2025-06-01", "2026-06-01"), (page.GetElementById("startDate")!.GetAttribute("value"), page.GetElementById("endDate")!.GetAttribute("value")));
        var form = page.QuerySelector("#timeline form")!;
        Assert.Equal(("#timeline", "outerHTML", "true"), (form.GetAttribute("hx-target"), form.GetAttribute("hx-swap"), form.GetAttribute("hx-push-url")));

        var fragment = await _of.GetAsync("/timeline?startDate=2026-03-01&endDate=2026-04-01", isHtmx: true);
        Assert.StartsWith("<div id=\"timeline\">", fragment.Text, StringComparison.Ordinal);
        Assert.Equal("March 2026", Text(Read(fragment).QuerySelector("h2.take-focus")!));
        Assert.Contains("<html", (await _of.It.Host.GetAsync(_of.Home)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("startDate=2026-13-01&endDate=2026-04-01", "startDate", "This is not a date. Write it as YYYY-MM-DD.")]
    [InlineData("startDate=2026-04-01&endDate=2026-04-01", "endDate", "This must be a date after the first, written as YYYY-MM-DD.")]
    [InlineData("startDate=2026-04-01&endDate=soon", "endDate", "This must be a date after the first, written as YYYY-MM-DD.")]
    [InlineData("startDate=2026-04-01", "endDate", "Both dates are needed.")]
    [InlineData("startDate=&endDate=2026-04-01", "startDate", "Both dates are needed.")]
    [InlineData("startDate=2020-01-01&endDate=2026-04-01", "endDate", "This range is too long. Choose a shorter one.")]
    public async Task A_bad_range_is_told_at_its_field(string query, string field, string words)
    {
        await _of.UnlockAsync();
        foreach (var isHtmx in (bool[])[false, true])
        {
            var answer = await _of.GetAsync("/timeline?" + query, isHtmx);
            var page = Read(answer);
            var input = page.GetElementById(field)!;
            Assert.Equal((400, "true", $"{field}-error"), (answer.Status, input.GetAttribute("aria-invalid"), input.GetAttribute("aria-describedby")));
            Assert.Equal(words, Text(page.GetElementById($"{field}-error")!));
            Assert.Equal("alert", page.GetElementById($"{field}-error")!.GetAttribute("role"));
            Assert.Equal(field, Assert.Single(page.QuerySelectorAll(".take-focus")).Id);
            Assert.Null(page.QuerySelector("#timeline table"));
        }
    }

    [Fact]
    public async Task A_comparison_is_run_by_the_form_and_shown_by_its_address()
    {
        var (march, april) = await _of.RecordThreeMonthsAsync();
        await _of.UnlockAsync();
        var form = await _of.PageAsync("/compare");
        Assert.Equal([march, april], form.QuerySelectorAll("option[selected]").Select(option => option.GetAttribute("value")));
        Assert.Empty(form.GetElementById("result")!.Children);

        var posted = await _of.PostAsync("/compare", [("left", march), ("right", april)]);
        var path = $"{_of.Home}/compare?left={march}&right={april}";
        Assert.Equal((303, path), (posted.Status, posted.Header("Location")));
        var fragment = await _of.PostAsync("/compare", [("left", march), ("right", april)], isHtmx: true);
        Assert.Equal((200, path), (fragment.Status, fragment.Header("HX-Push-Url")));
        Assert.StartsWith("<div id=\"result\">", fragment.Text, StringComparison.Ordinal);
        Assert.NotNull(Read(fragment).QuerySelector("h2.take-focus"));
        Assert.Equal(2, await _of.CountLoggedAsync("compared"));

        var page = await _of.PageAsync(path[_of.Home.Length..]);
        Assert.Equal(2, await _of.CountLoggedAsync("compared")); // shown, not run
        var answer = await _of.It.Tenant.PostAsync($"/api/v1/middleware/customers/{Customer}/compare", new { leftCheckpointId = march, rightCheckpointId = april });
        var (left, right, difference) = (answer.Data.GetProperty("left"), answer.Data.GetProperty("right"), answer.Data.GetProperty("difference"));
        Assert.Equal(
            [
                $"Recorded amount | {Amount(left, "recordedAmount")} | {Amount(right, "recordedAmount")} | {RecordWords.SignedAmount(right.Number("recordedAmount") - left.Number("recordedAmount"))}",
                $"Net | {Signed(left, "netDelta")} | {Signed(right, "netDelta")} | {Signed(difference, "netDeltaDiff")}",
                $"Records | {Amount(left, "recordCount")} | {Amount(right, "recordCount")} | {Signed(difference, "recordCountDiff")}",
                $"Opening balance | {Amount(left, "startingBalance")} | {Amount(right, "startingBalance")} | {Signed(difference, "startingBalanceDiff")}",
                $"Closing balance | {Amount(left, "finalBalance")} | {Amount(right, "finalBalance")} | {Signed(difference, "finalBalanceDiff")}",
                $"Proof root | {left.Text("proofRoot")} | {right.Text("proofRoot")} | Different",
            ],
            Rows(page, "Side by side"));
        Assert.Equal(
            answer.Data.GetProperty("dailyDivergence").EnumerateArray().Select(day =>
                $"{day.Text("date")} | {Signed(day, "leftNetDelta")} | {Amount(day, "leftRecordCount")} | {Signed(day, "rightNetDelta")} | {Amount(day, "rightRecordCount")} | {Signed(day, "netDeltaDiff")}"),
            Rows(page, "Days that differ"));
        Assert.Equal(("0", "3", "2"), (Facts(page)["Records in both"], Facts(page)["Only in March 2026"], Facts(page)["Only in April 2026"]));
        Assert.Equal(["bar-1", "bar-2", "bar-2"], page.QuerySelectorAll("svg[role=img] rect").Select(bar => bar.ClassName).Order());

        static string Amount(JsonElement of, string member) => RecordWords.Amount(of.Number(member));
        static string Signed(JsonElement of, string member) => RecordWords.SignedAmount(of.Number(member));
    }

    [Fact]
    public async Task The_same_root_twice_matches_and_a_choice_that_is_none_is_told()
    {
        var (march, _) = await _of.RecordThreeMonthsAsync();
        await _of.UnlockAsync();

        var same = await _of.PageAsync($"/compare?left={march}&right={march}");
        Assert.Contains("Both periods match the verified record.", same.GetElementById("result")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("No day differs.", same.GetElementById("result")!.TextContent, StringComparison.Ordinal);
        Assert.Null(same.QuerySelector("svg[role=img]"));

        foreach (var isHtmx in (bool[])[false, true])
        {
            var none = await _of.PostAsync("/compare", [("left", march)], isHtmx);
            Assert.Equal((400, "Choose two closed periods of this record.", null), (none.Status, Text(Read(none).QuerySelector("#result [role=alert]")!), none.Header("HX-Push-Url")));
            Assert.Equal(404, (await _of.PostAsync("/compare", [("left", march), ("right", "chk_x")], isHtmx)).Status);
        }

        Assert.Equal(0, await _of.CountLoggedAsync("compared"));
    }

    private static DateTimeOffset At(string? text) => DateTimeOffset.Parse(text!, CultureInfo.InvariantCulture);

    private static string Day(string? text) => PeriodText.Date(At(text));

    private static string Month(JsonElement window) => RecordWords.Period(At(window.Text("startDate")), At(window.Text("endDate")));
}
