using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Ingest;

namespace PacSpace.Infrastructure.Records;

/// <summary>A ledger, and who records in it as buyers see it.</summary>
public sealed record LedgerOwner(LedgerRef Ledger, string VendorName);

/// <summary>The records of one submission, or of one block, as they stand.</summary>
/// <param name="SealedIndex">Records of the ledger below it are under a signed tree head.</param>
/// <param name="Failed">Ledger indexes of those that are FAILED at present.</param>
public sealed record FoundRecords(
    LedgerOwner Owner, long FirstIndex, int RecordCount, IReadOnlyList<(StoredRecord Record, string CustomerId)> Records, long SealedIndex,
    IReadOnlySet<long> Failed)
{
    public bool IsSealed => FirstIndex + RecordCount <= SealedIndex;
}

/// <summary>Finds submissions and blocks by their roots, for those who know nothing else.</summary>
public sealed class RootLookup(NpgsqlDataSource database, UnsealedTail tail, RecordIds ids)
{
    private const string Candidates = "SELECT ledger_no, first_index, record_count FROM submission_roots WHERE root_prefix = $1 ORDER BY ledger_no, first_index";

    private const string Owner =
        "SELECT l.ledger_no, l.ledger_id, l.tenant_id, l.environment, l.vendor_account_id, coalesce(v.reference_key, t.reference_key), " +
        "coalesce(v.display_name, t.name), s.sealed_index FROM ledgers l JOIN ledger_seals s ON s.ledger_no = l.ledger_no " +
        "JOIN tenants t ON t.tenant_id = l.tenant_id LEFT JOIN vendor_accounts v ON v.vendor_account_id = l.vendor_account_id WHERE l.ledger_no = $1";

    private const string Rows =
        "SELECT " + RecordReader.Columns + ", c.customer_id, f.ledger_index IS NOT NULL FROM records r " +
        "JOIN customers c ON c.ledger_no = r.ledger_no AND c.customer_no = r.customer_no " +
        "LEFT JOIN record_failures f ON f.ledger_no = r.ledger_no AND f.ledger_index = r.ledger_index AND f.healed_at IS NULL " +
        "WHERE r.ledger_no = $1 AND r.ledger_index >= $2 AND r.ledger_index < $3 ORDER BY r.ledger_index";

    /// <summary>The submission with this root, sealed or not yet; null when there is none.</summary>
    /// <remarks>The index holds eight bytes of a root; what it names is compared in full: with the roots that the rows state, or
    /// with the one that they give, so that a row whose hash was damaged is still found and shown to be damaged.</remarks>
    public async Task<FoundRecords?> FindAsync(Hash root, CancellationToken ct)
    {
        // The tail first: what is sealed between the two looks is found by the second.
        if (await tail.FindAsync(root, ct) is { } unsealed && await ReadAsync(unsealed, ct) is { } pending && IsOf(root, pending)) return pending;
        foreach (var place in await CandidatesAsync(root, ct))
            if (await ReadAsync(place, ct) is { } found && IsOf(root, found)) return found;
        return null;
    }

    /// <summary>Where the sealed block with this root lies; null when there is none.</summary>
    public async Task<SubmissionPlace?> FindBlockAsync(Hash root, CancellationToken ct)
    {
        await using var command = database.CreateCommand("SELECT ledger_no, first_index, record_count FROM blocks WHERE root = $1 ORDER BY ledger_no, first_index LIMIT 1");
        command.Parameters.Add(new() { Value = root.ToArray() });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new SubmissionPlace(row.GetInt32(0), row.GetInt64(1), row.GetInt32(2)) : null;
    }

    /// <summary>Consecutive records of a ledger; null when a row cannot be read as a record at all.</summary>
    public async Task<FoundRecords?> ReadAsync(SubmissionPlace place, CancellationToken ct)
    {
        var (ledgerNo, firstIndex, count) = place;
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Owner) { Parameters = { new() { Value = ledgerNo } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Rows)
        { Parameters = { new() { Value = ledgerNo }, new() { Value = firstIndex }, new() { Value = firstIndex + count } } });
        await using var row = await batch.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        var ledger = new LedgerRef(
            row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4), row.GetFieldValue<byte[]>(5));
        var (owner, sealedIndex) = (new LedgerOwner(ledger, row.GetString(6)), row.GetInt64(7));
        await row.NextResultAsync(ct);
        var records = new List<(StoredRecord, string)>(count);
        var failed = new HashSet<long>();
        while (await row.ReadAsync(ct))
        {
            try
            {
                records.Add((RecordReader.Read(row), row.GetString(RecordReader.ColumnCount)));
            }
            catch (StoredRecordException)
            {
                continue; // it counts as missing: neither can be shown to be what was acknowledged
            }

            if (row.GetBoolean(RecordReader.ColumnCount + 1)) failed.Add(records[^1].Item1.LedgerIndex);
        }

        return new FoundRecords(owner, firstIndex, count, records, sealedIndex, failed);
    }

    private async Task<List<SubmissionPlace>> CandidatesAsync(Hash root, CancellationToken ct)
    {
        await using var command = database.CreateCommand(Candidates);
        command.Parameters.Add(new() { Value = SubmissionLookup.PrefixOf(root) });
        await using var row = await command.ExecuteReaderAsync(ct);
        var places = new List<SubmissionPlace>();
        while (await row.ReadAsync(ct)) places.Add(new SubmissionPlace(row.GetInt32(0), row.GetInt64(1), row.GetInt32(2)));
        return places;
    }

    private bool IsOf(Hash root, FoundRecords found) =>
        found.Records.Any(r => (found.RecordCount == 1 ? r.Record.Leaf : r.Record.SubmissionRoot) == root)
        || Recompute(found) == root;

    /// <summary>The root that the rows give as they stand; null when one is missing or fits no statement.</summary>
    public Hash? Recompute(FoundRecords found)
    {
        if (found.Records.Count != found.RecordCount) return null;
        var leaves = new Hash[found.RecordCount];
        for (var i = 0; i < leaves.Length; i++)
        {
            var (record, customerId) = found.Records[i];
            if (record.RecomputeLeaf(found.Owner.Ledger.LedgerId, customerId, ids) is not { } leaf) return null;
            leaves[i] = leaf;
        }

        return MerkleTree.Root(leaves);
    }
}
