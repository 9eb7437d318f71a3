using System.Globalization;
using System.Text;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Usage;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

/// <summary>Reads sealed records again and says of them what a webhook says. A row that does not give its hash is not told of.</summary>
internal sealed class DeltaBodies(NpgsqlDataSource database, LedgerDirectory ledgers, RecordIds ids, MonthStarts months)
{
    public const int MaxMetadataBytes = 4 * 1024;
    public const int MaxGroupHashes = 100;

    private const string ReadRecords =
        "SELECT " + RecordReader.Columns + ", l.ledger_id, c.customer_id, b.root, b.sealed_at, b.verified_at " +
        "FROM unnest($1::int[], $2::bigint[]) k(ledger_no, ledger_index) JOIN records r USING (ledger_no, ledger_index) JOIN ledgers l USING (ledger_no) " +
        "JOIN customers c ON c.ledger_no = r.ledger_no AND c.customer_no = r.customer_no " +
        "JOIN LATERAL (SELECT t.root, t.sealed_at, t.verified_at FROM blocks t WHERE t.ledger_no = r.ledger_no AND t.first_index <= r.ledger_index " +
        "AND t.first_index + t.record_count > r.ledger_index ORDER BY t.first_index DESC LIMIT 1) b ON true";

    // A record that failed once was sealed with its confirmed hash, whatever its row says now.
    private const string ReadGroups =
        "SELECT k.ledger_no, k.start, s.leaf FROM unnest($1::int[], $2::bigint[], $3::bytea[]) k(ledger_no, start, root) CROSS JOIN LATERAL (" +
        "SELECT coalesce(f.confirmed_leaf, r.leaf) AS leaf, r.ledger_index FROM records r LEFT JOIN record_failures f USING (ledger_no, ledger_index) " +
        "WHERE r.ledger_no = k.ledger_no AND r.ledger_index BETWEEN k.start AND k.start + 100 AND r.submission_root = k.root AND r.delta_index = r.ledger_index - k.start) s " +
        "ORDER BY k.ledger_no, k.start, s.ledger_index";

    private const string ReadFailed =
        "SELECT f.customer_no, f.seq, f.confirmed_leaf, f.detected_at, c.customer_id, r.ledger_no IS NOT NULL, " + RecordReader.Columns +
        " FROM record_failures f JOIN customers c ON c.ledger_no = f.ledger_no AND c.customer_no = f.customer_no " +
        "LEFT JOIN records r ON r.ledger_no = f.ledger_no AND r.ledger_index = f.ledger_index WHERE f.ledger_no = $1 AND f.ledger_index = $2";

    /// <summary>What there is to say of each record; those that cannot be told of now are left out.</summary>
    public async Task<Dictionary<EventPlace, DeltaVerifiedData>> VerifiedAsync(IReadOnlyList<(StoredEvent Event, int Place)> items, CancellationToken ct)
    {
        var told = new Dictionary<EventPlace, DeltaVerifiedData>(items.Count);
        if (items.Count == 0) return told;
        var sealedRecords = await ReadAsync(items, ct);
        var starts = await months.ReadAsync([.. sealedRecords.Values.Select(s => s.Record)], ct);
        var groups = await GroupsAsync(sealedRecords.Values, ct);
        foreach (var (stored, place) in items)
        {
            if (!sealedRecords.TryGetValue((stored.LedgerNo!.Value, stored.FirstIndex!.Value + place), out var found)) continue;
            if (HashesOf(found.Record, groups) is not { } hashes) continue;
            var ledger = await ledgers.GetAsync(found.Record.LedgerNo, ct);
            told[new EventPlace(stored.EventNo, place)] = Tell(stored, ledger, found, hashes, starts[MonthStarts.Of(found.Record)]);
        }

        return told;
    }

