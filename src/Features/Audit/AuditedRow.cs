using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Audit;

/// <summary>A row of <c>records</c> with the two hashes that it should have in common.</summary>
/// <param name="Record">Null when a column holds what no record can hold.</param>
/// <param name="Stored">The hash in the row; null when the column holds none.</param>
/// <param name="Recomputed">The hash of the row's content; null when it fits no statement.</param>
/// <param name="Customer">As far as the row names one of its ledger.</param>
internal sealed record AuditedRow(long Index, StoredRecord? Record, Hash? Stored, Hash? Recomputed, CustomerChain? Customer)
{
    /// <summary>Only such a row may be believed in its columns.</summary>
    public bool IsSound => Record is not null && Customer is not null && Stored is { } stored && stored == Recomputed;

    /// <summary>The hash that was acknowledged, as far as the row itself tells.</summary>
    public Hash Leaf => Stored ?? Recomputed ?? default;

    /// <summary>For a row that is not sound: what else may have been acknowledged.</summary>
    public Hash Other => Recomputed ?? Leaf;

    /// <summary>A hash column that holds no hash is read as zeros, so that the rest of the row can still speak.</summary>
    public static readonly string Columns = RecordReader.Columns.Replace(
        "r.leaf", "CASE WHEN length(r.leaf) = 32 THEN r.leaf ELSE decode(repeat('00', 32), 'hex') END", StringComparison.Ordinal);

    /// <param name="row">A reader over <see cref="Columns"/>.</param>
    public static AuditedRow Read(NpgsqlDataReader row, string ledgerId, IReadOnlyDictionary<int, CustomerChain> customers, RecordIds ids)
    {
        try
        {
            var record = RecordReader.Read(row);
            var customer = customers.GetValueOrDefault(record.CustomerNo);
            var recomputed = customer is null ? null : record.RecomputeLeaf(ledgerId, customer.CustomerId, ids);
            return new AuditedRow(record.LedgerIndex, record, record.Leaf.IsZero ? null : record.Leaf, recomputed, customer);
        }
        catch (StoredRecordException damaged)
        {
            var stored = RecordReader.ReadHash(row, LeafColumn);
            return new AuditedRow(
                damaged.LedgerIndex, null, stored.IsZero ? null : stored, null, customers.GetValueOrDefault(row.GetInt32(CustomerColumn)));
        }
    }

    // Positions in RecordReader.Columns.
    private const int CustomerColumn = 2;
    private const int LeafColumn = 8;
}

/// <summary>Where a customer's records end, as far as the audit has come. All that is held of a customer for the length of a
/// ledger: some 200 bytes, so a ledger of a million customers takes 200 MB.</summary>
internal sealed class CustomerChain(int customerNo, string customerId)
{
    public int CustomerNo { get; } = customerNo;

    public string CustomerId { get; } = customerId;

    public long Seq { get; set; }

    public Hash Leaf { get; set; }

    /// <summary>Equal to <see cref="Leaf"/> unless the last row was not sound.</summary>
    public Hash OtherLeaf { get; set; }

    public Amount Balance { get; set; }

    /// <summary>False behind a row whose content is not to be believed.</summary>
    public bool IsBalanceKnown { get; set; } = true;
}
