using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>How <c>customer_months.month</c> counts: year × 12 + month - 1.</summary>
public static class CustomerMonth
{
    private const int OfFirstPeriod = 12; // 0001-01

    public static int Of(Timestamp instant) => Of(Period.Of(instant));

    public static int Of(Period period) => period.Number + OfFirstPeriod;

    public static Period PeriodOf(int month) => Period.FromNumber(month - OfFirstPeriod);
}

/// <summary>Seals the right edge of a month's tree under a server secret, so that a close can go on from it without reading
/// the month again, and need not believe whoever can write to the database.</summary>
/// <remarks>
/// <code>mac = HMAC-SHA256(key, ledger no (4) ‖ customer no (4) ‖ month (4) ‖ first seq (8) ‖ frontier)   big-endian</code>
/// Since the frontier begins with its size, the mac also says which seqs it covers.
/// </remarks>
/// <param name="key">32 bytes from the secret store.</param>
public sealed class FrontierMac(byte[] key)
{
    private const int PrefixBytes = 4 + 4 + 4 + 8;

    public byte[] Of(int ledgerNo, int customerNo, int month, long firstSeq, ReadOnlySpan<byte> frontier)
    {
        Span<byte> bytes = stackalloc byte[PrefixBytes + sizeof(long) + 64 * Hash.Size];
        BinaryPrimitives.WriteInt32BigEndian(bytes, ledgerNo);
        BinaryPrimitives.WriteInt32BigEndian(bytes[4..], customerNo);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], month);
        BinaryPrimitives.WriteInt64BigEndian(bytes[12..], firstSeq);
        frontier.CopyTo(bytes[PrefixBytes..]);
        return HMACSHA256.HashData(key, bytes[..(PrefixBytes + frontier.Length)]);
    }

    /// <summary>The tree over the records from <paramref name="firstSeq"/> on, as many as the frontier's size says; false when
    /// there is none or the mac does not hold: then <see cref="Rollups"/> makes it again.</summary>
    public bool TryOpen(
        int ledgerNo, int customerNo, int month, long firstSeq, byte[] frontier, byte[] mac, [NotNullWhen(true)] out TreeFrontier? tree)
    {
        tree = null;
        if (frontier.Length is < sizeof(long) or > sizeof(long) + 64 * Hash.Size) return false;
        if (!CryptographicOperations.FixedTimeEquals(mac, Of(ledgerNo, customerNo, month, firstSeq, frontier))) return false;
        tree = TreeFrontier.FromBytes(frontier);
        return true;
    }
}
