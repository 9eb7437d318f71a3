using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PacSpace.Evidence;

/// <summary>A tree head with its signatures: a C2SP signed note. Golden file: <c>tree-heads.json</c>.</summary>
/// <remarks>
/// <code>
/// &lt;tree head&gt;                                         signed; ends with U+000A
///                                                     an empty line
/// — &lt;name&gt; &lt;base64(key id ‖ signature)&gt;               one or more; U+2014, space, …, U+000A
/// </code>
/// Parsing is not checking: nothing that this type holds may be believed before <see cref="IsSignedBy"/> has said yes.
/// </remarks>
public sealed class SignedTreeHead
{
    /// <summary>Signature lines at most; C2SP asks that 16 be accepted.</summary>
    public const int MaxSignatures = 100;

    private const int KeyIdSize = 4;
    private const string LinePrefix = "\u2014 ";

    private readonly List<SignatureLine> _lines;

    private SignedTreeHead(TreeHead head, string note, List<SignatureLine> lines) => (Head, Note, _lines) = (head, note, lines);

    /// <summary>What was signed.</summary>
    public TreeHead Head { get; }

    /// <summary>The whole text, signatures included.</summary>
    public string Note { get; }

    /// <summary>Puts signatures under a tree head, in the order given. They are not checked here.</summary>
    /// <exception cref="ArgumentException">There is none, or one has not 64 bytes.</exception>
    public static SignedTreeHead Compose(TreeHead head, IEnumerable<(VerifierKey Key, byte[] Signature)> signatures)
    {
        var note = new StringBuilder(head.Text()).Append('\n');
        foreach (var (key, signature) in signatures)
        {
            if (signature.Length != Ed25519.SignatureSize) throw new ArgumentException("An Ed25519 signature has 64 bytes.", nameof(signatures));
            var bytes = new byte[KeyIdSize + signature.Length];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, key.KeyId);
            signature.CopyTo(bytes.AsSpan(KeyIdSize));
            note.Append(LinePrefix).Append(key.Origin).Append(' ').Append(Convert.ToBase64String(bytes)).Append('\n');
        }
        return TryParse(note.ToString(), out var composed)
            ? composed
            : throw new ArgumentException("A signed note has 1 to 100 signatures.", nameof(signatures));
    }

    /// <summary>Reads a note that is well formed to the letter; says nothing about its signatures.</summary>
    public static bool TryParse(string note, [NotNullWhen(true)] out SignedTreeHead? treeHead)
    {
        treeHead = null;
        // The text is parted from the signatures by the last empty line.
        var split = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || TreeHead.Parse(note[..(split + 1)]) is not { } head) return false;
        var rest = note[(split + 2)..];
        if (!rest.EndsWith('\n')) return false;
        var texts = rest[..^1].Split('\n', MaxSignatures + 1);
        var lines = new List<SignatureLine>();
        foreach (var text in texts)
        {
            if (lines.Count == MaxSignatures || SignatureLine.Parse(text) is not { } line) return false;
            lines.Add(line);
        }
        treeHead = new(head, note, lines);
        return true;
    }

    /// <summary>Whether the log of this key signed this tree head.</summary>
    /// <remarks>
    /// The origin must be the key's name; lines of unknown keys are ignored; at least one line must be of this key, by name and
    /// id, and each that is must hold.
    /// </remarks>
    public bool IsSignedBy(VerifierKey key)
    {
        if (Head.Origin != key.Origin) return false;
        var body = Head.Body();
        byte[]? good = null;
        foreach (var line in _lines)
        {
            if (line.Name != key.Origin || line.KeyId != key.KeyId) continue;
            if (good is not null && line.Signature.AsSpan().SequenceEqual(good)) continue;
            if (!Ed25519.Verify(key.PublicKey, body, line.Signature)) return false;
            good = line.Signature;
        }
        return good is not null;
    }

    private sealed record SignatureLine(string Name, uint KeyId, byte[] Signature)
    {
        public static SignatureLine? Parse(string text)
        {
            if (!text.StartsWith(LinePrefix, StringComparison.Ordinal)) return null;
            var parts = text[LinePrefix.Length..].Split(' ');
            if (parts.Length != 2 || !VerifierKey.IsName(parts[0])) return null;
            if (!StandardBase64.TryDecode(parts[1], out var bytes) || bytes.Length <= KeyIdSize) return null;
            return new(parts[0], BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[KeyIdSize..]);
        }
    }
}
