using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Audit;

internal sealed class AuditInstallationHandler(LedgerAudit audit) : IRequestHandler<AuditInstallation, Outcome<AuditReport>>
{
    public async Task<Outcome<AuditReport>> Handle(AuditInstallation request, CancellationToken ct) => await audit.AuditAsync(request.Progress, ct);
}
