namespace PacSpace.Infrastructure.Sealing;

/// <summary>The one place outside the database that keeps the last tree head signed for a log (evidence format, section 5),
/// shared by all nodes that may seal it.</summary>
/// <remarks>
/// Durability: when <see cref="SwapAsync"/> answers true, the content survives the loss of power. What <see cref="ReadAsync"/>
/// gave is durable too, so that whoever commits by it cannot be overtaken by a mark that goes back.
/// Concurrency: any number of nodes; a swap is atomic and at most one of those that expect the same content succeeds.
/// Retry: nobody retries a swap. After an exception the mark holds either content, and the caller compares mark and database
/// anew before it does anything else.
/// </remarks>
public interface IMark
{
    /// <summary>The content, or null when there has never been any.</summary>
    Task<byte[]?> ReadAsync(CancellationToken ct);

    /// <summary>Replaces the content if it is still what is expected (null: there is none). False: it is not, and nothing
    /// was changed.</summary>
    Task<bool> SwapAsync(ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte> next, CancellationToken ct);
}
