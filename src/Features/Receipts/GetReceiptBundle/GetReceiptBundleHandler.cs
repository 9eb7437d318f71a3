using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

internal sealed class GetReceiptBundleHandler(ReceiptFinder receipts, ReceiptBundles bundles) : IRequestHandler<GetReceiptBundle, Outcome<ReceiptBundle>>
{
    public async Task<Outcome<ReceiptBundle>> Handle(GetReceiptBundle request, CancellationToken ct) =>
        await receipts.FindAsync(request.Caller, request.ReceiptId, ct) is { LogIndex: not null, TreeSize: not null } checkpoint
            ? await bundles.OpenAsync(checkpoint, request.Metadata, ct)
            : Refusal.NotFound();
}
