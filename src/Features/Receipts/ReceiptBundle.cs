using System.IO.Pipelines;

namespace PacSpace.Features.Receipts;

/// <summary>A bundle that was checked from its first byte to its last and can now be streamed: the same bytes, from the same
/// snapshot of the database. To be disposed of when it was written or is not wanted.</summary>
public sealed class ReceiptBundle : IAsyncDisposable
{
    private readonly BundleSource _source;

    internal ReceiptBundle(BundleSource source, string fileName, long length, byte[] sha256) =>
        (_source, FileName, Length, Sha256) = (source, fileName, length, sha256);

    public string FileName { get; }

    /// <summary>In bytes.</summary>
    public long Length { get; }

    /// <summary>Of the bytes.</summary>
    public ReadOnlyMemory<byte> Sha256 { get; }

    /// <summary>Writes the bytes and waits for whoever takes them; memory does not grow with the number of records.</summary>
    public Task WriteAsync(PipeWriter to, CancellationToken ct) => _source.WriteAsync(to, ct);

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
