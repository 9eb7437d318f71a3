using System.Text.Json;
using PacSpace.Evidence;
using PacSpace.Features.Audit;
using Xunit;

namespace PacSpace.Features.Tests.Audit;

/// <summary>Each probe is one injury to stored bytes: the audit names it and blames nothing else. The probes know the scenario: record 5
/// is cust_0's second, alone in its submission and under a key's answer (6); records 41 to 57 are a group; 59 has metadata; 76 to 79 are not sealed.</summary>
public sealed class LedgerAuditTests(AuditScenario installation) : IClassFixture<AuditScenario>
{
    [Fact]
    public async Task A_sound_installation_is_clean_and_all_of_it_was_looked_at()
    {
        var report = await installation.AuditAsync();

        Assert.Empty(report.Findings);
        Assert.True(report.IsClean);
        Assert.Equal(2, report.Counts.Ledgers);
        Assert.Equal(81, report.Counts.Records);
        Assert.Equal(4, report.Counts.UnsealedRecords);
        Assert.Equal(5, report.Counts.Checkpoints);
        Assert.Equal(16, report.Counts.IdempotencyKeys);
        Assert.Equal(2, report.Counts.Marks);
        Assert.True(report.Counts is { Blocks: > 4, LogEntries: > 8, LogNodes: > 8, TreeHeads: > 5, CustomerMonths: > 10, CustomerDays: > 10, Submissions: > 50 }, report.Counts.ToString());
    }

    [Theory]
    [InlineData("delta = delta + 1", 5)]
    [InlineData("balance_after = -balance_after", 5)]
    [InlineData("reason = 'tokenz'", 5)]
    [InlineData("reference_id = 'job_x'", 5)]
    [InlineData("reference_id = NULL", 5)]
    [InlineData("unit = 'token'", 5)]
    [InlineData("accepted_at = accepted_at + interval '1 microsecond'", 5)]
    [InlineData("salt = set_byte(salt, 3, get_byte(salt, 3) # 1)", 5)]
    [InlineData("metadata = '{\"a\":1}'", 59)]
    [InlineData("metadata_salt = NULL", 59)]
    [InlineData("adjusts_index = 3", 60, AuditCodes.RecordAdjusts)]
    [InlineData("seq = 999", 5, AuditCodes.CheckpointRange, AuditCodes.CheckpointRoot)]
    [InlineData("prev = sha256('x')", 5)]
    [InlineData("delta = 1e27", 5)]
    [InlineData("salt = 'short'", 5)]
    [InlineData("delta = delta - 1", 45)]
    [InlineData("delta = 1", 79)]
    public async Task A_changed_record_does_not_give_its_hash(string change, int index, params string[] besides) =>
        await FindsAsync(Changed(change, index), $"record {index}", [AuditCodes.RecordHash, .. besides]);

    [Theory]
    [InlineData("leaf = set_byte(leaf, 31, get_byte(leaf, 31) # 128)", 7)]
    [InlineData("leaf = 'short'", 7)]
    public async Task A_changed_hash_is_named_where_it_is(string change, int index) =>
        await FindsAsync(Changed(change, index), $"record {index}", AuditCodes.RecordHash);

    [Fact]
    public async Task A_hash_under_an_answer_is_also_contradicted_by_the_answer() =>
        await FindsAsync(Changed("leaf = set_byte(leaf, 0, get_byte(leaf, 0) # 1)", 6), "record 6", AuditCodes.RecordHash, AuditCodes.IdempotencyAnswer);

    [Fact]
    public async Task A_record_moved_to_a_customer_that_is_not_there_is_missed_there() =>
        await FindsAsync(Changed("customer_no = 99", 5), "record 5", AuditCodes.RecordCustomer, AuditCodes.RecordSeq, AuditCodes.CheckpointRange, AuditCodes.CheckpointRoot);

