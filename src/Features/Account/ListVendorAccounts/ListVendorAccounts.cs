using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

/// <summary>The vendor accounts of a billing middleware, oldest first.</summary>
public sealed record ListVendorAccounts(string TenantId) : IRequest<Outcome<VendorAccountList>>, IOperatorRequest;

public sealed record VendorAccountList(IReadOnlyList<VendorAccountRow> VendorAccounts);

public sealed record VendorAccountRow(string VendorAccountId, string DisplayName, DateTimeOffset CreatedAt, DateTimeOffset? ArchivedAt);
