using Microsoft.EntityFrameworkCore;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Account;

/// <summary>Makes the caller that the operator, or a background step, stands for: a tenant in one environment, without a key.</summary>
internal sealed class TenantCallers(PacSpaceDb db)
{
    public async Task<Outcome<Caller>> FindAsync(string tenantId, string environment, CancellationToken ct)
    {
        if (!Environments.Contains(environment)) return Refusal.Validation("environment", "must be sandbox or production");
        if (await db.Tenants.AsNoTracking().SingleOrDefaultAsync(tenant => tenant.TenantId == tenantId, ct) is not { } tenant) return AccountRefusals.NoTenant();
        if (tenant.DisabledAt is not null) return AccountRefusals.TenantDisabled();
        if (!await db.TenantEnvironments.AnyAsync(row => row.TenantId == tenantId && row.Environment == environment, ct)) return AccountRefusals.NotProvisioned();
        return new Caller
        {
            TenantId = tenant.TenantId,
            TenantName = tenant.Name,
            Environment = environment,
            IsMiddleware = tenant.BuyerMode == Tenant.BillingMiddleware,
            Tier = tenant.Tier,
            DefaultUnit = tenant.DefaultUnit,
            CadenceIntervalSeconds = tenant.CadenceIntervalSeconds,
        };
    }
}
