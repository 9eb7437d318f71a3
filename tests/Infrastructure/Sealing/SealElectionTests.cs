using System.Diagnostics;
using PacSpace.Infrastructure.Sealing;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Sealing;

public sealed class SealElectionTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly TimeSpan MustGoOnWithin = TimeSpan.FromSeconds(5);

    private TestDatabase _database = null!;
    private LedgerScenario _ledger = null!;
    private SealingScenario _sealing = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _ledger = await LedgerScenario.BeginAsync(_database.Source);
        _sealing = new SealingScenario(_database.Source);
    }

    public async ValueTask DisposeAsync()
    {
        await _sealing.DisposeAsync();
        await _ledger.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Of_two_nodes_one_signs_and_the_environments_are_apart()
    {
        var (first, second) = (_sealing.Node(), _sealing.Node());
        Assert.Equal(SealResult.Idle, (await first.TickAsync()).Result);
        await _ledger.Node().SubmitAsync(_ledger.One("cust_1", 1));
        Assert.Equal(SealResult.NotElected, (await second.TickAsync()).Result);
        Assert.Equal(SealResult.Sealed, (await first.TickAsync()).Result);
        await using var sandbox = new SealingScenario(_database.Source, "sandbox");
        Assert.Equal(SealResult.Idle, (await sandbox.Node().TickAsync()).Result);
    }

    [Fact]
    public async Task A_node_that_stops_hands_over_at_once()
    {
        var (first, second) = (_sealing.Node(), _sealing.Node());
        await first.TickAsync();
        await first.DisposeAsync();
        Assert.Equal(SealResult.Idle, (await second.TickAsync()).Result);
    }

    [Fact]
    public async Task Under_load_a_killed_leader_is_followed_within_five_seconds_and_the_log_stays_one()
    {
        using var stop = new CancellationTokenSource();
        var (first, second) = (_sealing.Node(), _sealing.Node());
        await first.TickAsync();
        var writing = WriteAsync(stop.Token);
        for (var i = 0; i < 20; i++) await first.TickAsync();

        await _ledger.ExecuteAsync(
            "SELECT pg_terminate_backend(l.pid, 5000) FROM pg_locks l JOIN pg_database d ON d.oid = l.database " +
            "WHERE l.locktype = 'advisory' AND l.classid = 24225 AND d.datname = current_database()");
        var since = Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync(async () => (await second.TickAsync()).Result == SealResult.Sealed, MustGoOnWithin);
        Assert.True(Stopwatch.GetElapsedTime(since) < MustGoOnWithin);
        await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(() => first.TickAsync());
        Assert.Equal(SealResult.NotElected, (await first.TickAsync()).Result);

        await stop.CancelAsync();
        await writing;
        await second.SealAllAsync();
        await SealedLogOracle.HoldsAsync(_ledger, _sealing);
    }

    [Fact]
    public async Task A_leader_that_hangs_loses_its_right_within_five_seconds_and_can_commit_nothing()
    {
        var (hanging, other) = (_sealing.Node(), _sealing.Node());
        await hanging.TickAsync();
        await _ledger.Node().SubmitAsync(_ledger.One("cust_1", 1));
        var work = (await hanging.Sealer.GatherAsync(default))!;
        hanging.Sealer.Sign(work);
        await hanging.Sealer.KeepAsync(work, default);

        // It is suspended here, and its lock with it. The other commits the head that it kept.
        await Eventually.HoldsAsync(async () => (await other.TickAsync()).Result == SealResult.Idle, MustGoOnWithin);
        await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(() => hanging.Sealer.CommitAsync(work, default));
        await _ledger.Node().SubmitAsync(_ledger.One("cust_1", 1));
        Assert.Equal(1, (await other.TickAsync()).RecordCount);
        await SealedLogOracle.HoldsAsync(_ledger, _sealing);
    }

    private async Task WriteAsync(CancellationToken stop)
    {
        var writer = _ledger.Node();
        for (var i = 0; !stop.IsCancellationRequested; i++) await writer.SubmitAsync(_ledger.One($"cust_{i % 5}", 1));
    }
}
