using MediatR;
using Microsoft.EntityFrameworkCore;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Account;

internal sealed class DisableTenantHandler(PacSpaceDb db, TimeProvider clock) : IRequestHandler<DisableTenant, Outcome<TenantDisabled>>
{
    public async Task<Outcome<TenantDisabled>> Handle(DisableTenant request, CancellationToken ct)
    {
        if (await db.Tenants.SingleOrDefaultAsync(tenant => tenant.TenantId == request.TenantId, ct) is not { } tenant) return AccountRefusals.NoTenant();
        tenant.DisabledAt ??= clock.GetUtcNow();
        await db.SaveChangesAsync(ct);
        return new TenantDisabled(tenant.TenantId, tenant.DisabledAt.Value);
    }
}
