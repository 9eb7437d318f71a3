using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Receipts;

internal sealed class GetPublicReceiptHandler(ReceiptFinder receipts, ReceiptIssues issues, LogReader log, PublicAddress address)
    : IRequestHandler<GetPublicReceipt, Outcome<PublicReceipt>>
{
    public async Task<Outcome<PublicReceipt>> Handle(GetPublicReceipt request, CancellationToken ct)
    {
        if (await receipts.FindPublicAsync(request.ReceiptId, request.Host, ct) is not { } checkpoint) return Refusal.NotFound();

        ReceiptLines.TryLocale(request.Locale, out var locale);
        ReceiptLines.TryZone(request.Timezone, out var zone);
        var facts = ReceiptFacts.Of(checkpoint, unit: null);
        var (id, root) = (checkpoint.CheckpointId, checkpoint.ProofRoot.To0x());
        return new PublicReceipt(facts)
        {
            ReceiptId = id,
            CheckpointId = id,
            ProofRoot = root,
            Verification = ReceiptVerification.Of(checkpoint, address, address.ReceiptPage(id), await log.OriginAsync(checkpoint.Environment, ct)),
            Display = ReceiptLines.Of(checkpoint, facts.Unit, locale, zone),
            Links = new PublicReceiptLinks(address.ReceiptPage(id), address.ReceiptJson(id), address.ReceiptPdf(id), address.VerificationPage(root)),
            GeneratedAt = request.IsForPage ? checkpoint.ReceiptIssuedAt ?? checkpoint.VerifiedAt!.Value : await issues.FirstIssueAsync(checkpoint, ct),
        };
    }
}
