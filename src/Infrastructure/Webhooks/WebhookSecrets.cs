using System.Security.Cryptography;
using System.Text;

namespace PacSpace.Infrastructure.Webhooks;

/// <summary>Signing secrets of endpoints. They must be had again to sign, so they are stored, and only encrypted.</summary>
/// <remarks><code>stored = nonce (12) ‖ tag (16) ‖ AES-256-GCM(key, nonce, secret, associated data: webhook id)</code></remarks>
/// <param name="key">32 bytes from the secret store.</param>
public sealed class WebhookSecrets(byte[] key)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int SecretBytes = 32;

    public static string New() => WebhookSignature.SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    public byte[] Seal(string webhookId, string secret)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var stored = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(stored.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(stored.AsSpan(0, NonceBytes), plain, stored.AsSpan(NonceBytes + TagBytes), stored.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(webhookId));
        return stored;
    }

    /// <exception cref="CryptographicException">It was sealed under another key or for another webhook, or was changed.</exception>
    public string Open(string webhookId, byte[] stored)
    {
        var plain = new byte[stored.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(stored.AsSpan(0, NonceBytes), stored.AsSpan(NonceBytes + TagBytes), stored.AsSpan(NonceBytes, TagBytes), plain, Encoding.UTF8.GetBytes(webhookId));
        return Encoding.UTF8.GetString(plain);
    }
}