    /// <summary>Null while the failure cannot be read.</summary>
    public async Task<DeltaFailedData?> FailedAsync(StoredEvent stored, CancellationToken ct)
    {
        var (ledgerNo, index) = (stored.LedgerNo!.Value, stored.FirstIndex!.Value);
        var ledger = await ledgers.GetAsync(ledgerNo, ct);
        await using var command = database.CreateCommand(ReadFailed);
        command.Parameters.Add(new() { Value = ledgerNo });
        command.Parameters.Add(new() { Value = index });
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        var record = row.GetBoolean(5) ? TryRead(row, 6) : null;
        var (customerId, failedAt) = (row.GetString(4), row.GetFieldValue<DateTimeOffset>(3));
        return new DeltaFailedData
        {
            RecordId = ids.Encode(ledgerNo, index),
            ReceiptId = (record?.SubmissionRoot ?? RecordReader.ReadHash(row, 2)).To0x(),
            DeltaIndex = record?.DeltaIndex,
            CustomerId = customerId,
            CustomerReference = CustomerReferences.Reference(ledger.ReferenceKey, customerId),
            VendorAccountId = ledger.VendorAccountId,
            SequenceNumber = row.GetInt64(1).ToString(CultureInfo.InvariantCulture),
            ReferenceId = record?.ReferenceId,
            SignedDelta = record?.Delta.Value,
            FailedAt = failedAt,
            Delta = new WebhookDelta(
                customerId, record?.Delta.Value, record?.Delta.Value, record?.Reason, record?.ReferenceId, null, true, record?.AcceptedAt.ToDateTimeOffset()),
            Verification = new WebhookVerification(false, record is null ? null : Latency(record, failedAt), ["HASH_MISMATCH"]),
        };
    }

    private DeltaVerifiedData Tell(StoredEvent stored, LedgerRef ledger, SealedRecord found, IReadOnlyList<string> hashes, MonthStart start)
    {
        var record = found.Record;
        var (leaf, root) = (record.Leaf.To0x(), record.Root.To0x());
        var isTooLong = record.Metadata is { } text && Encoding.UTF8.GetByteCount(text) > MaxMetadataBytes;
        var plan = Plan.Of(stored.Plan);
        var consumed = !UsageFigures.Counts(plan, stored.Environment) ? 0 : plan.IsForLife ? record.LedgerIndex + 1 : record.LedgerIndex - start.FirstIndex + 1;
        var usage = UsageFigures.Of(plan, stored.Environment, consumed);
        return new DeltaVerifiedData
        {
            RecordId = ids.Encode(record.LedgerNo, record.LedgerIndex),
            ReceiptId = root,
            DeltaIndex = record.DeltaIndex,
            CustomerId = found.CustomerId,
            CustomerReference = CustomerReferences.Reference(ledger.ReferenceKey, found.CustomerId),
            VendorAccountId = ledger.VendorAccountId,
            SequenceNumber = record.Seq.ToString(CultureInfo.InvariantCulture),
            ReferenceId = record.ReferenceId,
            SignedDelta = record.Delta.Value,
            BalanceAfter = record.BalanceAfter.Value,
            AcceptedAt = record.AcceptedAt.ToDateTimeOffset(),
            VerifiedAt = found.VerifiedAt,
            BlockTimestamp = found.SealedAt,
            VerificationId = found.Root.To0x(),
            Delta = new WebhookDelta(
                found.CustomerId, record.Delta.Value, record.Delta.Value, record.Reason, record.ReferenceId,
                record.Metadata is { } metadata && !isTooLong ? new RawJson(metadata) : null, isTooLong, record.AcceptedAt.ToDateTimeOffset()),
            Proof = new WebhookProof(root, leaf, hashes, record.Prev.To0x()),
            Verification = new WebhookVerification(true, Latency(record, found.VerifiedAt), []),
            Period = new WebhookPeriod(
                Period.Of(record.AcceptedAt).ToString(), record.Seq - start.FirstSeq + 1, record.BalanceAfter.Value - start.Opening),
            Usage = new WebhookUsage(plan.Tier, usage.Included, usage.Consumed, usage.Remaining, plan.OverageRateUsd),
        };
    }

