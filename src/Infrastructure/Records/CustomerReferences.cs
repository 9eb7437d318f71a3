using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PacSpace.Infrastructure.Records;

/// <summary>The stable names of a customer that do not show its id (decisions 5).</summary>
public static class CustomerReferences
{
    /// <summary><c>0x</c> and the first 20 bytes of HMAC-SHA256(reference key, customer id).</summary>
    public static string Reference(byte[] referenceKey, string customerId)
    {
        Span<byte> mac = stackalloc byte[32];
        HMACSHA256.HashData(referenceKey, Encoding.UTF8.GetBytes(customerId), mac);
        return "0x" + Convert.ToHexStringLower(mac[..20]);
    }

    /// <summary>First 8 bytes of SHA-256(reference bytes) modulo 2^63, in decimal; kept for compatibility.</summary>
    public static string Partition(string reference)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Convert.FromHexString(reference.AsSpan(2)), hash);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) & long.MaxValue).ToString(CultureInfo.InvariantCulture);
    }
}
