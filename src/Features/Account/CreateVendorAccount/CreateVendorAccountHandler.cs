using System.Security.Cryptography;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Account;

internal sealed class CreateVendorAccountHandler(PacSpaceDb db, TimeProvider clock)
    : IRequestHandler<CreateVendorAccount, Outcome<VendorAccountCreated>>
{
    public async Task<Outcome<VendorAccountCreated>> Handle(CreateVendorAccount request, CancellationToken ct)
    {
        if (await db.Tenants.AsNoTracking().SingleOrDefaultAsync(tenant => tenant.TenantId == request.TenantId, ct) is not { } tenant)
            return AccountRefusals.NoTenant();
        if (tenant.BuyerMode != Tenant.BillingMiddleware) return AccountRefusals.NotMiddleware();

        var account = new VendorAccount
        {
            VendorAccountId = request.VendorAccountId ?? RandomId.New("cmw_vendor_"),
            TenantId = tenant.TenantId,
            DisplayName = request.DisplayName,
            ReferenceKey = RandomNumberGenerator.GetBytes(ReferenceKeys.Bytes),
            CreatedAt = clock.GetUtcNow(),
        };
        db.VendorAccounts.Add(account);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return AccountRefusals.AccountExists();
        }

        return new VendorAccountCreated(account.VendorAccountId, account.TenantId, account.DisplayName, account.CreatedAt);
    }
}
