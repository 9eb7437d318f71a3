using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Ingest;

namespace PacSpace.Features.Balance;

/// <summary>What a group's answer says of each item.</summary>
internal static class EmitDeltaBatchAnswer
{
    public static DeltaGroup Of(IReadOnlyList<NewDelta> deltas, IReadOnlyList<FieldProblem?> refusedAtTheDoor, SubmissionAccepted outcome)
    {
        var results = new DeltaGroupItem[deltas.Count];
        var itemHashes = new List<string>();
        var (replayed, failed) = (0, 0);
        var root = outcome.Root?.To0x();
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Item(i, deltas[i], refusedAtTheDoor[i], outcome.Items[i]);
            if (results[i].Error is not null) failed++;
            else if (results[i].Idempotent) replayed++;
            else itemHashes.Add(results[i].ItemHash!);
        }

        return new DeltaGroup(results.Length - failed, failed, replayed, root, root, itemHashes, results);
    }

    private static DeltaGroupItem Item(int index, NewDelta delta, FieldProblem? problem, ItemOutcome? outcome)
    {
        if (outcome is ItemAccepted item)
        {
            return new DeltaGroupItem(
                index, delta.CustomerId, delta.Delta, delta.ReferenceId, "QUEUED", item.IsReplay, item.RecordId, item.Root.To0x(), item.Leaf.To0x(),
                item.Seq, item.BalanceAfter.Value, item.AcceptedAt.ToDateTimeOffset(), null, null);
        }

        var refusal = (problem, outcome) switch
        {
            ({ } at, _) => Refusal.Validation(at.Field, at.Message),
            (_, ItemRefused refused) => DeltaRefusals.Of(refused, delta.CustomerId),
            _ => throw new InvalidOperationException($"Item {index} was neither accepted nor refused."),
        };
        return new DeltaGroupItem(
            index, delta.CustomerId, delta.Delta, delta.ReferenceId, "FAILED", false, null, null, null, null, null, null, refusal.Code.Name, refusal.Message);
    }
}
