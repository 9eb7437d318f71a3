using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>Which site may show a receipt in a frame: the one that the request shows itself to come from, if the vendor listed it.</summary>
/// <param name="Referrer">As the browser sent it.</param>
public sealed record FindEmbedder(string ReceiptId, string? Referrer) : IRequest<Outcome<EmbedderFound>>;

/// <param name="Origin">Null for nobody. One origin at most: the list itself is never sent, since a middleware may stand in it.</param>
public sealed record EmbedderFound(string? Origin);
