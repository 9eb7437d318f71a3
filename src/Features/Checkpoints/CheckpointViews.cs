using PacSpace.Evidence;
using PacSpace.Features.Customers;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>Makes the one shape of a checkpoint.</summary>
internal sealed class CheckpointViews(PublicAddress address, FindActiveLinks findLinks)
{
    public async ValueTask<CheckpointResult> ShowAsync(StoredCheckpoint checkpoint, CancellationToken ct, bool? idempotent = null) =>
        Show(checkpoint, await FindLinksAsync([checkpoint], ct), idempotent);

    /// <summary>A list, whose links are found in one look.</summary>
    public async Task<IReadOnlyList<CheckpointResult>> ShowAsync(IReadOnlyList<StoredCheckpoint> checkpoints, CancellationToken ct)
    {
        var links = await FindLinksAsync(checkpoints, ct);
        return [.. checkpoints.Select(checkpoint => Show(checkpoint, links, null))];
    }

    public static string Status(StoredCheckpoint checkpoint) => checkpoint.IsCompleted ? "VERIFIED" : "QUEUED";

    private CheckpointResult Show(StoredCheckpoint checkpoint, IReadOnlyDictionary<(int LedgerNo, int CustomerNo), CustomerLink> links, bool? idempotent)
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
            VerifyUrl = VerifyUrl(checkpoint, links),
            ReceiptUrl = isAll ? address.ReceiptPage(checkpoint.CheckpointId) : null,
            VerificationApiUrl = address.VerificationApiUrl(root),
            VerificationExplorerUrl = address.VerificationPage(root),
            CreatedAt = checkpoint.CreatedAt.ToDateTimeOffset(),
            VerifiedAt = checkpoint.VerifiedAt,
            Idempotent = idempotent,
        };
    }

    private ValueTask<IReadOnlyDictionary<(int LedgerNo, int CustomerNo), CustomerLink>> FindLinksAsync(IReadOnlyList<StoredCheckpoint> checkpoints, CancellationToken ct) =>
        findLinks([.. checkpoints.Select(checkpoint => checkpoint.Customer)], ct);

    /// <summary>The Shared Record if the customer has an active link, else the receipt; for <c>selected</c>, which has none,
    /// the page of its root.</summary>
    private string VerifyUrl(StoredCheckpoint checkpoint, IReadOnlyDictionary<(int LedgerNo, int CustomerNo), CustomerLink> links) =>
        links.GetValueOrDefault((checkpoint.Customer.Ledger.LedgerNo, checkpoint.Customer.CustomerNo))?.Url
        ?? (checkpoint.Mode == CheckpointMode.All ? address.ReceiptPage(checkpoint.CheckpointId) : address.VerificationPage(checkpoint.ProofRoot.To0x()));
}
