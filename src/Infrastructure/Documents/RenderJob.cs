namespace PacSpace.Infrastructure.Documents;

/// <summary>One document to be rendered.</summary>
/// <param name="PageCount">Of all parts together.</param>
/// <param name="Identifier">Stands in the file; ASCII, the same for the same content.</param>
/// <param name="Parts">Whole HTML documents in UTF-8, in order, each one page or more; taken as the renderer gets to them. The
/// address that a hyperlink leads to is kept in the first part only.</param>
public sealed record RenderJob(int PageCount, string Identifier, RenderAttachment? Attachment, IAsyncEnumerable<ReadOnlyMemory<byte>> Parts)
{
    /// <summary>One that takes so many pages is made alone, so that short documents find a free process.</summary>
    public const int LargePageCount = 50;

    public bool IsLarge => PageCount >= LargePageCount;
}

/// <summary>A file inside the document, associated with the whole of it (PDF/A-3, ISO 19005-3 6.8).</summary>
/// <param name="Relationship">One of ISO 32000-2 7.11.3: Source, Data, Alternative, Supplement, Unspecified.</param>
public sealed record RenderAttachment(
    string Name, string ContentType, string Description, string Relationship, DateTimeOffset ModifiedAt, ReadOnlyMemory<byte> Bytes);

/// <summary>No document can be made now: the renderer is missing, busy, too slow, too big or has failed. Everything else goes on.</summary>
public sealed class RendererUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
