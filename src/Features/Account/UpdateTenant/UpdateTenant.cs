using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

/// <summary>Changes a tenant's tier or cadence. What is null stays as it is.</summary>
/// <param name="CadenceIntervalSeconds">Shortest time between two records of a customer; 0 is no limit.</param>
public sealed record UpdateTenant(string TenantId, string? Tier, int? CadenceIntervalSeconds) : IRequest<Outcome<TenantUpdated>>, IOperatorRequest;

public sealed record TenantUpdated(string TenantId, string Tier, int CadenceIntervalSeconds);
