using System.Text;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Records;

/// <summary>A row of <c>records</c> exactly as it was read; nothing here says that it still reproduces its hash.</summary>
public sealed record StoredRecord
{
    public required int LedgerNo { get; init; }
    public required long LedgerIndex { get; init; }
    public required int CustomerNo { get; init; }
    public required long Seq { get; init; }
    public required Timestamp AcceptedAt { get; init; }
    public required Amount Delta { get; init; }
    public required Amount BalanceAfter { get; init; }
    public required Salt Salt { get; init; }

    /// <summary>The leaf hash that was acknowledged.</summary>
    public required Hash Leaf { get; init; }

    /// <summary>The leaf hash of the customer's record before; zeros for its first.</summary>
    public required Hash Prev { get; init; }

    public required string Reason { get; init; }
    public string? Unit { get; init; }
    public string? ReferenceId { get; init; }

    /// <summary>The JSON text exactly as received.</summary>
    public string? Metadata { get; init; }

    public Salt? MetadataSalt { get; init; }

    /// <summary>Ledger index of the record that this one adjusts.</summary>
    public long? AdjustsIndex { get; init; }

    /// <summary>Null for a submission of one record, whose root is its leaf.</summary>
    public Hash? SubmissionRoot { get; init; }

    /// <summary>Position among the accepted records of a group; null for a single delta.</summary>
    public short? DeltaIndex { get; init; }

    public Hash Root => SubmissionRoot ?? Leaf;

    /// <summary>The statement that these columns say, to be hashed again.</summary>
    public RecordStatement Statement(string ledgerId, string customerId, RecordIds ids) => new()
    {
        LedgerId = ledgerId,
        RecordId = ids.Encode(LedgerNo, LedgerIndex),
        CustomerId = customerId,
        Seq = Seq,
        Prev = Prev,
        Delta = Delta,
        BalanceAfter = BalanceAfter,
        Unit = Unit,
        Reason = Reason,
        ReferenceId = ReferenceId,
        MetadataHash = Metadata is null || MetadataSalt is not { } salt ? null : MetadataCommitment.Of(salt, Encoding.UTF8.GetBytes(Metadata)),
        Adjusts = AdjustsIndex is { } adjusted ? ids.Encode(LedgerNo, adjusted) : null,
        AcceptedAt = AcceptedAt,
    };

    /// <summary>True while the row is what was acknowledged. A damaged row may hold values that no statement can have;
    /// that counts as not reproducing.</summary>
    public bool ReproducesLeaf(string ledgerId, string customerId, RecordIds ids) => RecomputeLeaf(ledgerId, customerId, ids) == Leaf;

    /// <summary>The leaf hash of the row as it stands, or null when its values fit no statement.</summary>
    public Hash? RecomputeLeaf(string ledgerId, string customerId, RecordIds ids)
    {
        if (Metadata is null != MetadataSalt is null) return null;
        try
        {
            return Statement(ledgerId, customerId, ids).LeafHash(Salt);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            return null;
        }
    }
}
