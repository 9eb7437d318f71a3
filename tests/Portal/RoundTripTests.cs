using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PacSpace.Infrastructure.Records;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.RecordPagesScenario;

namespace PacSpace.Portal.Tests;

/// <summary>How often a page of the Shared Record waits for the database. On busy processors it is given a turn anew after each wait, so
/// that the waits and not the statements make it slow.</summary>
public sealed class RoundTripTests(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>As often as a page is opened before it is counted: by then Npgsql has prepared its statements, which takes more bytes and
    /// sometimes a trip more, and the session's last-seen is written.</summary>
    private const int Openings = 8;

    private RecordPagesScenario _of = null!;
    private RoundTrips _trips = null!;
    private (string Path, bool IsHtmx, int AtMost)[] _pages = [];

    public async ValueTask InitializeAsync()
    {
        _of = await StartAsync(postgres);
        var (march, april) = await _of.RecordThreeMonthsAsync();
        var record = (await _of.AskMiddlewareAsync("live?limit=1")).GetProperty("records")[0].GetProperty("recordId").GetString()!;
        _trips = new RoundTrips(_of.It.Host.Database);

        // One trip finds the link with its session and its customer; the others are what the page shows.
        _pages =
        [
            ("", false, 2),
            ("?rows=10", true, 2), // refreshes itself
            ("/records", false, 2),
            ($"/records/{record}", false, 2),
            ("/periods", false, 3), // the closed ones, and the open month
            ($"/periods/{march}", false, 2),
            ("/timeline", false, 5), // what is covered, balances at the gaps, sums by month, rows
            ("/compare", false, 2),
            ($"/compare?left={march}&right={april}", false, 4), // the choices, both periods, their days
            ("/export", false, 3), // the closed periods, and the open month
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _of.DisposeAsync();
        await _trips.DisposeAsync();
    }

    [Fact]
    public async Task No_page_waits_more_often_than_it_must() => Assert.Empty(await ComplaintsAsync());

    [Fact]
    public async Task A_page_that_asks_once_more_is_told_of() =>
        Assert.Equal(
            _pages.Select(page => $"{page.Path}: {page.AtMost + 1} round trips, and {page.AtMost} are enough"),
            await ComplaintsAsync(builder => builder.Services.AddSingleton<IStartupFilter, AsksOnceMore>()));

    [Fact]
    public async Task The_end_of_a_transaction_is_counted_and_its_beginning_is_not()
    {
        await using var database = NpgsqlDataSource.Create(_trips.Database.ConnectionString + ";No Reset On Close=true");
        Assert.Equal(1, await CountAsync(() => Question.Row(row => row.GetInt32(0), "SELECT 1").AskAsync(database, default)));
        Assert.Equal(3, await CountAsync(async () =>
        {
            await using var snapshot = await ReadSnapshot.TakeAsync(database, default);
            for (var i = 0; i < 2; i++) await Question.Row(row => row.GetInt32(0), "SELECT 1").AskAsync(snapshot.Connection, default);
        }));
        Assert.Equal(1, await CountAsync(async () =>
        {
            var snapshot = new SnapshotBatch(database);
            for (var i = 0; i < 3; i++) snapshot.Add(Question.Row(row => row.GetInt32(0), "SELECT 1"));
            await snapshot.AskAsync(default);
        }));

        async Task<int> CountAsync(Func<Task> ask)
        {
            await ask(); // connects
            var before = _trips.Count;
            await ask();
            return _trips.Count - before;
        }
    }

    private async Task<IReadOnlyList<string>> ComplaintsAsync(Action<WebApplicationBuilder>? adjust = null)
    {
        await using var node = await _of.StartNodeAsync(_trips.Database, adjust);
        var browser = new PageVisitor(node, PageVisitor.DefaultHost, "203.0.113.7");
        Assert.Equal(303, (await browser.PostAsync($"{_of.Home}/unlock", [("code", await _of.CodeAsync())])).Status);
        var complaints = new List<string>();
        foreach (var (path, isHtmx, atMost) in _pages)
        {
            var trips = 0;
            for (var i = 0; i < Openings; i++)
            {
                var before = _trips.Count;
                Assert.Equal(200, (await browser.GetAsync(_of.Home + path, ("HX-Request", isHtmx ? "true" : ""))).Status);
                trips = _trips.Count - before;
            }

            TestContext.Current.TestOutputHelper!.WriteLine($"{trips} {path}{(isHtmx ? " (refreshed)" : "")}");
            if (trips > atMost) complaints.Add($"{path}: {trips} round trips, and {atMost} are enough");
        }

        return complaints;
    }

    private sealed class AsksOnceMore : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (http, rest) =>
            {
                await using var command = http.RequestServices.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT 1");
                await command.ExecuteScalarAsync();
                await rest(http);
            });
            next(app);
        };
    }
}
