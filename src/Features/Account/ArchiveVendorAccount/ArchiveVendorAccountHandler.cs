using MediatR;
using Microsoft.EntityFrameworkCore;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Account;

internal sealed class ArchiveVendorAccountHandler(PacSpaceDb db, TimeProvider clock)
    : IRequestHandler<ArchiveVendorAccount, Outcome<VendorAccountArchived>>
{
    public async Task<Outcome<VendorAccountArchived>> Handle(ArchiveVendorAccount request, CancellationToken ct)
    {
        if (await db.VendorAccounts.SingleOrDefaultAsync(account => account.VendorAccountId == request.VendorAccountId, ct) is not { } account)
            return AccountRefusals.NoVendorAccount();
        account.ArchivedAt ??= clock.GetUtcNow();
        await db.SaveChangesAsync(ct);
        return new VendorAccountArchived(account.VendorAccountId, account.ArchivedAt.Value);
    }
}
