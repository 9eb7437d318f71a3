using System.Text.Json;
using PacSpace.Testing;

namespace PacSpace.Trials.Tests;

/// <summary>A hand, or a disk, changes a stored record after it was sealed.</summary>
public sealed class BitFlipTrials(ITestOutputHelper output)
{
    private static readonly (string Column, string Flipped)[] s_flips =
    [
        ("salt", "set_bit(salt, 77, 1 - get_bit(salt, 77))"),
        ("leaf", "set_bit(leaf, 3, 1 - get_bit(leaf, 3))"),
        ("prev", "set_bit(prev, 250, 1 - get_bit(prev, 250))"),
        ("reason", "'tokenr'"),
        ("delta", "delta + 4"),
        ("balance_after", "balance_after - 0.000000001"),
        ("accepted_at", "accepted_at + interval '1 microsecond'"),
    ];

    [Fact]
    public async Task It_is_found_by_chain_and_audit_and_heals_when_it_is_restored()
    {
        using var folder = new TemporaryFolder();
        await using var it = await TrialInstallation.EmbeddedAsync(folder);
        var key = await it.CreateKeyAsync();

        // Three records of one submission each time: its root and the block's open the same rows, and an answer is kept a minute.
        var submissions = new Dictionary<string, JsonElement>();
        foreach (var (column, _) in s_flips)
        {
            var items = Enumerable.Range(1, 3).Select(i => new { customerId = $"cust_{column}", delta = -i, reason = "tokens" });
            submissions[column] = await it.PostAsync(key, "/api/v1/balance/delta/batch", new { deltas = items });
            await it.SealedAsync();
        }

        await it.AuditIsCleanAsync(3 * s_flips.Length);
        foreach (var (column, flipped) in s_flips)
        {
            var root = submissions[column].GetProperty("receiptId").GetString()!;
            var recordId = submissions[column].GetProperty("results")[1].GetProperty("recordId").GetString()!;
            var record = await it.GetDataAsync(key, $"/api/v1/balance/delta/{recordId}");
            var blockRoot = record.GetProperty("verificationReference").GetString()!;
            var where = $"FROM customers c WHERE c.ledger_no = r.ledger_no AND c.customer_no = r.customer_no AND c.customer_id = 'cust_{column}' AND r.seq = 2";

            await it.ChangeAsync("DROP TABLE IF EXISTS before_flip");
            await it.ChangeAsync($"CREATE TABLE before_flip AS SELECT r.* FROM records r, customers c {where["FROM customers c ".Length..]}");
            Assert.Equal(1, await it.ChangeAsync($"UPDATE records r SET {column} = {flipped} {where}"));

            var damaged = await it.GetDataAsync(null, $"/api/v1/verify/{blockRoot}?source=chain");
            Assert.False(damaged.GetProperty("verified").GetBoolean(), column);
            Assert.False(damaged.GetProperty("sources").GetProperty("chain").GetBoolean(), column);
            var (_, findings) = await it.AuditAsync();
            output.WriteLine($"{column}: {string.Join("; ", findings.Select(finding => finding.Split(':')[0]).Distinct())}");
            Assert.Contains(findings, finding => finding.StartsWith("record-", StringComparison.Ordinal));

            Assert.Equal(1, await it.ChangeAsync(
                $"UPDATE records r SET {column} = b.{column} FROM before_flip b WHERE r.ledger_no = b.ledger_no AND r.ledger_index = b.ledger_index"));
            var healed = await it.GetDataAsync(null, $"/api/v1/verify/{root}?source=both");
            Assert.True(healed.GetProperty("verified").GetBoolean(), column);
        }

        await it.AuditIsCleanAsync(3 * s_flips.Length);
    }
}
