using MediatR;
using Microsoft.EntityFrameworkCore;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Account;

internal sealed class CreateApiKeyHandler(PacSpaceDb db, TimeProvider clock) : IRequestHandler<CreateApiKey, Outcome<ApiKeyCreated>>
{
    public async Task<Outcome<ApiKeyCreated>> Handle(CreateApiKey request, CancellationToken ct)
    {
        if (await db.Tenants.SingleOrDefaultAsync(tenant => tenant.TenantId == request.TenantId, ct) is not { } tenant) return AccountRefusals.NoTenant();
        if (tenant.DisabledAt is not null) return AccountRefusals.TenantDisabled();
        var isProvisioned = await db.TenantEnvironments.AnyAsync(
            environment => environment.TenantId == request.TenantId && environment.Environment == request.Environment, ct);

        var secret = ApiKeyForm.NewSecret();
        var key = new ApiKey
        {
            KeyId = ApiKeyForm.NewPublicId(),
            TenantId = request.TenantId,
            Environment = request.Environment,
            SecretHash = ApiKeyForm.HashOf(secret),
            Name = request.Name,
            CreatedAt = clock.GetUtcNow(),
        };
        db.ApiKeys.Add(key);
        await db.SaveChangesAsync(ct);

        // Crash window 1: the key is stored and nobody was shown its secret. It is of no use to anyone; the operator makes another.
        return new ApiKeyCreated(
            key.KeyId, key.TenantId, key.Environment, key.Name, ApiKeyForm.Write(key.Environment, key.KeyId, secret), key.CreatedAt, isProvisioned);
    }
}
