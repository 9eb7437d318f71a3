using System.Text;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Ingest;

public sealed class LedgerWriterTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private LedgerScenario _ledger = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _ledger = await LedgerScenario.BeginAsync(_database.Source, unit: "tokens");
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // in brief: the customer's tail is known, so the group is one statement
    public async Task What_is_answered_is_what_is_stored_and_reproduces_its_hash(bool inBrief)
    {
        var node = _ledger.Node();
        if (inBrief) await node.SubmitAsync(_ledger.One("cust_1", 42.5m));
        var metadata = """{ "note": "as sent", "n": 1.50e3 }"""u8.ToArray();
        var submission = new Submission(_ledger.Ledger, false, [new NewRecord("cust_1", Amount.FromDecimal(-42.5m), "gpu_hours", "job_881", metadata)]);

        var accepted = Assert.IsType<ItemAccepted>(Assert.IsType<SubmissionAccepted>(await node.SubmitAsync(submission)).Items[0]);

        var (record, customerId) = (await _ledger.RecordsAsync())[^1];
        Assert.Equal("cust_1", customerId);
        Assert.Equal(inBrief ? (2, 0m) : (1, -42.5m), (record.Seq, record.BalanceAfter.Value));
        Assert.Equal((-42.5m, "gpu_hours", "job_881", "tokens"), (record.Delta.Value, record.Reason, record.ReferenceId, record.Unit));
        Assert.Equal(Encoding.UTF8.GetString(metadata), record.Metadata);
        Assert.Equal(accepted.Leaf, record.Leaf);
        Assert.Equal(accepted.AcceptedAt, record.AcceptedAt);
        Assert.True(record.ReproducesLeaf(_ledger.Ledger.LedgerId, customerId, LedgerScenario.Ids));
        Assert.True(LedgerScenario.Ids.TryDecode(accepted.RecordId, out var ledgerNo, out var index));
        Assert.Equal((record.LedgerNo, record.LedgerIndex), (ledgerNo, index));
        await AssertChainsAsync(inBrief ? 2 : 1);
    }

    [Fact]
    public async Task A_group_decided_in_brief_is_decided_again_when_another_hand_moved_the_ledger()
    {
        var (node, other) = (_ledger.Node(), _ledger.Node());
        await node.SubmitAsync(_ledger.One("cust_1", 1));
        await other.SubmitAsync(_ledger.One("cust_1", 1, claim: Claim("k", "body")));

        Assert.IsType<SubmissionReplayed>(await node.SubmitAsync(_ledger.One("cust_1", 1, claim: Claim("k", "body"))));
        var accepted = Assert.IsType<SubmissionAccepted>(await node.SubmitAsync(_ledger.One("cust_1", 1, claim: Claim("k2", "body"))));
        Assert.Equal(3, Assert.IsType<ItemAccepted>(accepted.Items[0]).Seq);
        Assert.IsType<SubmissionReplayed>(await other.SubmitAsync(_ledger.One("cust_1", 1, claim: Claim("k2", "body"))));
        await AssertChainsAsync(3);
    }

    [Fact]
    public async Task A_floor_that_rose_holds_for_a_group_in_brief_even_at_the_same_version()
    {
        var clock = new FakeClock(DateTimeOffset.Parse("2026-04-30T23:59:59Z", System.Globalization.CultureInfo.InvariantCulture));
        var node = _ledger.Node(clock);
        await node.SubmitAsync(_ledger.One("cust_1", 1));
        await _ledger.ExecuteAsync("UPDATE ledger_heads SET accepted_floor = '2026-05-01Z'");
        await node.SubmitAsync(_ledger.One("cust_1", 1));
        Assert.Equal("2026-05-01T00:00:00.000Z", (await _ledger.RecordsAsync())[^1].Record.AcceptedAt.ToApi());
    }

    [Fact]
    public async Task Two_nodes_on_one_ledger_leave_gapless_chains()
    {
        LedgerWriters[] nodes = [_ledger.Node(), _ledger.Node()];
        await Parallel.ForEachAsync(Enumerable.Range(0, 2_000), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
            await nodes[i % 2].SubmitAsync(_ledger.One($"cust_{i * i % 7}", i % 2 == 0 ? -0.000000001m : 999_999_999.999999999m)));

        await AssertChainsAsync(2_000);
    }

    [Fact]
    public async Task Accepted_times_never_decrease_though_a_clock_is_behind_and_never_fall_below_the_floor()
    {
        var start = DateTimeOffset.Parse("2026-04-30T23:59:59.5Z", System.Globalization.CultureInfo.InvariantCulture);
        var (ahead, behind) = (_ledger.Node(new FakeClock(start.AddSeconds(1))), _ledger.Node(new FakeClock(start)));
        await ahead.SubmitAsync(_ledger.One("cust_1", 1));
        await behind.SubmitAsync(_ledger.One("cust_1", 1));
        await _ledger.ExecuteAsync("UPDATE ledger_heads SET accepted_floor = '2026-05-02Z', version = 7");
        await behind.SubmitAsync(_ledger.One("cust_1", 1));

        var times = (await _ledger.RecordsAsync()).ConvertAll(r => r.Record.AcceptedAt.ToApi());
        Assert.Equal(["2026-05-01T00:00:00.500Z", "2026-05-01T00:00:00.500Z", "2026-05-02T00:00:00.000Z"], times);
    }

    [Fact]
    public async Task A_key_is_answered_once_and_replayed_after_even_by_another_node()
    {
        var (first, second) = (_ledger.Node(), _ledger.Node());
        var accepted = Assert.IsType<SubmissionAccepted>(await first.SubmitAsync(_ledger.One("cust_1", 5, claim: Claim("k1", "body"))));
        var replayed = Assert.IsType<SubmissionReplayed>(await second.SubmitAsync(_ledger.One("cust_1", 5, claim: Claim("k1", "body"))));
        Assert.IsType<SubmissionKeyReused>(await second.SubmitAsync(_ledger.One("cust_1", 6, claim: Claim("k1", "another body"))));

        Assert.Equal(((ItemAccepted)accepted.Items[0]!).RecordId, Encoding.UTF8.GetString(replayed.Answer.Bytes));
        Assert.Single(await _ledger.RecordsAsync());
    }

    [Fact]
    public async Task One_key_sent_to_two_nodes_at_once_records_once()
    {
        LedgerWriters[] nodes = [_ledger.Node(), _ledger.Node(), _ledger.Node()];
        for (var round = 0; round < 40; round++)
        {
            var claim = Claim($"key {round}", "body");
            var outcomes = await Task.WhenAll(nodes.Select(node => node.SubmitAsync(_ledger.One("cust_1", 1, claim: claim))));
            Assert.Single(outcomes, outcome => outcome is SubmissionAccepted);
            Assert.Equal(2, outcomes.Count(outcome => outcome is SubmissionReplayed));
        }

        await AssertChainsAsync(40);
    }

    [Fact]
    public async Task One_key_for_two_ledgers_of_a_tenant_is_settled_at_the_unique_index()
    {
        await _ledger.ExecuteAsync(
            "INSERT INTO vendor_accounts VALUES ('cmw_vendor_1', $1, 'One', sha256('1'), now()), ('cmw_vendor_2', $1, 'Two', sha256('2'), now())",
            _ledger.Ledger.TenantId);
        var directory = new LedgerDirectory(_database.Source, TimeProvider.System);
        var ledgers = new[]
        {
            await directory.FindOrCreateAsync(_ledger.Ledger.TenantId, "production", "cmw_vendor_1", default),
            await directory.FindOrCreateAsync(_ledger.Ledger.TenantId, "production", "cmw_vendor_2", default),
        };
        var node = _ledger.Node();
        for (var round = 0; round < 40; round++)
        {
            var outcomes = await Task.WhenAll(ledgers.Select(ledger =>
                node.SubmitAsync(_ledger.One("cust_1", 1, claim: Claim($"key {round}", ledger.LedgerId)) with { Ledger = ledger })));
            Assert.Single(outcomes, outcome => outcome is SubmissionAccepted);
            Assert.Single(outcomes, outcome => outcome is SubmissionKeyReused);
        }
    }

    [Fact]
    public async Task A_group_repeats_by_reference_only_what_is_the_same()
    {
        var node = _ledger.Node();
        NewRecord Item(decimal delta, string reference, string customer = "cust_1") => new(customer, Amount.FromDecimal(delta), "tokens", reference);
        var single = await node.SubmitAsync(_ledger.One("cust_1", -1, referenceId: "a"));
        var first = Assert.IsType<SubmissionAccepted>(await node.SubmitAsync(_ledger.Group(Item(-1, "a"), Item(-1, "a"), Item(-2, "a"), Item(-1, "a", "cust_2"))));
        var again = Assert.IsType<SubmissionAccepted>(await _ledger.Node().SubmitAsync(_ledger.Group(Item(-2, "a"), Item(-1, "a"), Item(-3, "a"))));

        Assert.Equal([false, true, false, false], first.Items.Select(i => ((ItemAccepted)i!).IsReplay));
        Assert.Equal([true, true, false], again.Items.Select(i => ((ItemAccepted)i!).IsReplay));
        Assert.Equal(((ItemAccepted)first.Items[2]!).RecordId, ((ItemAccepted)again.Items[0]!).RecordId);
        Assert.Equal(((ItemAccepted)first.Items[0]!).Root, ((ItemAccepted)again.Items[1]!).Root);
        Assert.NotEqual(((ItemAccepted)((SubmissionAccepted)single).Items[0]!).RecordId, ((ItemAccepted)first.Items[0]!).RecordId);
        await AssertChainsAsync(5);
    }

    [Fact]
    public async Task A_group_of_several_has_the_root_over_its_records_and_their_positions()
    {
        var accepted = Assert.IsType<SubmissionAccepted>(await _ledger.Node().SubmitAsync(
            _ledger.Group(new NewRecord("a", Amount.FromDecimal(1), "r"), null, new NewRecord("b", Amount.FromDecimal(2), "r"), new NewRecord("a", Amount.FromDecimal(3), "r"))));

        var records = (await _ledger.RecordsAsync()).ConvertAll(r => r.Record);
        Assert.Equal([0, 1, 2], records.ConvertAll(r => (int)r.DeltaIndex!));
        Assert.Equal(MerkleTree.Root(records.ConvertAll(r => r.Leaf).ToArray()), accepted.Root);
        Assert.All(records, record => Assert.Equal(accepted.Root, record.Root));
    }

    [Fact]
    public async Task A_delta_that_would_pass_eighteen_digits_is_refused_and_creates_nobody()
    {
        var node = _ledger.Node();
        await node.SubmitAsync(_ledger.One("rich", 1));
        await _ledger.ExecuteAsync("UPDATE ledger_heads SET version = 3");
        await PutBalanceAsync("rich", 999_999_999_999_999_999.5m);
        var refused = Assert.IsType<SubmissionAccepted>(await node.SubmitAsync(_ledger.One("rich", 0.6m)));
        Assert.Equal(new ItemRefused(ItemRefusal.BalanceTooLarge), refused.Items[0]);
        Assert.IsType<ItemAccepted>(Assert.IsType<SubmissionAccepted>(await node.SubmitAsync(_ledger.One("rich", 0.4m))).Items[0]);

        var adjusting = new NewRecord("nobody", Amount.FromDecimal(1), "r", Adjusts: new AdjustsTarget(null, null, "unknown"));
        var unknown = Assert.IsType<SubmissionAccepted>(await node.SubmitAsync(_ledger.Group(adjusting)));
        Assert.Equal(new ItemRefused(ItemRefusal.AdjustsUnknown), unknown.Items[0]);
        Assert.Equal(0L, await ScalarAsync("SELECT count(*) FROM customers WHERE customer_id = 'nobody'"));
    }

    [Fact]
    public async Task A_damaged_tail_stops_that_customer_and_no_other()
    {
        await _ledger.Node().SubmitAsync(_ledger.One("hurt", 5));
        await _ledger.Node().SubmitAsync(_ledger.One("well", 5));
        await _ledger.ExecuteAsync("UPDATE records SET balance_after = 500 WHERE seq = 1 AND customer_no = (SELECT customer_no FROM customers WHERE customer_id = 'hurt')");
        var node = _ledger.Node();

        await Assert.ThrowsAsync<WriterUnavailableException>(() => node.SubmitAsync(_ledger.One("hurt", 1)));
        await Assert.ThrowsAsync<WriterUnavailableException>(() => node.SubmitAsync(_ledger.Group(new NewRecord("well", Amount.FromDecimal(1), "r"), new NewRecord("hurt", Amount.FromDecimal(1), "r"))));
        Assert.IsType<SubmissionAccepted>(await node.SubmitAsync(_ledger.One("well", 1)));

        await _ledger.ExecuteAsync("UPDATE records SET balance_after = 5 WHERE balance_after = 500");
        Assert.IsType<SubmissionAccepted>(await node.SubmitAsync(_ledger.One("hurt", 1)));
        await AssertChainsAsync(4);
    }

    [Fact]
    public async Task Nothing_is_written_while_the_log_says_do_not_write()
    {
        var knows = _ledger.Node();
        await knows.SubmitAsync(_ledger.One("cust_1", 1));
        await _ledger.ExecuteAsync(
            "INSERT INTO log_state (environment, origin, do_not_write, reason) VALUES ('production', 'localhost/log/production', true, 'mark differs') " +
            "ON CONFLICT (environment) DO UPDATE SET do_not_write = true");
        var node = _ledger.Node();
        await Assert.ThrowsAsync<WriterUnavailableException>(() => knows.SubmitAsync(_ledger.One("cust_1", 1)));
        await Assert.ThrowsAsync<WriterUnavailableException>(() => node.SubmitAsync(_ledger.One("cust_1", 1)));
        Assert.Single(await _ledger.RecordsAsync());

        await _ledger.ExecuteAsync("UPDATE log_state SET do_not_write = false");
        Assert.IsType<SubmissionAccepted>(await node.SubmitAsync(_ledger.One("cust_1", 1)));
    }

    [Fact]
    public async Task A_stopping_node_commits_what_it_took_and_takes_no_more()
    {
        var node = _ledger.Node();
        var taken = Enumerable.Range(0, 500).Select(_ => node.SubmitAsync(_ledger.One("cust_1", 1))).ToArray();
        await node.DrainAsync();
        Assert.All(taken, task => Assert.IsType<SubmissionAccepted>(task.Result));
        await Assert.ThrowsAsync<WriterUnavailableException>(() => node.SubmitAsync(_ledger.One("cust_1", 1)));
        await AssertChainsAsync(500);
    }

    private static IdempotencyClaim Claim(string key, string body) =>
        new(1, key, Hash.Sha256(Encoding.UTF8.GetBytes(body)), (_, accepted) => new StoredAnswer(201, Encoding.UTF8.GetBytes(((ItemAccepted)accepted.Items[0]!).RecordId)));

    /// <summary>Rewrites a customer's only record so that it holds this balance and still reproduces its hash.</summary>
    private async Task PutBalanceAsync(string customerId, decimal balance)
    {
        var (record, _) = (await _ledger.RecordsAsync()).Single(r => r.CustomerId == customerId);
        var rich = record with { Seq = 2, Delta = Amount.FromDecimal(1), BalanceAfter = Amount.FromDecimal(balance) };
        var leaf = rich.RecomputeLeaf(_ledger.Ledger.LedgerId, customerId, LedgerScenario.Ids)!.Value;
        await _ledger.ExecuteAsync("UPDATE records SET seq = 2, balance_after = $1, leaf = $2 WHERE ledger_index = $3", balance, leaf.ToArray(), record.LedgerIndex);
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = _database.Source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private async Task AssertChainsAsync(int count)
    {
        var records = await _ledger.RecordsAsync();
        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), records.Select(r => r.Record.LedgerIndex));
        foreach (var chain in records.GroupBy(r => r.CustomerId))
        {
            var (seq, prev, balance) = (0L, Hash.Zero, Amount.Zero);
            foreach (var (record, customerId) in chain)
            {
                Assert.True(record.ReproducesLeaf(_ledger.Ledger.LedgerId, customerId, LedgerScenario.Ids), $"record {record.LedgerIndex}");
                Assert.Equal((++seq, prev, balance + record.Delta), (record.Seq, record.Prev, record.BalanceAfter));
                (prev, balance) = (record.Leaf, record.BalanceAfter);
            }
        }

        for (var i = 1; i < records.Count; i++) Assert.True(records[i - 1].Record.AcceptedAt <= records[i].Record.AcceptedAt);
    }
}
