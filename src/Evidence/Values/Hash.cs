using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PacSpace.Evidence;

/// <summary>A SHA-256 value: 32 bytes, held inline.</summary>
/// <remarks>
/// Equality is equality of bytes. The default value is <see cref="Zero"/>, which a record statement uses where there is no
/// record before it. Evidence files write 64 lower-case hex digits, the HTTP API puts <c>0x</c> before them; upper case is refused.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Hash : IEquatable<Hash>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly ulong _a, _b, _c, _d;

    /// <summary>32 zero bytes.</summary>
    public static Hash Zero => default;

    /// <summary>Whether all bytes are zero.</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    /// <summary>Copies a hash out of exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    public static Hash FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? MemoryMarshal.Read<Hash>(bytes)
        : throw new ArgumentException("A hash has 32 bytes.", nameof(bytes));

    /// <summary>SHA-256 of the bytes (FIPS 180-4).</summary>
    public static Hash Sha256(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(bytes, hash);
        return MemoryMarshal.Read<Hash>(hash);
    }

    /// <summary>The bytes, without a copy.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(new ReadOnlySpan<Hash>(in this));

    /// <summary>Writes the 32 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => Bytes.CopyTo(destination);

    /// <summary>The 32 bytes as a new array.</summary>
    public byte[] ToArray() => Bytes.ToArray();

    /// <summary>64 lower-case hex digits.</summary>
    public string ToHex() => Convert.ToHexStringLower(Bytes);

    /// <summary><c>0x</c> and 64 lower-case hex digits.</summary>
    public string To0x() => "0x" + ToHex();

    /// <summary>The form of <see cref="ToHex"/>.</summary>
    public override string ToString() => ToHex();

    /// <summary>Reads exactly 64 lower-case hex digits.</summary>
    public static bool TryParseHex(ReadOnlySpan<char> text, out Hash hash)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var good = LowerHex.TryDecode(text, bytes);
        hash = good ? MemoryMarshal.Read<Hash>(bytes) : default;
        return good;
    }

    /// <summary>Reads exactly 64 lower-case hex digits of ASCII.</summary>
    public static bool TryParseHex(ReadOnlySpan<byte> utf8, out Hash hash)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var good = LowerHex.TryDecode(utf8, bytes);
        hash = good ? MemoryMarshal.Read<Hash>(bytes) : default;
        return good;
    }

    /// <summary>Reads <c>0x</c> and exactly 64 lower-case hex digits.</summary>
    public static bool TryParse0x(ReadOnlySpan<char> text, out Hash hash)
    {
        if (text.StartsWith("0x")) return TryParseHex(text[2..], out hash);
        hash = default;
        return false;
    }

    /// <summary>Reads <c>0x</c> and exactly 64 lower-case hex digits of ASCII.</summary>
    public static bool TryParse0x(ReadOnlySpan<byte> utf8, out Hash hash)
    {
        if (utf8.StartsWith("0x"u8)) return TryParseHex(utf8[2..], out hash);
        hash = default;
        return false;
    }

    /// <inheritdoc/>
    public bool Equals(Hash other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Hash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

    /// <summary>Equality of bytes.</summary>
    public static bool operator ==(Hash left, Hash right) => left.Equals(right);

    /// <summary>Inequality of bytes.</summary>
    public static bool operator !=(Hash left, Hash right) => !left.Equals(right);
}
