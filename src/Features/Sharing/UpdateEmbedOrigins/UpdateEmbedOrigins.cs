using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>Sets the sites that may show a tenant's receipts in a frame; the list replaces the one before.</summary>
/// <param name="Origins">Exact: <c>https://host</c>, with a port where it is not the scheme's own. <c>http</c> on loopback shows
/// sandbox receipts alone.</param>
public sealed record UpdateEmbedOrigins(Caller Caller, IReadOnlyList<string> Origins) : IRequest<Outcome<EmbedOriginsShown>>;
