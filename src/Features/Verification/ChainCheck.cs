using System.Text;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Verification;

/// <summary>The chain's word on a root: the stored rows hashed again, the root built from them, and its place in the log checked
/// against the latest tree head, whose signature is checked with the log's published keys.</summary>
internal sealed class ChainCheck(NpgsqlDataSource database, RootLookup roots, SealedBlocks blocks, LogReader log, RecordIds ids)
{
    /// <summary>True when rows, root and log agree. Nothing is in the log yet for what is not sealed: then false.</summary>
    public Task<bool> HoldsAsync(RootSubject subject, CancellationToken ct) => subject switch
    {
        CheckpointSubject checkpoint => HoldsAsync(checkpoint.Checkpoint, ct),
        SubmissionSubject submission => HoldsAsync(submission, ct),
        BlockSubject block => HoldsAsync(block, ct),
        _ => throw new InvalidOperationException($"Nobody checks {subject}."),
    };

    /// <summary>Whether the root stands where the database says, in a tree head whose signature holds. No row is hashed.</summary>
    public Task<bool> IsInLogAsync(RootSubject subject, CancellationToken ct) => subject switch
    {
        CheckpointSubject { Checkpoint: { LogIndex: { } index } checkpoint } =>
            IsInLogAsync(subject.Environment, Entry.CheckpointRoot(checkpoint.ProofRoot), new LeafIndex(index), ct),
        SubmissionSubject { Block: { } block } => IsInLogAsync(subject.Environment, Entry.Block(block.Root), new LeafIndex(block.LogIndex), ct),
        BlockSubject { Block: var block } => IsInLogAsync(subject.Environment, Entry.Block(block.Root), new LeafIndex(block.LogIndex), ct),
        _ => Task.FromResult(false),
    };

    private async Task<bool> HoldsAsync(StoredCheckpoint checkpoint, CancellationToken ct)
    {
        if (checkpoint is not { LogIndex: { } logIndex }) return false;
        var statement = Encoding.UTF8.GetBytes(checkpoint.Statement);
        if (!CheckpointStatement.TryParse(statement, out var said) || !IsWhatIsShown(said, checkpoint)) return false;

        await using var snapshot = await RecordSnapshot.TakeAsync(database, ct);
        var (customer, tree) = (checkpoint.Customer, new TreeFrontier());
        var (ledgerNo, customerNo) = (customer.Ledger.LedgerNo, customer.CustomerNo);
        var records = checkpoint.SelectedSeqs is { } chosen
            ? snapshot.ChosenAsync(ledgerNo, customerNo, chosen, ct)
            : snapshot.RangeAsync(ledgerNo, customerNo, checkpoint.FirstSeq, checkpoint.LastSeq, ct);
        try
        {
            await foreach (var record in records)
            {
                if (!record.ReproducesLeaf(customer.Ledger.LedgerId, customer.CustomerId, ids)) return false;
                tree.Append(record.Leaf);
            }
        }
        catch (StoredRecordException)
        {
            return false;
        }

        tree.Append(Entry.Checkpoint(checkpoint.Salt, statement).LeafHash());
        return tree.Root() == checkpoint.ProofRoot
            && await IsInLogAsync(checkpoint.Environment, Entry.CheckpointRoot(checkpoint.ProofRoot), new LeafIndex(logIndex), ct);
    }

    /// <summary>The columns that the answer shows say what the signed statement says.</summary>
    private static bool IsWhatIsShown(CheckpointStatement said, StoredCheckpoint shown) =>
        said.CheckpointId == shown.CheckpointId && said.Mode == shown.Mode && new Window(said.Start, said.End) == shown.Window && said.AsOf == shown.AsOf
        && said.Count == shown.RecordCount && said.FirstSeq == shown.FirstSeq && said.LastSeq == shown.LastSeq && said.Opening == shown.Opening
        && said.Net == shown.Net && said.Closing == shown.Closing && said.Unit == shown.Unit && said.RecordedBy == shown.RecordedBy;

    private async Task<bool> HoldsAsync(SubmissionSubject submission, CancellationToken ct)
    {
        var records = submission.Records;
        if (!records.IsSealed || !IsAsStored(records) || roots.Recompute(records) != submission.Root) return false;
        if (records.RecordCount > 1 && records.Records.Any(r => r.Record.SubmissionRoot != submission.Root)) return false;
        for (var index = records.FirstIndex; index < records.FirstIndex + records.RecordCount;)
        {
            // One block as a rule; a submission is looked for in as many as it lies in.
            if (await blocks.FindAsync(records.Owner.Ledger.LedgerNo, index, ct) is not { } block || !await HoldsAsync(records, block, ct)) return false;
            index = block.FirstIndex + block.RecordCount;
        }

        return true;
    }

    /// <summary>A hash that was changed in a row is reported too, even where the content still gives the right one.</summary>
    private bool IsAsStored(FoundRecords records) => records.Records.Count == records.RecordCount
        && records.Records.All(r => r.Record.ReproducesLeaf(records.Owner.Ledger.LedgerId, r.CustomerId, ids));

    /// <summary>The recomputed leaves of the submission, among the leaves of the block, give the block's root.</summary>
    private async Task<bool> HoldsAsync(FoundRecords records, SealedBlock block, CancellationToken ct)
    {
        var ledger = records.Owner.Ledger;
        if (await blocks.LeavesAsync(ledger.LedgerNo, block, ct) is not { } leaves) return false;
        foreach (var (record, customerId) in records.Records)
        {
            var position = record.LedgerIndex - block.FirstIndex;
            if (position >= 0 && position < leaves.Length) leaves[position] = record.RecomputeLeaf(ledger.LedgerId, customerId, ids)!.Value;
        }

        return MerkleTree.Root(leaves) == block.Root && await IsInLogAsync(ledger.Environment, Entry.Block(block.Root), new LeafIndex(block.LogIndex), ct);
    }

    private async Task<bool> HoldsAsync(BlockSubject subject, CancellationToken ct) =>
        IsAsStored(subject.Records) && roots.Recompute(subject.Records) == subject.Root
        && await IsInLogAsync(subject.Environment, Entry.Block(subject.Root), new LeafIndex(subject.Block.LogIndex), ct);

    private async Task<bool> IsInLogAsync(string environment, Entry entry, LeafIndex index, CancellationToken ct)
    {
        var keys = new KeyRing((await log.KeysAsync(environment, ct)).Select(Trusted));
        if (await log.LatestHeadAsync(environment, ct) is not { } stored || !keys.TryOpen(stored.Note, out var head)) return false;
        return head.Size.Contains(index) && await log.EntryAsync(environment, index, ct) == entry
            && MerkleTree.CheckInclusion(entry.LeafHash(), index, head.Size, await log.InclusionPathAsync(environment, index, head.Size, ct), head.Root);
    }

    private static TrustedKey Trusted(LogKey key) => VerifierKey.TryParse(key.VerifierKey, out var verifier)
        ? new TrustedKey(verifier, new TreeSize(key.FirstSize), key.LastSize is { } last ? new TreeSize(last) : null)
        : throw new InvalidOperationException("A stored verifier key cannot be read.");
}
