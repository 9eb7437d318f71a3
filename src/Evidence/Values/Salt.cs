using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace PacSpace.Evidence;

/// <summary>The 16 random bytes kept beside one statement, or beside one record's metadata.</summary>
/// <remarks>
/// Each has its own, drawn by the caller: a leaf hash then says nothing about a statement that could be guessed. Equality is
/// equality of bytes; the default value is 16 zero bytes, which nobody should use. Files write 32 lower-case hex digits.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Salt : IEquatable<Salt>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 16;

    private readonly ulong _a, _b;

    /// <summary>Copies a salt out of exactly 16 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 16 bytes.</exception>
    public static Salt FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? MemoryMarshal.Read<Salt>(bytes)
        : throw new ArgumentException("A salt has 16 bytes.", nameof(bytes));

    /// <summary>Whether all bytes are zero.</summary>
    public bool IsZero => (_a | _b) == 0;

    /// <summary>The bytes, without a copy.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(new ReadOnlySpan<Salt>(in this));

    /// <summary>Writes the 16 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => Bytes.CopyTo(destination);

    /// <summary>The 16 bytes as a new array.</summary>
    public byte[] ToArray() => Bytes.ToArray();

    /// <summary>32 lower-case hex digits.</summary>
    public string ToHex() => Convert.ToHexStringLower(Bytes);

    /// <summary>The form of <see cref="ToHex"/>.</summary>
    public override string ToString() => ToHex();

    /// <summary>Reads exactly 32 lower-case hex digits.</summary>
    public static bool TryParseHex(ReadOnlySpan<char> text, out Salt salt)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var good = LowerHex.TryDecode(text, bytes);
        salt = good ? MemoryMarshal.Read<Salt>(bytes) : default;
        return good;
    }

    /// <summary>Reads exactly 32 lower-case hex digits of ASCII.</summary>
    public static bool TryParseHex(ReadOnlySpan<byte> utf8, out Salt salt)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var good = LowerHex.TryDecode(utf8, bytes);
        salt = good ? MemoryMarshal.Read<Salt>(bytes) : default;
        return good;
    }

    /// <inheritdoc/>
    public bool Equals(Salt other) => _a == other._a && _b == other._b;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Salt other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_a, _b);

    /// <summary>Equality of bytes.</summary>
    public static bool operator ==(Salt left, Salt right) => left.Equals(right);

    /// <summary>Inequality of bytes.</summary>
    public static bool operator !=(Salt left, Salt right) => !left.Equals(right);
}
