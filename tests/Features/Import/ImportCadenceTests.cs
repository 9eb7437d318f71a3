using PacSpace.Features.Import;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Import;

/// <summary>An import into a tenant that has a shortest time between two records of one customer. While the importer waits, the
/// installation's clock goes on.</summary>
public sealed class ImportCadenceTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int Interval = 60;

    private readonly TemporaryFolder _folder = new();
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync()
    {
        _it = await ClosingScenario.StartAsync(postgres);
        await _it.Host.ExecuteAsync("UPDATE tenants SET cadence_interval_seconds = $2 WHERE tenant_id = $1", _it.Tenant.TenantId, Interval);
    }

    public async ValueTask DisposeAsync()
    {
        await _it.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Items_that_come_too_soon_are_sent_again_in_their_order_when_the_interval_is_over()
    {
        Write(["a,1", "b,2", "a,3", "a,0", "b,4", "a,5", "c,6"]);
        var clock = Clock();

        var done = await ImportAsync(clock);

        Assert.Equal((7, 6, 0, 1), (done.Rows, done.Recorded, done.Replayed, done.Refused));
        Assert.Equal(Seconds(Interval, Interval), clock.Waits);
        Assert.Equal(["a 1 3 5", "b 2 4", "c 6"], await RecordedAsync());
        Assert.Contains("\"5\",\"VALIDATION_ERROR\",\"delta must not be zero\"", await File.ReadAllTextAsync(done.RefusedFile!), StringComparison.Ordinal);
        Assert.DoesNotContain("CADENCE_LIMIT", await File.ReadAllTextAsync(done.RefusedFile!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_from_elsewhere_holds_the_whole_chunk_up()
    {
        await _it.EmitAsync("a", -9);
        Write(["a,1", "a,0"]);
        var clock = Clock();

        var done = await ImportAsync(clock);

        Assert.Equal((1, 1), (done.Recorded, done.Refused));
        Assert.Equal(Seconds(Interval), clock.Waits);
        Assert.Equal(["a -9 1"], await RecordedAsync());
    }

    [Theory] // without references only the keys keep a row from being recorded twice
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_run_that_was_killed_while_it_waited_goes_on_and_records_nothing_twice(int waits)
    {
        Write(["a,1", "a,2", "b,3", "a,4", "a,5"]);
        using var killed = new CancellationTokenSource();
        var waited = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ImportAsync(
            Clock(_ =>
            {
                if (++waited == waits) killed.Cancel();
            }),
            killed.Token));

        var done = await ImportAsync(Clock());

        Assert.Equal((5, 5, 0), (done.Rows, done.Recorded, done.Refused));
        Assert.Equal(["a 1 2 4 5", "b 3"], await RecordedAsync());
    }

    [Fact]
    public async Task Patience_has_an_end_when_others_are_always_sooner()
    {
        await _it.EmitAsync("a", -9);
        Write(["a,1"]);
        var stopped = await ImportAsync(new CountingClock()); // the installation's own clock stands still

        Assert.Contains("too soon", stopped.Stopped, StringComparison.Ordinal);
        Assert.Equal(1, (await ImportAsync(Clock())).Recorded);
    }

    private static IEnumerable<TimeSpan> Seconds(params int[] seconds) => seconds.Select(s => TimeSpan.FromSeconds(s));

    private CountingClock Clock(Action<TimeSpan>? also = null) => new()
    {
        Passes = wait =>
        {
            _it.Clock.Advance(wait);
            also?.Invoke(wait);
        },
    };

    private void Write(string[] rows) => File.WriteAllLines(Path.Combine(_folder, "usage.csv"), ["Who,Units", .. rows]);

    private async Task<UsageImported> ImportAsync(CountingClock clock, CancellationToken ct = default)
    {
        var request = new ImportUsage(
            Path.Combine(_folder, "usage.csv"), _it.Host.BaseAddress.ToString(), _it.Tenant.Key, "Who", "Units", "inference", "none", [], null, null, null, 600);
        var outcome = await new ImportUsageHandler(clock).Handle(request, ct);
        Assert.True(outcome.Accepted(out var done, out var refusal), refusal?.Message);
        return done;
    }

    /// <summary>Of each customer the deltas in the order of their records.</summary>
    private async Task<string[]> RecordedAsync() => (await _it.Host.QueryAsync<string>(
        "SELECT string_agg(line, ';' ORDER BY line) FROM (SELECT customer_id || ' ' || string_agg(trim_scale(delta)::text, ' ' ORDER BY seq) AS line " +
        "FROM records JOIN customers USING (ledger_no, customer_no) GROUP BY customer_id) c")).Split(';');
}
