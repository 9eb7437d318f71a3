using Microsoft.Extensions.DependencyInjection;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Audit;

internal sealed class AuditServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<Marks>();
        services.AddSingleton<LedgerAudit>();
    }
}
