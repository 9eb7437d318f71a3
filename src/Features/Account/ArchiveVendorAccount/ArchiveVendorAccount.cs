using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

/// <summary>Closes a vendor account for new records. What was recorded stays, and its receipts stay valid.</summary>
public sealed record ArchiveVendorAccount(string VendorAccountId) : IRequest<Outcome<VendorAccountArchived>>, IOperatorRequest;

/// <param name="ArchivedAt">Of the first time: archiving twice changes nothing.</param>
public sealed record VendorAccountArchived(string VendorAccountId, DateTimeOffset ArchivedAt);
