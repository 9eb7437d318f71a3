using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PacSpace.Features.Pipeline;

/// <summary>Opaque places in a list (api-balance 1.10), bound to the filters of the request that they go on from.</summary>
/// <remarks>
/// <code>"c1." ‖ base64url(first 8 bytes of SHA-256(filters ‖ position) ‖ position in UTF-8)</code>
/// A cursor is a place and no secret: whoever makes one up gets a page of the list that the key may read anyway. The hash
/// only tells a cursor of other filters from one of these.
/// </remarks>
internal static class Cursors
{
    private const string Version = "c1.";
    private const int TagBytes = 8;
    private const int MaxLength = 512;

    /// <param name="filters">What the list was asked for; null for a filter not given.</param>
    /// <param name="position">Of the last row that was given.</param>
    public static string Make(IReadOnlyList<string?> filters, string position)
    {
        var text = Encoding.UTF8.GetBytes(position);
        return Version + Base64Url.EncodeToString([.. Tag(filters, text), .. text]);
    }

    /// <inheritdoc cref="Make(IReadOnlyList{string?}, string)"/>
    public static string Make(IReadOnlyList<string?> filters, long position) => Make(filters, position.ToString(CultureInfo.InvariantCulture));

    /// <summary>False for a cursor that is not one of this list's.</summary>
    public static bool TryOpen(string cursor, IReadOnlyList<string?> filters, [NotNullWhen(true)] out string? position)
    {
        position = null;
        if (cursor.Length > MaxLength || !cursor.StartsWith(Version, StringComparison.Ordinal)) return false;
        var encoded = cursor.AsSpan(Version.Length);
        var bytes = new byte[Base64Url.GetMaxDecodedLength(encoded.Length)];
        if (!Base64Url.IsValid(encoded) || !Base64Url.TryDecodeFromChars(encoded, bytes, out var length) || length < TagBytes) return false;
        var text = bytes.AsSpan(TagBytes, length - TagBytes);
        if (!bytes.AsSpan(0, TagBytes).SequenceEqual(Tag(filters, text))) return false;
        position = Encoding.UTF8.GetString(text);
        return true;
    }

    /// <summary>As above for a list whose positions are numbers; no cursor is no position, and that is fine.</summary>
    public static bool TryOpenNumber(string? cursor, IReadOnlyList<string?> filters, out long? position)
    {
        position = null;
        if (cursor is null) return true;
        if (!TryOpen(cursor, filters, out var text) || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        position = number;
        return true;
    }

    private static byte[] Tag(IReadOnlyList<string?> filters, ReadOnlySpan<byte> position)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var filter in filters) hash.AppendData(Encoding.UTF8.GetBytes(filter is null ? "-" : $"{filter.Length}:{filter}"));
        hash.AppendData("|"u8);
        hash.AppendData(position);
        return hash.GetHashAndReset()[..TagBytes];
    }
}
