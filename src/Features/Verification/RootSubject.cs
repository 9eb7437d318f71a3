using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Verification;

/// <summary>What a root stands for, as the database has it.</summary>
internal abstract record RootSubject(Hash Root, string Environment)
{
    /// <summary><c>QUEUED</c>, <c>VERIFIED</c> or <c>FAILED</c>.</summary>
    public abstract string Status { get; }

    /// <summary>Whose it is.</summary>
    public abstract LedgerRef Ledger { get; }

    public abstract long RecordCount { get; }
}

/// <param name="IsAskedById">By <c>chk_</c> id and not by root: only who holds the id is told of the receipt.</param>
internal sealed record CheckpointSubject(StoredCheckpoint Checkpoint, bool IsAskedById) : RootSubject(Checkpoint.ProofRoot, Checkpoint.Environment)
{
    public override string Status => Checkpoint.IsCompleted ? "VERIFIED" : "QUEUED";

    public override LedgerRef Ledger => Checkpoint.Customer.Ledger;

    public override long RecordCount => Checkpoint.RecordCount;
}

/// <param name="Block">Holds the last of the records; null while they are not sealed.</param>
internal sealed record SubmissionSubject(Hash Root, FoundRecords Records, SealedBlock? Block) : RootSubject(Root, Records.Owner.Ledger.Environment)
{
    public override string Status => Records.StatusOf(Block);

    public override LedgerRef Ledger => Records.Owner.Ledger;

    public override long RecordCount => Records.RecordCount;
}

internal sealed record BlockSubject(Hash Root, FoundRecords Records, SealedBlock Block) : RootSubject(Root, Records.Owner.Ledger.Environment)
{
    public override string Status => Records.StatusOf(Block);

    public override LedgerRef Ledger => Records.Owner.Ledger;

    public override long RecordCount => Records.RecordCount;
}

internal static class FoundRecordsStatus
{
    public static string StatusOf(this FoundRecords found, SealedBlock? block) =>
        found.Failed.Count > 0 ? "FAILED" : found.IsSealed && block is not null ? "VERIFIED" : "QUEUED";
}

/// <summary>Finds what a root or a checkpoint id stands for.</summary>
internal sealed class RootSubjects(CheckpointLookup checkpoints, RootLookup roots, SealedBlocks blocks)
{
    /// <summary>Null for anything unknown or malformed. A block of one record has its submission's root and is described as the
    /// submission. A branded host has what is its vendor's alone.</summary>
    public async Task<RootSubject?> FindAsync(string rootOrId, AskedHost host, CancellationToken ct) =>
        await FindAsync(rootOrId, ct) is { } subject && host.Serves(subject.Ledger) ? subject : null;

    private async Task<RootSubject?> FindAsync(string rootOrId, CancellationToken ct)
    {
        if (!Hash.TryParse0x(rootOrId, out var root))
        {
            return rootOrId.StartsWith("chk_", StringComparison.Ordinal) && await checkpoints.FindAsync(rootOrId, ct) is { } byId
                ? new CheckpointSubject(byId, IsAskedById: true)
                : null;
        }

        if (await checkpoints.FindAsync(root, ct) is { } checkpoint) return new CheckpointSubject(checkpoint, IsAskedById: false);
        if (await roots.FindAsync(root, ct) is { } submission)
        {
            var last = submission.FirstIndex + submission.RecordCount - 1;
            return new SubmissionSubject(root, submission, await blocks.FindAsync(submission.Owner.Ledger.LedgerNo, last, ct));
        }

        return await roots.FindBlockAsync(root, ct) is { } place && await roots.ReadAsync(place, ct) is { } records
            && await blocks.FindAsync(place.LedgerNo, place.FirstIndex, ct) is { } block
            ? new BlockSubject(root, records, block)
            : null;
    }
}
