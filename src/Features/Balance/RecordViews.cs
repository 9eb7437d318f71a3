using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Balance;

/// <summary>Makes the one shape of a record, from what the writer answered or from what is stored.</summary>
internal sealed class RecordViews(PublicAddress address, RecordIds ids)
{
    /// <summary>A record as it was at acceptance: the answer of an emit, and every repetition of that answer.</summary>
    public RecordResult Accepted(LedgerRef ledger, NewDelta delta, ItemAccepted item, int? deltaIndex)
    {
        var leaf = item.Leaf.To0x();
        var root = item.Root == item.Leaf ? leaf : item.Root.To0x();
        return new RecordResult
        {
            RecordId = item.RecordId,
            ReceiptId = root,
            ItemHash = leaf,
            PreviousProofHash = item.Prev.To0x(),
            Status = "QUEUED",
            State = "recording",
            Environment = ledger.Environment,
            VendorAccountId = ledger.VendorAccountId,
            CustomerId = delta.CustomerId!,
            CustomerReference = CustomerReferences.Reference(ledger.ReferenceKey, delta.CustomerId!),
            SequenceNumber = item.Seq,
            DeltaIndex = deltaIndex,
            Delta = delta.Delta!.Value,
            Reason = delta.Reason!,
            ReferenceId = delta.ReferenceId,
            Adjusts = item.AdjustsRecordId is { } adjusted ? new AdjustedRecord(adjusted, item.AdjustsReferenceId) : null,
            BalanceAfter = item.BalanceAfter.Value,
            Period = Period.Of(item.AcceptedAt).ToString(),
            AcceptedAt = item.AcceptedAt.ToDateTimeOffset(),
            BlockTimestamp = null,
            VerifiedAt = null,
            VerificationReference = null,
            VerificationApiUrl = address.VerificationApiUrl(root),
            Error = null,
            FailedAt = null,
        };
    }

    /// <summary>A record as it stands now.</summary>
    public RecordResult Stored(LedgerRef ledger, RecordWithState stored)
    {
        var record = stored.Record;
        var leaf = record.Leaf.To0x();
        var root = record.SubmissionRoot is { } shared ? shared.To0x() : leaf;
        var block = stored.IsSealed ? stored.Block : null;
        return new RecordResult
        {
            RecordId = ids.Encode(record.LedgerNo, record.LedgerIndex),
            ReceiptId = root,
            ItemHash = leaf,
            PreviousProofHash = record.Prev.To0x(),
            Status = RecordStates.Status(stored),
            State = RecordStates.State(stored),
            Environment = ledger.Environment,
            VendorAccountId = ledger.VendorAccountId,
            CustomerId = stored.CustomerId,
            CustomerReference = CustomerReferences.Reference(ledger.ReferenceKey, stored.CustomerId),
            SequenceNumber = record.Seq,
            DeltaIndex = record.DeltaIndex,
            Delta = record.Delta.Value,
            Reason = record.Reason,
            ReferenceId = record.ReferenceId,
            Adjusts = record.AdjustsIndex is { } adjusted ? new AdjustedRecord(ids.Encode(record.LedgerNo, adjusted), stored.AdjustsReferenceId) : null,
            BalanceAfter = record.BalanceAfter.Value,
            Period = Period.Of(record.AcceptedAt).ToString(),
            AcceptedAt = record.AcceptedAt.ToDateTimeOffset(),
            BlockTimestamp = block?.SealedAt,
            VerifiedAt = block?.VerifiedAt,
            VerificationReference = block?.Root.To0x(),
            VerificationApiUrl = address.VerificationApiUrl(root),
            Error = stored.FailedAt is null ? null : "HASH_MISMATCH",
            FailedAt = stored.FailedAt,
        };
    }
}

/// <summary>The API's status and the portal's state of a record (api-balance 1.11): two facts, and the product's words.</summary>
internal static class RecordStates
{
    public static string Status(RecordWithState stored) =>
        stored.FailedAt is not null ? "FAILED" : stored.IsSealed ? "VERIFIED" : "QUEUED";

    public static string State(RecordWithState stored) =>
        !stored.IsSealed ? "recording" : stored.IsCheckpointed ? "verified" : "recorded";
}
