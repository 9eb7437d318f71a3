using System.IO.Pipelines;
using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Features.SharedRecord;

namespace PacSpace.Features.Documents;

/// <summary>A customer's record of one scope as a file: what the Shared Record and the middleware API export (api-dashboard 12.9).</summary>
/// <param name="Format">csv, json, pdf or bundle.</param>
/// <param name="Period">A month; null for the current one, or when a checkpoint is named.</param>
/// <param name="CheckpointId">A <c>mode: all</c> checkpoint of the customer; not together with a period.</param>
/// <param name="Visit">Who asks for it on a page, for the access log; null for the API.</param>
public sealed record ExportRecord(
    Caller Caller, string CustomerId, string? VendorAccountId, string Format, string? Period, string? CheckpointId,
    [property: NotOnTheWire] RecordVisit? Visit) : IRequest<Outcome<RecordExported>>
{
    /// <summary>The word that stands beside the scope in the details of <c>PROOF_UNAVAILABLE</c> (api-balance 1.5): no completed
    /// checkpoint closes it, so there is no bundle.</summary>
    public const string NoCheckpoint = "no checkpoint";
}

/// <summary>A file to be sent. To be disposed of when it was written or is not wanted.</summary>
public sealed class RecordExported : IAsyncDisposable
{
    private readonly Func<PipeWriter, CancellationToken, Task> _write;
    private readonly IAsyncDisposable? _source;

    internal RecordExported(string fileName, string contentType, long? length, Func<PipeWriter, CancellationToken, Task> write, IAsyncDisposable? source = null) =>
        (FileName, ContentType, Length, _write, _source) = (fileName, contentType, length, write, source);

    public string FileName { get; }

    public string ContentType { get; }

    /// <summary>In bytes; null when it is not known before all is written.</summary>
    public long? Length { get; }

    /// <summary>Writes the bytes and waits for whoever takes them; memory does not grow with the number of records.</summary>
    public Task WriteAsync(PipeWriter to, CancellationToken ct) => _write(to, ct);

    public ValueTask DisposeAsync() => _source?.DisposeAsync() ?? default;
}
