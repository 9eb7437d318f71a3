using PacSpace.Evidence;

namespace PacSpace.Features.Audit;

/// <summary>Whether stored tree heads say what their columns say, and are signed by a key of their time.</summary>
/// <remarks>There are some twenty tree heads a second of work, and a signature takes a while; so they are gathered and checked side by
/// side. Findings stay in order.</remarks>
internal sealed class HeadSignatures(AuditNotes notes)
{
    private const int Gathered = 512;

    private readonly List<(StoredHead Head, Hash Root)> _heads = [];
    private readonly List<(VerifierKey Key, long FirstSize, long? LastSize)> _keys = [];
    private string _environment = "";
    private string _origin = "";

    public async Task LoadKeysAsync(AuditSnapshot snapshot, string environment, string origin, CancellationToken ct)
    {
        (_environment, _origin) = (environment, origin);
        var rows = await snapshot.ListAsync(
            "SELECT vkey, first_size, last_size FROM log_keys WHERE environment = $1",
            row => (Text: row.GetString(0), FirstSize: row.GetInt64(1), LastSize: row.IsDBNull(2) ? (long?)null : row.GetInt64(2)), ct, environment);
        foreach (var row in rows)
        {
            if (VerifierKey.TryParse(row.Text, out var key) && key.Origin == origin) _keys.Add((key, row.FirstSize, row.LastSize));
            else notes.Find(AuditCodes.HeadSignature, $"log {environment} keys", $"{row.Text} is not a key of {origin}");
        }
    }

    /// <param name="root">What the entries give; the note must say the same.</param>
    public void Check(StoredHead head, Hash root)
    {
        _heads.Add((head, root));
        if (_heads.Count >= Gathered) Finish();
    }

    /// <summary>Checks what was gathered.</summary>
    public void Finish()
    {
        var complaints = new string?[_heads.Count];
        Parallel.For(0, _heads.Count, i => complaints[i] = Complaint(_heads[i].Head, _heads[i].Root));
        for (var i = 0; i < complaints.Length; i++)
        {
            if (complaints[i] is { } complaint)
                notes.Find(AuditCodes.HeadSignature, FormattableString.Invariant($"log {_environment} {_heads[i].Head.Size}"), $"{complaint}");
        }

        _heads.Clear();
    }

    private string? Complaint(StoredHead head, Hash root)
    {
        if (!SignedTreeHead.TryParse(head.Note, out var note)) return "the note is not well formed";
        if (note.Head.Origin != _origin) return $"the note is of {note.Head.Origin}";
        if (note.Head.Size.Value != head.Size) return $"the note is of size {note.Head.Size}";
        if (note.Head.Root != root) return $"the note says {note.Head.Root}, the entries give {root}";
        var isSigned = _keys.Exists(k => k.FirstSize <= head.Size && (k.LastSize ?? long.MaxValue) >= head.Size && note.IsSignedBy(k.Key));
        return isSigned ? null : "no key of that time has signed it";
    }
}