    private async Task<Dictionary<(int LedgerNo, long Index), SealedRecord>> ReadAsync(IReadOnlyList<(StoredEvent Event, int Place)> items, CancellationToken ct)
    {
        await using var command = database.CreateCommand(ReadRecords);
        command.Parameters.Add(new() { Value = items.Select(i => i.Event.LedgerNo!.Value).ToArray() });
        command.Parameters.Add(new() { Value = items.Select(i => i.Event.FirstIndex!.Value + i.Place).ToArray() });
        await using var row = await command.ExecuteReaderAsync(ct);
        var found = new Dictionary<(int, long), SealedRecord>(items.Count);
        while (await row.ReadAsync(ct))
        {
            const int at = RecordReader.ColumnCount;
            if (TryRead(row, 0) is not { } record || !record.ReproducesLeaf(row.GetString(at), row.GetString(at + 1), ids)) continue;
            found[(record.LedgerNo, record.LedgerIndex)] = new SealedRecord(
                record, row.GetString(at + 1), RecordReader.ReadHash(row, at + 2), row.GetFieldValue<DateTimeOffset>(at + 3), row.GetFieldValue<DateTimeOffset>(at + 4));
        }

        return found;
    }

    /// <summary>The hashes of each group, from its start, as far as they are few.</summary>
    private async Task<Dictionary<(int LedgerNo, long Start), List<Hash>>> GroupsAsync(IEnumerable<SealedRecord> records, CancellationToken ct)
    {
        var starts = records.Select(s => s.Record).Where(r => r.SubmissionRoot is not null).Select(r => (r.LedgerNo, Start: StartOf(r), r.Root)).Distinct().ToList();
        var groups = new Dictionary<(int, long), List<Hash>>(starts.Count);
        if (starts.Count == 0) return groups;
        await using var command = database.CreateCommand(ReadGroups);
        command.Parameters.Add(new() { Value = starts.Select(s => s.LedgerNo).ToArray() });
        command.Parameters.Add(new() { Value = starts.Select(s => s.Start).ToArray() });
        command.Parameters.Add(new() { Value = starts.Select(s => s.Root.ToArray()).ToArray() });
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var key = (row.GetInt32(0), row.GetInt64(1));
            if (!groups.TryGetValue(key, out var leaves)) groups[key] = leaves = [];
            leaves.Add(RecordReader.ReadHash(row, 2));
        }

        return groups;
    }

    /// <summary>Null when the group's hashes do not give its root: a row of it is damaged.</summary>
    private static IReadOnlyList<string>? HashesOf(StoredRecord record, Dictionary<(int LedgerNo, long Start), List<Hash>> groups)
    {
        if (record.SubmissionRoot is not { } root) return [record.Leaf.To0x()];
        if (!groups.TryGetValue((record.LedgerNo, StartOf(record)), out var leaves)) return null;
        if (leaves.Count > MaxGroupHashes) return [record.Leaf.To0x()];
        return MerkleTree.Root(leaves.ToArray()) == root ? [.. leaves.Select(leaf => leaf.To0x())] : null;
    }

    private static long StartOf(StoredRecord record) => record.LedgerIndex - (record.DeltaIndex ?? 0);

    private static long Latency(StoredRecord record, DateTimeOffset until) => Math.Max(0, (long)(until - record.AcceptedAt.ToDateTimeOffset()).TotalMilliseconds);

    private static StoredRecord? TryRead(NpgsqlDataReader row, int at)
    {
        try
        {
            return RecordReader.Read(row, at);
        }
        catch (StoredRecordException)
        {
            return null;
        }
    }

    private sealed record SealedRecord(StoredRecord Record, string CustomerId, Hash Root, DateTimeOffset SealedAt, DateTimeOffset VerifiedAt);
}
