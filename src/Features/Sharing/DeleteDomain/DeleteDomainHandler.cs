using MediatR;
using Microsoft.EntityFrameworkCore;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Sharing;

internal sealed class DeleteDomainHandler(PacSpaceDb db) : IRequestHandler<DeleteDomain, Outcome<DomainDeleted>>
{
    public async Task<Outcome<DomainDeleted>> Handle(DeleteDomain request, CancellationToken ct)
    {
        var (id, tenantId) = (request.DomainId, request.Caller.TenantId);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);

        // Locked first: whoever puts a customer on this host holds the row while doing so.
        var found = await db.Database.SqlQuery<string>($"SELECT domain_id AS \"Value\" FROM tenant_domains WHERE domain_id = {id} AND tenant_id = {tenantId} FOR UPDATE").ToListAsync(ct);
        if (found.Count == 0) return SharingRefusals.NoDomain();
        await db.Database.ExecuteSqlAsync($"UPDATE customers SET domain_id = NULL, sharing_version = sharing_version + 1 WHERE domain_id = {id}", ct);
        await db.Database.ExecuteSqlAsync($"UPDATE vendor_accounts SET domain_id = NULL WHERE domain_id = {id}", ct);
        await db.Database.ExecuteSqlAsync($"DELETE FROM tenant_domains WHERE domain_id = {id}", ct);
        await transaction.CommitAsync(ct);
        return new DomainDeleted(id, true);
    }
}
