using Npgsql;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Receipts;

/// <summary>Opens the bundle of a checkpoint.</summary>
/// <remarks>Two passes over one snapshot: whether the bundle can be made is decided, and its digest known, before the first byte is
/// sent. The proofs are made against the tree head under which the checkpoint completed, so the bytes never change.</remarks>
internal sealed class ReceiptBundles(NpgsqlDataSource database, RecordIds ids, LogReader log)
{
    /// <summary>The bundle, or <c>PROOF_UNAVAILABLE</c>.</summary>
    /// <param name="checkpoint">Completed.</param>
    /// <param name="metadata">Whether the records' metadata is disclosed.</param>
    /// <param name="ct">Stops the first pass.</param>
    public async Task<Outcome<ReceiptBundle>> OpenAsync(StoredCheckpoint checkpoint, bool metadata, CancellationToken ct)
    {
        var (index, size) = (new LeafIndex(checkpoint.LogIndex!.Value), new TreeSize(checkpoint.TreeSize!.Value));
        var proof = new InclusionProof(index, size, await log.InclusionPathAsync(checkpoint.Environment, index, size, ct));
        var head = await log.HeadAtAsync(checkpoint.Environment, size, ct) ?? throw new InvalidOperationException("A completed checkpoint has no tree head.");
        if (!SignedTreeHead.TryParse(head.Note, out var treeHead)) throw new InvalidOperationException("A stored tree head is no signed note.");

        var source = new BundleSource(await RecordSnapshot.TakeAsync(database, ct), ids, checkpoint, proof, treeHead, metadata);
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
