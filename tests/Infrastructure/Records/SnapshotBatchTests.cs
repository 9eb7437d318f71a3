using Npgsql;
using PacSpace.Infrastructure.Records;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Records;

public sealed class SnapshotBatchTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string CountFacts = "SELECT count(*) FROM facts";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.EmptyAsync();
        await ExecuteAsync("CREATE TABLE facts (fact int)");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task All_answers_are_of_one_instant()
    {
        await using var gate = await _database.Source.OpenConnectionAsync();
        await using (var hold = new NpgsqlCommand("SELECT pg_advisory_lock(7)", gate)) await hold.ExecuteNonQueryAsync();

        var batch = new SnapshotBatch(_database.Source);
        var before = batch.Add(Question.Row(row => row.GetInt64(0), CountFacts));
        batch.Add(Question.Rows(_ => 0, "SELECT pg_advisory_xact_lock(7)"));
        var after = batch.Add(Question.Row(row => row.GetInt64(0), CountFacts));
        Assert.Throws<InvalidOperationException>(() => before.Value);
        var asking = batch.AskAsync(default);

        // The batch has counted once and waits; what is written now comes too late for its second count.
        await Eventually.HoldsAsync(async () => await CountAsync("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 1);
        await ExecuteAsync("INSERT INTO facts VALUES (1)");
        await using (var release = new NpgsqlCommand("SELECT pg_advisory_unlock(7)", gate)) await release.ExecuteNonQueryAsync();
        await asking;
        Assert.Equal((0L, 0L, 1L), (before.Value, after.Value, await CountAsync(CountFacts)));
    }

    [Fact]
    public async Task A_fault_leaves_the_connection_as_it_was()
    {
        await using var one = NpgsqlDataSource.Create(_database.ConnectionString + ";Maximum Pool Size=1;No Reset On Close=true");
        var batch = new SnapshotBatch(one);
        batch.Add(Question.Row(row => row.GetInt64(0), CountFacts));
        batch.Add(Question.Row(row => row.GetInt32(0), "SELECT 1 / 0"));
        Assert.Equal(PostgresErrorCodes.DivisionByZero, (await Assert.ThrowsAsync<PostgresException>(() => batch.AskAsync(default))).SqlState);

        // The only connection of this pool is in no transaction, and may write.
        await using (var write = one.CreateCommand("INSERT INTO facts VALUES (2)")) await write.ExecuteNonQueryAsync();
        Assert.Equal(1, await CountAsync(CountFacts));
    }

    [Fact]
    public async Task A_reader_that_throws_leaves_the_connection_as_it_was()
    {
        await using var one = NpgsqlDataSource.Create(_database.ConnectionString + ";Maximum Pool Size=1;No Reset On Close=true");
        var batch = new SnapshotBatch(one);
        batch.Add(Question.Row<int>(_ => throw new InvalidOperationException("damaged"), "SELECT 1"));
        batch.Add(Question.Row(row => row.GetInt64(0), CountFacts));
        await Assert.ThrowsAsync<InvalidOperationException>(() => batch.AskAsync(default));

        await using (var write = one.CreateCommand("INSERT INTO facts VALUES (3)")) await write.ExecuteNonQueryAsync();
        Assert.Equal(1, await CountAsync(CountFacts));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private Task<long> CountAsync(string sql) => Question.Row(row => row.GetInt64(0), sql).AskAsync(_database.Source, default);
}
