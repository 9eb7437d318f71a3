using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Customers;
using PacSpace.Features.Pipeline;
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
        var facts = ReceiptFacts.Of(checkpoint, request.Unit);
        var (id, link) = (checkpoint.CheckpointId, await findLink(checkpoint.Customer, ct));
        return new ReceiptDocument(facts)
        {
            ReceiptId = id,
            CheckpointId = id,
            CustomerId = checkpoint.Customer.CustomerId,
            CustomerDisplayName = request.CustomerDisplayName ? checkpoint.Customer.DisplayName : null,
            VendorAccountId = checkpoint.Customer.Ledger.VendorAccountId,
            ProofRoot = checkpoint.ProofRoot.To0x(),
            Verification = ReceiptVerification.Of(
                checkpoint, address, link?.Url ?? address.ReceiptPage(id), await log.OriginAsync(checkpoint.Environment, ct)),
            Display = ReceiptLines.Of(checkpoint, facts.Unit, locale, zone),
            Links = new ReceiptLinks(
                address.ReceiptPage(id), address.ReceiptJson(id), address.ReceiptPdf(id), address.VerificationPage(checkpoint.ProofRoot.To0x()),
                address.ReceiptBundle(id), link?.Url),
            GeneratedAt = await issues.FirstIssueAsync(checkpoint, ct),
        };
    }
}
