using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Documents;

namespace PacSpace.Features.Documents;

/// <summary>A public receipt on paper: one page, no rows, nothing attached.</summary>
/// <param name="ReceiptId">A <c>chk_</c> id and nothing else.</param>
/// <param name="Locale">BCP 47; forms of numbers and dates.</param>
/// <param name="Timezone">IANA name.</param>
/// <param name="Host">Where it was asked for.</param>
public sealed record GetReceiptPdf(string ReceiptId, string Locale, string Timezone, [property: NotOnTheWire] AskedHost Host) : IRequest<Outcome<ReceiptPdf>>;

/// <summary>To be disposed of when it was written.</summary>
public sealed class ReceiptPdf : IAsyncDisposable
{
    private readonly KeptDocument _document;

    internal ReceiptPdf(KeptDocument document, string fileName) => (_document, FileName) = (document, fileName);

    public string FileName { get; }

    /// <summary>In bytes.</summary>
    public long Length => _document.Length;

    public Task CopyToAsync(Stream to, CancellationToken ct) => _document.CopyToAsync(to, ct);

    public ValueTask DisposeAsync() => _document.DisposeAsync();
}
