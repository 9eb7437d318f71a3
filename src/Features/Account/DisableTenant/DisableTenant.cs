using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

/// <summary>Stops every key of a tenant. What was recorded stays, and its receipts stay valid.</summary>
public sealed record DisableTenant(string TenantId) : IRequest<Outcome<TenantDisabled>>, IOperatorRequest;

/// <param name="DisabledAt">Of the first time: disabling twice changes nothing.</param>
public sealed record TenantDisabled(string TenantId, DateTimeOffset DisabledAt);
