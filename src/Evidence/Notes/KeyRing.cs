using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PacSpace.Evidence;

/// <summary>A verifier key, and the sizes of the tree heads that it may have signed; both ends are inside.</summary>
/// <param name="Key">The key.</param>
/// <param name="FirstSize">The smallest size; 0 for a key in use.</param>
/// <param name="LastSize">The largest size; null for a key in use.</param>
public sealed record TrustedKey(VerifierKey Key, TreeSize FirstSize = default, TreeSize? LastSize = null)
{
    /// <summary>Reads a line of a log's published keys: <c>vkey</c>, or <c>vkey firstSize-lastSize</c> for a retired key.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out TrustedKey? trusted)
    {
        trusted = null;
        var parts = line.Split(' ');
        if (parts.Length > 2 || !VerifierKey.TryParse(parts[0], out var key)) return false;
        if (parts.Length == 1)
        {
            trusted = new(key);
            return true;
        }
        var sizes = parts[1].Split('-');
        if (sizes.Length != 2 || !Count.TryParse(Encoding.UTF8.GetBytes(sizes[0]), out var first)
            || !Count.TryParse(Encoding.UTF8.GetBytes(sizes[1]), out var last) || first > last) return false;
        trusted = new(key, new(first), new(last));
        return true;
    }

    /// <summary>Whether this key signed that tree head while it was in use.</summary>
    public bool IsSignerOf(SignedTreeHead treeHead) =>
        FirstSize <= treeHead.Head.Size && treeHead.Head.Size <= (LastSize ?? new(long.MaxValue)) && treeHead.IsSignedBy(Key);
}

/// <summary>The verifier keys that a reader trusts, obtained elsewhere than the evidence.</summary>
public sealed class KeyRing
{
    private readonly TrustedKey[] _keys;

    /// <summary>A ring of these keys.</summary>
    public KeyRing(IEnumerable<TrustedKey> keys) => _keys = [.. keys];

    /// <summary>A ring of one key in use.</summary>
    public KeyRing(VerifierKey key) : this([new TrustedKey(key)]) { }

    /// <summary>The keys.</summary>
    public IReadOnlyList<TrustedKey> Keys => _keys;

    /// <summary>Reads a log's published keys, one on each line; empty lines are passed over, anything else is refused.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out KeyRing? ring)
    {
        var keys = new List<TrustedKey>();
        ring = null;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.Length == 0) continue;
            if (!TrustedKey.TryParse(line, out var key)) return false;
            keys.Add(key);
        }
        if (keys.Count == 0) return false;
        ring = new(keys);
        return true;
    }

    /// <summary>The signed tree head in a note, if the note is well formed and a key of the ring signed it.</summary>
    public bool TryOpen(string note, [NotNullWhen(true)] out TreeHead? head)
    {
        head = SignedTreeHead.TryParse(note, out var treeHead) && Array.Exists(_keys, key => key.IsSignerOf(treeHead)) ? treeHead.Head : null;
        return head is not null;
    }
}
