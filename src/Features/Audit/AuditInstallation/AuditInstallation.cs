using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Audit;

/// <summary>Derives the whole installation again from its stored bytes.</summary>
public sealed record AuditInstallation : IOperatorRequest, IRequest<Outcome<AuditReport>>
{
    /// <summary>Told how far it has come.</summary>
    public IProgress<AuditProgress>? Progress { get; init; }
}
