using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>Sets what holds for all of a tenant's customers. What is null stays as it is.</summary>
/// <param name="DefaultPolicy">OPEN, TWO_TIER or GATED; for customers who inherit.</param>
/// <param name="AutoCreateLinks">Whether a new customer gets a link by itself.</param>
public sealed record UpdateSharingSettings(Caller Caller, string? DefaultPolicy, bool? AutoCreateLinks) : IRequest<Outcome<SharingSettingsShown>>;
