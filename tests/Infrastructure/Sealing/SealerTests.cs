using PacSpace.Evidence;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Sealing;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Sealing;

public sealed class SealerTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private LedgerScenario _ledger = null!;
    private SealingScenario _sealing = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _ledger = await LedgerScenario.BeginAsync(_database.Source, unit: "tokens");
        _sealing = new SealingScenario(_database.Source);
    }

    public async ValueTask DisposeAsync()
    {
        await _sealing.DisposeAsync();
        await _ledger.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_new_log_begins_with_a_signed_head_over_nothing()
    {
        var node = _sealing.Node();
        Assert.Equal(SealResult.Idle, (await node.TickAsync()).Result);

        var head = (await new LogReader(_database.Source).LatestHeadAsync("production", default))!;
        Assert.Equal((TreeSize.Empty, MerkleTree.EmptyRoot), (head.Size, head.Root));
        Assert.Equal([new LogKey(_sealing.VerifierKey.ToString(), 0, null)], await new LogReader(_database.Source).KeysAsync("production", default));
        await SealedLogOracle.HoldsAsync(_ledger, _sealing);
    }

    [Fact]
    public async Task Records_of_every_shape_are_sealed_and_everything_derives_again()
    {
        var writer = _ledger.Node();
        await writer.SubmitAsync(_ledger.One("cust_1", 5));
        await writer.SubmitAsync(_ledger.Group(
            new NewRecord("cust_1", Amount.FromDecimal(-1.5m), "gpu \"hours\" \u00e9\n", "job_1", """{"a": 1.0e3}"""u8.ToArray()),
            null,
            new NewRecord("cust_2", Amount.FromDecimal(999_999_999.999999999m), "refund", "job_2", null, new AdjustsTarget(null, null, "job_x"))));
        await writer.SubmitAsync(_ledger.Group(
            new NewRecord("cust_2", Amount.FromDecimal(-0.000000001m), "tokens", "job_2"),
            new NewRecord("cust_3", Amount.FromDecimal(1_000_000_000m), "tokens"),
            new NewRecord("cust_2", Amount.FromDecimal(12.34m), "adjusted", null, null, new AdjustsTarget(null, null, "job_2"))));
        await writer.SubmitAsync(_ledger.Group(new NewRecord("cust_1", Amount.FromDecimal(7), "alone in its group")));

        var node = _sealing.Node();
        var first = await node.TickAsync();
        Assert.Equal((SealResult.Sealed, 6L), (first.Result, first.RecordCount));
        await writer.SubmitAsync(_ledger.One("cust_2", 1));
        Assert.Equal(1, (await node.TickAsync()).RecordCount);
        Assert.Equal(SealResult.Idle, (await node.TickAsync()).Result);
        await SealedLogOracle.HoldsAsync(_ledger, _sealing);
    }

    [Fact]
    public async Task Months_are_kept_over_their_edges_and_by_whoever_seals()
    {
        var clock = new FakeClock(DateTimeOffset.Parse("2026-03-31T23:59:59.9Z", System.Globalization.CultureInfo.InvariantCulture));
        var writer = _ledger.Node(clock);
        for (var i = 0; i < 5; i++)
        {
            await writer.SubmitAsync(_ledger.One("cust_1", i + 1));
            await writer.SubmitAsync(_ledger.One("cust_2", -1));
            if (i == 2) await _sealing.SealAsync(clock);
            clock.Advance(TimeSpan.FromSeconds(0.05));
        }

        clock.Advance(TimeSpan.FromDays(40));
        await writer.SubmitAsync(_ledger.One("cust_1", 100));
        await _sealing.SealAsync(clock);
        await writer.SubmitAsync(_ledger.One("cust_1", 100));
        await _sealing.SealAsync(clock);
        await SealedLogOracle.HoldsAsync(_ledger, _sealing);
    }

    [Fact]
    public async Task A_backlog_is_worked_off_in_steps_and_no_submission_is_torn()
    {
        var other = await LedgerScenario.BeginAsync(_database.Source);
        var items = Enumerable.Range(0, 1_000).Select(i => new NewRecord($"cust_{i % 37}", Amount.FromDecimal(i + 1), "tokens")).ToArray();
        foreach (var ledger in new[] { _ledger, other })
        {
            var writer = ledger.Node();
            await writer.SubmitAsync(ledger.One("cust_1", 3));
            for (var i = 0; i < 21; i++) await writer.SubmitAsync(ledger.Group(items));
        }

        var node = _sealing.Node();
        Assert.True((await node.TickAsync()).HasMore);
        await node.SealAllAsync();
        Assert.Equal(2L * 21_001, await CountAsync("SELECT sum(sealed_index)::bigint FROM ledger_seals"));
        await SealedLogOracle.HoldsAsync(_ledger, _sealing);
        await other.DisposeAsync();
    }

    [Fact]
    public async Task Waiters_wake_on_the_node_that_seals_and_on_others()
    {
        var (sealing, watching) = (_sealing.Node(), _sealing.Node());
        await sealing.TickAsync();
        var here = sealing.Watch.WaitAsync(_ledger.Ledger.LedgerNo, 1, TimeSpan.FromSeconds(20), default);
        var there = watching.Watch.WaitAsync(_ledger.Ledger.LedgerNo, 1, TimeSpan.FromSeconds(20), default);
        Assert.False(await watching.Watch.WaitAsync(_ledger.Ledger.LedgerNo, 2, TimeSpan.FromMilliseconds(120), default));

        await _ledger.Node().SubmitAsync(_ledger.One("cust_1", 5));
        await sealing.TickAsync();

        Assert.True(await here);
        Assert.True(await there);
        Assert.True(await watching.Watch.WaitAsync(_ledger.Ledger.LedgerNo, 1, TimeSpan.Zero, default));
    }

    [Fact]
    public async Task Proofs_from_stored_nodes_hold_for_every_entry_and_every_pair_of_sizes()
    {
        var (writer, node, log) = (_ledger.Node(), _sealing.Node(), new LogReader(_database.Source));
        for (var i = 0; i < 13; i++)
        {
            await writer.SubmitAsync(_ledger.One("cust_1", i + 1));
            await node.TickAsync();
        }

        for (var second = 1; second <= 13; second++)
        {
            var head = (await log.HeadAtAsync("production", new TreeSize(second), default))!;
            Assert.Equal(head.Root, await log.RootAtAsync("production", head.Size, default));
            for (var first = 1; first <= second; first++)
            {
                var older = (await log.HeadAtAsync("production", new TreeSize(first), default))!;
                var path = await log.ConsistencyPathAsync("production", older.Size, head.Size, default);
                Assert.True(MerkleTree.CheckConsistency(older.Size, head.Size, older.Root, head.Root, path));

                var index = new LeafIndex(first - 1);
                var entry = (await log.EntryAsync("production", index, default))!.Value;
                var inclusion = await log.InclusionPathAsync("production", index, head.Size, default);
                Assert.True(MerkleTree.CheckInclusion(entry.LeafHash(), index, head.Size, inclusion, head.Root));
            }
        }
    }

    [Fact]
    public async Task A_rebuilt_month_is_the_one_that_was_kept()
    {
        var (writer, node) = (_ledger.Node(), _sealing.Node());
        for (var i = 0; i < 20; i++) await writer.SubmitAsync(_ledger.One($"cust_{i % 3}", i + 1));
        await node.SealAllAsync();
        for (var i = 0; i < 20; i++) await writer.SubmitAsync(_ledger.One($"cust_{i % 3}", i + 1));
        await node.SealAllAsync();
        var month = (int)await CountAsync("SELECT max(month)::bigint FROM customer_months");
        await _ledger.ExecuteAsync("UPDATE customer_months SET frontier_mac = sha256('forged'), net = 17, record_count = 3, last_seq = 4");

        for (var customerNo = 1; customerNo <= 3; customerNo++)
            Assert.True(await node.Rollups.RebuildMonthAsync(_ledger.Ledger.LedgerNo, customerNo, month, default));

        await SealedLogOracle.HoldsAsync(_ledger, _sealing);
    }

    [Fact]
    public async Task A_month_whose_edge_was_forged_goes_on_without_one_until_it_is_rebuilt()
    {
        var (writer, node) = (_ledger.Node(), _sealing.Node());
        await writer.SubmitAsync(_ledger.One("cust_1", 1));
        await node.SealAllAsync();
        await node.DisposeAsync();
        await _ledger.ExecuteAsync("UPDATE customer_months SET frontier_mac = sha256('forged')");
        await writer.SubmitAsync(_ledger.One("cust_1", 2));
        node = _sealing.Node();
        await node.SealAllAsync();
        Assert.Equal(0, await CountAsync("SELECT sum(length(frontier))::bigint FROM customer_months"));

        var month = (int)await CountAsync("SELECT max(month)::bigint FROM customer_months");
        await node.Rollups.RebuildMonthAsync(_ledger.Ledger.LedgerNo, 1, month, default);
        await writer.SubmitAsync(_ledger.One("cust_1", 3));
        await node.SealAllAsync();
        await SealedLogOracle.HoldsAsync(_ledger, _sealing);
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var command = _database.Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
