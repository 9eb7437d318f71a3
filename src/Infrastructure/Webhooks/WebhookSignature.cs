using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PacSpace.Infrastructure.Webhooks;

/// <summary>Both signatures of a delivery (api-dashboard 13.1).</summary>
public static class WebhookSignature
{
    public const string SecretPrefix = "whsec_";

    /// <summary><c>v1=</c> and hex; the key is the whole secret.</summary>
    public static string Hex(string secret, long timestamp, ReadOnlySpan<byte> body) => "v1=" + Convert.ToHexStringLower(
        Mac(Encoding.UTF8.GetBytes(secret), string.Create(CultureInfo.InvariantCulture, $"{timestamp}."), body));

    /// <summary>Standard Webhooks: <c>v1,</c> and base64; the key is what the secret encodes.</summary>
    public static string Standard(string secret, string id, long timestamp, ReadOnlySpan<byte> body) => "v1," + Convert.ToBase64String(
        Mac(Convert.FromBase64String(secret[SecretPrefix.Length..]), string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."), body));

    private static byte[] Mac(byte[] key, string before, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(Encoding.UTF8.GetBytes(before));
        mac.AppendData(body);
        return mac.GetHashAndReset();
    }
}
