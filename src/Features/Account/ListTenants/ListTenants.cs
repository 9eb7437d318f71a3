using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

/// <summary>Every tenant of the installation, oldest first.</summary>
public sealed record ListTenants : IRequest<Outcome<TenantList>>, IOperatorRequest;

public sealed record TenantList(IReadOnlyList<TenantRow> Tenants);

public sealed record TenantRow(
    string TenantId, string Name, string BuyerMode, string Tier, IReadOnlyList<string> Environments, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt);
