using MediatR;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Sharing;

internal sealed class CreateDomainHandler(PacSpaceDb db, VendorAccounts vendorAccounts, BrandedHostViews views, PublicAddress address, TimeProvider clock)
    : IRequestHandler<CreateDomain, Outcome<BrandedHost>>
{
    public async Task<Outcome<BrandedHost>> Handle(CreateDomain request, CancellationToken ct)
    {
        if (request.Caller.IsMiddleware && request.VendorAccountId is null)
        {
            return new Refusal(RefusalCode.VendorAccountRequired, "vendorAccountId is required: a branded host is one seller's alone")
            {
                Details = [new RefusalDetail("vendorAccountId", "is required")],
            };
        }

        if (await vendorAccounts.RefuseWriteAsync(request.Caller, request.VendorAccountId, ct) is { } refusal) return refusal;
        if (request.Hostname == address.Root.Host) return SharingRefusals.HostTaken();

        var domain = new TenantDomain
        {
            DomainId = RandomId.New("dom_"),
            TenantId = request.Caller.TenantId,
            VendorAccountId = request.VendorAccountId,
            Hostname = request.Hostname,
            Challenge = RandomId.New(""),
            Stage = TenantDomain.PendingOwnership,
            SuppressPoweredBy = request.SuppressPoweredBy,
            CreatedAt = clock.GetUtcNow(),
        };
        db.TenantDomains.Add(domain);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return SharingRefusals.HostTaken();
        }

        return views.Show(domain);
    }
}
