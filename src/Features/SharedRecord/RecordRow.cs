using PacSpace.Features.Balance;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.SharedRecord;

/// <summary>A record as customers see it, in pages, exports and packages (api-dashboard 12). Never its metadata.</summary>
/// <param name="Time">Of acceptance.</param>
/// <param name="Unit">The customer's when the record was accepted.</param>
/// <param name="RecordedValue">|<paramref name="SignedDelta"/>|</param>
/// <param name="Fingerprint">The record's leaf hash, <c>itemHash</c> elsewhere.</param>
/// <param name="State">recording, recorded or verified.</param>
public sealed record RecordRow(
    string RecordId, long SequenceNumber, DateTimeOffset Time, string? Unit, decimal RecordedValue, decimal SignedDelta, string Reason, string? ReferenceId,
    string Fingerprint, string State)
{
    internal static RecordRow Of(RecordWithState stored, RecordIds ids)
    {
        var record = stored.Record;
        return new RecordRow(
            ids.Encode(record.LedgerNo, record.LedgerIndex), record.Seq, record.AcceptedAt.ToDateTimeOffset(), record.Unit, Math.Abs(record.Delta.Value),
            record.Delta.Value, record.Reason, record.ReferenceId, record.Leaf.To0x(), RecordStates.State(stored));
    }
}
