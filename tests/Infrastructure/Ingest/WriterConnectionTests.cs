using Npgsql;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Ingest;

public sealed class WriterConnectionTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await postgres.CloneAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Commits_that_follow_each_other_are_done_by_one_server_process()
    {
        await using var pool = Pool(8);
        await using var ledger = await LedgerScenario.BeginAsync(pool);
        var node = ledger.Node();
        var others = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => pool.OpenConnectionAsync().AsTask()));
        foreach (var other in others) await other.DisposeAsync();

        for (var i = 0; i < 20; i++) await node.SubmitAsync(ledger.One("cust_1", 1));

        Assert.Equal(1L, await ScalarAsync(pool, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'WITH moved%'"));
    }

    [Fact]
    public async Task A_writer_to_which_nothing_comes_gives_its_connection_back()
    {
        await using var pool = Pool(1);
        await using var ledger = await LedgerScenario.BeginAsync(pool);
        await ledger.Node().SubmitAsync(ledger.One("cust_1", 1));

        // The only connection of the pool: this waits until the writer gives it back, and fails when it never does.
        Assert.Equal(1L, await ScalarAsync(pool, "SELECT count(*) FROM records"));
    }

    [Fact]
    public async Task A_node_that_ended_keeps_none()
    {
        await using var pool = Pool(1);
        await using var ledger = await LedgerScenario.BeginAsync(pool);
        var node = ledger.Node();
        await node.SubmitAsync(ledger.One("cust_1", 1));
        await node.DrainAsync();

        Assert.True(await IsFreeAsync(pool));
    }

    [Fact]
    public async Task Past_the_bound_a_connection_goes_back_after_every_commit()
    {
        await using var pool = Pool(1);
        using var places = new SemaphoreSlim(1);
        var (one, other) = (new WriterConnection(pool, places), new WriterConnection(pool, places));
        Assert.True(await places.WaitAsync(0));

        await one.OpenAsync();
        await one.KeepAsync();
        Assert.True(await IsFreeAsync(pool));

        places.Release();
        var kept = await other.OpenAsync();
        await other.KeepAsync();
        Assert.Same(kept, await other.OpenAsync());
        Assert.False(await IsFreeAsync(pool));

        await other.CloseAsync();
        Assert.True(await IsFreeAsync(pool));
        Assert.Equal(1, places.CurrentCount);
    }

    [Fact]
    public async Task After_a_fault_its_transaction_is_over_and_its_place_free()
    {
        await using var pool = Pool(1);
        using var places = new SemaphoreSlim(1);
        var connection = new WriterConnection(pool, places);
        await using (var begin = new NpgsqlCommand("BEGIN; SELECT pg_advisory_xact_lock(42)", await connection.OpenAsync())) await begin.ExecuteNonQueryAsync();
        await connection.KeepAsync();

        await connection.CloseAsync();

        Assert.Equal(1, places.CurrentCount);
        Assert.Equal(0L, await ScalarAsync(pool, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND pid = pg_backend_pid()"));
    }

    private NpgsqlDataSource Pool(int size) =>
        NpgsqlDataSource.Create($"{_database.ConnectionString};Maximum Pool Size={size};No Reset On Close=true;Max Auto Prepare=32");

    private static async Task<bool> IsFreeAsync(NpgsqlDataSource pool)
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        try
        {
            await using var connection = await pool.OpenConnectionAsync(soon.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<long> ScalarAsync(NpgsqlDataSource pool, string sql)
    {
        await using var command = pool.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
