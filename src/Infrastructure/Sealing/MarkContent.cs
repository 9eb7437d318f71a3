using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>One entry that a tree head adds to the log, and what it stands for.</summary>
internal abstract record PlannedEntry(Entry Entry);

/// <summary>Consecutive records of one ledger.</summary>
internal sealed record PlannedBlock(Entry Entry, int LedgerNo, long FirstIndex, int RecordCount) : PlannedEntry(Entry);

internal sealed record PlannedCheckpoint(Entry Entry, string CheckpointId) : PlannedEntry(Entry);

/// <summary>What a mark holds: the tree head before, the entries that came on top of it, and the tree head signed over them.</summary>
/// <remarks>
/// Canonical JSON, members sorted, all leaves strings:
/// <code>
/// { "before": "signed note",
///   "entries": [ { "checkpoint": "chk_…", "entry": "66 hex" }                                  in log order
///              | { "count": "11", "entry": "66 hex", "first": "0", "ledger": "3" }, … ],
///   "head": "signed note", "v": "pacspace/mark/1" }
/// </code>
/// Read back only from exactly the bytes that <see cref="ToBytes"/> writes. A mark that was made without sealing anything (a
/// new log, an adopted one) has no entries and twice the same head.
/// </remarks>
internal sealed record MarkContent(string Before, IReadOnlyList<PlannedEntry> Entries, string Head)
{
    private const string Version = "pacspace/mark/1";

    // The relaxed encoder writes what RFC 8785 does for these texts: the dash of a note stays as it is.
    private static readonly JsonWriterOptions Canonical = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static MarkContent Settled(string head) => new(head, [], head);

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Canonical))
        {
            json.WriteStartObject();
            json.WriteString("before", Before);
            json.WriteStartArray("entries");
            foreach (var entry in Entries) Write(json, entry);
            json.WriteEndArray();
            json.WriteString("head", Head);
            json.WriteString("v", Version);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <exception cref="FormatException">The bytes are not exactly those of a mark.</exception>
    public static MarkContent FromBytes(ReadOnlySpan<byte> bytes)
    {
        MarkContent content;
        try
        {
            using var json = JsonDocument.Parse(bytes.ToArray());
            var root = json.RootElement;
            content = new MarkContent(
                root.GetProperty("before").GetString()!,
                [.. root.GetProperty("entries").EnumerateArray().Select(Read)],
                root.GetProperty("head").GetString()!);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentNullException or OverflowException)
        {
            throw new FormatException("The mark is not readable.", e);
        }

        return bytes.SequenceEqual(content.ToBytes()) ? content : throw new FormatException("The mark is not in its canonical form.");
    }

    private static void Write(Utf8JsonWriter json, PlannedEntry planned)
    {
        json.WriteStartObject();
        if (planned is PlannedCheckpoint checkpoint)
        {
            json.WriteString("checkpoint", checkpoint.CheckpointId);
            json.WriteString("entry", Convert.ToHexStringLower(planned.Entry.ToArray()));
        }
        else if (planned is PlannedBlock block)
        {
            json.WriteString("count", block.RecordCount.ToString(CultureInfo.InvariantCulture));
            json.WriteString("entry", Convert.ToHexStringLower(planned.Entry.ToArray()));
            json.WriteString("first", block.FirstIndex.ToString(CultureInfo.InvariantCulture));
            json.WriteString("ledger", block.LedgerNo.ToString(CultureInfo.InvariantCulture));
        }

        json.WriteEndObject();
    }

    private static PlannedEntry Read(JsonElement json)
    {
        var entry = Entry.FromBytes(Convert.FromHexString(json.GetProperty("entry").GetString()!));
        return json.TryGetProperty("checkpoint", out var checkpoint)
            ? new PlannedCheckpoint(entry, checkpoint.GetString()!)
            : new PlannedBlock(entry, (int)Number(json, "ledger"), Number(json, "first"), (int)Number(json, "count"));
    }

    private static long Number(JsonElement json, string member) =>
        long.Parse(json.GetProperty(member).GetString()!, NumberStyles.None, CultureInfo.InvariantCulture);
}
