using System.Globalization;
using System.Text.Json;
using AngleSharp.Dom;
using PacSpace.Features.Display;
using PacSpace.Features.Tests;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.RecordPagesScenario;

namespace PacSpace.Portal.Tests;

/// <summary>The customer's door and the vendor's, side by side over one record of uneven amounts: every number that a page shows is
/// one that the API gives for the same scope, and is the sum that a hand would make.</summary>
public sealed class BothDoorsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly decimal[] s_march = [-20.5m, 12.25m, -0.000000001m, -1_234_567.891m];
    private static readonly decimal[] s_april = [-40, 999.999999999m, -1_060];
    private static readonly decimal[] s_may = [-7, 3.5m];

    private RecordPagesScenario _of = null!;
    private PageVisitor _browser = null!;
    private string _march = "";
    private string _april = "";

    public async ValueTask InitializeAsync()
    {
        _of = await StartAsync(postgres); // -300 in March
        await EmitAsync(ClosingScenario.MidMarch.AddDays(2), s_march);
        await EmitAsync(ClosingScenario.April.AddDays(1), s_april);
        await EmitAsync(ClosingScenario.May.AddMinutes(5), s_may);
        await _of.It.SealedAsync();
        (_march, _april) = (await _of.CloseAsync("2026-03"), await _of.CloseAsync("2026-04"));
        _browser = await _of.UnlockedVisitorAsync();
        _of.It.Clock.Advance(TimeSpan.FromSeconds(1));

        async Task EmitAsync(DateTimeOffset from, decimal[] deltas)
        {
            _of.It.Clock.Set(from);
            foreach (var delta in deltas)
            {
                await _of.EmitAsync(delta);
                _of.It.Clock.Advance(TimeSpan.FromHours(30));
            }
        }
    }

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task The_open_month_and_its_records()
    {
        foreach (var (path, period, sum, count) in ((string, string, decimal, int)[])[
            ("", "2026-05", s_may.Sum(), 2), ("/records", "2026-05", s_may.Sum(), 2), ("/records?period=2026-04", "2026-04", s_april.Sum(), 3), ("/records?period=2026-03", "2026-03", s_march.Sum() - 300, 5)])
        {
            var api = await _of.AskMiddlewareAsync($"live?period={period}");
            var page = await PageAsync(path);
            Assert.Equal((sum, (decimal)count), (api.Number("recordedAmountThisPeriod"), api.Number("recordCount")));
            Assert.Contains($"{Amount(Math.Abs(sum))} credits recorded", Text(page.QuerySelector("main")!), StringComparison.Ordinal);
            Assert.Equal(api.GetProperty("labels").Text("total"), path.Length == 0 ? Text(page.QuerySelector(".total")!) : Text(page.QuerySelector(".lines li")!));
            Assert.Contains(api.GetProperty("labels").Text("recordCount"), page.QuerySelectorAll(".lines li").Select(Text));
            Assert.Contains("Net of increases and decreases.", Text(page.QuerySelector("main")!), StringComparison.Ordinal);
            Assert.Equal(
                api.GetProperty("records").EnumerateArray().Select(row => $"{PageText.Short(At(row.Text("time")))} | {Amount(Math.Abs(row.Number("signedDelta")))} | {row.Text("reason")} | {row.Text("referenceId")} | {RecordWords.State(row.Text("state")!)}"),
                Rows(page, "Newest"));
            Assert.Equal(api.GetProperty("records").EnumerateArray().Select(row => At(row.Text("time"))), page.QuerySelectorAll("tbody time").Select(time => At(time.GetAttribute("datetime"))));
        }

        var json = (await _browser.GetAsync(_of.Home, ("Accept", "application/json"))).Data;
        var live = await _of.AskMiddlewareAsync("live?limit=10");
        foreach (var member in (string[])["period", "startDate", "endDate", "unit", "recordCount", "recordedAmount", "verifiedThroughAt", "labels", "records", "tenant", "recordedBy", "asOf"])
            Assert.Equal((member, live.GetProperty(member).GetRawText()), (member, json.GetProperty(member).GetRawText()));
    }

    [Fact]
    public async Task Each_record()
    {
        var all = new List<JsonElement>();
        foreach (var period in (string[])["2026-03", "2026-04", "2026-05"]) all.AddRange((await _of.AskMiddlewareAsync($"live?period={period}")).GetProperty("records").EnumerateArray());
        Assert.Equal(10, all.Count);
        foreach (var row in all)
        {
            var api = await _of.AskAsync($"/api/v1/balance/delta/{row.Text("recordId")}");
            var page = await PageAsync($"/records/{row.Text("recordId")}");
            var facts = Facts(page);
            Assert.Equal((row.Number("signedDelta"), row.Text("fingerprint")), (api.Number("delta"), api.Text("itemHash")));
            Assert.Equal(
                ($"Record {row.Number("sequenceNumber")}", $"{Amount(Math.Abs(api.Number("delta")))} credits", $"{RecordWords.SignedAmount(api.Number("delta"))} credits"),
                (Text(page.QuerySelector("h1")!), Text(page.QuerySelector(".total")!), facts["Signed amount"]));
            Assert.Equal(
                (api.Text("itemHash"), api.Text("verificationReference"), PageText.Long(At(api.Text("acceptedAt"))), PageText.Long(At(api.Text("verifiedAt")))),
                (facts["Fingerprint"], facts["Verification reference"], facts["Recorded"], facts["Verified"]));
        }
    }

    [Fact]
    public async Task All_periods_each_period_and_its_receipt()
    {
        var rows = Rows(await PageAsync("/periods"), "Newest");
        var periods = (await _of.AskMiddlewareAsync("periods")).GetProperty("periods").EnumerateArray().ToList();
        Assert.Equal([_april, _march], periods.Select(period => period.Text("checkpointId")!));
        foreach (var (period, row, net) in periods.Zip(rows.Skip(1), [s_april.Sum(), s_march.Sum() - 300]).Select(both => (both.First, both.Second, both.Third)))
        {
            var checkpointId = period.Text("checkpointId")!;
            var api = await _of.AskMiddlewareAsync($"periods/{checkpointId}");
            Assert.Equal((net, net), (period.Number("netDelta"), api.Number("netDelta")));
            Assert.Equal($"{Month(period)} | {Amount(Math.Abs(net))} credits recorded | {period.Number("recordCount")} | {PeriodText.Date(At(period.Text("verifiedAt")))}", row);

            var page = await PageAsync($"/periods/{checkpointId}");
            var facts = Facts(page);
            Assert.Equal($"{Amount(Math.Abs(net))} credits recorded", Text(page.QuerySelector(".total")!));
            foreach (var (term, member) in ((string, string)[])[("Net", "netDelta"), ("Increases", "totalIncreases"), ("Decreases", "totalDecreases")])
                Assert.Equal((term, $"{RecordWords.SignedAmount(api.Number(member))} credits"), (term, facts[term]));
            Assert.Equal(
                api.GetProperty("records").EnumerateArray().Select(record => (Amount(record.Number("recordedValue")), RecordWords.SignedAmount(record.Number("signedDelta")))),
                Rows(page, "Oldest").Select(record => (record.Split(" | ")[1], record.Split(" | ")[2])));

            var receipt = (await _of.It.Host.GetAsync($"/api/v1/receipt/{checkpointId}")).Data;
            var receiptPage = Read(await _browser.GetAsync($"/receipt/{checkpointId}"));
            var receiptFacts = Facts(receiptPage);
            Assert.Equal((net, api.Number("startingBalance"), api.Number("finalBalance")), (receipt.Number("netDelta"), receipt.Number("startingBalance"), receipt.Number("finalBalance")));
            Assert.Equal($"{Amount(Math.Abs(net))} credits recorded", Text(receiptPage.QuerySelector(".total")!));
            foreach (var (term, member) in ((string, string)[])[("Opening balance", "startingBalance"), ("Closing balance", "finalBalance")])
            {
                Assert.Equal($"{Amount(api.Number(member))} credits", facts[term]);
                Assert.Equal(facts[term], receiptFacts[term]);
            }

            Assert.Equal((facts["Proof root"], facts["Verification reference"], facts["Log"]), (receiptFacts["Proof root"], receiptFacts["Verification reference"], receiptFacts["Log"]));
            Assert.Contains($"{api.Number("recordCount")} records", receiptPage.QuerySelectorAll(".lines li").Select(Text));
        }
    }

    [Fact]
    public async Task Timeline_and_compare()
    {
        const string range = "startDate=2026-02-01&endDate=2026-06-01";
        var (page, api) = (await PageAsync($"/timeline?{range}"), await _of.AskAsync($"/api/v1/balance/checkpoint-timeline/{Customer}?{range}"));
        var (facts, summary) = (Facts(page), api.GetProperty("summary"));
        var all = s_march.Sum() - 300 + s_april.Sum() + s_may.Sum();
        Assert.Equal((all, 10m), (summary.Number("netDelta"), summary.Number("recordCount")));
        Assert.Equal(
            ($"{Amount(Math.Abs(all))} credits", "10", "8", "2", $"{Amount(summary.Number("startingBalance"))} credits", $"{Amount(all)} credits"),
            (facts["Recorded amount"], facts["Records"], facts["Records in verified periods"], facts["Records not yet in one"], facts["Opening balance"], facts["Closing balance"]));
        Assert.Equal(
            api.GetProperty("points").EnumerateArray().Select(point => $"{Month(point)} | {Amount(Math.Abs(point.Number("netDelta")))} | {point.Number("deltaCount")} | {Amount(point.Number("finalBalance"))}"),
            Rows(page, "Verified periods").Where(row => row.Contains(" | ", StringComparison.Ordinal)).Select(row => row[..row.LastIndexOf(" | ", StringComparison.Ordinal)]));

        var compared = (await _of.It.Tenant.PostAsync($"/api/v1/middleware/customers/{Customer}/compare", new { leftPeriod = "2026-03", rightPeriod = "2026-04" })).Data;
        var comparison = await PageAsync($"/compare?left={_march}&right={_april}");
        var rows = Rows(comparison, "Side by side");
        Assert.Equal(s_april.Sum() - (s_march.Sum() - 300), compared.GetProperty("difference").Number("netDeltaDiff"));
        foreach (var (term, member, difference) in ((string, string, string)[])[("Net", "netDelta", "netDeltaDiff"), ("Records", "recordCount", "recordCountDiff"), ("Opening balance", "startingBalance", "startingBalanceDiff"), ("Closing balance", "finalBalance", "finalBalanceDiff")])
        {
            Func<decimal, string> words = term == "Net" ? amount => RecordWords.SignedAmount(amount) : amount => Amount(amount);
            Assert.Contains(
                $"{term} | {words(compared.GetProperty("left").Number(member))} | {words(compared.GetProperty("right").Number(member))} | {RecordWords.SignedAmount(compared.GetProperty("difference").Number(difference))}", rows);
        }

        Assert.Equal(
            compared.GetProperty("dailyDivergence").EnumerateArray().Select(day => $"{day.Text("date")} | {RecordWords.SignedAmount(day.Number("leftNetDelta"))} | {day.Number("leftRecordCount")} | {RecordWords.SignedAmount(day.Number("rightNetDelta"))} | {day.Number("rightRecordCount")} | {RecordWords.SignedAmount(day.Number("netDeltaDiff"))}"),
            Rows(comparison, "Days that differ"));
    }

    /// <summary>What a customer downloads is what the API tells of the same scope, row by row.</summary>
    [Fact]
    public async Task The_files()
    {
        foreach (var (field, value, api) in ((string, string, JsonElement)[])[
            ("checkpointId", _march, await _of.AskMiddlewareAsync($"periods/{_march}")), ("period", "2026-05", await _of.AskMiddlewareAsync("live"))])
        {
            var rows = api.GetProperty("records").EnumerateArray().OrderBy(row => row.Number("sequenceNumber")).ToList();
            var json = (await _browser.PostAsync($"{_of.Home}/export", [("format", "json"), (field, value)])).Json;
            foreach (var member in (string[])["period", "startDate", "endDate", "unit", "recordCount", "recordedAmount", "tenant", "recordedBy"])
                Assert.Equal((member, api.GetProperty(member).GetRawText()), (member, json.GetProperty(member).GetRawText()));
            Assert.Equal(rows.Select(row => row.GetRawText()), json.GetProperty("records").EnumerateArray().Select(row => row.GetRawText()));
            Assert.Equal(rows.Sum(row => row.Number("signedDelta")), json.Number("netDelta"));

            var csv = (await _browser.PostAsync($"{_of.Home}/export", [("format", "csv"), (field, value)])).Text.TrimStart('\ufeff').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal("recordId,sequenceNumber,time,recordedValue,unit,signedDelta,reason,referenceId,state,fingerprint,verificationReference,recordedBy", csv[0]);
            Assert.Equal(
                rows.Select(row => $"{row.Text("recordId")},{row.GetProperty("sequenceNumber")},{row.Text("time")},{row.GetProperty("recordedValue")},{row.Text("unit")},{row.GetProperty("signedDelta")},{row.Text("reason")},{row.Text("referenceId")},{row.Text("state")},{row.Text("fingerprint")}"),
                csv.Skip(1).Select(line => string.Join(',', line.Replace("\"", "", StringComparison.Ordinal).Split(',')[..10])));
        }
    }

    private async Task<IDocument> PageAsync(string rest)
    {
        var answer = await _browser.GetAsync(_of.Home + rest);
        Assert.True(answer.Status == 200, $"{rest}: {answer.Status}");
        return Read(answer);
    }

    private static string Amount(decimal amount) => amount.ToString("#,##0.#########", CultureInfo.GetCultureInfo("en-US"));

    private static DateTimeOffset At(string? text) => DateTimeOffset.Parse(text!, CultureInfo.InvariantCulture);

    private static string Month(JsonElement window) => RecordWords.Period(At(window.Text("startDate")), At(window.Text("endDate")));
}
