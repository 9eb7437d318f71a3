using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PacSpace.Infrastructure.Records;

/// <summary>Public record ids: a keyed permutation of (ledger, index), so that an id shows neither order nor volume
/// and costs the hot table no column and no index.</summary>
/// <remarks>
/// <code>
/// block  = ledger no (4 bytes, big-endian) ‖ 4 zero bytes ‖ ledger index (8 bytes, big-endian)
/// id     = "rec_" ‖ lower-case Crockford base32 of AES-256(key, block), 26 characters
/// </code>
/// The zero bytes make a made-up id fail to decode with a chance of all but one in 2^32; whoever reads the row checks
/// the tenant as well. The key is backed up with the signing key: without it the ids in issued evidence find no rows.
/// </remarks>
public sealed class RecordIds : IDisposable
{
    /// <summary>Length of an id in ASCII.</summary>
    public const int IdBytes = IdLength;

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const string Prefix = "rec_";
    private const int BlockBytes = 16;
    private const int DigitCount = 26;
    private const int IdLength = 4 + DigitCount;

    private static ReadOnlySpan<byte> AlphabetAscii => "0123456789abcdefghjkmnpqrstvwxyz"u8;

    private readonly Aes _aes = Aes.Create();
    private readonly Lock _gate = new(); // instances of Aes promise nothing to two threads

    /// <param name="key">32 bytes from the secret store.</param>
    public RecordIds(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, 32);
        _aes.SetKey(key);
    }

    public string Encode(int ledgerNo, long ledgerIndex)
    {
        var ids = new string[1];
        EncodeRun(ledgerNo, ledgerIndex, ids);
        return ids[0];
    }

    /// <summary>Ids of consecutive records, with one call of the cipher for all of them.</summary>
    public void EncodeRun(int ledgerNo, long firstIndex, Span<string> ids)
    {
        var blocks = ids.Length <= 64 ? stackalloc byte[ids.Length * BlockBytes] : new byte[ids.Length * BlockBytes];
        for (var i = 0; i < ids.Length; i++)
        {
            Block(ledgerNo, firstIndex + i, blocks.Slice(i * BlockBytes, BlockBytes));
        }

        lock (_gate) _aes.EncryptEcb(blocks, blocks, PaddingMode.None);
        for (var i = 0; i < ids.Length; i++) ids[i] = Write(blocks.Slice(i * BlockBytes, BlockBytes));
    }

    /// <summary>Ids of any records of a ledger as ASCII, <see cref="IdBytes"/> each, with one call of the cipher.</summary>
    public void Encode(int ledgerNo, ReadOnlySpan<long> ledgerIndexes, Span<byte> ascii)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(ascii.Length, ledgerIndexes.Length * IdBytes);

        // The blocks stand at the end of the room for the ids, which are longer: an id never overtakes the block it is made of.
        var blocks = ascii[(ledgerIndexes.Length * (IdBytes - BlockBytes))..];
        for (var i = 0; i < ledgerIndexes.Length; i++) Block(ledgerNo, ledgerIndexes[i], blocks.Slice(i * BlockBytes, BlockBytes));
        lock (_gate) _aes.EncryptEcb(blocks, blocks, PaddingMode.None);
        for (var i = 0; i < ledgerIndexes.Length; i++)
        {
            var rest = BinaryPrimitives.ReadUInt128BigEndian(blocks.Slice(i * BlockBytes, BlockBytes));
            var id = ascii.Slice(i * IdBytes, IdBytes);
            "rec_"u8.CopyTo(id);
            for (var at = IdBytes - 1; at >= Prefix.Length; at--, rest >>= 5) id[at] = AlphabetAscii[(int)(uint)(rest & 31)];
        }
    }

    /// <summary>False for anything that this installation did not issue (any other spelling included).</summary>
    public bool TryDecode(ReadOnlySpan<char> recordId, out int ledgerNo, out long ledgerIndex)
    {
        (ledgerNo, ledgerIndex) = (0, 0);
        if (recordId.Length != IdLength || !recordId.StartsWith(Prefix, StringComparison.Ordinal)) return false;

        UInt128 value = 0;
        for (var i = Prefix.Length; i < IdLength; i++)
        {
            var digit = Alphabet.IndexOf(recordId[i], StringComparison.Ordinal);
            if (digit < 0 || (i == Prefix.Length && digit > 7)) return false;
            value = (value << 5) | (uint)digit;
        }

        Span<byte> block = stackalloc byte[BlockBytes];
        BinaryPrimitives.WriteUInt128BigEndian(block, value);
        lock (_gate) _aes.DecryptEcb(block, block, PaddingMode.None);
        ledgerNo = BinaryPrimitives.ReadInt32BigEndian(block);
        ledgerIndex = BinaryPrimitives.ReadInt64BigEndian(block[8..]);
        return BinaryPrimitives.ReadInt32BigEndian(block[4..]) == 0 && ledgerNo > 0 && ledgerIndex >= 0;
    }

    private static void Block(int ledgerNo, long ledgerIndex, Span<byte> block)
    {
        block.Clear();
        BinaryPrimitives.WriteInt32BigEndian(block, ledgerNo);
        BinaryPrimitives.WriteInt64BigEndian(block[8..], ledgerIndex);
    }

    private static string Write(ReadOnlySpan<byte> block)
    {
        var value = BinaryPrimitives.ReadUInt128BigEndian(block);
        return string.Create(IdLength, value, static (text, rest) =>
        {
            Prefix.CopyTo(text);
            for (var i = IdLength - 1; i >= Prefix.Length; i--, rest >>= 5) text[i] = Alphabet[(int)(uint)(rest & 31)];
        });
    }

    public void Dispose() => _aes.Dispose();
}
