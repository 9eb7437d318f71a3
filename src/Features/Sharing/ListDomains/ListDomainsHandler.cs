using MediatR;
using Microsoft.EntityFrameworkCore;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Sharing;

internal sealed class ListDomainsHandler(PacSpaceDb db, BrandedHostViews views) : IRequestHandler<ListDomains, Outcome<DomainsListed>>
{
    public async Task<Outcome<DomainsListed>> Handle(ListDomains request, CancellationToken ct)
    {
        var domains = await db.TenantDomains.AsNoTracking()
            .Where(domain => domain.TenantId == request.Caller.TenantId).OrderBy(domain => domain.CreatedAt).ThenBy(domain => domain.DomainId).ToListAsync(ct);
        return new DomainsListed([.. domains.Select(views.Show)]);
    }
}
