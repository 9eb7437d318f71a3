using MediatR;
using Microsoft.EntityFrameworkCore;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Sharing;

internal sealed class BindDomainHandler(PacSpaceDb db, BrandedHostViews views, TimeProvider clock) : IRequestHandler<BindDomain, Outcome<BrandedHost>>
{
    public async Task<Outcome<BrandedHost>> Handle(BindDomain request, CancellationToken ct)
    {
        if (await db.TenantDomains.SingleOrDefaultAsync(domain => domain.DomainId == request.DomainId, ct) is not { } domain) return SharingRefusals.NoDomain();
        domain.Stage = TenantDomain.RouteBound;
        domain.ActivatedAt ??= clock.GetUtcNow();
        await db.SaveChangesAsync(ct);
        return views.Show(domain);
    }
}
