using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary>A customer's closed periods, newest window first.</summary>
public sealed record ListPeriods(Caller Caller, string CustomerId, string? VendorAccountId, int Limit, string? Cursor) : IRequest<Outcome<PeriodsListed>>;

public sealed record PeriodsListed(
    string CustomerId, string? VendorAccountId, VendorTenant Tenant, RecordedBy RecordedBy, IReadOnlyList<PeriodRow> Periods, long Total, int Limit,
    string? NextCursor);
