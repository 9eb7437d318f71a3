using System.Text.Json;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Audit;

/// <summary>Whether the mark outside the database and the database tell one history (evidence format, section 5).</summary>
/// <remarks>
/// An installation goes on while it is audited, so the mark is read twice. What it held before the snapshot must be in the
/// snapshot, or be exactly the next step; what it holds after the snapshot must not lie behind it, because a head is in the mark
/// before it is in the database.
/// </remarks>
internal sealed class MarkAudit(AuditSnapshot snapshot, AuditNotes notes, string environment)
{
    private string Where => $"mark {environment}";

    public async Task RunAsync(ReadMark before, ReadMark after, CancellationToken ct)
    {
        var latest = await snapshot.ListAsync(
            "SELECT size, note FROM tree_heads WHERE environment = $1 ORDER BY size DESC LIMIT 1", row => (Size: row.GetInt64(0), Note: row.GetString(1)), ct, environment);
        if (before.Complaint is { } complaint)
        {
            notes.Find(AuditCodes.Mark, Where, $"{complaint}");
            return;
        }

        if (after.Complaint is { } later) notes.Find(AuditCodes.Mark, Where, $"{later}");
        notes.Counts = notes.Counts with { Marks = notes.Counts.Marks + (before.Head is null ? 0 : 1) };
        if (latest.Count == 0)
        {
            if (before.Head is { Head.Size.Value: > 0 } head) notes.Find(AuditCodes.Mark, Where, $"it is at {head.Head.Size} and the database has no tree head");
            return;
        }

        if (before.Head is null && after.Head is null)
        {
            notes.Find(AuditCodes.Mark, Where, $"there is none, and the database has a tree head of size {latest[0].Size}");
            return;
        }

        if (before.Head is { } marked && before.Before is { } step && !await IsKnownAsync(marked, ct) && !IsNextStep(marked, step, latest[0].Note))
            notes.Find(AuditCodes.Mark, Where, $"its tree head of size {marked.Head.Size} is not the database's, which is at {latest[0].Size}");
        if (after.Head is { } now && now.Head.Size.Value < latest[0].Size)
            notes.Find(AuditCodes.Mark, Where, $"it is at {now.Head.Size} and the database is at {latest[0].Size}");
    }

    private async Task<bool> IsKnownAsync(SignedTreeHead marked, CancellationToken ct) => await snapshot.CountAsync(
        "SELECT count(*) FROM tree_heads WHERE environment = $1 AND size = $2 AND note = $3", ct, environment, marked.Head.Size.Value, marked.Note) == 1;

    private static bool IsNextStep(SignedTreeHead marked, SignedTreeHead before, string latestNote) =>
        before.Note == latestNote && marked.Head.Size > before.Head.Size;
}

/// <summary>What a mark held when it was read.</summary>
/// <param name="Complaint">Why nothing can be said about it.</param>
internal sealed record ReadMark(SignedTreeHead? Before, SignedTreeHead? Head, string? Complaint)
{
    public static async Task<ReadMark> OfAsync(IMark mark, CancellationToken ct)
    {
        try
        {
            if (await mark.ReadAsync(ct) is not { } content) return new ReadMark(null, null, null);
            using var json = JsonDocument.Parse(content);
            return SignedTreeHead.TryParse(json.RootElement.GetProperty("before").GetString() ?? "", out var before)
                && SignedTreeHead.TryParse(json.RootElement.GetProperty("head").GetString() ?? "", out var head)
                ? new ReadMark(before, head, null)
                : new ReadMark(null, null, "its tree heads are not well formed");
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return new ReadMark(null, null, $"it cannot be read: {fault.Message}");
        }
    }
}
