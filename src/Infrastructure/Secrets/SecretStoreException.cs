namespace PacSpace.Infrastructure.Secrets;

/// <summary>The secrets are not as they must be; the message names the file and what to do. It never holds their bytes.</summary>
public sealed class SecretStoreException : Exception
{
    public SecretStoreException()
    {
    }

    public SecretStoreException(string message)
        : base(message)
    {
    }

    public SecretStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
