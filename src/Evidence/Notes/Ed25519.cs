using System.Numerics;
using System.Security.Cryptography;

namespace PacSpace.Evidence;

/// <summary>Checks Ed25519 signatures in managed code alone, so that a verifier runs wherever .NET does.</summary>
/// <remarks>
/// <code>
/// reference     RFC 8032, 5.1.7 (Ed25519, no context, no prehash)
/// public key    32 bytes: y, little-endian, and the sign of x as the highest bit; y below p
/// signature     64 bytes: R (a point, likewise) ‖ S (a number below L, little-endian)
/// holds when    S·B - k·A encodes as R, with k = SHA-512(R ‖ A ‖ message) mod L
/// </code>
/// The equation is the one without cofactor, which the RFC allows and which OpenSSL, BoringSSL and Go use; so we agree with them on
/// every signature. S at or above L, a y at or above p and a negative zero x are refused: a signature has no second spelling.
/// What is checked is public, so nothing here takes the same time for all inputs. There is no signing.
/// </remarks>
public static class Ed25519
{
    /// <summary>Length of a public key in bytes.</summary>
    public const int PublicKeySize = 32;

    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureSize = 64;

    /// <summary>L, the order of the base point: 2^252 + 27742317777372353535851937790883648493.</summary>
    private static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse(
        "27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether the signature is that of the message by the key. Wrong lengths and encodings are simply false.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeySize || signature.Length != SignatureSize) return false;
        if (EdwardsPoint.Decode(publicKey) is not { } key) return false;
        var encodedR = signature[..32];
        var s = new BigInteger(signature[32..], isUnsigned: true);
        if (s >= Order) return false;

        using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        sha512.AppendData(encodedR);
        sha512.AppendData(publicKey);
        sha512.AppendData(message);
        var k = new BigInteger(sha512.GetHashAndReset(), isUnsigned: true) % Order;

        // Comparing encodings also refuses an R that is not canonical: what we encode always is.
        return EdwardsPoint.Combine(s, EdwardsPoint.Base, k, -key).Encode().AsSpan().SequenceEqual(encodedR);
    }
}
