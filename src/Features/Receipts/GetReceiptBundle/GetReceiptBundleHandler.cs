using MediatR;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Receipts;

/// <remarks>Two passes over one snapshot: whether the bundle can be made is decided, and its digest known, before the first byte is
/// sent. The proofs are made against the tree head under which the checkpoint completed, so the bytes never change.</remarks>
internal sealed class GetReceiptBundleHandler(NpgsqlDataSource database, ReceiptFinder receipts, RecordIds ids, LogReader log)
    : IRequestHandler<GetReceiptBundle, Outcome<ReceiptBundle>>
{
    public async Task<Outcome<ReceiptBundle>> Handle(GetReceiptBundle request, CancellationToken ct)
    {
        if (await receipts.FindAsync(request.Caller, request.ReceiptId, ct) is not { LogIndex: { } logIndex, TreeSize: { } treeSize } checkpoint)
            return Refusal.NotFound();

        var (index, size) = (new LeafIndex(logIndex), new TreeSize(treeSize));
        var proof = new InclusionProof(index, size, await log.InclusionPathAsync(checkpoint.Environment, index, size, ct));
        var head = await log.HeadAtAsync(checkpoint.Environment, size, ct) ?? throw new InvalidOperationException("A completed checkpoint has no tree head.");
        if (!SignedTreeHead.TryParse(head.Note, out var treeHead)) throw new InvalidOperationException("A stored tree head is no signed note.");

        var source = new BundleSource(await RecordSnapshot.TakeAsync(database, ct), ids, checkpoint, proof, treeHead, request.Metadata);
        try
        {
            var check = await source.CheckAsync(ct);
            if (Refuse(checkpoint, check) is { } refusal)
            {
                await source.DisposeAsync();
                return refusal;
            }

            return new ReceiptBundle(source, $"receipt-{checkpoint.CheckpointId}.bundle.json", check.Length, check.Sha256);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    private Refusal? Refuse(StoredCheckpoint checkpoint, BundleCheck check)
    {
        if (check.FailedIndexes.Count > 0)
        {
            return new Refusal(RefusalCode.ProofUnavailable, "A stored record no longer reproduces its hash")
            {
                Details = [.. check.FailedIndexes.Select(index => new RefusalDetail(ids.Encode(checkpoint.Customer.Ledger.LedgerNo, index), "failed"))],
            };
        }

        return check.IsWhole ? null : new Refusal(RefusalCode.ProofUnavailable, "The stored records no longer give the checkpoint's root")
        {
            Details = [new RefusalDetail(checkpoint.CheckpointId, "failed")],
        };
    }
}
