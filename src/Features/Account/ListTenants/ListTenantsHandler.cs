using MediatR;
using Microsoft.EntityFrameworkCore;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Account;

internal sealed class ListTenantsHandler(PacSpaceDb db) : IRequestHandler<ListTenants, Outcome<TenantList>>
{
    public async Task<Outcome<TenantList>> Handle(ListTenants request, CancellationToken ct)
    {
        var environments = (await db.TenantEnvironments.AsNoTracking().ToListAsync(ct)).ToLookup(row => row.TenantId, row => row.Environment);
        var tenants = await db.Tenants.AsNoTracking().OrderBy(tenant => tenant.CreatedAt).ThenBy(tenant => tenant.TenantId).ToListAsync(ct);
        return new TenantList(
        [
            .. tenants.Select(tenant => new TenantRow(
                tenant.TenantId, tenant.Name, tenant.BuyerMode, tenant.Tier,
                [.. environments[tenant.TenantId].Order(StringComparer.Ordinal)], tenant.CreatedAt, tenant.DisabledAt)),
        ]);
    }
}
