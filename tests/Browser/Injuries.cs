using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PacSpace.Evidence;

namespace PacSpace.Browser.Tests;

/// <summary>Evidence with one thing wrong, each named; and what our own verifier says of a file.</summary>
internal static class Injuries
{
    /// <summary>The code, or null when the file holds.</summary>
    public static string? CodeOf(byte[] file, KeyRing keys)
    {
        var source = new MemoryByteSource(file);
        return EvidenceFile.KindOf(source) == EvidenceFileKind.RecordProof
            ? new RecordProofVerifier(keys).Verify(source).Refusal?.CodeText
            : new ReceiptVerifier(keys).Verify(source).Refusal?.CodeText;
    }

    /// <summary>A complete receipt of at least three records with one thing wrong.</summary>
    public static IEnumerable<(string Name, byte[] File)> Of(byte[] receipt)
    {
        yield return ("cut short", receipt[..^2]);
        yield return ("something behind it", [.. receipt, (byte)'x']);
        yield return ("not UTF-8", [.. receipt[..^1], .. ",\""u8, 0xff, .. "\":\"\"}"u8]);
        yield return ("a byte order mark", [0xef, 0xbb, 0xbf, .. receipt]);
        yield return ("a member twice", Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(receipt).Replace("\"proofRoot\":", "\"proofRoot\":\"\",\"proofRoot\":", StringComparison.Ordinal)));
        yield return ("half a surrogate pair", Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(receipt).Replace("\"proofRoot\":", "\"\\ud800\":\"\",\"proofRoot\":", StringComparison.Ordinal)));
        yield return ("an unknown member", Changed(receipt, file => file["more"] = ""));
        yield return ("a format in a list", Changed(receipt, file => file["format"] = new JsonArray("pacspace/receipt/1")));
        yield return ("a number", Changed(receipt, file => file["log"]!["index"] = 1));
        yield return ("an upper-case root", Changed(receipt, file => file["proofRoot"] = file["proofRoot"]!.GetValue<string>().ToUpperInvariant()));
        yield return ("a statement with a space", Restated(receipt, 1, text => text.Insert(1, " ")));
        yield return ("a delta of another form", Restated(receipt, 1, text => text.Replace("\"delta\":\"-", "\"delta\":\"-0", StringComparison.Ordinal)));
        yield return ("another delta", Restated(receipt, 1, text => text.Replace("\"delta\":\"-", "\"delta\":\"-1", StringComparison.Ordinal)));
        yield return ("another salt", Changed(receipt, file => file["records"]![1]!["salt"] = new string('0', 32)));
        yield return ("other metadata", Changed(receipt, file => file["records"]![2]!["metadata"] = "{}"));
        yield return ("a record left out", Changed(receipt, file => file["records"]!.AsArray().RemoveAt(1)));
        yield return ("a record twice", Changed(receipt, file => file["records"]!.AsArray().Insert(1, file["records"]![1]!.DeepClone())));
        yield return ("records in another order", Changed(receipt, file =>
        {
            var records = file["records"]!.AsArray();
            var last = records[^1]!;
            records.Remove(last);
            records.Insert(0, last);
        }));
        yield return ("another place in the log", Changed(receipt, file => file["log"]!["index"] = "0"));
        yield return ("another size of the log", Changed(receipt, file => file["log"]!["size"] = "99"));
        yield return ("another tree head", Changed(receipt, file => file["treeHead"] = file["treeHead"]!.GetValue<string>().Replace("\n\n", "\nx\n\n", StringComparison.Ordinal)));
        yield return ("another signature", Changed(receipt, file =>
        {
            var note = file["treeHead"]!.GetValue<string>();
            var at = note.Length - 20;
            file["treeHead"] = note[..at] + (note[at] == 'A' ? 'B' : 'A') + note[(at + 1)..];
        }));
    }

    public static byte[] Changed(byte[] file, Action<JsonObject> change)
    {
        var parsed = JsonNode.Parse(file)!.AsObject();
        change(parsed);
        return JsonSerializer.SerializeToUtf8Bytes(parsed);
    }

    private static byte[] Restated(byte[] file, int record, Func<string, string> change) => Changed(file, parsed =>
    {
        var holder = parsed["records"]![record]!;
        holder["statement"] = change(holder["statement"]!.GetValue<string>());
    });
}
