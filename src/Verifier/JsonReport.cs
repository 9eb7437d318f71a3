using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PacSpace.Evidence;

namespace PacSpace.Verifier;

/// <summary>The result for programs: one object, numbers that matter as strings as in the files.</summary>
internal static class JsonReport
{
    public static void Write(TextWriter output, List<Checked> files, List<CheckedPair> pairs)
    {
        using var buffer = new MemoryStream();
        // ASCII only: whatever a file holds, it reaches a terminal as an escape.
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.BasicLatin) };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteBoolean("holds", files.TrueForAll(file => file.Refusal is null) && pairs.TrueForAll(pair => pair.Refusal is null));
            json.WriteStartArray("files");
            foreach (var file in files) WriteFile(json, file);
            json.WriteEndArray();
            json.WriteStartArray("neighbours");
            foreach (var pair in pairs)
            {
                json.WriteStartObject();
                json.WriteString("first", pair.First.File);
                json.WriteString("second", pair.Second.File);
                WriteOutcome(json, pair.Refusal);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static void WriteFile(Utf8JsonWriter json, Checked file)
    {
        json.WriteStartObject();
        json.WriteString("file", file.File);
        WriteOutcome(json, file.Refusal);
        if (file.Receipt is { } receipt) WriteReceipt(json, receipt);
        if (file.RecordProof is { } proof) WriteRecordProof(json, proof);
        json.WriteEndObject();
    }

    private static void WriteOutcome(Utf8JsonWriter json, EvidenceRefusal? refusal)
    {
        json.WriteBoolean("holds", refusal is null);
        if (refusal is null) return;
        json.WriteString("code", refusal.CodeText);
        if (refusal.Record is { } record) json.WriteNumber("record", record);
        json.WriteString("sentence", refusal.Sentence);
    }

    private static void WriteReceipt(Utf8JsonWriter json, ReceiptFacts facts)
    {
        var checkpoint = facts.Checkpoint;
        json.WriteString("kind", facts.IsComplete ? "receipt" : "spot check");
        json.WriteString("mode", checkpoint.Mode == CheckpointMode.All ? "all" : "selected");
        json.WriteString("recordedBy", checkpoint.RecordedBy);
        json.WriteString("ledger", checkpoint.LedgerId);
        json.WriteString("customerId", checkpoint.CustomerId);
        json.WriteString("checkpointId", checkpoint.CheckpointId);
        json.WriteString("coveredFrom", checkpoint.Start.ToString());
        json.WriteString("coveredThrough", checkpoint.CoveredThrough.ToString());
        json.WriteNumber("count", checkpoint.Count);
        json.WriteNumber("shown", facts.Records);
        json.WriteNumber("firstSeq", checkpoint.FirstSeq);
        json.WriteNumber("lastSeq", checkpoint.LastSeq);
        json.WriteString("opening", checkpoint.Opening.ToString());
        json.WriteString("net", checkpoint.Net.ToString());
        json.WriteString("closing", checkpoint.Closing.ToString());
        if (checkpoint.Unit is { } unit) json.WriteString("unit", unit);
        json.WriteString("proofRoot", facts.ProofRoot.To0x());
        WriteTreeHead(json, facts.TreeHead);
    }

    private static void WriteRecordProof(Utf8JsonWriter json, RecordProofFacts facts)
    {
        var record = facts.Record;
        json.WriteString("kind", "record proof");
        json.WriteString("recordId", record.RecordId);
        json.WriteString("ledger", record.LedgerId);
        json.WriteString("customerId", record.CustomerId);
        json.WriteNumber("seq", record.Seq);
        json.WriteString("delta", record.Delta.ToString());
        json.WriteString("balanceAfter", record.BalanceAfter.ToString());
        if (record.Unit is { } unit) json.WriteString("unit", unit);
        json.WriteString("acceptedAt", record.AcceptedAt.ToString());
        json.WriteString("leafHash", facts.LeafHash.ToHex());
        json.WriteNumber("logIndex", facts.LogIndex.Value);
        WriteTreeHead(json, facts.TreeHead);
    }

    private static void WriteTreeHead(Utf8JsonWriter json, TreeHead head)
    {
        json.WriteStartObject("treeHead");
        json.WriteString("origin", head.Origin);
        json.WriteNumber("size", head.Size.Value);
        json.WriteString("root", head.Root.ToHex());
        json.WriteEndObject();
    }
}
