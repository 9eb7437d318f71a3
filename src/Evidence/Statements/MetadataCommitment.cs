using System.Buffers;

namespace PacSpace.Evidence;

/// <summary>The commitment to a record's metadata, so that it need not be shown.</summary>
public static class MetadataCommitment
{
    /// <summary><c>H(metadataSalt ‖ metadata)</c>, the metadata being the JSON text exactly as received.</summary>
    public static Hash Of(Salt metadataSalt, ReadOnlySpan<byte> metadataUtf8) => Salted.Hash(metadataSalt, metadataUtf8);
}

internal static class Salted
{
    /// <summary><c>H(salt ‖ bytes)</c>.</summary>
    public static Hash Hash(Salt salt, ReadOnlySpan<byte> bytes)
    {
        var length = Salt.Size + bytes.Length;
        if (length <= 4096) return Hash(salt, bytes, stackalloc byte[length]);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return Hash(salt, bytes, rented.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    private static Hash Hash(Salt salt, ReadOnlySpan<byte> bytes, Span<byte> buffer)
    {
        salt.CopyTo(buffer);
        bytes.CopyTo(buffer[Salt.Size..]);
        return Evidence.Hash.Sha256(buffer);
    }
}
