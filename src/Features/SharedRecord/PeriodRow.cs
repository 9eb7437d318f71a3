using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.SharedRecord;

/// <summary>A completed <c>mode: all</c> checkpoint as customers see it in lists and comparisons (api-dashboard 12.4).</summary>
/// <param name="Period">Null unless the window is exactly one UTC month.</param>
/// <param name="RecordedAmount">|<paramref name="NetDelta"/>|</param>
public sealed record PeriodRow(
    string CheckpointId, string ReceiptId, string? Period, DateTimeOffset StartDate, DateTimeOffset EndDate, long RecordCount, decimal RecordedAmount,
    decimal NetDelta, decimal StartingBalance, decimal FinalBalance, string ProofRoot, string VerificationReference, string ReceiptUrl,
    string VerificationApiUrl, DateTimeOffset VerifiedAt)
{
    /// <param name="checkpoint">Completed, over all records of its window.</param>
    /// <param name="address">Makes the URLs.</param>
    internal static PeriodRow Of(StoredCheckpoint checkpoint, PublicAddress address)
    {
        var (id, root, net) = (checkpoint.CheckpointId, checkpoint.ProofRoot.To0x(), checkpoint.Net.Value);
        return new PeriodRow(
            id, id, checkpoint.Window.AsPeriod()?.ToString(), checkpoint.Window.Start.ToDateTimeOffset(), checkpoint.Window.End.ToDateTimeOffset(),
            checkpoint.RecordCount, Math.Abs(net), net, checkpoint.Opening.Value, checkpoint.Closing.Value, root, root, address.ReceiptPage(id),
            address.VerificationApiUrl(root), checkpoint.VerifiedAt!.Value);
    }
}
