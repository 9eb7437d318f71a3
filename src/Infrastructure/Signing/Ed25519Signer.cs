using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace PacSpace.Infrastructure.Signing;

/// <summary>Ed25519 signatures (RFC 8032, 5.1.6) with one private key.</summary>
/// <remarks>
/// <code>
/// private key (seed)   32 bytes
/// public key           32 bytes
/// signature            64 bytes, the same for the same message
/// </code>
/// .NET 10 has no Ed25519, so this calls OpenSSL 3's libcrypto, which .NET itself needs on Linux. Verifying is
/// PacSpace.Evidence's, in managed code and apart from this, so that the two would have to be wrong in the same way.
/// Every member may be called from several threads at once: the key is read-only, each signature has a context of its own.
/// </remarks>
public sealed partial class Ed25519Signer : IDisposable
{
    public const int SeedBytes = 32;
    public const int PublicKeyBytes = 32;
    public const int SignatureBytes = 64;

    private const string Library = "libcrypto.so.3";
    private const int Ed25519Type = 1087; // EVP_PKEY_ED25519, NID_ED25519 in OpenSSL's obj_mac.h

    private readonly KeyHandle _key;
    private readonly byte[] _publicKey = new byte[PublicKeyBytes];

    /// <param name="seed">32 secret bytes; the caller may wipe them afterwards.</param>
    /// <exception cref="PlatformNotSupportedException">libcrypto.so.3 is not installed, or does not offer Ed25519.</exception>
    public Ed25519Signer(ReadOnlySpan<byte> seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedBytes);
        try
        {
            _key = EVP_PKEY_new_raw_private_key(Ed25519Type, 0, seed, SeedBytes);
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new PlatformNotSupportedException(
                $"Signing needs OpenSSL 3 ({Library}), which was not found. On Debian and Ubuntu: apt-get install libssl3.", missing);
        }

        if (_key.IsInvalid)
        {
            throw new PlatformNotSupportedException($"OpenSSL refused to make an Ed25519 key ({LastError()}). A FIPS-only configuration does that.");
        }

        nuint length = PublicKeyBytes;
        Require(EVP_PKEY_get_raw_public_key(_key, _publicKey, ref length) == 1 && length == PublicKeyBytes, "tell the public key");
    }

    /// <summary>A copy of the 32 bytes.</summary>
    public byte[] PublicKey => [.. _publicKey];

    /// <summary>The 64 bytes over the message itself (not over its hash).</summary>
    /// <exception cref="CryptographicException">OpenSSL failed, or what it made does not verify: a fault of memory or machine.
    /// Nothing was signed that may be shown.</exception>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[SignatureBytes];
        using (var context = NewContext())
        {
            nuint length = SignatureBytes;
            Require(EVP_DigestSignInit(context, 0, 0, 0, _key) == 1, "begin a signature");
            Require(EVP_DigestSign(context, signature, ref length, message, (nuint)message.Length) == 1 && length == SignatureBytes, "sign");
        }

        // A deterministic signature made from a damaged key or hash would give the private key away together with a good
        // one of the same message, and a wrong tree head cannot be taken back. Checking costs a tenth of a millisecond.
        using (var context = NewContext())
        {
            Require(EVP_DigestVerifyInit(context, 0, 0, 0, _key) == 1, "begin a check");
            Require(EVP_DigestVerify(context, signature, SignatureBytes, message, (nuint)message.Length) == 1, "verify what it had just signed");
        }

        return signature;
    }

    public void Dispose() => _key.Dispose();

    private static ContextHandle NewContext()
    {
        var context = EVP_MD_CTX_new();
        Require(!context.IsInvalid, "allocate a context");
        return context;
    }

    private static void Require(bool holds, string what)
    {
        if (!holds) throw new CryptographicException($"OpenSSL could not {what} ({LastError()}).");
    }

    private static unsafe string LastError()
    {
        var text = stackalloc byte[256];
        ERR_error_string_n(ERR_get_error(), text, 256);
        return Marshal.PtrToStringUTF8((nint)text)!;
    }

    private sealed class KeyHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle()
        {
            EVP_PKEY_free(handle); // wipes the private key
            return true;
        }
    }

    private sealed class ContextHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle()
        {
            EVP_MD_CTX_free(handle);
            return true;
        }
    }

    [LibraryImport(Library)]
    private static partial KeyHandle EVP_PKEY_new_raw_private_key(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_get_raw_public_key(KeyHandle key, Span<byte> publicKey, ref nuint length);

    [LibraryImport(Library)]
    private static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    private static partial ContextHandle EVP_MD_CTX_new();

    [LibraryImport(Library)]
    private static partial void EVP_MD_CTX_free(nint context);

    // Ed25519 hashes for itself: digest type, key context and engine stay null.
    [LibraryImport(Library)]
    private static partial int EVP_DigestSignInit(ContextHandle context, nint keyContext, nint digest, nint engine, KeyHandle key);

    [LibraryImport(Library)]
    private static partial int EVP_DigestSign(ContextHandle context, Span<byte> signature, ref nuint signatureLength, ReadOnlySpan<byte> message, nuint length);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerifyInit(ContextHandle context, nint keyContext, nint digest, nint engine, KeyHandle key);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerify(ContextHandle context, ReadOnlySpan<byte> signature, nuint signatureLength, ReadOnlySpan<byte> message, nuint length);

    [LibraryImport(Library)]
    private static partial nuint ERR_get_error();

    [LibraryImport(Library)]
    private static unsafe partial void ERR_error_string_n(nuint error, byte* text, nuint length);
}
