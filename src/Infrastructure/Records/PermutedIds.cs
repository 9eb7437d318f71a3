using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PacSpace.Infrastructure.Records;

/// <summary>Public ids that are a keyed permutation of a place: they show neither order nor volume, cost no column and no
/// index, and lead back to the place.</summary>
/// <remarks><code>id = prefix ‖ lower-case Crockford base32 of AES-256(key, block of 16 bytes), 26 characters</code></remarks>
internal sealed class PermutedIds : IDisposable
{
    public const int BlockBytes = 16;

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int DigitCount = 26;

    private static ReadOnlySpan<byte> AlphabetAscii => "0123456789abcdefghjkmnpqrstvwxyz"u8;

    private readonly string _prefix;
    private readonly byte[] _prefixAscii;
    private readonly Aes _aes = Aes.Create();
    private readonly Lock _gate = new(); // instances of Aes promise nothing to two threads

    /// <param name="key">32 bytes.</param>
    /// <param name="prefix">With its underscore.</param>
    public PermutedIds(ReadOnlySpan<byte> key, string prefix)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, 32);
        _aes.SetKey(key);
        (_prefix, _prefixAscii) = (prefix, Encoding.ASCII.GetBytes(prefix));
    }

    /// <summary>The ids of as many blocks, which are overwritten, with one call of the cipher for all of them.</summary>
    public void Encode(Span<byte> blocks, Span<string> ids)
    {
        lock (_gate) _aes.EncryptEcb(blocks, blocks, PaddingMode.None);
        for (var i = 0; i < ids.Length; i++) ids[i] = Write(blocks.Slice(i * BlockBytes, BlockBytes));
    }

    /// <summary>The same as ASCII, without strings. The blocks may stand at the end of the room for the ids, which are longer: an id
    /// never overtakes the block it is made of.</summary>
    public void Encode(Span<byte> blocks, Span<byte> ascii)
    {
        lock (_gate) _aes.EncryptEcb(blocks, blocks, PaddingMode.None);
        var length = _prefix.Length + DigitCount;
        for (var i = 0; i < blocks.Length / BlockBytes; i++)
        {
            var rest = BinaryPrimitives.ReadUInt128BigEndian(blocks.Slice(i * BlockBytes, BlockBytes));
            var id = ascii.Slice(i * length, length);
            _prefixAscii.CopyTo(id);
            for (var at = length - 1; at >= _prefix.Length; at--, rest >>= 5) id[at] = AlphabetAscii[(int)(uint)(rest & 31)];
        }
    }

    /// <summary>False for anything that has not the form of an id (any other spelling included).</summary>
    public bool TryDecode(ReadOnlySpan<char> id, Span<byte> block)
    {
        if (id.Length != _prefix.Length + DigitCount || !id.StartsWith(_prefix, StringComparison.Ordinal)) return false;

        UInt128 value = 0;
        for (var i = _prefix.Length; i < id.Length; i++)
        {
            var digit = Alphabet.IndexOf(id[i], StringComparison.Ordinal);
            if (digit < 0 || (i == _prefix.Length && digit > 7)) return false;
            value = (value << 5) | (uint)digit;
        }

        BinaryPrimitives.WriteUInt128BigEndian(block, value);
        lock (_gate) _aes.DecryptEcb(block, block, PaddingMode.None);
        return true;
    }

    public void Dispose() => _aes.Dispose();

    private string Write(ReadOnlySpan<byte> block) =>
        string.Create(_prefix.Length + DigitCount, (_prefix, Value: BinaryPrimitives.ReadUInt128BigEndian(block)), static (text, it) =>
        {
            it._prefix.CopyTo(text);
            var rest = it.Value;
            for (var i = text.Length - 1; i >= it._prefix.Length; i--, rest >>= 5) text[i] = Alphabet[(int)(uint)(rest & 31)];
        });
}
