using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Receipts;
using PacSpace.Infrastructure.Documents;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Documents;

/// <remarks>Found through the id alone, which is a capability (api-balance 1.7). A receipt says the same for ever, so it is rendered
/// once for each locale and zone that somebody asks for.</remarks>
internal sealed class GetReceiptPdfHandler(ReceiptFinder receipts, LogReader log, DocumentRenderer renderer, DocumentStore store, PublicAddress address)
    : IRequestHandler<GetReceiptPdf, Outcome<ReceiptPdf>>
{
    public async Task<Outcome<ReceiptPdf>> Handle(GetReceiptPdf request, CancellationToken ct)
    {
        if (await receipts.FindPublicAsync(request.ReceiptId, request.Host, ct) is not { } checkpoint) return Refusal.NotFound();

        var paper = PaperOf(checkpoint, request, await log.OriginAsync(checkpoint.Environment, ct) ?? "");
        var content = paper.ToContent();
        try
        {
            var document = await store.GetAsync(content, to => RenderAsync(paper, content, to), ct);
            return new ReceiptPdf(document, $"receipt-{checkpoint.Window.AsPeriod()?.ToString() ?? checkpoint.Window.Start.ToString()[..10]}.pdf");
        }
        catch (RendererUnavailableException)
        {
            return PdfRefusals.NotNow();
        }
    }

    private ReceiptPaper PaperOf(StoredCheckpoint checkpoint, GetReceiptPdf request, string origin)
    {
        ReceiptLines.TryLocale(request.Locale, out var locale);
        ReceiptLines.TryZone(request.Timezone, out var zone);
        var (id, root) = (checkpoint.CheckpointId, checkpoint.ProofRoot.To0x());
        return new ReceiptPaper
        {
            ReceiptId = id,
            Environment = checkpoint.Environment,
            VendorName = checkpoint.RecordedBy,
            Display = ReceiptLines.Of(checkpoint, checkpoint.Unit ?? checkpoint.Customer.Unit, locale, zone),
            RecordCount = checkpoint.RecordCount,
            StartAt = checkpoint.Window.Start.ToDateTimeOffset(),
            EndAt = checkpoint.Window.End.ToDateTimeOffset(),
            AsOf = checkpoint.AsOf.ToDateTimeOffset(),
            Increases = checkpoint.Increases.Value,
            Decreases = checkpoint.Decreases.Value,
            Opening = checkpoint.Opening.Value,
            Closing = checkpoint.Closing.Value,
            ProofRoot = root,
            LogOrigin = origin,
            LogIndex = checkpoint.LogIndex!.Value,
            TreeSize = checkpoint.TreeSize!.Value,
            VerifiedAt = checkpoint.VerifiedAt!.Value,
            CustomerReference = checkpoint.Customer.Reference,
            Permalink = address.ReceiptPage(id),
            VerifierKeyUrl = $"{address.Log(checkpoint.Environment)}/vkey",
        };
    }

    private Task RenderAsync(ReceiptPaper paper, byte[] content, Stream to) => renderer.RenderAsync(
        new RenderJob(1, Convert.ToHexStringLower(Hash.Sha256(content).Bytes[..16]), null, OnePart(paper.ToMarkup().ToUtf8())), to, CancellationToken.None);

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> OnePart(ReadOnlyMemory<byte> part)
    {
        await Task.CompletedTask;
        yield return part;
    }
}
