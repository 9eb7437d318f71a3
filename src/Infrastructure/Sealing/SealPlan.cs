using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>The log as the last committed tree head left it.</summary>
/// <param name="Frontier">The right edge of the log's tree.</param>
/// <param name="Note">The signed tree head, as stored and as kept in the mark.</param>
internal sealed record LogEdge(string Origin, TreeFrontier Frontier, string Note, Timestamp SignedAt)
{
    public long Size => Frontier.Size.Value;
}

/// <summary>Rows of one ledger with the decision about them.</summary>
internal readonly struct DecidedRun(LedgerRun run, RunDecision decision, ReadOnlyMemory<Hash> leaves)
{
    public LedgerRun Run { get; } = run;

    public RunDecision Decision { get; } = decision;

    public ReadOnlyMemory<Hash> Leaves { get; } = leaves;
}

/// <summary>A committed checkpoint whose root is to be entered.</summary>
internal readonly record struct WaitingCheckpoint(string CheckpointId, Hash ProofRoot);

internal sealed record SealedBlockPlan(PlannedBlock Planned, Hash Root, long LogIndex);

/// <summary>Everything that one tree head adds, to be committed as it stands here.</summary>
/// <remarks>A function of the log's edge, the decided rows and the checkpoints: the same input gives the same root, which is
/// how a kept tree head is recognised after a crash.</remarks>
internal sealed class SealPlan
{
    public const int MaxBlockRecords = 4_096;

    public required LogEdge Before { get; init; }

    /// <summary>The right edge afterwards.</summary>
    public required TreeFrontier Frontier { get; init; }

    public required Hash Root { get; init; }

    public required IReadOnlyList<PlannedEntry> Entries { get; init; }

    public required IReadOnlyList<SealedBlockPlan> Blocks { get; init; }

    public required IReadOnlyList<(TreeNode Place, Hash Hash)> Nodes { get; init; }

    public required IReadOnlyList<DecidedRun> Runs { get; init; }

    public long Size => Frontier.Size.Value;

    public TreeHead Head => new(Before.Origin, Frontier.Size, Root);

    public long RecordCount => Runs.Sum(r => (long)r.Decision.Count);

    /// <summary>Blocks of the runs in ledger order, then the checkpoints: a checkpoint's entry lies behind those of all records
    /// that it is about.</summary>
    public static SealPlan Make(LogEdge before, IReadOnlyList<DecidedRun> runs, IReadOnlyList<WaitingCheckpoint> checkpoints)
    {
        var entries = new List<PlannedEntry>();
        var blocks = new List<SealedBlockPlan>();
        foreach (var run in runs)
        {
            for (var first = 0; first < run.Decision.Count; first += MaxBlockRecords)
            {
                var count = Math.Min(MaxBlockRecords, run.Decision.Count - first);
                var root = MerkleTree.Root(run.Leaves.Span.Slice(first, count));
                var planned = new PlannedBlock(Entry.Block(root), run.Run.Span.LedgerNo, run.Run.Span.First + first, count);
                blocks.Add(new SealedBlockPlan(planned, root, before.Size + entries.Count));
                entries.Add(planned);
            }
        }

        foreach (var checkpoint in checkpoints) entries.Add(new PlannedCheckpoint(Entry.CheckpointRoot(checkpoint.ProofRoot), checkpoint.CheckpointId));

        var frontier = before.Frontier.Clone();
        var nodes = new List<(TreeNode, Hash)>(entries.Count * 2);
        foreach (var entry in entries) frontier.Append(entry.Entry.LeafHash(), (level, index, hash) => nodes.Add((new TreeNode(level, index), hash)));
        return new SealPlan
        {
            Before = before, Frontier = frontier, Root = frontier.Root(), Entries = entries, Blocks = blocks, Nodes = nodes, Runs = runs,
        };
    }
}
