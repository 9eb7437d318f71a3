using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

/// <summary>Lets a tenant use an environment; until then its keys there are answered 412.</summary>
public sealed record ProvisionEnvironment(string TenantId, string Environment) : IRequest<Outcome<EnvironmentProvisioned>>, IOperatorRequest;

/// <param name="ProvisionedAt">Of the first time: provisioning twice changes nothing.</param>
public sealed record EnvironmentProvisioned(string TenantId, string Environment, DateTimeOffset ProvisionedAt);
