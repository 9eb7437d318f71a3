using MediatR;
using Microsoft.EntityFrameworkCore;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features.Account;

internal sealed class DisableApiKeyHandler(PacSpaceDb db, TimeProvider clock) : IRequestHandler<DisableApiKey, Outcome<ApiKeyDisabled>>
{
    public async Task<Outcome<ApiKeyDisabled>> Handle(DisableApiKey request, CancellationToken ct)
    {
        if (await db.ApiKeys.SingleOrDefaultAsync(key => key.KeyId == request.KeyId, ct) is not { } key) return AccountRefusals.NoKey();
        key.DisabledAt ??= clock.GetUtcNow();
        await db.SaveChangesAsync(ct);
        return new ApiKeyDisabled(key.KeyId, key.DisabledAt.Value);
    }
}
