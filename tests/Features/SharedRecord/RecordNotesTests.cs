using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Endpoints;
using PacSpace.Features.SharedRecord;
using PacSpace.Features.Sharing;
using PacSpace.Features.Tests.Balance;
using PacSpace.Features.Tests.Sharing;
using PacSpace.Infrastructure.Records;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.SharedRecord;

/// <summary>What vendors are told of visits, and what stands in the access log: MarkSeen, exports and comparisons.</summary>
public sealed class RecordNotesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private SharingScenario _it = null!;
    private string _handle = null!;

    public async ValueTask InitializeAsync()
    {
        _it = await SharingScenario.StartAsync(postgres);
        _handle = await _it.ShareAsync("cust_a");
    }

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task A_view_is_told_once_an_hour_and_link_and_logged_once_a_minute_and_visitor()
    {
        var start = _it.Clock.GetUtcNow();
        var (browser, other) = (_it.NewBrowser(), _it.NewBrowser(address: "198.51.100.1"));
        foreach (var visitor in (Browser[])[browser, browser, other]) await _it.DoneAsync(new MarkSeen(visitor.Visitor(), _handle));
        Assert.Equal((1, 2L), (_it.News.Told.Count, await ViewsAsync()));

        await browser.UnlockedAsync(_handle, await _it.CodeAsync("cust_a"));
        await _it.DoneAsync(new MarkSeen(browser.Visitor(), _handle));
        _it.Clock.Advance(TimeSpan.FromMinutes(59));
        await _it.DoneAsync(new MarkSeen(browser.Visitor(), _handle));
        Assert.Equal((1, 4L), (_it.News.Told.Count, await ViewsAsync()));
        _it.Clock.Advance(TimeSpan.FromMinutes(1));
        await _it.DoneAsync(new MarkSeen(browser.Visitor(), _handle));

        var told = _it.News.Told.Cast<SharedRecordViewed>().Select(news => (news.CustomerId, news.Host, news.Tier, news.Page, news.ViewedAt));
        Assert.Equal([("cust_a", "app.example.com", "outer", "landing", start), ("cust_a", "app.example.com", "inner", "landing", start.AddHours(1))], told);
        Assert.Equal(start.AddHours(1), (await _it.SharingOfAsync("cust_a")).LastViewedAt);
        Assert.Equal(await ViewsAsync(), await _it.Host.QueryAsync<long>("SELECT view_count FROM customer_links"));

        Task<long> ViewsAsync() => _it.Host.QueryAsync<long>("SELECT count(*) FROM access_log WHERE kind = 'viewed'");
    }

    [Fact]
    public async Task Views_that_come_all_at_once_are_told_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => _it.DoneAsync(new MarkSeen(_it.NewBrowser().Visitor(), _handle))));

        Assert.Single(_it.News.Told);
        Assert.Equal(1L, await _it.Host.QueryAsync<long>("SELECT count(*) FROM access_log"));
    }

    [Fact]
    public async Task Behind_a_gate_nothing_was_seen()
    {
        await _it.SetAsync("cust_a", "GATED");
        await _it.DoneAsync(new MarkSeen(_it.NewBrowser().Visitor(), _handle));

        Assert.Empty(_it.News.Told);
        Assert.Null((await _it.SharingOfAsync("cust_a")).LastViewedAt);
    }

    [Fact]
    public async Task Exports_and_comparisons_are_told_and_stand_in_the_log_when_a_visitor_did_them()
    {
        var browser = await _it.NewBrowser().UnlockedAsync(_handle, await _it.CodeAsync("cust_a"));
        var opened = await _it.DoneAsync(new OpenRecord(browser.Visitor(), _handle, false));
        var customer = (await _it.Host.Services.GetRequiredService<CustomerLookup>().FindAsync(opened.Visit.LedgerNo, opened.Visit.CustomerNo, CancellationToken.None))!;
        var notes = _it.Host.Services.GetRequiredService<RecordNotes>();

        await notes.NoteExportAsync(customer, opened.Visit, new ExportNote("csv", "2026-03", null, 42), CancellationToken.None);
        await notes.NoteExportAsync(customer, null, new ExportNote("json", "2026-03", null, 42), CancellationToken.None);
        await notes.NoteCompareAsync(customer, opened.Visit, new CompareNote("chk_1", "chk_2", "2026-01", "2026-02"), CancellationToken.None);

        var log = await _it.DoneAsync(new ListAccessLog(await _it.CallerAsync(), "cust_a", null, null, 50, null));
        Assert.Equal(
            [("compared", "inner", null, null), ("exported", "inner", "csv", "2026-03")], log.Entries.Take(2).Select(entry => (entry.Kind, entry.Tier, entry.Format, entry.Period)));
        Assert.Equal(3, log.Entries.Count);
        Assert.Equal(["portal", "middleware_api"], _it.News.Told.OfType<ExportDownloaded>().Select(news => news.Channel));
        Assert.Equal("portal", Assert.Single(_it.News.Told.OfType<CompareRun>()).Channel);
    }

    [Fact]
    public async Task The_four_events_have_the_documented_members_and_never_handle_or_code()
    {
        var code = await _it.CodeAsync("cust_a");
        for (var i = 0; i < 5; i++) await _it.NewBrowser(address: $"198.51.100.{i}").EnterAsync(_handle, Codes.Wrong(code));
        await _it.DoneAsync(new MarkSeen(_it.NewBrowser().Visitor(), _handle));
        var at = _it.Clock.GetUtcNow();

        (string Documented, CustomerEvent News)[] all =
        [
            ("customerId:string customerReference:string vendorAccountId:null host:string tier:string page:string viewedAt:string", _it.News.Told.OfType<SharedRecordViewed>().Single()),
            ("customerId:string customerReference:string vendorAccountId:null channel:string format:string period:string checkpointId:null recordCount:number downloadedAt:string",
                new ExportDownloaded("cust_a", "0xa1", null, "portal", "csv", "2026-04", null, 42, at)),
            ("customerId:string customerReference:string vendorAccountId:null channel:string leftCheckpointId:string rightCheckpointId:string leftPeriod:string rightPeriod:string ranAt:string",
                new CompareRun("cust_a", "0xa1", null, "portal", "chk_1", "chk_2", "2026-04", "2026-05", at)),
            ("customerId:string customerReference:string vendorAccountId:null host:string failureCount:number windowStart:string lastFailedAt:string totalFailures:number locked:boolean",
                _it.News.Told.OfType<StepUpFailedRepeatedly>().Single()),
        ];
        foreach (var (documented, news) in all)
        {
            var json = JsonSerializer.SerializeToElement(news, news.GetType(), WireJson.Options);
            Assert.Equal(documented.Split(' ').Order(StringComparer.Ordinal), DocumentedShape.Of(json).Split(' ').Order(StringComparer.Ordinal));
            Assert.DoesNotContain(_handle, json.GetRawText(), StringComparison.Ordinal);
            Assert.DoesNotContain(code, json.GetRawText(), StringComparison.Ordinal);
        }
    }
}
