using System.Buffers.Binary;

namespace PacSpace.Infrastructure.Records;

/// <summary>Public record ids: a keyed permutation of (ledger, index), so that an id shows neither order nor volume
/// and costs the hot table no column and no index.</summary>
/// <remarks>
/// <code>block  = ledger no (4 bytes, big-endian) ‖ 4 zero bytes ‖ ledger index (8 bytes, big-endian)</code>
/// The zero bytes make a made-up id fail to decode with a chance of all but one in 2^32; whoever reads the row checks
/// the tenant as well. The key is backed up with the signing key: without it the ids in issued evidence find no rows.
/// </remarks>
/// <param name="key">32 bytes from the secret store.</param>
public sealed class RecordIds(ReadOnlySpan<byte> key) : IDisposable
{
    /// <summary>Length of an id in ASCII.</summary>
    public const int IdBytes = 4 + 26;

    private readonly PermutedIds _ids = new(key, "rec_");

    public string Encode(int ledgerNo, long ledgerIndex)
    {
        var ids = new string[1];
        EncodeRun(ledgerNo, ledgerIndex, ids);
        return ids[0];
    }

    /// <summary>Ids of consecutive records, with one call of the cipher for all of them.</summary>
    public void EncodeRun(int ledgerNo, long firstIndex, Span<string> ids)
    {
        var blocks = ids.Length <= 64 ? stackalloc byte[ids.Length * PermutedIds.BlockBytes] : new byte[ids.Length * PermutedIds.BlockBytes];
        for (var i = 0; i < ids.Length; i++)
        {
            Block(ledgerNo, firstIndex + i, blocks.Slice(i * PermutedIds.BlockBytes, PermutedIds.BlockBytes));
        }

        _ids.Encode(blocks, ids);
    }

    /// <summary>Ids of any records of a ledger as ASCII, <see cref="IdBytes"/> each, with one call of the cipher.</summary>
    public void Encode(int ledgerNo, ReadOnlySpan<long> ledgerIndexes, Span<byte> ascii)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(ascii.Length, ledgerIndexes.Length * IdBytes);

        var blocks = ascii[(ledgerIndexes.Length * (IdBytes - PermutedIds.BlockBytes))..];
        for (var i = 0; i < ledgerIndexes.Length; i++) Block(ledgerNo, ledgerIndexes[i], blocks.Slice(i * PermutedIds.BlockBytes, PermutedIds.BlockBytes));
        _ids.Encode(blocks, ascii);
    }

    /// <summary>False for anything that this installation did not issue (any other spelling included).</summary>
    public bool TryDecode(ReadOnlySpan<char> recordId, out int ledgerNo, out long ledgerIndex)
    {
        (ledgerNo, ledgerIndex) = (0, 0);
        Span<byte> block = stackalloc byte[PermutedIds.BlockBytes];
        if (!_ids.TryDecode(recordId, block)) return false;
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

    public void Dispose() => _ids.Dispose();
}
