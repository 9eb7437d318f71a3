using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PacSpace.Infrastructure.Secrets;

namespace PacSpace.Infrastructure.Sharing;

/// <summary>The six characters that stand beside a link (decisions 19). They are derived whenever they are needed and stored
/// nowhere.</summary>
/// <remarks>
/// <code>
/// environment key = HMAC-SHA256(access-code.key, "pacspace/access-code/" ‖ environment)
/// code            = first 30 bits of HMAC-SHA256(environment key, handle ‖ ":" ‖ code version), as Crockford base32
/// </code>
/// </remarks>
/// <param name="secrets">Opened at the first code: an operator's command that shows none needs no secrets.</param>
public sealed class AccessCodes(Func<SecretStore> secrets)
{
    public const int Length = 6;

    private const int BitsACharacter = 5;

    private readonly Lazy<byte[]> _sandboxKey = new(() => KeyOf(secrets(), "sandbox"));
    private readonly Lazy<byte[]> _productionKey = new(() => KeyOf(secrets(), "production"));
    private readonly Lazy<byte[]> _clientKey = new(() => KeyOf(secrets(), "client"));

    /// <param name="environment"><c>sandbox</c> or <c>production</c>.</param>
    /// <param name="version">From 1; another version is another code.</param>
    public string Of(string environment, string handle, int version)
    {
        Span<byte> mac = stackalloc byte[32];
        var text = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{handle}:{version}"));
        HMACSHA256.HashData((environment == "production" ? _productionKey : _sandboxKey).Value, text, mac);
        var bits = (uint)mac[0] << 24 | (uint)mac[1] << 16 | (uint)mac[2] << 8 | mac[3];
        return string.Create(Length, bits, static (code, bits) =>
        {
            for (var i = 0; i < code.Length; i++) code[i] = Crockford.Alphabet[(int)(bits >> (32 - BitsACharacter * (i + 1)) & 31)];
        });
    }

    /// <summary>What a person typed, as the code that was meant: case, spaces, hyphens and look-alikes do not matter.</summary>
    /// <returns>False when it is not six characters of the alphabet; such a text is no try.</returns>
    public static bool TryNormalize(string? input, [NotNullWhen(true)] out string? code)
    {
        code = null;
        if (input is null || input.Length > 64) return false;
        Span<char> read = stackalloc char[Length];
        var count = 0;
        foreach (var character in input)
        {
            // A hyphen pasted from a document may be another one than that of the keyboard.
            if (char.IsWhiteSpace(character) || character is '-' or '\u2010' or '\u2011' or '\u2012' or '\u2013') continue;
            if (count == Length || !Crockford.TryRead(character, out var value)) return false;
            read[count++] = Crockford.Alphabet[value];
        }

        if (count != Length) return false;
        code = new string(read);
        return true;
    }

    /// <summary>Takes the same time wherever the two differ.</summary>
    /// <param name="code">Normalized.</param>
    public bool Matches(string environment, string handle, int version, string code) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Of(environment, handle, version)), Encoding.ASCII.GetBytes(code));

    /// <summary>Names an address without keeping it: 16 bytes of a keyed hash, for waiting times alone.</summary>
    public byte[] NameClient(UInt128 address)
    {
        Span<byte> mac = stackalloc byte[32];
        HMACSHA256.HashData(_clientKey.Value, Encoding.ASCII.GetBytes(address.ToString("x32", CultureInfo.InvariantCulture)), mac);
        return mac[..16].ToArray();
    }

    private static byte[] KeyOf(SecretStore secrets, string environment) =>
        HMACSHA256.HashData(secrets.AccessCodeKey, Encoding.ASCII.GetBytes("pacspace/access-code/" + environment));
}
