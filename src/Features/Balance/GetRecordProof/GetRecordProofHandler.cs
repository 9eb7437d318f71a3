using System.Buffers;
using System.Text;
using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Balance;

internal sealed class GetRecordProofHandler(RecordLookup records, RecordIds ids, LogReader log, SealWatch seals)
    : IRequestHandler<GetRecordProof, Outcome<RecordProofFile>>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public async Task<Outcome<RecordProofFile>> Handle(GetRecordProof request, CancellationToken ct)
    {
        var caller = request.Caller;
        if (!ids.TryDecode(request.RecordId, out var ledgerNo, out var ledgerIndex)
            || await records.FindAsync(caller.TenantId, caller.Environment, ledgerNo, ledgerIndex, ct) is not { } stored)
            return Refusal.NotFound("No record has this id");

        if (stored.Block is null && await seals.WaitAsync(ledgerNo, ledgerIndex + 1, s_patience, ct))
            stored = await records.FindAsync(caller.TenantId, caller.Environment, ledgerNo, ledgerIndex, ct) ?? stored;

        if (Refuse(stored, request.RecordId) is { } refusal) return refusal;

        var block = stored.Block!;
        var record = stored.Record;
        var leaves = await records.LeavesAsync(ledgerNo, block.FirstIndex, block.RecordCount, ct);
        if (leaves.Length != block.RecordCount || MerkleTree.Root(leaves) != block.Root) return Failed(request.RecordId);

        var blockProof = new InclusionProof(
            new(ledgerIndex - block.FirstIndex), new(block.RecordCount), MerkleTree.InclusionPath(leaves, new(ledgerIndex - block.FirstIndex)));
        var size = new TreeSize(block.TreeSize);
        var logProof = new InclusionProof(new(block.LogIndex), size, await log.InclusionPathAsync(caller.Environment, new(block.LogIndex), size, ct));
        var head = await log.HeadAtAsync(caller.Environment, size, ct) ?? throw new InvalidOperationException("A sealed block has no tree head.");
        if (!SignedTreeHead.TryParse(head.Note, out var treeHead)) throw new InvalidOperationException("A stored tree head is no signed note.");

        var bytes = new ArrayBufferWriter<byte>();
        new ReceiptWriter(bytes).RecordProof(
            record.Statement(stored.LedgerId, stored.CustomerId, ids).ToUtf8(), record.Salt, blockProof, logProof, treeHead,
            request.Metadata && record.Metadata is { } metadata ? new DisclosedMetadata(Encoding.UTF8.GetBytes(metadata), record.MetadataSalt!.Value) : null);
        return new RecordProofFile($"record-proof-{request.RecordId}.json", bytes.WrittenMemory);
    }

    /// <summary>A proof is made of a record that is sealed and still is what was acknowledged, and of no other.</summary>
    private Refusal? Refuse(RecordWithState stored, string recordId)
    {
        if (stored.FailedAt is not null) return Failed(recordId);
        if (stored.Block is null)
        {
            return new Refusal(RefusalCode.ProofUnavailable, "The record is not verified yet")
            {
                Details = [new RefusalDetail(recordId, "pending")],
                RetryAfterSeconds = 1,
            };
        }

        return stored.Record.ReproducesLeaf(stored.LedgerId, stored.CustomerId, ids) ? null : Failed(recordId);
    }

    private static Refusal Failed(string recordId) => new(RefusalCode.ProofUnavailable, "The stored record no longer reproduces its hash")
    {
        Details = [new RefusalDetail(recordId, "failed")],
    };
}