    [Theory]
    [InlineData(8, AuditCodes.RecordSeq)]
    [InlineData(45, AuditCodes.RecordSeq, AuditCodes.IdempotencyAnswer)]
    [InlineData(79)] // the last one: only the ledger's own count knows of it
    public async Task A_record_that_was_taken_away_leaves_its_number(int index, params string[] besides) =>
        await FindsAsync($"DELETE FROM records WHERE ledger_no = 1 AND ledger_index = {index}", $"record {index}", [AuditCodes.RecordMissing, .. besides]);

    [Theory]
    [InlineData("UPDATE records SET submission_root = sha256('x') WHERE ledger_no = 1 AND ledger_index BETWEEN 41 AND 57", AuditCodes.SubmissionRoot, AuditCodes.SubmissionLookup)]
    [InlineData("UPDATE records SET delta_index = 9 WHERE ledger_no = 1 AND ledger_index = 45", AuditCodes.SubmissionRoot, AuditCodes.SubmissionLookup)]
    [InlineData("DELETE FROM submission_roots WHERE ledger_no = 1 AND first_index = 41", AuditCodes.SubmissionLookup)]
    [InlineData("UPDATE submission_roots SET record_count = 2 WHERE ledger_no = 1 AND first_index = 3", AuditCodes.SubmissionLookup)]
    [InlineData("INSERT INTO submission_roots SELECT * FROM submission_roots WHERE ledger_no = 1 AND first_index = 3", AuditCodes.SubmissionLookup)]
    [InlineData("INSERT INTO submission_roots VALUES (1, 1, 78, 1)", AuditCodes.SubmissionLookup)]
    [InlineData("UPDATE ledger_heads SET next_index = 79 WHERE ledger_no = 1", AuditCodes.LedgerHead)]
    [InlineData("UPDATE ledger_heads SET next_customer_no = 2 WHERE ledger_no = 1", AuditCodes.LedgerHead)]
    [InlineData("UPDATE ledger_heads SET accepted_floor = '2026-01-31' WHERE ledger_no = 1", AuditCodes.LedgerHead)]
    [InlineData("UPDATE ledger_seals SET stopped_reason = 'record 5 is missing' WHERE ledger_no = 1", AuditCodes.LedgerStopped)]
    [InlineData("UPDATE ledger_seals SET sealed_index = 78 WHERE ledger_no = 1", AuditCodes.LedgerSeal, AuditCodes.SubmissionLookup)]
    [InlineData("UPDATE blocks SET root = sha256('x') WHERE ledger_no = 1 AND first_index = 0", AuditCodes.BlockRoot, AuditCodes.BlockLog)]
    [InlineData("UPDATE blocks SET record_count = record_count - 1 WHERE ledger_no = 1 AND first_index = 0", AuditCodes.BlockRoot, AuditCodes.BlockRange, AuditCodes.Rollup, AuditCodes.RollupFrontier)]
    [InlineData("UPDATE blocks SET tree_size = tree_size + 1 WHERE ledger_no = 1 AND first_index = 0", AuditCodes.BlockLog)]
    [InlineData("UPDATE blocks SET log_index = log_index + 1 WHERE ledger_no = 1 AND first_index = 0", AuditCodes.BlockLog, AuditCodes.LogEntry)]
    [InlineData("UPDATE log_entries SET entry = set_byte(entry, 9, get_byte(entry, 9) # 4) WHERE environment = 'production' AND log_index = 1", AuditCodes.BlockLog, AuditCodes.LogNode, AuditCodes.HeadRoot, AuditCodes.HeadSignature)]
    [InlineData("UPDATE log_entries SET checkpoint_id = 'chk_other' WHERE checkpoint_id = 'chk_empty'", AuditCodes.LogEntry, AuditCodes.CheckpointLog)]
    [InlineData("DELETE FROM log_entries WHERE environment = 'production' AND log_index = 3", AuditCodes.LogMissing, AuditCodes.BlockLog)]
    [InlineData("UPDATE log_nodes SET hash = sha256('x') WHERE environment = 'production' AND level = 1 AND node_index = 1", AuditCodes.LogNode)]
    [InlineData("DELETE FROM log_nodes WHERE environment = 'production' AND level = 0 AND node_index = 2", AuditCodes.LogNode)]
    [InlineData("INSERT INTO log_nodes VALUES ('production', 9, 0, sha256('x'))", AuditCodes.LogNode)]
    [InlineData("UPDATE tree_heads SET root = sha256('x') WHERE environment = 'production' AND size = 2", AuditCodes.HeadRoot)]
    [InlineData("UPDATE tree_heads SET note = replace(note, 'log/production', 'log/sandbox') WHERE environment = 'production' AND size = 2", AuditCodes.HeadSignature)]
    [InlineData("UPDATE tree_heads h SET note = (SELECT note FROM tree_heads WHERE environment = 'production' AND size = 1) WHERE environment = 'production' AND size = 2", AuditCodes.HeadSignature)]
    [InlineData("UPDATE log_keys SET first_size = 3 WHERE environment = 'production'", AuditCodes.HeadSignature)]
    [InlineData("UPDATE log_keys SET vkey = (SELECT vkey FROM log_keys WHERE environment = 'sandbox') WHERE environment = 'production'", AuditCodes.HeadSignature)]
    [InlineData("DELETE FROM tree_heads WHERE environment = 'sandbox' AND size = 1", AuditCodes.HeadMissing, AuditCodes.BlockLog)]
    [InlineData("UPDATE log_state SET size = size + 1 WHERE environment = 'sandbox'", AuditCodes.LogMissing, AuditCodes.HeadMissing)]
    [InlineData("UPDATE log_state SET do_not_write = true, reason = 'an older copy' WHERE environment = 'sandbox'", AuditCodes.LogStopped)]
    [InlineData("UPDATE customer_months SET net = net + 1 WHERE ledger_no = 1 AND customer_no = 1 AND record_count > 1", AuditCodes.Rollup)]
    [InlineData("UPDATE customer_months SET verified_count = verified_count - 1 WHERE ledger_no = 1 AND customer_no = 1 AND record_count > 1", AuditCodes.Rollup)]
    [InlineData("UPDATE customer_months SET first_seq = 2 WHERE ledger_no = 1 AND customer_no = 1 AND first_seq = 1", AuditCodes.Rollup)]
    [InlineData("UPDATE customer_months SET unit = 'x' WHERE ledger_no = 1 AND customer_no = 1", AuditCodes.Rollup)]
    [InlineData("DELETE FROM customer_months WHERE ledger_no = 1 AND customer_no = 2 AND record_count > 1", AuditCodes.Rollup)]
    [InlineData("INSERT INTO customer_months (ledger_no, customer_no, month, record_count) VALUES (1, 2, 24000, 1)", AuditCodes.Rollup)]
    [InlineData("UPDATE customer_months SET frontier = set_byte(frontier, 20, get_byte(frontier, 20) # 1) WHERE ledger_no = 1 AND customer_no = 1 AND record_count > 1", AuditCodes.RollupFrontier)]
    [InlineData("UPDATE customer_months SET frontier_mac = sha256('x') WHERE ledger_no = 1 AND customer_no = 1 AND record_count > 1", AuditCodes.RollupFrontier)]
    [InlineData("UPDATE customer_days SET increases = increases + 1, decreases = decreases - 1 WHERE ledger_no = 1 AND customer_no = 1 AND day = (SELECT min(day) FROM customer_days)", AuditCodes.Rollup)]
    [InlineData("UPDATE customer_days SET record_count = record_count + 1 WHERE ledger_no = 1 AND customer_no = 2 AND day = (SELECT max(day) FROM customer_days WHERE customer_no = 2)", AuditCodes.Rollup)]
    [InlineData("DELETE FROM customer_days WHERE ledger_no = 1 AND customer_no = 2 AND day = (SELECT min(day) FROM customer_days WHERE customer_no = 2)", AuditCodes.Rollup)]
    [InlineData("INSERT INTO customer_days VALUES (1, 2, 99999, 1, 0, -1)", AuditCodes.Rollup)]
    [InlineData("INSERT INTO record_failures VALUES (1, 5, 1, 2, sha256('x'), now(), NULL)", AuditCodes.FailureStale)]
    [InlineData("UPDATE idempotency_keys SET answer = set_byte(answer, 70, get_byte(answer, 70) # 1) WHERE key = 'key-3'", AuditCodes.IdempotencyAnswer)]
    [InlineData("UPDATE idempotency_keys SET answer = 'x' WHERE key = 'group-1'", AuditCodes.IdempotencyAnswer)]
    public async Task An_injury_elsewhere_is_named(string damage, params string[] codes) => await FindsAsync(damage, "", codes);

