using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Audit;

/// <param name="watchers">Whoever wants to see how far it has come.</param>
internal sealed class AuditInstallationHandler(LedgerAudit audit, IEnumerable<IProgress<AuditProgress>> watchers)
    : IRequestHandler<AuditInstallation, Outcome<AuditReport>>
{
    public async Task<Outcome<AuditReport>> Handle(AuditInstallation request, CancellationToken ct) =>
        await audit.AuditAsync(new Watchers([.. watchers]), ct);

    private sealed class Watchers(IReadOnlyList<IProgress<AuditProgress>> all) : IProgress<AuditProgress>
    {
        public void Report(AuditProgress value)
        {
            foreach (var watcher in all) watcher.Report(value);
        }
    }
}
