using System.Buffers.Binary;
using System.Numerics;

namespace PacSpace.Evidence;

/// <summary>A number modulo p = 2^255 - 19, as five limbs of 51 bits, little end first.</summary>
/// <remarks>
/// Limbs are kept below 2^52; every operation carries. A product of two limbs is below 2^104, times 19 and summed five times below
/// 2^111, so 128 bits are enough; overflow is checked as everywhere. Equality is equality of the number, not of the limbs.
/// </remarks>
internal readonly struct FieldElement : IEquatable<FieldElement>
{
    private const int LimbBits = 51;
    private const ulong LimbMask = (1UL << LimbBits) - 1;

    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;

    /// <summary>(p - 5) / 8</summary>
    public static readonly BigInteger RootExponent = (P - 5) / 8;

    /// <summary>2^((p-1)/4), a square root of -1.</summary>
    public static readonly FieldElement RootOfMinusOne = Of(2).Power((P - 1) / 4);

    private readonly ulong _0, _1, _2, _3, _4;

    private FieldElement(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4) => (_0, _1, _2, _3, _4) = (l0, l1, l2, l3, l4);

    public static FieldElement Zero => default;

    public static FieldElement One => Of(1);

    public static FieldElement Of(uint value) => new(value, 0, 0, 0, 0);

    public bool IsOdd => (ToBytes()[0] & 1) == 1;

    public static FieldElement operator +(FieldElement a, FieldElement b) =>
        Carry(a._0 + b._0, a._1 + b._1, a._2 + b._2, a._3 + b._3, a._4 + b._4);

    /// <summary>a + 4p - b, so that no limb falls below zero.</summary>
    public static FieldElement operator -(FieldElement a, FieldElement b) => Carry(
        a._0 + (4 * LimbMask - 72) - b._0, a._1 + 4 * LimbMask - b._1, a._2 + 4 * LimbMask - b._2,
        a._3 + 4 * LimbMask - b._3, a._4 + 4 * LimbMask - b._4);

    public static FieldElement operator -(FieldElement a) => Zero - a;

    public static FieldElement operator *(FieldElement a, FieldElement b)
    {
        // 2^255 = 19 mod p: what a product has beyond the fifth limb comes back at the first, 19 times.
        var (b1, b2, b3, b4) = (19 * b._1, 19 * b._2, 19 * b._3, 19 * b._4);
        var r0 = Product(a._0, b._0) + Product(a._1, b4) + Product(a._2, b3) + Product(a._3, b2) + Product(a._4, b1);
        var r1 = Product(a._0, b._1) + Product(a._1, b._0) + Product(a._2, b4) + Product(a._3, b3) + Product(a._4, b2);
        var r2 = Product(a._0, b._2) + Product(a._1, b._1) + Product(a._2, b._0) + Product(a._3, b4) + Product(a._4, b3);
        var r3 = Product(a._0, b._3) + Product(a._1, b._2) + Product(a._2, b._1) + Product(a._3, b._0) + Product(a._4, b4);
        var r4 = Product(a._0, b._4) + Product(a._1, b._3) + Product(a._2, b._2) + Product(a._3, b._1) + Product(a._4, b._0);

        r1 += r0 >> LimbBits;
        r2 += r1 >> LimbBits;
        r3 += r2 >> LimbBits;
        r4 += r3 >> LimbBits;
        var (l0, over) = (Low(r0), (ulong)(r4 >> LimbBits));
        return Carry(l0 + 19 * over, Low(r1), Low(r2), Low(r3), Low(r4));
    }

    public FieldElement Power(BigInteger exponent)
    {
        var result = One;
        for (var bit = (int)exponent.GetBitLength() - 1; bit >= 0; bit--)
        {
            result *= result;
            if (!(exponent >> bit).IsEven) result *= this;
        }
        return result;
    }

    /// <summary>1/a, as a^(p-2).</summary>
    public FieldElement Inverse() => Power(P - 2);

    /// <summary>The number in 255 bits, little-endian; the highest bit of the 32 bytes must be 0.</summary>
    public static FieldElement FromBytes(ReadOnlySpan<byte> bytes)
    {
        var w0 = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var w1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        var w2 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        var w3 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        return new(w0 & LimbMask, (w0 >> 51 | w1 << 13) & LimbMask, (w1 >> 38 | w2 << 26) & LimbMask,
            (w2 >> 25 | w3 << 39) & LimbMask, w3 >> 12);
    }

    /// <summary>The one representative below p, little-endian.</summary>
    public byte[] ToBytes()
    {
        var a = Carry(_0, _1, _2, _3, _4);
        // q is 1 when the number is p or more: then adding 19 carries out of bit 255.
        var q = (a._0 + 19) >> LimbBits;
        q = (a._1 + q) >> LimbBits;
        q = (a._2 + q) >> LimbBits;
        q = (a._3 + q) >> LimbBits;
        q = (a._4 + q) >> LimbBits;

        var l0 = a._0 + 19 * q;
        var l1 = a._1 + (l0 >> LimbBits);
        var l2 = a._2 + (l1 >> LimbBits);
        var l3 = a._3 + (l2 >> LimbBits);
        var l4 = a._4 + (l3 >> LimbBits);
        (l0, l1, l2, l3, l4) = (l0 & LimbMask, l1 & LimbMask, l2 & LimbMask, l3 & LimbMask, l4 & LimbMask);

        var bytes = new byte[32];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, l0 | l1 << 51);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), l1 >> 13 | l2 << 38);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), l2 >> 26 | l3 << 25);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), l3 >> 39 | l4 << 12);
        return bytes;
    }

    public bool Equals(FieldElement other) => ToBytes().AsSpan().SequenceEqual(other.ToBytes());

    public override bool Equals(object? obj) => obj is FieldElement other && Equals(other);

    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(ToBytes());

    public static bool operator ==(FieldElement left, FieldElement right) => left.Equals(right);

    public static bool operator !=(FieldElement left, FieldElement right) => !left.Equals(right);

    private static UInt128 Product(ulong a, ulong b) => Math.BigMul(a, b);

    private static ulong Low(UInt128 value) => unchecked((ulong)value) & LimbMask;

    private static FieldElement Carry(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4)
    {
        l1 += l0 >> LimbBits;
        l2 += l1 >> LimbBits;
        l3 += l2 >> LimbBits;
        l4 += l3 >> LimbBits;
        return new((l0 & LimbMask) + 19 * (l4 >> LimbBits), l1 & LimbMask, l2 & LimbMask, l3 & LimbMask, l4 & LimbMask);
    }
}
