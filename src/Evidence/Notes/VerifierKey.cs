using System.Text;

namespace PacSpace.Evidence;

/// <summary>The public key by whose signature a log's tree heads are known (C2SP signed-note v1, Ed25519).</summary>
/// <remarks>
/// Written <c>origin+key id+base64(0x01 ‖ public key)</c>, the key id in 8 lower-case hex digits:
/// <code>key id = H(origin ‖ "\n" ‖ 0x01 ‖ public key)[:4]</code>
/// A text whose key id is not that of its key is refused. Equality is equality of origin and key.
/// </remarks>
public sealed class VerifierKey : IEquatable<VerifierKey>
{
    /// <summary>Signature type Ed25519.</summary>
    internal const byte Ed25519Type = 0x01;

    private readonly byte[] _publicKey;

    private VerifierKey(string origin, byte[] publicKey)
    {
        (Origin, _publicKey) = (origin, publicKey);
        byte[] named = [.. Encoding.UTF8.GetBytes(origin), (byte)'\n', Ed25519Type, .. publicKey];
        KeyId = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(Hash.Sha256(named).Bytes);
    }

    /// <summary>The log's name: the first line of its tree heads and the name of the signer.</summary>
    public string Origin { get; }

    /// <summary>The first four bytes of the key's hash, big-endian.</summary>
    public uint KeyId { get; }

    /// <summary>The 32 bytes of the public key (RFC 8032).</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>The verifier key of a log.</summary>
    /// <exception cref="ArgumentException">The origin cannot be a key name, or the key has not 32 bytes.</exception>
    public static VerifierKey Create(string origin, ReadOnlySpan<byte> publicKey)
    {
        if (!IsName(origin)) throw new ArgumentException("A key name is not empty and has no space, plus or control character.", nameof(origin));
        if (publicKey.Length != Ed25519.PublicKeySize) throw new ArgumentException("An Ed25519 public key has 32 bytes.", nameof(publicKey));
        return new(origin, publicKey.ToArray());
    }

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out VerifierKey? key)
    {
        key = null;
        // The name has no plus and neither have the digits of the id, so the first two part the text; base64 may have more.
        var parts = text.Split('+', 3);
        if (parts.Length != 3 || !IsName(parts[0]) || !StandardBase64.TryDecode(parts[2], out var bytes)) return false;
        if (bytes.Length != 1 + Ed25519.PublicKeySize || bytes[0] != Ed25519Type) return false;
        var read = new VerifierKey(parts[0], bytes[1..]);
        if (read.ToString() != text) return false;
        key = read;
        return true;
    }

    /// <summary>The text form.</summary>
    public override string ToString() => $"{Origin}+{KeyId:x8}+{Convert.ToBase64String([Ed25519Type, .. _publicKey])}";

    /// <summary>Whether a text can be a key's name: not empty, no Unicode space, no plus, no control character, valid Unicode.</summary>
    public static bool IsName(string text)
    {
        if (!StatementText.IsAcceptable(text)) return false;
        foreach (var c in text)
        {
            if (c == '+' || c < ' ' || char.IsWhiteSpace(c)) return false;
        }
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(VerifierKey? other) => other is not null && Origin == other.Origin && _publicKey.AsSpan().SequenceEqual(other._publicKey);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VerifierKey);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Origin, KeyId);
}
