using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

/// <summary>The keys of a tenant, oldest first, without their secrets.</summary>
public sealed record ListApiKeys(string TenantId) : IRequest<Outcome<ApiKeyList>>, IOperatorRequest;

public sealed record ApiKeyList(IReadOnlyList<ApiKeyRow> Keys);

/// <param name="PublicPart">What the key begins with: <c>pk_live_PUBLIC</c>.</param>
/// <param name="State"><c>active</c>, <c>expiring</c> (rotated, in its overlap), <c>expired</c> or <c>disabled</c>.</param>
public sealed record ApiKeyRow(
    string KeyId, string PublicPart, string Environment, string Name, string State, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? DisabledAt);
