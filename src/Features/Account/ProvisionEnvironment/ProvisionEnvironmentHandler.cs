using MediatR;
using Microsoft.EntityFrameworkCore;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Account;

internal sealed class ProvisionEnvironmentHandler(PacSpaceDb db, TimeProvider clock)
    : IRequestHandler<ProvisionEnvironment, Outcome<EnvironmentProvisioned>>
{
    public async Task<Outcome<EnvironmentProvisioned>> Handle(ProvisionEnvironment request, CancellationToken ct)
    {
        if (await db.Tenants.AsNoTracking().SingleOrDefaultAsync(tenant => tenant.TenantId == request.TenantId, ct) is not { } tenant) return AccountRefusals.NoTenant();
        if (tenant.Tier == Plan.FreeTier && request.Environment == Environments.Production) return AccountRefusals.NoProduction();

        var row = await db.TenantEnvironments.SingleOrDefaultAsync(
            environment => environment.TenantId == request.TenantId && environment.Environment == request.Environment, ct);
        if (row is null)
        {
            row = new TenantEnvironment { TenantId = request.TenantId, Environment = request.Environment, ProvisionedAt = clock.GetUtcNow() };
            db.TenantEnvironments.Add(row);
            await db.SaveChangesAsync(ct);
        }

        return new EnvironmentProvisioned(row.TenantId, row.Environment, row.ProvisionedAt);
    }
}
