using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Features.Audit;
using PacSpace.Features.Balance;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;
using PacSpace.Infrastructure.Secrets;
using PacSpace.Infrastructure.Webhooks;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Audit;

/// <summary>Three months of a small installation: two ledgers, submissions of both kinds, units, adjustments, keys, blocks, a log with
/// several tree heads, checkpoints of both modes and a tail that is not sealed yet. Made once; every probe damages it and puts it
/// back.</summary>
public sealed class AuditScenario(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeClock _clock = new(new DateTimeOffset(2026, 1, 31, 23, 50, 0, TimeSpan.Zero));
    private readonly Dictionary<string, byte[]> _keptMarks = [];
    private TestDatabase _database = null!;
    private SecretStore _secrets = null!;
    private Sealers _sealers = null!;
    private Marks _marks = null!;

    public NpgsqlDataSource Database => _database.Source;

    internal LedgerScenario Ledger { get; private set; } = null!;

    internal LedgerScenario Sandbox { get; private set; } = null!;

    public string MarkFolder => _folder;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _secrets = SecretStore.Open(_folder.Combine("keys"));
        var options = new SealingOptions { LogHost = "records.example.com", MarkFolder = _folder };
        var (mac, ids) = (new FrontierMac(_secrets.FrontierMacKey.ToArray()), LedgerScenario.Ids);
        _sealers = new Sealers(
            Database, ids, _secrets, new SealWatch(Database), new SealHealth(Database, _clock), new Rollups(Database, ids, mac), mac, new WebhookBell(), options, _clock,
            NullLogger<Sealers>.Instance);
        _marks = new Marks(options);
        Ledger = await LedgerScenario.BeginAsync(Database, unit: "tokens");
        Sandbox = await LedgerScenario.BeginAsync(Database, "sandbox");
        await RecordAsync();
        await KeepAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        await Sandbox.DisposeAsync();
        await _sealers.DisposeAsync();
        await _marks.DisposeAsync();
        _secrets.Dispose();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    internal Task<AuditReport> AuditAsync() =>
        new LedgerAudit(Database, LedgerScenario.Ids, new FrontierMac(_secrets.FrontierMacKey.ToArray()), _marks).AuditAsync();

    /// <summary>What an intruder, a broken disk or a bug does; past every rule of the schema.</summary>
    public async Task DamageAsync(string sql)
    {
        await using var connection = await Database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("SET session_replication_role = replica; " + sql + "; RESET session_replication_role", connection);
        Assert.True(await command.ExecuteNonQueryAsync() > 0, "the damage met no row");
    }

    /// <summary>Changes a record of the first ledger and gives it the hash that fits.</summary>
    internal async Task RewriteAsync(int index, Func<StoredRecord, StoredRecord> change)
    {
        var (record, customerId) = (await Ledger.RecordsAsync())[index];
        var changed = change(record);
        await using var command = Database.CreateCommand(
            "UPDATE records SET seq = $2, prev = $3, delta = $4, balance_after = $5, accepted_at = $6, reason = $7, leaf = $8 WHERE ledger_no = 1 AND ledger_index = $1");
        foreach (var value in (object[])[(long)index, changed.Seq, changed.Prev.ToArray(), changed.Delta.Value, changed.BalanceAfter.Value,
            changed.AcceptedAt.ToDateTimeOffset().UtcDateTime, changed.Reason, changed.RecomputeLeaf(Ledger.Ledger.LedgerId, customerId, LedgerScenario.Ids)!.Value.ToArray()])
        {
            command.Parameters.Add(new() { Value = value });
        }

        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    /// <summary>Records and seals until it is told to stop.</summary>
    internal async Task WorkAsync(CancellationToken stop)
    {
        var node = Ledger.Node(_clock);
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(n => node.SubmitAsync(Ledger.One($"cust_{n}", 1, claim: n % 2 == 0 ? Key(1_000_000 + i * 100 + n) : null))));
            await SealAsync();
        }
    }

    public async Task<string> NoteAsync(string environment, long size)
    {
        await using var command = Database.CreateCommand("SELECT note FROM tree_heads WHERE environment = $1 AND size = $2");
        command.Parameters.Add(new() { Value = environment });
        command.Parameters.Add(new() { Value = size });
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Everything as it was made.</summary>
    public async Task RestoreAsync()
    {
        await using var connection = await Database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            "SET session_replication_role = replica; DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'kept' LOOP " +
            "EXECUTE format('DELETE FROM public.%I', t); EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE SELECT * FROM kept.%I', t, t); " +
            "END LOOP; END $$; RESET session_replication_role", connection);
        await command.ExecuteNonQueryAsync();
        foreach (var (path, content) in _keptMarks) await File.WriteAllBytesAsync(path, content);
    }

    private async Task RecordAsync()
    {
        var (node, other) = (Ledger.Node(_clock), Sandbox.Node(_clock));
        for (var i = 0; i < 40; i++) await SubmitAsync(node, Ledger.One($"cust_{i % 5}", i + 0.25m, referenceId: $"job_{i}", claim: i % 3 == 0 ? Key(i) : null));
        await SealAsync();

        // Over the edge of a month: accepted in January, verified in February.
        await SubmitAsync(node, Ledger.One("cust_1", -3));
        _clock.Set(new DateTimeOffset(2026, 2, 1, 0, 0, 1, TimeSpan.Zero));
        await SealAsync();
        await SubmitAsync(node, Group(1, 17));
        await SubmitAsync(node, Group(2, 1));
        await SubmitAsync(other, Sandbox.One("cust_1", 5));
        await SealAsync();

        await Ledger.ExecuteAsync("UPDATE customers SET unit = 'requests' WHERE customer_id = 'cust_2'");
        node = Ledger.Node(_clock);
        var adjusts = new AdjustsTarget(2, "job_2");
        await SubmitAsync(node, new Submission(Ledger.Ledger, false, [new NewRecord("cust_2", Amount.FromDecimal(1.5m), "correction", null, """{"a": 1}"""u8.ToArray(), adjusts)]));
        for (var i = 0; i < 10; i++) await SubmitAsync(node, Ledger.One($"cust_{i % 3}", -0.000000001m));
        await SealAsync();

        _clock.Set(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero));
        await CommitAsync("chk_january", "cust_1", CheckpointMode.All, "2026-01-01T00:00:00.000000Z", "2026-02-01T00:00:00.000000Z");
        await CommitAsync("chk_february", "cust_1", CheckpointMode.All, "2026-02-01T00:00:00.000000Z", "2026-03-01T00:00:00.000000Z");
        await CommitAsync("chk_selected", "cust_0", CheckpointMode.Selected, "2026-01-01T00:00:00.000000Z", "2026-02-01T00:00:00.000000Z", 2, 4, 5);
        await CommitAsync("chk_mixed", "cust_2", CheckpointMode.All, "2026-02-01T00:00:00.000000Z", "2026-03-01T00:00:00.000000Z");
        await CommitAsync("chk_empty", "cust_4", CheckpointMode.All, "2026-02-01T00:00:00.000000Z", "2026-03-01T00:00:00.000000Z");
        await SealAsync();
        for (var i = 0; i < 6; i++) await SubmitAsync(node, Ledger.One($"cust_{i}", 7));
        await SealAsync();
        for (var i = 0; i < 4; i++) await SubmitAsync(node, Ledger.One($"cust_{i}", 9));
    }

    private Submission Group(int number, int count)
    {
        var deltas = Enumerable.Range(0, count).Select(i => new NewRecord($"cust_{i % 4}", Amount.FromDecimal(-i - 1), "tokens", $"group_{number}_{i}")).ToArray();
        return Ledger.Group(deltas) with { Claim = new IdempotencyClaim(IdempotentRoutes.EmitDeltaBatch, $"group-{number}", Hash.Zero, (_, accepted) => GroupAnswer(deltas, accepted)) };
    }

    private static IdempotencyClaim Key(int number) =>
        new(IdempotentRoutes.EmitDelta, $"key-{number}", Hash.Zero, static (_, accepted) => EmitDeltaAnswer.Store(accepted));

    private static StoredAnswer GroupAnswer(NewRecord[] deltas, SubmissionAccepted accepted)
    {
        var items = accepted.Items.Cast<ItemAccepted>().Select((item, i) => new DeltaGroupItem(
            i, deltas[i].CustomerId, deltas[i].Delta.Value, deltas[i].ReferenceId, "QUEUED", false, item.RecordId, item.Root.To0x(), item.Leaf.To0x(), item.Seq,
            item.BalanceAfter.Value, item.AcceptedAt.ToDateTimeOffset(), null, null)).ToArray();
        return new StoredAnswer(201, JsonAnswer.ToBytes(new DeltaGroup(items.Length, 0, 0, null, null, [], items)));
    }

    private static async Task SubmitAsync(LedgerWriters node, Submission submission) => Assert.IsType<SubmissionAccepted>(await node.SubmitAsync(submission));

    private async Task SealAsync()
    {
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        foreach (var environment in Sealers.Environments)
        {
            while ((await TickAsync(environment)).Result == SealResult.Sealed)
            {
            }
        }
    }

    private async Task<SealOutcome> TickAsync(string environment)
    {
        try
        {
            return await _sealers.For(environment).TickAsync(default);
        }
        catch (NpgsqlException)
        {
            // The database gives up the session of a sealer that was silent for long; the next tick is elected again.
            return await _sealers.For(environment).TickAsync(default);
        }
    }

    /// <summary>A checkpoint as the evidence format describes it, written down by hand: the audit is not to be checked against the code
    /// that it checks.</summary>
    private async Task CommitAsync(string id, string customerId, CheckpointMode mode, string start, string end, params long[] seqs)
    {
        Assert.True(Timestamp.TryParse(start, out var from) & Timestamp.TryParse(end, out var to));
        var all = (await Ledger.RecordsAsync()).Where(r => r.CustomerId == customerId).Select(r => r.Record).ToList();
        var records = all.Where(r => mode == CheckpointMode.All ? r.AcceptedAt >= from && r.AcceptedAt < to : seqs.Contains(r.Seq)).ToList();
        var before = all.Where(r => r.AcceptedAt < from).MaxBy(r => r.Seq);
        var units = records.Select(r => r.Unit).OfType<string>().Distinct().ToList();
        var net = records.Aggregate(Amount.Zero, (sum, r) => sum + r.Delta);
        var opening = mode == CheckpointMode.All ? before?.BalanceAfter ?? Amount.Zero : Amount.Zero;
        var first = mode == CheckpointMode.All ? (before?.Seq ?? 0) + 1 : seqs[0];
        var statement = new CheckpointStatement
        {
            CheckpointId = id, LedgerId = Ledger.Ledger.LedgerId, CustomerId = customerId, Mode = mode, Start = from, End = to,
            AsOf = Timestamp.FromDateTimeOffset(_clock.GetUtcNow()), Count = records.Count, FirstSeq = first,
            LastSeq = mode == CheckpointMode.All ? first + records.Count - 1 : seqs[^1], Opening = opening, Net = net, Closing = opening + net,
            Unit = units is [var only] ? only : null, RecordedBy = "Acme Inference",
        };
        var salt = Salt.FromBytes(Hash.Sha256(Encoding.UTF8.GetBytes(id)).Bytes[..16]);
        var root = MerkleTree.Root([.. records.Select(r => r.Leaf), statement.LeafHash(salt)]);
        var ups = records.Where(r => r.Delta > Amount.Zero).Aggregate(Amount.Zero, (sum, r) => sum + r.Delta);
        await Ledger.ExecuteAsync("UPDATE ledger_heads SET accepted_floor = greatest(accepted_floor, $2) WHERE ledger_no = $1",
            Ledger.Ledger.LedgerNo, to.ToDateTimeOffset().UtcDateTime);
        await Ledger.ExecuteAsync(
            "INSERT INTO checkpoints (checkpoint_id, ledger_no, customer_no, environment, mode, trigger, scope_identity, start_at, end_at, as_of, covered_through, " +
            "record_count, first_seq, last_seq, first_record_at, last_record_at, opening, net, closing, increases, decreases, unit, recorded_by, statement, salt, " +
            "proof_root, selected_seqs, created_at) SELECT $1, $2, customer_no, 'production', $4, 'api', '', $5, $6, $7, $6, $8, $9, $10, $11, $12, $13, $14, $15, " +
            "$16, $17, $18, 'Acme Inference', $19, $20, $21, $22, $7 FROM customers WHERE ledger_no = $2 AND customer_id = $3",
            id, Ledger.Ledger.LedgerNo, customerId, mode == CheckpointMode.All ? "all" : "selected", from.ToDateTimeOffset().UtcDateTime,
            to.ToDateTimeOffset().UtcDateTime, statement.AsOf.ToDateTimeOffset().UtcDateTime, statement.Count, statement.FirstSeq, statement.LastSeq,
            Instant(records.FirstOrDefault()), Instant(records.LastOrDefault()), opening.Value, net.Value, statement.Closing.Value, ups.Value, (net - ups).Value,
            (object?)statement.Unit ?? DBNull.Value, Encoding.UTF8.GetString(statement.ToUtf8()), salt.ToArray(), root.ToArray(),
            mode == CheckpointMode.Selected ? seqs : DBNull.Value);
    }

    private static object Instant(StoredRecord? record) => record is null ? DBNull.Value : record.AcceptedAt.ToDateTimeOffset().UtcDateTime;

    private async Task KeepAsync()
    {
        await Ledger.ExecuteAsync(
            "DO $$ DECLARE t text; BEGIN CREATE SCHEMA kept; FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP " +
            "EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', t, t); END LOOP; END $$");
        foreach (var path in Directory.EnumerateFiles(_folder, "*.mark")) _keptMarks[path] = await File.ReadAllBytesAsync(path);
    }
}
