using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>What is set for all of a tenant's customers.</summary>
public sealed record GetSharingSettings(Caller Caller) : IRequest<Outcome<SharingSettingsShown>>;
