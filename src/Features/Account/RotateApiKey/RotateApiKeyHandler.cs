using MediatR;
using Microsoft.EntityFrameworkCore;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Account;

internal sealed class RotateApiKeyHandler(PacSpaceDb db, TimeProvider clock) : IRequestHandler<RotateApiKey, Outcome<ApiKeyRotated>>
{
    public async Task<Outcome<ApiKeyRotated>> Handle(RotateApiKey request, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(key => key.KeyId == request.KeyId, ct) is not { } old) return AccountRefusals.NoKey();

        var secret = ApiKeyForm.NewSecret();
        var expiresAt = now.AddHours(request.OverlapHours);
        var made = new ApiKey
        {
            KeyId = ApiKeyForm.NewPublicId(),
            TenantId = old.TenantId,
            Environment = old.Environment,
            SecretHash = ApiKeyForm.HashOf(secret),
            Name = old.Name,
            CreatedAt = now,
        };

        // Of two rotations of one key at once, the second finds it expiring: one key never gets two successors.
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var rotated = await db.ApiKeys.Where(key => key.KeyId == old.KeyId && key.ExpiresAt == null && key.DisabledAt == null)
            .ExecuteUpdateAsync(key => key.SetProperty(row => row.ExpiresAt, expiresAt), ct);
        if (rotated == 0) return AccountRefusals.KeyNotActive();
        db.ApiKeys.Add(made);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);

        // Crash window 1: both keys are stored and the new secret was shown to nobody. The old key works until its overlap
        // is over; the operator makes another with key create.
        return new ApiKeyRotated(made.KeyId, ApiKeyForm.Write(made.Environment, made.KeyId, secret), made.Environment, old.KeyId, expiresAt);
    }
}
