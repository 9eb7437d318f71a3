using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

/// <summary>The evidence of a whole receipt, or of a completed <c>selected</c> checkpoint, as one file.</summary>
/// <param name="ReceiptId">A <c>chk_</c> id or that checkpoint's root.</param>
/// <param name="Metadata">Whether the records' metadata is disclosed.</param>
public sealed record GetReceiptBundle(Caller Caller, string ReceiptId, bool Metadata) : IRequest<Outcome<ReceiptBundle>>;
