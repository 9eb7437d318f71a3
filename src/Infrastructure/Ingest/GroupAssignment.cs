using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Ingest;

/// <summary>Gives the records of a group their places: ledger index, seq, prev, balance, hashes. Everything here happens
/// in memory under the ledger's lock; nothing is durable yet, and a failure forgets the tails it moved.</summary>
/// <param name="acceptedAt">The group's one instant, not before the ledger's floor.</param>
internal sealed class GroupAssignment(
    LedgerRef ledger, RecordIds ids, DrawnAhead drawn, CustomerTails tails, IRecordRows rows, long firstIndex, Timestamp acceptedAt)
{
    private const long MicrosecondsASecond = 1_000_000;

    private long _nextIndex = firstIndex;

    public long NextIndex => _nextIndex;

    /// <summary>What remains of a plan for life; not looked at for a submission without that limit.</summary>
    public long Remaining { get; set; }

    /// <param name="submission">One request's records.</param>
    /// <param name="earlier">Items that an earlier group recorded, by position; null where none was looked for or found.</param>
    /// <exception cref="WriterUnavailableException">A customer's last record no longer reproduces its hash.</exception>
    public SubmissionOutcome Place(Submission submission, IReadOnlyDictionary<int, ItemAccepted>? earlier)
    {
        if (submission.Limits?.RecordsForLife is not null && Remaining <= 0) return new SubmissionExhausted();

        // Before any tail is moved: a submission is placed whole or not at all.
        var items = submission.Items;
        if (items.Any(item => item is not null && tails[item.CustomerId].IsDamaged))
            throw new WriterUnavailableException("A customer's last record does not reproduce its hash; nothing is recorded on top of it.");

        var count = items.Count;
        var outcomes = new ItemOutcome?[count];
        var pending = new Pending[count];
        var pendingCount = 0;

        for (var i = 0; i < count; i++)
        {
            if (items[i] is not { } item) continue;
            if ((earlier?.GetValueOrDefault(i) ?? RepeatedWithin(submission, outcomes, i)) is { } replay)
            {
                outcomes[i] = replay;
                continue;
            }

            var tail = tails[item.CustomerId];
            if (submission.Limits is { } limits && Limited(limits, tail) is { } limited)
            {
                outcomes[i] = limited;
                continue;
            }

            if (!TryResolveAdjusts(submission, outcomes, i, out var adjusts, out var adjustsReference))
            {
                outcomes[i] = new ItemRefused(ItemRefusal.AdjustsUnknown);
                continue;
            }

            var balance = tail.Balance + item.Delta;
            if (!balance.FitsBalance)
            {
                outcomes[i] = new ItemRefused(ItemRefusal.BalanceTooLarge);
                continue;
            }

            var salt = drawn.NextSalt();
            Salt? metadataSalt = item.Metadata is null ? null : drawn.NextSalt();
            var statement = new RecordStatement
            {
                LedgerId = ledger.LedgerId,
                RecordId = drawn.RecordId(_nextIndex + pendingCount),
                CustomerId = item.CustomerId,
                Seq = tail.Seq + 1,
                Prev = tail.Leaf,
                Delta = item.Delta,
                BalanceAfter = balance,
                Unit = tail.Unit,
                Reason = item.Reason,
                ReferenceId = item.ReferenceId,
                MetadataHash = metadataSalt is { } commitment ? MetadataCommitment.Of(commitment, item.Metadata) : null,
                Adjusts = adjusts is { } adjusted ? ids.Encode(ledger.LedgerNo, adjusted) : null,
                AcceptedAt = acceptedAt,
            };
            var leaf = statement.LeafHash(salt);
            (tail.Seq, tail.Leaf, tail.Balance, tail.LastAt) = (statement.Seq, leaf, balance, acceptedAt);
            Remaining--;

            outcomes[i] = new ItemAccepted(
                _nextIndex + pendingCount, statement.RecordId, tail.CustomerNo, statement.Seq, statement.Prev, leaf, leaf,
                balance, acceptedAt, statement.Adjusts, adjustsReference, IsReplay: false);
            pending[pendingCount++] = new Pending(i, statement, salt, leaf, item.Metadata, metadataSalt, adjusts, tail.CustomerNo);
        }

        var root = Root(pending.AsSpan(0, pendingCount));
        var storedRoot = pendingCount > 1 ? root : null;
        for (var position = 0; position < pendingCount; position++)
        {
            var p = pending[position];
            rows.Append(
                ledger.LedgerNo, p.CustomerNo, _nextIndex + position, p.Statement, p.Salt, p.Leaf, p.Metadata, p.MetadataSalt,
                p.Adjusts, submission.IsGroup ? checked((short)position) : null, storedRoot);
            if (storedRoot is { } shared) outcomes[p.Item] = ((ItemAccepted)outcomes[p.Item]!) with { Root = shared };
        }

        _nextIndex += pendingCount;
        return new SubmissionAccepted(outcomes, root);
    }

    /// <summary>The plan before the cadence; a replay comes to neither.</summary>
    private ItemRefused? Limited(WriteLimits limits, CustomerTail tail)
    {
        if (limits.RecordsForLife is not null && Remaining <= 0) return new ItemRefused(ItemRefusal.PlanExhausted);
        if (limits.CadenceSeconds == 0 || tail.Seq == 0) return null;
        var wait = tail.LastAt.Microseconds + limits.CadenceSeconds * MicrosecondsASecond - acceptedAt.Microseconds;
        return wait <= 0 ? null : new ItemRefused(ItemRefusal.TooSoon, checked((int)((wait + MicrosecondsASecond - 1) / MicrosecondsASecond)));
    }

    private static Hash? Root(ReadOnlySpan<Pending> pending)
    {
        if (pending.IsEmpty) return null;
        if (pending.Length == 1) return pending[0].Leaf;
        var leaves = new Hash[pending.Length];
        for (var i = 0; i < leaves.Length; i++) leaves[i] = pending[i].Leaf;
        return MerkleTree.Root(leaves);
    }

    /// <summary>The rule for repeated <c>referenceId</c>s holds inside one request too (api-balance 3.2).</summary>
    private static ItemAccepted? RepeatedWithin(Submission submission, ItemOutcome?[] outcomes, int at)
    {
        if (!submission.IsGroup || submission.Items[at] is not { ReferenceId: { } reference } item) return null;
        for (var i = at - 1; i >= 0; i--)
        {
            if (outcomes[i] is ItemAccepted first && submission.Items[i] is { } candidate && candidate.ReferenceId == reference
                && ReplayRule.IsSame(item, candidate.CustomerId, candidate.Delta, candidate.Reason, candidate.Metadata))
                return first with { IsReplay = true };
        }

        return null;
    }

    private static bool TryResolveAdjusts(Submission submission, ItemOutcome?[] outcomes, int at, out long? adjusts, out string? reference)
    {
        (adjusts, reference) = (null, null);
        if (submission.Items[at] is not { Adjusts: { } target } item) return true;
        if (target.EarlierItemReference is { } named)
        {
            for (var i = at - 1; i >= 0; i--)
            {
                if (outcomes[i] is not ItemAccepted first || submission.Items[i] is not { } candidate
                    || candidate.ReferenceId != named || candidate.CustomerId != item.CustomerId) continue;
                (adjusts, reference) = (first.LedgerIndex, named);
                return true;
            }
        }

        (adjusts, reference) = (target.LedgerIndex, target.ReferenceId);
        return adjusts is not null;
    }

    private readonly record struct Pending(
        int Item, RecordStatement Statement, Salt Salt, Hash Leaf, byte[]? Metadata, Salt? MetadataSalt, long? Adjusts, int CustomerNo);
}

/// <summary>When an item of a group is the same as one recorded before (decisions 14): customer, delta, reason and the
/// metadata text as sent, besides the <c>referenceId</c> that found it.</summary>
internal static class ReplayRule
{
    public static bool IsSame(NewRecord item, string customerId, Amount delta, string reason, ReadOnlySpan<byte> metadata) =>
        item.CustomerId == customerId && item.Delta == delta && item.Reason == reason && item.Metadata.AsSpan().SequenceEqual(metadata);
}
