using MediatR;
using Microsoft.EntityFrameworkCore;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Account;

internal sealed class UpdateTenantHandler(PacSpaceDb db) : IRequestHandler<UpdateTenant, Outcome<TenantUpdated>>
{
    public async Task<Outcome<TenantUpdated>> Handle(UpdateTenant request, CancellationToken ct)
    {
        if (await db.Tenants.SingleOrDefaultAsync(tenant => tenant.TenantId == request.TenantId, ct) is not { } tenant) return AccountRefusals.NoTenant();
        tenant.Tier = request.Tier ?? tenant.Tier;
        tenant.CadenceIntervalSeconds = request.CadenceIntervalSeconds ?? tenant.CadenceIntervalSeconds;
        await db.SaveChangesAsync(ct);
        return new TenantUpdated(tenant.TenantId, tenant.Tier, tenant.CadenceIntervalSeconds);
    }
}
