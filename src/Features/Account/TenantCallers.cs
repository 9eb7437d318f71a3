using Microsoft.EntityFrameworkCore;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Account;

/// <summary>Lets the operator ask, at the machine, what a tenant may ask.</summary>
internal sealed class TenantCallers(PacSpaceDb db)
{
    public async Task<Outcome<Caller>> FindAsync(string tenantId, string environment, CancellationToken ct)
    {
        if (!Environments.Contains(environment)) return Refusal.Validation("environment", "must be sandbox or production");
        if (await db.Tenants.AsNoTracking().SingleOrDefaultAsync(tenant => tenant.TenantId == tenantId, ct) is not { } tenant) return AccountRefusals.NoTenant();
        if (tenant.DisabledAt is not null) return AccountRefusals.TenantDisabled();
        if (!await db.TenantEnvironments.AnyAsync(row => row.TenantId == tenantId && row.Environment == environment, ct))
            return new Refusal(RefusalCode.EnvironmentNotProvisioned, $"{environment} is not provisioned for this tenant");
        return new Caller
        {
            TenantId = tenantId, TenantName = tenant.Name, Environment = environment, IsMiddleware = tenant.BuyerMode == Tenant.BillingMiddleware, Tier = tenant.Tier,
        };
    }
}
