namespace PacSpace.Infrastructure.Persistence;

/// <summary>The private cluster cannot be used. The message is for the person at the terminal: what is wrong, where,
/// and what to do about it.</summary>
public sealed class EmbeddedPostgresException : Exception
{
    public EmbeddedPostgresException()
    {
    }

    public EmbeddedPostgresException(string message)
        : base(message)
    {
    }

    public EmbeddedPostgresException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
