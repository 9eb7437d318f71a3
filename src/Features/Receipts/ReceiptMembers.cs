using PacSpace.Evidence;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Receipts;

/// <summary>What a receipt says of a customer's window, whether a checkpoint stands behind it or not yet.</summary>
/// <param name="Vendor">The vendor's name in force.</param>
internal sealed record ReceiptFacts(
    CustomerRow Customer, string Vendor, string Status, Window Window, Timestamp AsOf, Timestamp CoveredThrough, string? Unit, long RecordCount,
    decimal Increases, decimal Decreases, decimal Net, decimal Opening, Timestamp? FirstRecordAt, Timestamp? LastRecordAt)
{
    /// <param name="checkpoint">Its name and its unit are those of the commit.</param>
    /// <param name="unit">Where its statement has none.</param>
    public static ReceiptFacts Of(StoredCheckpoint checkpoint, string? unit) => new(
        checkpoint.Customer, checkpoint.RecordedBy, CheckpointViews.Status(checkpoint), checkpoint.Window, checkpoint.AsOf, checkpoint.CoveredThrough,
        checkpoint.Unit ?? unit ?? checkpoint.Customer.Unit, checkpoint.RecordCount, checkpoint.Increases.Value, checkpoint.Decreases.Value,
        checkpoint.Net.Value, checkpoint.Opening.Value, checkpoint.FirstRecordAt, checkpoint.LastRecordAt);
}

/// <summary>The members that every form of a receipt document has: the vendor's (api-balance 4.6), the preview (4.9), the public one (5.2).</summary>
public abstract record ReceiptMembers
{
    private protected ReceiptMembers(ReceiptFacts facts)
    {
        (Tenant, RecordedBy) = Identities.Of(facts.Customer.Ledger, facts.Vendor);
        Status = facts.Status;
        Environment = facts.Customer.Ledger.Environment;
        CustomerReference = facts.Customer.Reference;
        Period = facts.Window.AsPeriod()?.ToString();
        StartDate = facts.Window.Start.ToDateTimeOffset();
        EndDate = facts.Window.End.ToDateTimeOffset();
        AsOf = facts.AsOf.ToDateTimeOffset();
        CoveredThrough = facts.CoveredThrough.ToDateTimeOffset();
        Unit = facts.Unit;
        RecordCount = facts.RecordCount;
        TotalIncreases = facts.Increases;
        TotalDecreases = facts.Decreases;
        NetDelta = facts.Net;
        StartingBalance = facts.Opening;
        FirstRecordAt = facts.FirstRecordAt?.ToDateTimeOffset();
        LastRecordAt = facts.LastRecordAt?.ToDateTimeOffset();
    }

    public string Status { get; }
    public string Environment { get; }
    public VendorTenant Tenant { get; }
    public RecordedBy RecordedBy { get; }
    public string CustomerReference { get; }
    public string? Period { get; }
    public DateTimeOffset StartDate { get; }
    public DateTimeOffset EndDate { get; }
    public DateTimeOffset AsOf { get; }
    public DateTimeOffset CoveredThrough { get; }
    public string? Unit { get; }
    public long RecordCount { get; }
    public long DeltaCount => RecordCount;
    public long DeltasCount => RecordCount;

    /// <summary>|<see cref="NetDelta"/>|</summary>
    public decimal RecordedAmount => Math.Abs(NetDelta);

    public decimal TotalIncreases { get; }

    /// <summary>Not above zero.</summary>
    public decimal TotalDecreases { get; }

    public decimal NetDelta { get; }
    public decimal StartingBalance { get; }
    public decimal FinalBalance => StartingBalance + NetDelta;
    public DateTimeOffset? FirstRecordAt { get; }
    public DateTimeOffset? LastRecordAt { get; }

    /// <summary>Always empty here; rows are in the scoped receipt and in the bundle.</summary>
    public IReadOnlyList<string> Records { get; } = [];
}

public sealed record ReceiptVerification(
    string VerificationReference, string VerificationApiUrl, string VerificationExplorerUrl, string VerifyUrl, string? LogOrigin, long? LogIndex,
    long? TreeSize, DateTimeOffset? VerifiedAt)
{
    /// <param name="checkpoint">Completed.</param>
    /// <param name="address">Makes the URLs.</param>
    /// <param name="verifyUrl">Where a person looks.</param>
    /// <param name="logOrigin">Of the environment.</param>
    internal static ReceiptVerification Of(StoredCheckpoint checkpoint, PublicAddress address, string verifyUrl, string? logOrigin)
    {
        var root = checkpoint.ProofRoot.To0x();
        return new ReceiptVerification(
            root, address.VerificationApiUrl(root), address.VerificationPage(root), verifyUrl, logOrigin, checkpoint.LogIndex, checkpoint.TreeSize,
            checkpoint.VerifiedAt);
    }
}