    [Theory]
    [InlineData("statement = replace(statement, 'Acme', 'acme')", AuditCodes.CheckpointStatement, AuditCodes.CheckpointRoot)]
    [InlineData("statement = statement || ' '", AuditCodes.CheckpointStatement, AuditCodes.CheckpointRoot)]
    [InlineData("net = net + 1", AuditCodes.CheckpointStatement, AuditCodes.CheckpointRange)]
    [InlineData("increases = increases + 1, decreases = decreases - 1", AuditCodes.CheckpointRange)]
    [InlineData("proof_root = sha256('x')", AuditCodes.CheckpointRoot, AuditCodes.CheckpointLog)]
    [InlineData("proof_root = 'short'", AuditCodes.CheckpointStatement)]
    [InlineData("last_seq = last_seq - 1, record_count = record_count - 1", AuditCodes.CheckpointStatement, AuditCodes.CheckpointIncomplete, AuditCodes.CheckpointRange, AuditCodes.CheckpointRoot)]
    [InlineData("first_seq = first_seq - 1, record_count = record_count + 1", AuditCodes.CheckpointStatement, AuditCodes.CheckpointRange, AuditCodes.CheckpointRoot)]
    [InlineData("covered_through = covered_through - interval '1 day'", AuditCodes.CheckpointStatement)]
    [InlineData("log_index = 0", AuditCodes.CheckpointLog, AuditCodes.LogEntry)]
    [InlineData("tree_size = 1", AuditCodes.CheckpointLog)]
    [InlineData("log_index = NULL", AuditCodes.CheckpointLog, AuditCodes.LogEntry)]
    public async Task A_changed_checkpoint_is_named(string change, params string[] codes) =>
        await FindsAsync($"UPDATE checkpoints SET {change} WHERE checkpoint_id = 'chk_february'", "", codes);

