using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>The sites that may show a tenant's receipts in a frame.</summary>
public sealed record GetEmbedOrigins(Caller Caller) : IRequest<Outcome<EmbedOriginsShown>>;
