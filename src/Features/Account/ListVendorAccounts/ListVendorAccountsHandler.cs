using MediatR;
using Microsoft.EntityFrameworkCore;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Account;

internal sealed class ListVendorAccountsHandler(PacSpaceDb db) : IRequestHandler<ListVendorAccounts, Outcome<VendorAccountList>>
{
    public async Task<Outcome<VendorAccountList>> Handle(ListVendorAccounts request, CancellationToken ct)
    {
        if (!await db.Tenants.AnyAsync(tenant => tenant.TenantId == request.TenantId, ct)) return AccountRefusals.NoTenant();
        return new VendorAccountList(await db.VendorAccounts.Where(account => account.TenantId == request.TenantId)
            .OrderBy(account => account.CreatedAt).ThenBy(account => account.VendorAccountId)
            .Select(account => new VendorAccountRow(account.VendorAccountId, account.DisplayName, account.CreatedAt, account.ArchivedAt))
            .ToListAsync(ct));
    }
}