    [Fact]
    public async Task A_record_known_to_have_failed_is_said_to_have_and_no_proof_is_blamed_for_it() => await FindsAsync(
        "UPDATE records SET delta = delta + 1 WHERE ledger_no = 1 AND ledger_index = 5; " +
        "INSERT INTO record_failures SELECT 1, 5, customer_no, seq, leaf, now(), NULL FROM records WHERE ledger_no = 1 AND ledger_index = 5",
        "record 5", AuditCodes.RecordFailed);

    [Fact]
    public async Task Rewritten_history_is_contradicted_by_everything_that_was_built_on_it() => await FindsAsync(
        // A record whose hash was made to fit: what an intruder with all of the database and none of the keys would do first.
        "UPDATE records SET reason = 'free of charge', leaf = sha256('the leaf that fits') WHERE ledger_no = 1 AND ledger_index = 41",
        "record 41", AuditCodes.RecordHash, AuditCodes.RecordPrev, AuditCodes.BlockRoot, AuditCodes.SubmissionRoot, AuditCodes.IdempotencyAnswer);

    /// <summary>Rows that give their hash, because whoever changed them made the hash anew: only what stands beside them tells.</summary>
    [Theory]
    [InlineData("balance", 79, AuditCodes.RecordBalance)]
    [InlineData("zero", 79, AuditCodes.RecordBalance)]
    [InlineData("time", 79, AuditCodes.RecordTime)]
    [InlineData("seq", 79, AuditCodes.RecordSeq)]
    [InlineData("prev", 79, AuditCodes.RecordPrev)]
    [InlineData("reason", 79)] // nothing was built on it and nobody was answered under a key: the one change that leaves no trace
    [InlineData("reason", 70, AuditCodes.BlockRoot, AuditCodes.RecordPrev, AuditCodes.SubmissionLookup, AuditCodes.RollupFrontier)]
    [InlineData("reason", 5, AuditCodes.RecordPrev, AuditCodes.BlockRoot, AuditCodes.SubmissionLookup, AuditCodes.RollupFrontier, AuditCodes.CheckpointRoot)]
    public async Task A_rewritten_record_is_contradicted_by_what_stands_beside_it(string what, int index, params string[] codes)
    {
        await installation.RewriteAsync(index, record => what switch
        {
            "balance" => record with { BalanceAfter = record.BalanceAfter + Amount.FromDecimal(1) },
            "zero" => record with { Delta = Amount.Zero },
            "time" => record with { AcceptedAt = record.AcceptedAt.AddMicroseconds(-40L * 24 * 3600 * 1_000_000) },
            "seq" => record with { Seq = record.Seq + 1 },
            "prev" => record with { Prev = Hash.Sha256([1]) },
            _ => record with { Reason = "free of charge" },
        });
        await FindsAsync(null, "", codes);
    }

