using PacSpace.Evidence;
using PacSpace.Features.Customers;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>Makes the one shape of a checkpoint.</summary>
internal sealed class CheckpointViews(PublicAddress address, FindActiveLink findLink)
{
    public async ValueTask<CheckpointResult> ShowAsync(StoredCheckpoint checkpoint, CancellationToken ct, bool? idempotent = null)
    {
        var root = checkpoint.ProofRoot.To0x();
        var isAll = checkpoint.Mode == CheckpointMode.All;
        var hasRecords = checkpoint.RecordCount > 0;
        return new CheckpointResult
        {
            CheckpointId = checkpoint.CheckpointId,
            ReceiptId = isAll ? checkpoint.CheckpointId : null,
            CheckpointRunId = checkpoint.RunId,
            Status = Status(checkpoint),
            Mode = CheckpointIdentity.ModeText(checkpoint.Mode),
            Trigger = checkpoint.Trigger,
            Environment = checkpoint.Environment,
            VendorAccountId = checkpoint.Customer.Ledger.VendorAccountId,
            CustomerId = checkpoint.Customer.CustomerId,
            CustomerReference = checkpoint.Customer.Reference,
            Period = checkpoint.Window.AsPeriod()?.ToString(),
            StartDate = checkpoint.Window.Start.ToDateTimeOffset(),
            EndDate = checkpoint.Window.End.ToDateTimeOffset(),
            AsOf = checkpoint.AsOf.ToDateTimeOffset(),
            CoveredThrough = checkpoint.CoveredThrough.ToDateTimeOffset(),
            ProofRoot = root,
            DeltaCount = checkpoint.RecordCount,
            StartingBalance = checkpoint.Opening.Value,
            NetDelta = checkpoint.Net.Value,
            FinalBalance = checkpoint.Closing.Value,
            FirstSequence = hasRecords ? checkpoint.FirstSeq : null,
            LastSequence = hasRecords ? checkpoint.LastSeq : null,
            FirstRecordAt = checkpoint.FirstRecordAt?.ToDateTimeOffset(),
            LastRecordAt = checkpoint.LastRecordAt?.ToDateTimeOffset(),
            VerificationReference = checkpoint.IsCompleted ? root : null,
            LogIndex = checkpoint.IsCompleted ? checkpoint.LogIndex : null,
            VerifyUrl = await VerifyUrlAsync(checkpoint, ct),
            ReceiptUrl = isAll ? address.ReceiptPage(checkpoint.CheckpointId) : null,
            VerificationApiUrl = address.VerificationApiUrl(root),
            VerificationExplorerUrl = address.VerificationPage(root),
            CreatedAt = checkpoint.CreatedAt.ToDateTimeOffset(),
            VerifiedAt = checkpoint.VerifiedAt,
            Idempotent = idempotent,
        };
    }

    public async Task<IReadOnlyList<CheckpointResult>> ShowAsync(IEnumerable<StoredCheckpoint> checkpoints, CancellationToken ct)
    {
        var shown = new List<CheckpointResult>();
        foreach (var checkpoint in checkpoints) shown.Add(await ShowAsync(checkpoint, ct));
        return shown;
    }

    /// <summary>The Shared Record if the customer has an active link, else the receipt; for <c>selected</c>, which has none,
    /// the page of its root.</summary>
    public async ValueTask<string> VerifyUrlAsync(StoredCheckpoint checkpoint, CancellationToken ct) =>
        (await findLink(checkpoint.Customer, ct))?.Url
        ?? (checkpoint.Mode == CheckpointMode.All ? address.ReceiptPage(checkpoint.CheckpointId) : address.VerificationPage(checkpoint.ProofRoot.To0x()));

    public static string Status(StoredCheckpoint checkpoint) => checkpoint.IsCompleted ? "VERIFIED" : "QUEUED";
}
