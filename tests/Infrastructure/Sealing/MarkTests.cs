using System.Text;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Sealing;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Sealing;

public sealed class MarkTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private LedgerScenario _ledger = null!;
    private SealingScenario _sealing = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _ledger = await LedgerScenario.BeginAsync(_database.Source);
        _sealing = new SealingScenario(_database.Source);
        await RecordAndSealAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _sealing.DisposeAsync();
        await _ledger.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_mark_is_read_back_only_in_its_canonical_form()
    {
        var content = new MarkContent(
            "before\n", [new PlannedBlock(Entry.Block(Hash.Zero), 3, 40, 11), new PlannedCheckpoint(Entry.CheckpointRoot(Hash.Zero), "chk_1")], "a\n\n\u2014 head\n");
        var text = Encoding.UTF8.GetString(content.ToBytes());
        Assert.StartsWith("""{"before":"before\n","entries":[{"count":"11","entry":"11""", text, StringComparison.Ordinal);
        Assert.Contains("\u2014 head", text, StringComparison.Ordinal);
        var read = MarkContent.FromBytes(content.ToBytes());
        Assert.Equal(content.Entries, read.Entries);
        foreach (var other in new[] { " " + text, text.Replace("\"11\"", "\"011\"", StringComparison.Ordinal), text.Replace("mark/1", "mark/2", StringComparison.Ordinal), text[..^1], "null", "" })
            Assert.Throws<FormatException>(() => MarkContent.FromBytes(Encoding.UTF8.GetBytes(other)));
    }

    [Fact]
    public async Task An_older_copy_of_the_database_is_not_signed_for_and_the_right_one_goes_on_by_itself()
    {
        await using var older = await CopyAsync();
        await RecordAndSealAsync();
        await RecordAndSealAsync();

        await using var node = _sealing.NodeOn(older);
        var refused = await node.TickAsync();
        Assert.Equal(SealResult.Refused, refused.Result);
        Assert.Contains("size 3", refused.Reason, StringComparison.Ordinal);
        Assert.Equal((1L, true), await StateAsync(older));
        Assert.Equal(SealResult.Refused, (await node.TickAsync()).Result);
        Assert.False((await node.Health.CheckAsync(default)).IsLogOk);

        await RecordAndSealAsync();
        Assert.Equal((4L, false), await StateAsync(_database.Source));
        await SealedLogOracle.HoldsAsync(_ledger, _sealing);
    }

    [Fact]
    public async Task A_copy_that_lacks_only_the_last_step_and_has_its_records_commits_the_kept_head()
    {
        await _ledger.Node().SubmitAsync(_ledger.One("cust_1", 1));
        await using var older = await CopyAsync();
        await _sealing.SealAsync();
        await using (var node = _sealing.NodeOn(older)) Assert.Equal(SealResult.Idle, (await node.TickAsync()).Result);
        Assert.Equal((2L, false), await StateAsync(older));
    }

    [Fact]
    public async Task A_copy_that_lacks_the_records_of_the_kept_head_is_refused()
    {
        await using var older = await CopyAsync();
        await RecordAndSealAsync();
        await using var node = _sealing.NodeOn(older);
        Assert.Contains("the rows do not give the tree head of size 2", (await node.TickAsync()).Reason, StringComparison.Ordinal);
        Assert.Equal((1L, true), await StateAsync(older));
    }

    [Fact]
    public async Task An_empty_database_beside_a_mark_is_refused()
    {
        await using var empty = await postgres.CloneAsync();
        await using var node = _sealing.NodeOn(empty.Source);
        Assert.Equal(SealResult.Refused, (await node.TickAsync()).Result);
        Assert.Equal((0L, true), await StateAsync(empty.Source));
        Assert.Equal(SealResult.Refused, (await node.TickAsync()).Result);
    }

    [Fact]
    public async Task A_lost_or_unreadable_mark_is_refused_until_it_is_back()
    {
        var kept = await File.ReadAllBytesAsync(_sealing.MarkPath);
        var node = _sealing.Node();
        File.Delete(_sealing.MarkPath);
        Assert.Contains("no mark for a log of size 1", (await node.TickAsync()).Reason, StringComparison.Ordinal);
        Assert.Equal((1L, true), await StateAsync(_database.Source));
        await Assert.ThrowsAsync<WriterUnavailableException>(() => _ledger.Node().SubmitAsync(_ledger.One("cust_1", 1)));

        await File.WriteAllTextAsync(_sealing.MarkPath, "{}");
        Assert.Contains("cannot be read", (await node.TickAsync()).Reason, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(_sealing.MarkPath, kept);
        Assert.Equal(SealResult.Idle, (await node.TickAsync()).Result);
        await RecordAndSealAsync();
        await SealedLogOracle.HoldsAsync(_ledger, _sealing);
    }

    [Fact]
    public async Task What_an_operator_set_is_not_lifted()
    {
        await _ledger.ExecuteAsync("UPDATE log_state SET do_not_write = true, reason = 'moving house'");
        var node = _sealing.Node();
        Assert.Equal("moving house", (await node.TickAsync()).Reason);
        Assert.Equal((1L, true), await StateAsync(_database.Source));
        await _ledger.ExecuteAsync("UPDATE log_state SET do_not_write = false, reason = NULL");
        Assert.Equal(SealResult.Idle, (await node.TickAsync()).Result);
    }

    [Fact]
    public async Task A_damaged_node_of_the_log_is_refused_before_anything_is_built_on_it()
    {
        await RecordAndSealAsync();
        await _ledger.ExecuteAsync("UPDATE log_nodes SET hash = sha256('x') WHERE level = 1");
        Assert.Contains("stored nodes", (await _sealing.Node().TickAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_writer_of_the_mark_is_noticed_and_nothing_is_committed()
    {
        await _ledger.Node().SubmitAsync(_ledger.One("cust_1", 1));
        var node = _sealing.Node();
        Assert.True(await node.Sealer.ElectAsync(default));
        Assert.Null(await node.Sealer.ReconcileAsync(default));
        var work = (await node.Sealer.GatherAsync(default))!;
        node.Sealer.Sign(work);
        var current = (await _sealing.Mark.ReadAsync(default))!;
        Assert.True(await _sealing.Mark.SwapAsync(current, "another hand"u8.ToArray(), default));
        await Assert.ThrowsAsync<SealConflictException>(() => node.Sealer.KeepAsync(work, default));
        Assert.Equal((1L, false), await StateAsync(_database.Source));
    }

    [Fact]
    public async Task A_swap_that_expects_another_content_changes_nothing()
    {
        await using var marks = await postgres.EmptyAsync();
        foreach (var mark in new[] { new FileMark(_sealing.MarkPath + "2"), (IMark)new DatabaseMark(marks.Source, "production") })
        {
            Assert.Null(await mark.ReadAsync(default));
            Assert.False(await mark.SwapAsync("a"u8.ToArray(), "b"u8.ToArray(), default));
            Assert.True(await mark.SwapAsync(null, "a"u8.ToArray(), default));
            Assert.False(await mark.SwapAsync(null, "b"u8.ToArray(), default));
            Assert.False(await mark.SwapAsync("b"u8.ToArray(), "c"u8.ToArray(), default));
            Assert.True(await mark.SwapAsync("a"u8.ToArray(), "c"u8.ToArray(), default));
            Assert.Equal("c"u8.ToArray(), await mark.ReadAsync(default));
        }
    }

    [Fact]
    public async Task Of_many_that_swap_at_once_one_succeeds()
    {
        await using var marks = await postgres.EmptyAsync();
        await new DatabaseMark(marks.Source, "other").ReadAsync(default);
        foreach (var open in new Func<IMark>[] { () => new FileMark(_sealing.MarkPath + "3"), () => new DatabaseMark(marks.Source, "production") })
        {
            await open().SwapAsync(null, "0"u8.ToArray(), default);
            var swaps = await Task.WhenAll(Enumerable.Range(1, 12).Select(i => Task.Run(() => open().SwapAsync("0"u8.ToArray(), new[] { (byte)i }, default))));
            Assert.Single(swaps, true);
        }
    }

    [Fact]
    public async Task A_mark_in_another_database_does_the_same()
    {
        await using var marks = await postgres.EmptyAsync();
        await using var database = await postgres.CloneAsync();
        await using var ledger = await LedgerScenario.BeginAsync(database.Source);
        await using var sealing = new SealingScenario(database.Source);
        var mark = new DatabaseMark(marks.Source, "production");
        var node = sealing.Node(mark: mark);
        await node.SealAllAsync();
        await ledger.Node().SubmitAsync(ledger.One("cust_1", 1));
        Assert.Equal(1, (await node.TickAsync()).RecordCount);
        Assert.Single(MarkContent.FromBytes((await mark.ReadAsync(default))!).Entries);
    }

    private async Task RecordAndSealAsync()
    {
        await _ledger.Node().SubmitAsync(_ledger.One("cust_1", 1));
        await _sealing.SealAsync();
    }

    /// <summary>The database as it is now, as a backup would have it.</summary>
    private async Task<NpgsqlDataSource> CopyAsync()
    {
        var name = _database.Name + "_copy" + Guid.CreateVersion7().ToString("N")[^6..];
        NpgsqlConnection.ClearAllPools();
        await using (var pool = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString))
        {
            await using var others = pool.CreateCommand($"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{_database.Name}'");
            await others.ExecuteNonQueryAsync();
            await using var copy = pool.CreateCommand($"CREATE DATABASE {name} TEMPLATE {_database.Name}");
            await copy.ExecuteNonQueryAsync();
        }

        _database.Source.Clear();
        return NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Database = name }.ConnectionString);
    }

    private static async Task<(long Size, bool IsDoNotWrite)> StateAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("SELECT size, do_not_write FROM log_state WHERE environment = 'production'");
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetInt64(0), row.GetBoolean(1));
    }
}
