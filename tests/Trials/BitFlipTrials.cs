using PacSpace.Testing;

namespace PacSpace.Trials.Tests;

/// <summary>A hand, or a disk, changes a stored record after it was sealed.</summary>
public sealed class BitFlipTrials(ITestOutputHelper output)
{
    /// <summary>What is hashed, and at the end the hash itself: its content still gives the root, and the row is reported all the same.</summary>
    private static readonly (string Column, string Flipped)[] s_flips =
    [
        ("salt", "set_bit(salt, 77, 1 - get_bit(salt, 77))"),
        ("prev", "set_bit(prev, 250, 1 - get_bit(prev, 250))"),
        ("reason", "'tokenr'"),
        ("delta", "delta + 4"),
        ("balance_after", "balance_after - 0.000000001"),
        ("accepted_at", "accepted_at + interval '1 microsecond'"),
        ("leaf", "set_bit(leaf, 3, 1 - get_bit(leaf, 3))"),
    ];

    [Fact]
    public async Task It_is_found_by_chain_and_audit_and_heals_when_it_is_restored()
    {
        using var folder = new TemporaryFolder();
        await using var it = await TrialInstallation.EmbeddedAsync(folder);
        var key = await it.CreateKeyAsync();

        // Three records that a submission and a checkpoint stand for: what is said of a root is kept for a minute, so the one is asked
        // for the damage and the other for the healing.
        var submissions = new Dictionary<string, string>();
        var checkpoints = new Dictionary<string, string>();
        foreach (var (column, _) in s_flips)
        {
            var items = Enumerable.Range(1, 3).Select(i => new { customerId = $"cust_{column}", delta = -i, reason = "tokens" });
            submissions[column] = (await it.PostAsync(key, "/api/v1/balance/delta/batch", new { deltas = items })).GetProperty("receiptId").GetString()!;
            await it.SealedAsync();
            checkpoints[column] = (await it.PostAsync(key, "/api/v1/balance/checkpoint", new { customerId = $"cust_{column}" })).GetProperty("checkpointId").GetString()!;
        }

        await Eventually.HoldsAsync(async () => await it.AskAsync<long>("SELECT count(*) FROM checkpoints WHERE verified_at IS NULL") == 0);
        await it.AuditIsCleanAsync(3 * s_flips.Length);
        foreach (var (column, flipped) in s_flips)
        {
            var where = $"FROM customers c WHERE c.ledger_no = r.ledger_no AND c.customer_no = r.customer_no AND c.customer_id = 'cust_{column}' AND r.seq = 2";
            await it.ChangeAsync("DROP TABLE IF EXISTS before_flip");
            await it.ChangeAsync($"CREATE TABLE before_flip AS SELECT r.* FROM records r, customers c {where["FROM customers c ".Length..]}");
            Assert.Equal(1, await it.ChangeAsync($"UPDATE records r SET {column} = {flipped} {where}"));

            var damaged = await it.GetDataAsync(null, $"/api/v1/verify/{submissions[column]}?source=chain");
            Assert.Equal((column, false), (column, damaged.GetProperty("verified").GetBoolean()));
            Assert.Equal((column, false), (column, damaged.GetProperty("sources").GetProperty("chain").GetBoolean()));
            var (_, findings) = await it.AuditAsync();
            output.WriteLine($"{column}: {string.Join("; ", findings.Select(finding => finding.Split(':')[0]).Distinct())}");
            Assert.Contains(findings, finding => finding.StartsWith("record-", StringComparison.Ordinal));

            Assert.Equal(1, await it.ChangeAsync(
                $"UPDATE records r SET {column} = b.{column} FROM before_flip b WHERE r.ledger_no = b.ledger_no AND r.ledger_index = b.ledger_index"));
            var healed = await it.GetDataAsync(null, $"/api/v1/verify/{checkpoints[column]}?source=both");
            Assert.True(healed.GetProperty("verified").GetBoolean(), column);
        }

        await it.AuditIsCleanAsync(3 * s_flips.Length);
    }
}
