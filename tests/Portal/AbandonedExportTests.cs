using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Portal.Tests;

/// <summary>A client that goes away in the middle of a large file: nothing more is read for it.</summary>
public sealed class AbandonedExportTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Customer = "cust_large";

    /// <summary>With the longest reason more than fits into every buffer between the server and a client that does not read.</summary>
    private const int Records = 40_000;

    private const int RecordsInAPage = 4_096;

    private readonly Watch _watch = new();
    private RecordPagesScenario _of = null!;

    public async ValueTask InitializeAsync() =>
        _of = await RecordPagesScenario.StartAsync(postgres, builder => builder.Services.AddSingleton<IStartupFilter>(_watch));

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task A_client_that_goes_away_stops_the_work()
    {
        await RecordAsync();
        await _of.SetPolicyAsync("OPEN", Customer);
        using var statements = new TakenStatements(_of.It.Host.Database.Name);

        using var client = new HttpClient();
        using var form = new FormUrlEncodedContent([new("format", "csv"), new("period", "2026-03")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_of.It.Host.BaseAddress, $"/c/{await _of.HandleAsync(Customer)}/export")) { Content = form };
        request.Headers.Host = PageVisitor.DefaultHost;
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await (await answer.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[1_000]);
        answer.Dispose(); // what was not read is never asked for: the connection is closed

        await _watch.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        var read = statements.Taken.Count(statement => statement.StartsWith("COPY (SELECT r.ledger_index", StringComparison.Ordinal));
        Assert.InRange(read, 1, Records / RecordsInAPage - 1);
    }

    private async Task RecordAsync()
    {
        const int size = 1_000;
        var reason = new string('x', 500);
        for (var done = 0; done < Records; done += size)
        {
            var deltas = Enumerable.Range(done, size).Select(i => new { customerId = Customer, delta = -1 - i, reason, vendorAccountId = _of.Account });
            Assert.Equal(201, (await _of.It.Tenant.PostAsync("/api/v1/balance/delta/batch", new { deltas, vendorAccountId = _of.Account })).Status);
        }
    }

    /// <summary>Sees the end of an export, outside everything else.</summary>
    private sealed class Watch : IStartupFilter
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (HttpContext http, RequestDelegate go) =>
            {
                try
                {
                    await go(http);
                }
                finally
                {
                    if (HttpMethods.IsPost(http.Request.Method) && http.Request.Path.Value!.EndsWith("/export", StringComparison.Ordinal)) _ended.TrySetResult();
                }
            });
            next(app);
        };
    }
}
