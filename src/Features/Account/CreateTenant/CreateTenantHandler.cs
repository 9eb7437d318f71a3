using System.Security.Cryptography;
using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Persistence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Account;

internal sealed class CreateTenantHandler(PacSpaceDb db, TimeProvider clock) : IRequestHandler<CreateTenant, Outcome<TenantCreated>>
{
    public async Task<Outcome<TenantCreated>> Handle(CreateTenant request, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var tenant = new Tenant
        {
            TenantId = RandomId.New("tnt_"),
            Name = request.Name,
            BuyerMode = request.IsMiddleware ? Tenant.BillingMiddleware : Tenant.DirectInference,
            Tier = request.Tier,
            ReferenceKey = RandomNumberGenerator.GetBytes(ReferenceKeys.Bytes),
            DefaultUnit = request.Unit,
            CadenceIntervalSeconds = request.CadenceIntervalSeconds,
            CreatedAt = now,
        };
        db.Tenants.Add(tenant);
        foreach (var environment in request.Environments)
            db.TenantEnvironments.Add(new TenantEnvironment { TenantId = tenant.TenantId, Environment = environment, ProvisionedAt = now });
        await db.SaveChangesAsync(ct);
        return new TenantCreated(tenant.TenantId, tenant.Name, tenant.BuyerMode, tenant.Tier, request.Environments, now);
    }
}
