using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Sealing;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Sealing;

/// <summary>One test a crash window of <see cref="Sealer"/>: the steps are driven one by one and abandoned, another node goes
/// on, and everything derives again.</summary>
public sealed class SealerCrashTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private LedgerScenario _ledger = null!;
    private SealingScenario _sealing = null!;
    private LedgerWriters _writer = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _ledger = await LedgerScenario.BeginAsync(_database.Source);
        _sealing = new SealingScenario(_database.Source);
        _writer = _ledger.Node();
        await _sealing.SealAsync();
        await RecordAsync();
        await _sealing.SealAsync();
        await RecordAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _sealing.DisposeAsync();
        await _ledger.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Window_1_planned_and_not_signed()
    {
        var node = await PlannedAsync();
        Assert.NotNull(node.Work);
        await DieAsync(node.Node);
        await GoesOnAsync(expectedSize: 2);
    }

    [Fact]
    public async Task Window_2_signed_and_not_kept()
    {
        var (node, work) = await PlannedAsync();
        node.Sealer.Sign(work);
        await DieAsync(node);

        // More came in meanwhile: the head that nobody saw is not the one that is signed now.
        await RecordAsync();
        await GoesOnAsync(expectedSize: 2);
        Assert.DoesNotContain(work.Head!.Note, await NotesAsync());
    }

    [Fact]
    public async Task Window_3_kept_and_not_committed()
    {
        var (node, work) = await PlannedAsync();
        node.Sealer.Sign(work);
        await node.Sealer.KeepAsync(work, default);
        await DieAsync(node);

        // What came in meanwhile is not in the kept head; it comes with the next.
        await RecordAsync();
        await GoesOnAsync(expectedSize: 3);
        Assert.Contains(work.Head!.Note, await NotesAsync());
    }

    [Fact]
    public async Task Window_3_kept_and_dying_in_the_middle_of_the_commit()
    {
        var (node, work) = await PlannedAsync();
        node.Sealer.Sign(work);
        await node.Sealer.KeepAsync(work, default);

        // The commit waits for a lock until its session is killed.
        await using (var blocker = await _database.Source.OpenConnectionAsync())
        await using (var transaction = await blocker.BeginTransactionAsync())
        {
            await using var lockLedger = new NpgsqlCommand("SELECT * FROM ledger_seals FOR UPDATE", blocker, transaction);
            await lockLedger.ExecuteNonQueryAsync();
            var commit = node.Sealer.CommitAsync(work, default);
            await DieAsync(node);
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => commit);
        }

        await GoesOnAsync(expectedSize: 2);
        Assert.Contains(work.Head!.Note, await NotesAsync());
    }

    [Fact]
    public async Task Window_3_recovery_itself_dies_and_is_done_again()
    {
        var (node, work) = await PlannedAsync();
        node.Sealer.Sign(work);
        await node.Sealer.KeepAsync(work, default);
        await DieAsync(node);

        var second = _sealing.Node();
        Assert.True(await second.Sealer.ElectAsync(default));
        await using (var blocker = await _database.Source.OpenConnectionAsync())
        await using (var transaction = await blocker.BeginTransactionAsync())
        {
            await using var lockLedger = new NpgsqlCommand("SELECT * FROM ledger_seals FOR UPDATE", blocker, transaction);
            await lockLedger.ExecuteNonQueryAsync();
            var recovery = second.Sealer.ReconcileAsync(default);
            await Eventually.HoldsAsync(async () => await CountAsync("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()") > 0);
            await DieAsync(second);
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => recovery);
        }

        await GoesOnAsync(expectedSize: 2);
        Assert.Contains(work.Head!.Note, await NotesAsync());
    }

    [Fact]
    public async Task Window_4_committed_and_nobody_told()
    {
        var (node, work) = await PlannedAsync();
        node.Sealer.Sign(work);
        await node.Sealer.KeepAsync(work, default);
        await node.Sealer.CommitAsync(work, default);
        await DieAsync(node);

        var watching = _sealing.Node();
        Assert.True(await watching.Watch.WaitAsync(_ledger.Ledger.LedgerNo, work.Plan.Runs[0].Decision.End, TimeSpan.FromSeconds(5), default));
        await GoesOnAsync(expectedSize: 2);
    }

    [Fact]
    public async Task Window_5_a_log_was_created_and_its_mark_was_not()
    {
        var sandbox = new SealingScenario(_database.Source, "sandbox");
        await sandbox.SealAsync();
        File.Delete(sandbox.MarkPath);

        var node = sandbox.Node();
        Assert.Equal(SealResult.Idle, (await node.TickAsync()).Result);
        Assert.True(File.Exists(sandbox.MarkPath));
        await sandbox.DisposeAsync();
    }

    [Fact]
    public async Task A_mark_written_half_is_no_mark()
    {
        await File.WriteAllTextAsync(_sealing.MarkPath + ".next", "{\"before\":\"log.test");
        await GoesOnAsync(expectedSize: 2);
    }

    [Fact]
    public async Task A_mark_prepared_whole_and_not_renamed_is_no_mark()
    {
        var (node, work) = await PlannedAsync();
        node.Sealer.Sign(work);
        new FileMark(_sealing.MarkPath).Prepare(new MarkContent(work.Plan.Before.Note, work.Plan.Entries, work.Head!.Note).ToBytes());
        await DieAsync(node);
        await GoesOnAsync(expectedSize: 2);
    }

    [Fact]
    public async Task A_checkpoint_that_was_kept_and_not_committed_is_completed_by_the_next()
    {
        await InsertCheckpointAsync("chk_1");
        var (node, work) = await PlannedAsync();
        Assert.Equal(2, work.Plan.Entries.Count);
        node.Sealer.Sign(work);
        await node.Sealer.KeepAsync(work, default);
        await DieAsync(node);

        // One that waits since is not in the kept head, though it is older by its time.
        await InsertCheckpointAsync("chk_0");
        var next = _sealing.Node();
        var chk1 = next.Watch.WaitForCheckpointAsync("chk_1", TimeSpan.FromSeconds(10), default);
        await next.SealAllAsync();
        Assert.True(await chk1);
        Assert.Equal(3, await CountAsync("SELECT tree_size FROM checkpoints WHERE checkpoint_id = 'chk_1'"));
        Assert.Equal(4, await CountAsync("SELECT tree_size FROM checkpoints WHERE checkpoint_id = 'chk_0'"));
        await SealedLogOracle.HoldsAsync(_ledger, _sealing);
    }

    [Fact]
    public async Task A_damaged_row_is_decided_the_same_way_when_its_kept_head_is_rebuilt()
    {
        await RecordAsync();
        await _ledger.ExecuteAsync("UPDATE records SET reason = 'changed' WHERE ledger_index = 5");
        var (node, work) = await PlannedAsync();
        Assert.Single(work.Plan.Runs[0].Decision.Failed);
        node.Sealer.Sign(work);
        await node.Sealer.KeepAsync(work, default);
        await DieAsync(node);
        await GoesOnAsync(expectedSize: 2);
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM record_failures WHERE ledger_index = 5"));
    }

    private async Task RecordAsync()
    {
        for (var i = 0; i < 4; i++) await _writer.SubmitAsync(_ledger.One($"cust_{i % 2}", i + 1));
    }

    private async Task<(SealingNode Node, SealWork Work)> PlannedAsync()
    {
        var node = _sealing.Node();
        Assert.True(await node.Sealer.ElectAsync(default));
        Assert.Null(await node.Sealer.ReconcileAsync(default));
        return (node, (await node.Sealer.GatherAsync(default))!);
    }

    /// <summary>As the process dies: its session ends wherever it is, and nothing of it runs on.</summary>
    private async Task DieAsync(SealingNode node)
    {
        await _ledger.ExecuteAsync(
            "SELECT pg_terminate_backend(l.pid, 5000) FROM pg_locks l JOIN pg_database d ON d.oid = l.database " +
            "WHERE l.locktype = 'advisory' AND l.classid = 24225 AND d.datname = current_database()");
        await node.Sealer.DisposeAsync();
    }

    private async Task GoesOnAsync(long expectedSize)
    {
        await _sealing.SealAsync();
        Assert.Equal(expectedSize, await CountAsync("SELECT size FROM log_state WHERE environment = 'production'"));
        Assert.Equal(0, await CountAsync("SELECT sum(h.next_index - s.sealed_index)::bigint FROM ledger_heads h JOIN ledger_seals s USING (ledger_no)"));
        await SealedLogOracle.HoldsAsync(_ledger, _sealing);
    }

    private Task InsertCheckpointAsync(string id) => _ledger.ExecuteAsync(
        "INSERT INTO checkpoints (checkpoint_id, ledger_no, customer_no, environment, mode, trigger, scope_identity, start_at, end_at, as_of, covered_through, " +
        "record_count, first_seq, last_seq, opening, net, closing, increases, decreases, recorded_by, statement, salt, proof_root, created_at) " +
        "VALUES ($1, $2, 1, 'production', 'all', 'api', sha256($1::bytea), '2026-01-01Z', '2026-02-01Z', now(), '2026-02-01Z', 0, 1, 0, 0, 0, 0, 0, 0, 'Acme', '{}', " +
        "'\\x00', sha256($1::bytea), '2026-02-01Z'::timestamptz + ascii(right($1, 1)) * interval '1 second')", id, _ledger.Ledger.LedgerNo);

    private async Task<List<string>> NotesAsync()
    {
        await using var command = _database.Source.CreateCommand("SELECT note FROM tree_heads");
        await using var row = await command.ExecuteReaderAsync();
        var notes = new List<string>();
        while (await row.ReadAsync()) notes.Add(row.GetString(0));
        return notes;
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var command = _database.Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
