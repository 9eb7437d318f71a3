using System.Globalization;
using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Customers;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Receipts;

internal sealed class GetReceiptHandler(ReceiptFinder receipts, ReceiptIssues issues, LogReader log, FindActiveLink findLink, PublicAddress address)
    : IRequestHandler<GetReceipt, Outcome<ReceiptDocument>>
{
    public async Task<Outcome<ReceiptDocument>> Handle(GetReceipt request, CancellationToken ct)
    {
        if (await receipts.FindAsync(request.Caller, request.ReceiptId, ct) is not { Mode: CheckpointMode.All } checkpoint) return Refusal.NotFound();

        ReceiptLines.TryLocale(request.Locale, out var locale);
        ReceiptLines.TryZone(request.Timezone, out var zone);
        var origin = await log.OriginAsync(checkpoint.Environment, ct);
        var link = await findLink(checkpoint.Customer, ct);
        return Show(checkpoint, request, locale, zone, origin, link, await issues.FirstIssueAsync(checkpoint, ct));
    }

    private ReceiptDocument Show(
        StoredCheckpoint checkpoint, GetReceipt request, CultureInfo locale, TimeZoneInfo zone, string? origin, CustomerLink? link, DateTimeOffset issuedAt)
    {
        var (id, root) = (checkpoint.CheckpointId, checkpoint.ProofRoot.To0x());
        var (tenant, recordedBy) = Identities.Of(checkpoint.Customer.Ledger, checkpoint.RecordedBy);
        var unit = checkpoint.Unit ?? request.Unit ?? checkpoint.Customer.Unit;
        return new ReceiptDocument
        {
            ReceiptId = id,
            CheckpointId = id,
            Status = CheckpointViews.Status(checkpoint),
            Environment = checkpoint.Environment,
            Tenant = tenant,
            RecordedBy = recordedBy,
            CustomerId = checkpoint.Customer.CustomerId,
            CustomerReference = checkpoint.Customer.Reference,
            CustomerDisplayName = request.CustomerDisplayName ? checkpoint.Customer.DisplayName : null,
            VendorAccountId = checkpoint.Customer.Ledger.VendorAccountId,
            Period = checkpoint.Window.AsPeriod()?.ToString(),
            StartDate = checkpoint.Window.Start.ToDateTimeOffset(),
            EndDate = checkpoint.Window.End.ToDateTimeOffset(),
            AsOf = checkpoint.AsOf.ToDateTimeOffset(),
            CoveredThrough = checkpoint.CoveredThrough.ToDateTimeOffset(),
            Unit = unit,
            RecordCount = checkpoint.RecordCount,
            RecordedAmount = Math.Abs(checkpoint.Net.Value),
            TotalIncreases = checkpoint.Increases.Value,
            TotalDecreases = checkpoint.Decreases.Value,
            NetDelta = checkpoint.Net.Value,
            StartingBalance = checkpoint.Opening.Value,
            FinalBalance = checkpoint.Closing.Value,
            FirstRecordAt = checkpoint.FirstRecordAt?.ToDateTimeOffset(),
            LastRecordAt = checkpoint.LastRecordAt?.ToDateTimeOffset(),
            ProofRoot = root,
            Verification = new ReceiptVerification(
                root, address.VerificationApiUrl(root), address.VerificationPage(root), link?.Url ?? address.ReceiptPage(id), origin, checkpoint.LogIndex,
                checkpoint.TreeSize, checkpoint.VerifiedAt),
            Display = ReceiptLines.Of(checkpoint, unit, locale, zone),
            Links = new ReceiptLinks(
                address.ReceiptPage(id), address.ReceiptJson(id), address.ReceiptPdf(id), address.VerificationPage(root), address.ReceiptBundle(id), link?.Url),
            GeneratedAt = issuedAt,
        };
    }
}
