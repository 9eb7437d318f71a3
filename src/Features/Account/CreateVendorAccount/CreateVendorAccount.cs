using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

/// <summary>Makes a vendor account beneath a billing middleware.</summary>
/// <param name="DisplayName">What buyers see; the middleware is never named to them.</param>
/// <param name="VendorAccountId">Null lets us choose one.</param>
public sealed record CreateVendorAccount(string TenantId, string DisplayName, string? VendorAccountId)
    : IRequest<Outcome<VendorAccountCreated>>, IOperatorRequest;

public sealed record VendorAccountCreated(string VendorAccountId, string TenantId, string DisplayName, DateTimeOffset CreatedAt);
