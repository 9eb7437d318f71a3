using PacSpace.Evidence;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Sealing;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Sealing;

/// <summary>Evidence format, section 5, "When a row does not reproduce its hash".</summary>
/// <remarks>
/// The rows before each test, of one ledger, none of them sealed:
/// <code>
/// index  customer  submission
/// 0      cust_1    single
/// 1      cust_2    single
/// 2-4    cust_3, cust_1, cust_4    group of three
/// 5      cust_1    single: names 3
/// 6      cust_5    single, the only record of its customer; answered under a key
/// 7      cust_6    single, the only record of its customer
/// </code>
/// </remarks>
public sealed class DamageTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private LedgerScenario _ledger = null!;
    private SealingScenario _sealing = null!;
    private SealingNode _node = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _ledger = await LedgerScenario.BeginAsync(_database.Source, unit: "tokens");
        _sealing = new SealingScenario(_database.Source);
        _node = _sealing.Node();
        var writer = _ledger.Node();
        var claim = new IdempotencyClaim(1, "k", Hash.Sha256("body"u8), (_, accepted) => new StoredAnswer(201, [1, .. ((ItemAccepted)accepted.Items[0]!).Leaf.ToArray(), 2]));
        await writer.SubmitAsync(_ledger.One("cust_1", 1));
        await writer.SubmitAsync(_ledger.One("cust_2", 2));
        await writer.SubmitAsync(_ledger.Group(New("cust_3"), New("cust_1"), New("cust_4")));
        await writer.SubmitAsync(_ledger.One("cust_1", 4));
        await writer.SubmitAsync(_ledger.One("cust_5", 5, claim: claim));
        await writer.SubmitAsync(_ledger.One("cust_6", 6));

        static NewRecord New(string customer) =>
            new(customer, Amount.FromDecimal(3.5m), "gpu_hours", "job_1", """{"n":1}"""u8.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        await _sealing.DisposeAsync();
        await _ledger.DisposeAsync();
        await _database.DisposeAsync();
    }

    // What is done to a row, at which index, and what becomes of it: F failed, M mended, S the ledger stops there, - nothing.
    [Theory]
    // content of a record that the customer's next record names
    [InlineData("reason = 'x'", 0, 'F')]
    [InlineData("delta = -1", 0, 'F')]
    [InlineData("balance_after = 2", 0, 'F')]
    [InlineData("accepted_at = accepted_at + interval '1 microsecond'", 0, 'F')]
    [InlineData("accepted_at = 'infinity'", 0, 'F')]
    [InlineData("unit = 'minutes'", 0, 'F')]
    [InlineData("unit = NULL", 0, 'F')]
    [InlineData("reference_id = 'job'", 0, 'F')]
    [InlineData("metadata = '{}'", 0, 'F')]
    [InlineData("metadata_salt = salt", 0, 'F')]
    [InlineData("adjusts_index = 0", 0, 'F')]
    [InlineData("salt = set_byte(salt, 0, get_byte(salt, 0) # 1)", 0, 'F')]
    [InlineData("salt = '\\x01'", 0, 'F')]
    [InlineData("prev = sha256('x')", 0, 'F')]
    [InlineData("prev = '\\x'", 0, 'F')]
    [InlineData("seq = 77", 0, 'F')]
    [InlineData("customer_no = 2, seq = 77", 0, 'F')]
    [InlineData("customer_no = 4711", 0, 'F')]
    [InlineData("delta = 'NaN'", 0, 'F')]
    [InlineData("delta = 1e40", 0, 'F')]
    // its stored hash
    [InlineData("leaf = set_byte(leaf, 31, get_byte(leaf, 31) # 128)", 0, 'M')]
    [InlineData("leaf = '\\x00ff'", 0, 'M')]
    // both: neither is what was acknowledged
    [InlineData("leaf = sha256('x'), reason = 'x'", 0, 'S')]
    // a group's members, of which no later record speaks: their siblings' root does
    [InlineData("reason = 'x'", 2, 'F')]
    [InlineData("metadata = '{\"n\":2}'", 4, 'F')]
    [InlineData("metadata_salt = salt", 4, 'F')]
    [InlineData("metadata = NULL", 4, 'F')]
    [InlineData("leaf = sha256('x')", 4, 'M')]
    [InlineData("leaf = sha256('x'), reason = 'x'", 4, 'S')]
    // what is not in any hash
    [InlineData("submission_root = sha256('x')", 2, '-')]
    [InlineData("submission_root = sha256('x')", 4, '-')]
    [InlineData("delta_index = 7", 3, '-')]
    // a single record that only an idempotency answer speaks of
    [InlineData("reason = 'x'", 6, 'F')]
    [InlineData("leaf = sha256('x')", 6, 'M')]
    // one that nothing speaks of
    [InlineData("reason = 'x'", 7, 'S')]
    [InlineData("leaf = sha256('x')", 7, 'S')]
    // not the same place any more
    [InlineData("ledger_index = 99", 1, 'S')]
    public async Task A_flipped_row_is_decided_by_what_was_acknowledged(string change, int index, char expected)
    {
        var leaves = (await _ledger.RecordsAsync()).ConvertAll(r => r.Record.Leaf);
        await _ledger.ExecuteAsync($"CREATE TABLE kept AS SELECT * FROM records WHERE ledger_index = {index}");
        await _ledger.ExecuteAsync($"UPDATE records SET {change} WHERE ledger_index = {index}");
        await SealAsync();

        // A group is sealed whole, so its ledger stops before it.
        var reached = expected == 'S' ? (index is >= 2 and <= 4 ? 2 : index) : 8;
        Assert.Equal(reached, await CountAsync("SELECT sealed_index FROM ledger_seals"));
        Assert.Equal(expected == 'S' ? 1 : 0, await CountAsync("SELECT count(*) FROM ledger_seals WHERE stopped_reason IS NOT NULL"));
        Assert.Equal(expected == 'F' ? 1 : 0, await CountAsync($"SELECT count(*) FROM record_failures WHERE ledger_index = {index} AND healed_at IS NULL"));
        if (reached == 8) Assert.Equal(MerkleTree.Root(leaves.ToArray()), await RootAsync());
        if (expected is 'M' or '-') Assert.Equal(leaves[index], (await _ledger.RecordsAsync())[index].Record.Leaf);
        if (!change.Contains("4711", StringComparison.Ordinal) && expected != 'S' && !change.Contains("'\\x", StringComparison.Ordinal)
            && !change.Contains("NaN", StringComparison.Ordinal) && !change.Contains("1e40", StringComparison.Ordinal)
            && !change.Contains("infinity", StringComparison.Ordinal)) await SealedLogOracle.HoldsAsync(_ledger, _sealing);

        // The content comes back: a failed record is healed, a stopped ledger goes on.
        await _ledger.ExecuteAsync($"DELETE FROM records WHERE ledger_index = {index} OR ledger_index = 99");
        await _ledger.ExecuteAsync("INSERT INTO records SELECT * FROM kept");
        await Task.Delay(1_050);
        await SealAsync();
        await Eventually.HoldsAsync(async () =>
        {
            await _node.SealAllAsync();
            return await CountAsync("SELECT count(*) FROM record_failures WHERE healed_at IS NULL") == 0;
        });
        Assert.Equal(8, await CountAsync("SELECT sealed_index FROM ledger_seals WHERE stopped_reason IS NULL"));
        await SealedLogOracle.HoldsAsync(_ledger, _sealing);
    }

    [Fact]
    public async Task Other_ledgers_go_on_when_one_stops()
    {
        var other = await LedgerScenario.BeginAsync(_database.Source);
        await other.Node().SubmitAsync(other.One("cust_1", 1));
        await _ledger.ExecuteAsync("DELETE FROM records WHERE ledger_no = $1 AND ledger_index = 0", _ledger.Ledger.LedgerNo);
        await SealAsync();
        Assert.Equal(1, await CountAsync($"SELECT sealed_index FROM ledger_seals WHERE ledger_no = {other.Ledger.LedgerNo}"));
        Assert.Equal(0, await CountAsync($"SELECT sealed_index FROM ledger_seals WHERE ledger_no = {_ledger.Ledger.LedgerNo} AND stopped_reason = 'record 0 is missing'"));
        await other.DisposeAsync();
    }

    [Fact]
    public async Task A_customer_of_another_name_fails_its_records_and_heals_with_the_name()
    {
        await _ledger.ExecuteAsync("UPDATE customers SET customer_id = 'cust_x' WHERE customer_id = 'cust_1'");
        await SealAsync();

        // 0 and 3 are named by 3 and 5; nothing names 5.
        Assert.Equal(2, await CountAsync("SELECT count(*) FROM record_failures"));
        Assert.Equal(5, await CountAsync("SELECT sealed_index FROM ledger_seals WHERE stopped_reason LIKE 'record 5 %'"));

        await _ledger.ExecuteAsync("UPDATE customers SET customer_id = 'cust_1' WHERE customer_id = 'cust_x'");
        await Task.Delay(1_050);
        await SealAsync();
        await Eventually.HoldsAsync(async () =>
        {
            await _node.SealAllAsync();
            return await CountAsync("SELECT count(*) FROM record_failures WHERE healed_at IS NULL") == 0;
        });
        Assert.Equal(8, await CountAsync("SELECT sealed_index FROM ledger_seals"));

        // A tick that began before the healing leaves the month without an edge, and a close makes it again.
        Assert.True(await _node.Rollups.RebuildMonthAsync(_ledger.Ledger.LedgerNo, 1, (int)await CountAsync("SELECT max(month)::bigint FROM customer_months"), default));
        await SealedLogOracle.HoldsAsync(_ledger, _sealing);
    }

    [Fact]
    public async Task A_record_rewritten_together_with_its_hash_is_not_sealed_when_the_next_one_names_another()
    {
        var (record, customerId) = (await _ledger.RecordsAsync())[0];
        var forged = (record with { Reason = "forged" }).Statement(_ledger.Ledger.LedgerId, customerId, LedgerScenario.Ids).LeafHash(record.Salt);
        await _ledger.ExecuteAsync("UPDATE records SET reason = 'forged', leaf = $1 WHERE ledger_index = 0", forged.ToArray());
        await SealAsync();
        Assert.Equal(0, await CountAsync("SELECT sealed_index FROM ledger_seals WHERE stopped_reason LIKE 'record 3 does not continue%'"));
    }

    [Fact]
    public async Task A_group_member_rewritten_together_with_its_hash_is_not_sealed()
    {
        var (record, customerId) = (await _ledger.RecordsAsync())[4];
        var forged = (record with { Reason = "forged" }).Statement(_ledger.Ledger.LedgerId, customerId, LedgerScenario.Ids).LeafHash(record.Salt);
        await _ledger.ExecuteAsync("UPDATE records SET reason = 'forged', leaf = $1 WHERE ledger_index = 4", forged.ToArray());
        await SealAsync();
        Assert.Equal(2, await CountAsync("SELECT sealed_index FROM ledger_seals WHERE stopped_reason LIKE 'the submission at record 2 %'"));
    }

    [Fact]
    public async Task Damage_after_sealing_to_the_record_before_does_not_stop_the_next()
    {
        await SealAsync();
        await _node.DisposeAsync();
        var writer = _ledger.Node();
        await writer.SubmitAsync(_ledger.One("cust_2", 2));
        await _ledger.ExecuteAsync("UPDATE records SET leaf = sha256('x'), balance_after = 17 WHERE ledger_index = 1");
        _node = _sealing.Node();
        await SealAsync();
        Assert.Equal(9, await CountAsync("SELECT sealed_index FROM ledger_seals WHERE stopped_reason IS NULL"));
    }

    [Fact]
    public async Task A_record_with_a_wrong_balance_is_not_sealed_though_it_gives_its_hash()
    {
        await SealAsync();
        var writer = _ledger.Node();
        await writer.SubmitAsync(_ledger.One("cust_2", 2));
        var (record, customerId) = (await _ledger.RecordsAsync())[8];
        var wrong = record with { BalanceAfter = Amount.FromDecimal(5) };
        await _ledger.ExecuteAsync(
            "UPDATE records SET balance_after = 5, leaf = $1 WHERE ledger_index = 8",
            wrong.Statement(_ledger.Ledger.LedgerId, customerId, LedgerScenario.Ids).LeafHash(record.Salt).ToArray());
        await SealAsync();
        Assert.Equal(8, await CountAsync("SELECT sealed_index FROM ledger_seals WHERE stopped_reason LIKE 'record 8 does not continue%'"));
    }

    private Task<SealOutcome> SealAsync() => _node.SealAllAsync();

    private async Task<Hash> RootAsync()
    {
        await using var command = _database.Source.CreateCommand("SELECT root FROM blocks");
        return Hash.FromBytes((byte[])(await command.ExecuteScalarAsync())!);
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var command = _database.Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync() ?? -1L);
    }
}