    [Fact]
    public async Task An_installation_at_work_is_clean_at_every_moment()
    {
        using var stop = new CancellationTokenSource();
        var work = installation.WorkAsync(stop.Token);
        try
        {
            for (var i = 0; i < 10; i++) Assert.Empty((await installation.AuditAsync()).Findings);
        }
        finally
        {
            await stop.CancelAsync();
            await work;
            await installation.RestoreAsync();
        }
    }

    [Theory]
    [InlineData("size 0", "one step behind", AuditCodes.Mark)]
    [InlineData("none", "lost", AuditCodes.Mark)]
    [InlineData("torn", "torn", AuditCodes.Mark)]
    [InlineData("other", "of another history", AuditCodes.Mark)]
    public async Task A_mark_that_tells_another_history_is_named(string mark, string what, string code)
    {
        var path = Path.Combine(installation.MarkFolder, "log-production.mark");
        var kept = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        try
        {
            await PlantAsync(mark, path, kept);
            var report = await installation.AuditAsync();
            Assert.True(report.Findings.Count > 0 && report.Findings.All(f => f.Code == code && f.Where == "mark production"), $"{what}: {string.Join(' ', report.Findings)}");
        }
        finally
        {
            await File.WriteAllBytesAsync(path, kept, TestContext.Current.CancellationToken);
        }
    }

    private async Task PlantAsync(string mark, string path, byte[] kept)
    {
        if (mark == "none")
        {
            File.Delete(path);
            return;
        }

        var sandbox = await File.ReadAllBytesAsync(Path.Combine(installation.MarkFolder, "log-sandbox.mark"), TestContext.Current.CancellationToken);
        var first = await installation.NoteAsync("production", 0);
        byte[] planted = mark switch
        {
            "size 0" => JsonSerializer.SerializeToUtf8Bytes(new { before = first, entries = Array.Empty<string>(), head = first, v = "pacspace/mark/1" }),
            "torn" => kept[..^40],
            _ => sandbox,
        };
        await File.WriteAllBytesAsync(path, planted, TestContext.Current.CancellationToken);
    }

    private static string Changed(string change, int index) => $"UPDATE records SET {change} WHERE ledger_no = 1 AND ledger_index = {index}";

    private async Task FindsAsync(string? damage, string where, params string[] codes)
    {
        if (damage is not null) await installation.DamageAsync(damage);
        try
        {
            var report = await installation.AuditAsync();
            var told = string.Join(Environment.NewLine, report.Findings);
            Assert.True(codes.Order().SequenceEqual(report.Findings.Select(f => f.Code).Distinct().Order()), told);
            Assert.True(codes.Length == 0 || report.Findings.Any(f => f.Code == codes[0] && f.Where.EndsWith(where, StringComparison.Ordinal)), told);
        }
        finally
        {
            await installation.RestoreAsync();
        }
    }
}
