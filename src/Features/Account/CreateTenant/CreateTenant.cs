using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

/// <summary>Makes a tenant and provisions its environments.</summary>
/// <param name="Name">As buyers see it, for a direct tenant.</param>
/// <param name="IsMiddleware">A billing middleware; it cannot be changed later.</param>
/// <param name="Unit">The label that records of its customers get; null for none.</param>
/// <param name="CadenceIntervalSeconds">Shortest time between two records of a customer; 0 is no limit.</param>
public sealed record CreateTenant(
    string Name, bool IsMiddleware, string Tier, string? Unit, int CadenceIntervalSeconds, IReadOnlyList<string> Environments)
    : IRequest<Outcome<TenantCreated>>, IOperatorRequest;

public sealed record TenantCreated(string TenantId, string Name, string BuyerMode, string Tier, IReadOnlyList<string> Environments, DateTimeOffset CreatedAt);
