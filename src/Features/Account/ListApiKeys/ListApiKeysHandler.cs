using MediatR;
using Microsoft.EntityFrameworkCore;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Account;

internal sealed class ListApiKeysHandler(PacSpaceDb db, TimeProvider clock) : IRequestHandler<ListApiKeys, Outcome<ApiKeyList>>
{
    public async Task<Outcome<ApiKeyList>> Handle(ListApiKeys request, CancellationToken ct)
    {
        if (!await db.Tenants.AnyAsync(tenant => tenant.TenantId == request.TenantId, ct)) return AccountRefusals.NoTenant();
        var now = clock.GetUtcNow();
        var keys = await db.ApiKeys.AsNoTracking().Where(key => key.TenantId == request.TenantId)
            .OrderBy(key => key.CreatedAt).ThenBy(key => key.KeyId).ToListAsync(ct);
        return new ApiKeyList(
        [
            .. keys.Select(key => new ApiKeyRow(
                key.KeyId, ApiKeyForm.PublicPart(key.Environment, key.KeyId), key.Environment, key.Name, StateOf(key, now), key.CreatedAt, key.ExpiresAt, key.DisabledAt)),
        ]);
    }

    internal static string StateOf(ApiKey key, DateTimeOffset now) =>
        key.DisabledAt is not null ? "disabled" : key.ExpiresAt is null ? "active" : key.ExpiresAt <= now ? "expired" : "expiring";
}
