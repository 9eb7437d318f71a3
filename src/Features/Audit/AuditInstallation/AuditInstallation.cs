using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Audit;

/// <summary>Derives the whole installation again from its stored bytes. The operator's: it crosses tenants, so it has no caller.</summary>
public sealed record AuditInstallation : IRequest<Outcome<AuditReport>>;
