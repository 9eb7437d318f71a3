using System.Globalization;
using System.Numerics;

namespace PacSpace.Browser.Tests;

/// <summary>Keys and signatures at the edges of RFC 8032, where implementations are known to differ.</summary>
internal sealed record SignatureProbe(string Name, byte[] Key, byte[] Message, byte[] Signature);

internal static class SignatureProbes
{
    private static readonly BigInteger L = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);

    /// <summary>RFC 8032, 7.1, TEST 3.</summary>
    private static readonly SignatureProbe Good = new(
        "RFC 8032 TEST 3", Convert.FromHexString("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"), [0xaf, 0x82],
        Convert.FromHexString("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"));

    /// <summary>Every encoding of a point of order 1, 2, 4 or 8, canonical or not, and points that are none.</summary>
    private static readonly string[] OddPoints =
    [
        "0100000000000000000000000000000000000000000000000000000000000000", "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0000000000000000000000000000000000000000000000000000000000000000", "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0200000000000000000000000000000000000000000000000000000000000000", "0300000000000000000000000000000000000000000000000000000000000000",
    ];

    public static IEnumerable<SignatureProbe> All()
    {
        yield return Good;
        for (var at = 0; at < 64; at += 7) yield return Good with { Name = $"byte {at} of the signature", Signature = Flipped(Good.Signature, at) };
        yield return Good with { Name = "another message", Message = [0xaf] };
        yield return Good with { Name = "another key", Key = Flipped(Good.Key, 3) };
        yield return Good with { Name = "S + L", Signature = [.. Good.Signature[..32], .. Bytes(new BigInteger(Good.Signature.AsSpan(32), isUnsigned: true) + L)] };
        yield return Good with { Name = "S = L", Signature = [.. Good.Signature[..32], .. Bytes(L)] };
        yield return Good with { Name = "63 bytes", Signature = Good.Signature[..63] };
        yield return Good with { Name = "a key of 31 bytes", Key = Good.Key[..31] };

        foreach (var key in OddPoints.Select(Convert.FromHexString))
        {
            yield return Good with { Name = $"key {Convert.ToHexString(key)}", Key = key };
            // With S = 0 the equation is R = -k·A, whose right side has eight values at most: some message fits.
            foreach (var r in OddPoints.Select(Convert.FromHexString))
            {
                for (byte message = 0; message < 4; message++)
                    yield return new($"S 0, key {Convert.ToHexString(key)}, R {Convert.ToHexString(r)}, message {message}", key, [message], [.. r, .. new byte[32]]);
            }
        }
    }

    private static byte[] Flipped(byte[] bytes, int at) => [.. bytes[..at], (byte)(bytes[at] ^ 1), .. bytes[(at + 1)..]];

    private static byte[] Bytes(BigInteger number)
    {
        var bytes = new byte[32];
        number.TryWriteBytes(bytes, out _, isUnsigned: true);
        return bytes;
    }
}
