using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace PacSpace.Evidence.Tests.Notes;

/// <summary>Ed25519 as RFC 8032 writes it down in section 6: slow, literal, and able to sign. The twin of what Evidence does.</summary>
internal static class Rfc8032
{
    public static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    public static readonly BigInteger L =
        BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);

    private static readonly BigInteger D = Mod(-121665 * Inverse(121666));
    private static readonly BigInteger RootOfMinusOne = BigInteger.ModPow(2, (P - 1) / 4, P);
    private static readonly BigInteger Gy = Mod(4 * Inverse(5));
    private static readonly Point G = Affine(RecoverX(Gy, false)!.Value, Gy);

    /// <summary>X/Z, Y/Z, with T = XY/Z.</summary>
    public readonly record struct Point(BigInteger X, BigInteger Y, BigInteger Z, BigInteger T);

    public static byte[] PublicKey(byte[] seed) => Compress(Multiply(Secret(seed).Scalar, G));

    public static byte[] Sign(byte[] seed, byte[] message)
    {
        var (a, prefix) = Secret(seed);
        var key = Compress(Multiply(a, G));
        var r = Number(SHA512.HashData([.. prefix, .. message])) % L;
        var encodedR = Compress(Multiply(r, G));
        var h = Number(SHA512.HashData([.. encodedR, .. key, .. message])) % L;
        return [.. encodedR, .. Bytes((r + h * a) % L)];
    }

    public static bool Verify(byte[] key, byte[] message, byte[] signature)
    {
        if (key.Length != 32 || signature.Length != 64) return false;
        if (Decompress(key) is not { } a || Decompress(signature[..32]) is not { } r) return false;
        var s = Number(signature.AsSpan(32));
        if (s >= L) return false;
        var h = Number(SHA512.HashData([.. signature[..32], .. key, .. message])) % L;
        return AreEqual(Multiply(s, G), Add(r, Multiply(h, a)));
    }

    public static bool IsPoint(byte[] bytes) => Decompress(bytes) is not null;

    public static byte[] Bytes(BigInteger number)
    {
        var bytes = new byte[32];
        number.ToByteArray(isUnsigned: true).CopyTo(bytes, 0);
        return bytes;
    }

    public static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true);

    private static (BigInteger Scalar, byte[] Prefix) Secret(byte[] seed)
    {
        var h = SHA512.HashData(seed);
        h[0] &= 0xf8;
        h[31] &= 0x7f;
        h[31] |= 0x40;
        return (Number(h.AsSpan(0, 32)), h[32..]);
    }

    private static Point Affine(BigInteger x, BigInteger y) => new(x, y, 1, Mod(x * y));

    private static Point Add(Point p, Point q)
    {
        var (a, b) = ((p.Y - p.X) * (q.Y - q.X) % P, (p.Y + p.X) * (q.Y + q.X) % P);
        var (c, d) = (2 * p.T * q.T * D % P, 2 * p.Z * q.Z % P);
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        return new(Mod(e * f), Mod(g * h), Mod(f * g), Mod(e * h));
    }

    private static bool AreEqual(Point p, Point q) =>
        Mod(p.X * q.Z - q.X * p.Z) == 0 && Mod(p.Y * q.Z - q.Y * p.Z) == 0;

    private static Point Multiply(BigInteger n, Point p)
    {
        var result = Affine(0, 1);
        for (; n > 0; n >>= 1, p = Add(p, p))
        {
            if (!n.IsEven) result = Add(result, p);
        }
        return result;
    }

    private static byte[] Compress(Point p)
    {
        var (x, y) = (Mod(p.X * Inverse(p.Z)), Mod(p.Y * Inverse(p.Z)));
        var bytes = Bytes(y);
        if (!x.IsEven) bytes[31] |= 0x80;
        return bytes;
    }

    private static Point? Decompress(byte[] bytes)
    {
        var y = Number(bytes) & (BigInteger.Pow(2, 255) - 1);
        return RecoverX(y, bytes[31] >> 7 == 1) is { } x ? Affine(x, y) : null;
    }

    private static BigInteger? RecoverX(BigInteger y, bool sign)
    {
        if (y >= P) return null;
        var x2 = Mod((y * y - 1) * Inverse(D * y * y + 1));
        if (x2 == 0) return sign ? null : BigInteger.Zero;
        var x = BigInteger.ModPow(x2, (P + 3) / 8, P);
        if (Mod(x * x - x2) != 0) x = Mod(x * RootOfMinusOne);
        if (Mod(x * x - x2) != 0) return null;
        return x.IsEven == sign ? P - x : x;
    }

    private static BigInteger Inverse(BigInteger x) => BigInteger.ModPow(Mod(x), P - 2, P);

    private static BigInteger Mod(BigInteger x) => (x % P + P) % P;
}
