namespace PacSpace.Infrastructure.Signing;

/// <summary>Signs for the log of one environment. Keys in, signatures out: whether something may be signed is the sealer's
/// to decide, and the mark's to allow.</summary>
public sealed class LogSigner : IDisposable
{
    private readonly Ed25519Signer _signer;

    /// <param name="environment"><c>sandbox</c> or <c>production</c>.</param>
    /// <param name="seed">The environment's 32-byte signing key from the secret store.</param>
    public LogSigner(string environment, ReadOnlySpan<byte> seed)
    {
        Environment = environment;
        _signer = new Ed25519Signer(seed);
    }

    public string Environment { get; }

    /// <summary>The 32 bytes that the verifier key publishes.</summary>
    public byte[] PublicKey => _signer.PublicKey;

    /// <summary>The 64-byte Ed25519 signature over these bytes, for a tree head over the note's text.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Nothing was signed.</exception>
    public byte[] Sign(ReadOnlySpan<byte> message) => _signer.Sign(message);

    public void Dispose() => _signer.Dispose();
}
