using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Endpoints;

/// <summary>The form of an API key: <c>pk_{live|test}_{publicId}.{secret}</c>.</summary>
/// <remarks>The secret is 256 random bits in base64url, so a fast hash keeps it: there is nothing to guess. The environment
/// stands in the key so that people see which one they hold; what counts is the environment of the stored key.</remarks>
internal static class ApiKeyForm
{
    public const int SecretHashBytes = 32;

    private const string LivePrefix = "pk_live_";
    private const string TestPrefix = "pk_test_";
    private const string PublicIdAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int PublicIdLength = 20;
    private const int SecretBytes = 32;
    private const int MaxLength = 256;

    private static readonly SearchValues<char> s_publicIdCharacters = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static string NewPublicId() => RandomNumberGenerator.GetString(PublicIdAlphabet, PublicIdLength);

    public static string NewSecret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static string Write(string environment, string publicId, string secret) => $"{PublicPart(environment, publicId)}.{secret}";

    /// <summary>What may be shown after the secret was: <c>pk_live_PUBLIC</c>.</summary>
    public static string PublicPart(string environment, string publicId) =>
        (environment == Environments.Production ? LivePrefix : TestPrefix) + publicId;

    /// <summary>The public half out of whatever an operator pasted: with or without prefix, with or without secret.</summary>
    public static string PublicIdOf(string text)
    {
        var start = text.StartsWith(LivePrefix, StringComparison.Ordinal) || text.StartsWith(TestPrefix, StringComparison.Ordinal) ? LivePrefix.Length : 0;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot < start ? text[start..] : text[start..dot];
    }

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    public static bool TryParse(string key, out string environment, out ReadOnlySpan<char> publicId, out ReadOnlySpan<char> secret)
    {
        environment = key.StartsWith(LivePrefix, StringComparison.Ordinal) ? Environments.Production : Environments.Sandbox;
        publicId = secret = default;
        if (key.Length > MaxLength || (environment == Environments.Sandbox && !key.StartsWith(TestPrefix, StringComparison.Ordinal))) return false;

        var rest = key.AsSpan(LivePrefix.Length);
        var dot = rest.IndexOf('.');
        if (dot <= 0 || dot == rest.Length - 1) return false;
        publicId = rest[..dot];
        secret = rest[(dot + 1)..];
        return !publicId.ContainsAnyExcept(s_publicIdCharacters);
    }
}
