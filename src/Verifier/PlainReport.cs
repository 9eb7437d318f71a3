using System.Globalization;
using PacSpace.Evidence;

namespace PacSpace.Verifier;

/// <summary>The result in words. What holds says how far it reaches, and what no check can say.</summary>
internal static class PlainReport
{
    public static void Write(TextWriter output, List<Checked> files, List<CheckedPair> pairs)
    {
        foreach (var file in files)
        {
            var name = Printable.Of(file.File);
            if (file.Refusal is { } refusal) output.WriteLine($"refused: {name}: {Line(refusal)}");
            else WriteHolds(output, name, file);
        }
        foreach (var pair in pairs)
        {
            var names = $"{Printable.Of(pair.First.File)} and {Printable.Of(pair.Second.File)}";
            if (pair.Refusal is { } refusal) output.WriteLine($"refused: {names}: {Line(refusal)}");
            else output.WriteLine($"holds: {names}: the second begins exactly where the first ends; nothing lies between them.");
        }
    }

    private static string Line(EvidenceRefusal refusal)
    {
        var place = refusal.Record is { } record ? string.Create(CultureInfo.InvariantCulture, $" at record {record} (counted from 0)") : "";
        return $"{refusal.CodeText}{place}: {Printable.Of(refusal.Sentence)}";
    }

    private static void WriteHolds(TextWriter output, string name, Checked file)
    {
        output.WriteLine($"holds: {name}");
        IEnumerable<string> lines = file.RecordProof is { } proof ? OfRecordProof(proof) : OfReceipt(file.Receipt!);
        foreach (var line in lines) output.WriteLine($"  {Printable.Of(line)}");
    }

    private static IEnumerable<string> OfReceipt(ReceiptFacts facts)
    {
        var checkpoint = facts.Checkpoint;
        var unit = checkpoint.Unit is null ? "" : $" {checkpoint.Unit}";
        yield return $"Recorded by {checkpoint.RecordedBy}, for customer {checkpoint.CustomerId} (ledger {checkpoint.LedgerId}).";
        yield return $"Covered window: from {checkpoint.Start} up to, and not including, {checkpoint.CoveredThrough}.";
        yield return checkpoint.Mode == CheckpointMode.All
            ? $"Every record of that window: {Records(checkpoint)}. Opening {checkpoint.Opening}{unit}, net {checkpoint.Net}{unit}, closing {checkpoint.Closing}{unit}."
            : $"A chosen subset of that window's records, not all of them: {Records(checkpoint)}. Their net is {checkpoint.Net}{unit}.";

        if (!facts.IsComplete)
            yield return $"This is a spot check: {facts.Records} of the records are shown and were checked, sealing included; the totals are the checkpoint's own statement.";
        else if (checkpoint.Mode == CheckpointMode.All)
            yield return "These records, and no others between the first and the last of them, were recorded for the covered window.";
        else
            yield return "These records exist. Others may exist beside them.";
        yield return $"Nothing of this has changed since {facts.TreeHead.Origin} signed its tree head of size {facts.TreeHead.Size}.";

        if (checkpoint.Mode == CheckpointMode.All)
            yield return "A record pushed over an edge of the window would show in the neighbouring receipt: check that one too.";
        if (facts.IsComplete)
            yield return "When each single record was sealed is not shown here; a record proof kept from before shows that.";
        yield return "No check can say that the vendor counted correctly.";
    }

    private static string Records(CheckpointStatement checkpoint) => checkpoint.Count switch
    {
        0 => "none",
        1 => $"1 record, seq {checkpoint.FirstSeq}",
        _ => $"{checkpoint.Count} records, {(checkpoint.Mode == CheckpointMode.All ? "seq" : "between seq")} {checkpoint.FirstSeq} {(checkpoint.Mode == CheckpointMode.All ? "to" : "and")} {checkpoint.LastSeq}",
    };

    private static IEnumerable<string> OfRecordProof(RecordProofFacts facts)
    {
        var record = facts.Record;
        var unit = record.Unit is null ? "" : $" {record.Unit}";
        yield return $"Record {record.RecordId}, seq {record.Seq} of customer {record.CustomerId} (ledger {record.LedgerId}): {record.Delta}{unit} for \"{record.Reason}\".";
        yield return $"Accepted {record.AcceptedAt}; balance after it {record.BalanceAfter}{unit}. Leaf hash {facts.LeafHash}.";
        yield return $"It was sealed at entry {facts.LogIndex} of {facts.TreeHead.Origin} and has not changed since the log signed its tree head of size {facts.TreeHead.Size}.";
        yield return "A receipt over this record must show the same leaf hash for this seq.";
        yield return "No check can say that the vendor counted correctly.";
    }
}
