using System.Numerics;

namespace PacSpace.Evidence;

/// <summary>A point of edwards25519, -x² + y² = 1 + d x² y², as X/Z, Y/Z with T = XY/Z (RFC 8032, 5.1.4).</summary>
internal readonly record struct EdwardsPoint(FieldElement X, FieldElement Y, FieldElement Z, FieldElement T)
{
    private const int ScalarBits = 253;

    private static readonly FieldElement D = -(FieldElement.Of(121665) * FieldElement.Of(121666).Inverse());
    private static readonly FieldElement TwoD = D + D;

    private static readonly EdwardsPoint Neutral = new(FieldElement.Zero, FieldElement.One, FieldElement.One, FieldElement.Zero);

    /// <summary>B: y = 4/5, x even (RFC 8032, 5.1).</summary>
    public static readonly EdwardsPoint Base =
        Decode((FieldElement.Of(4) * FieldElement.Of(5).Inverse()).ToBytes()) ?? throw new InvalidOperationException("The base point is on the curve.");

    public static EdwardsPoint operator -(EdwardsPoint point) => new(-point.X, point.Y, point.Z, -point.T);

    /// <summary>Addition that holds for every two points of the curve (RFC 8032, 5.1.4).</summary>
    public static EdwardsPoint operator +(EdwardsPoint left, EdwardsPoint right)
    {
        var a = (left.Y - left.X) * (right.Y - right.X);
        var b = (left.Y + left.X) * (right.Y + right.X);
        var c = left.T * TwoD * right.T;
        var d = left.Z * right.Z;
        d += d;
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        return new(e * f, g * h, f * g, e * h);
    }

    private EdwardsPoint Double()
    {
        var (a, b, c) = (X * X, Y * Y, Z * Z);
        c += c;
        var h = a + b;
        var sum = X + Y;
        var (e, g) = (h - sum * sum, a - b);
        var f = c + g;
        return new(e * f, g * h, f * g, e * h);
    }

    /// <summary><c>m·P + n·Q</c>, for m and n below L, bit by bit from the highest.</summary>
    public static EdwardsPoint Combine(BigInteger m, EdwardsPoint p, BigInteger n, EdwardsPoint q)
    {
        var (both, sum) = (p + q, Neutral);
        for (var bit = ScalarBits - 1; bit >= 0; bit--)
        {
            sum = sum.Double();
            var (inM, inN) = (!(m >> bit).IsEven, !(n >> bit).IsEven);
            if (inM && inN) sum += both;
            else if (inM) sum += p;
            else if (inN) sum += q;
        }
        return sum;
    }

    public byte[] Encode()
    {
        var inverse = Z.Inverse();
        var bytes = (Y * inverse).ToBytes();
        if ((X * inverse).IsOdd) bytes[31] |= 0x80;
        return bytes;
    }

    /// <summary>RFC 8032, 5.1.3; null when the bytes are not the encoding of a point.</summary>
    public static EdwardsPoint? Decode(ReadOnlySpan<byte> bytes)
    {
        Span<byte> encodedY = stackalloc byte[32];
        bytes.CopyTo(encodedY);
        encodedY[31] &= 0x7f;
        var sign = bytes[31] >> 7 == 1;

        var y = FieldElement.FromBytes(encodedY);
        if (!y.ToBytes().AsSpan().SequenceEqual(encodedY)) return null;

        // x² = u / v, and a candidate for its root is u v³ (u v⁷)^((p-5)/8).
        var (u, v) = (y * y - FieldElement.One, D * y * y + FieldElement.One);
        var v3 = v * v * v;
        var x = u * v3 * (u * v3 * v3 * v).Power(FieldElement.RootExponent);
        var vxx = v * x * x;
        if (vxx == -u) x *= FieldElement.RootOfMinusOne;
        else if (vxx != u) return null;

        if (x == FieldElement.Zero && sign) return null;
        if (x.IsOdd != sign) x = -x;
        return new(x, y, FieldElement.One, x * y);
    }
}
