using Npgsql;
using PacSpace.Infrastructure.Ingest;

namespace PacSpace.Features.SharedRecord;

/// <summary>What a vendor is told of its customers' visits (api-dashboard 13.3). None of it holds handle, code or address of a link.</summary>
internal abstract record CustomerEvent(string CustomerId, string CustomerReference, string? VendorAccountId);

/// <summary><c>customer.shared_record_viewed</c>, at most once an hour and link.</summary>
internal sealed record SharedRecordViewed(
    string CustomerId, string CustomerReference, string? VendorAccountId, string Host, string? Tier, string Page, DateTimeOffset ViewedAt)
    : CustomerEvent(CustomerId, CustomerReference, VendorAccountId);

/// <summary><c>customer.export_downloaded</c></summary>
/// <param name="Channel"><c>portal</c> or <c>middleware_api</c>.</param>
internal sealed record ExportDownloaded(
    string CustomerId, string CustomerReference, string? VendorAccountId, string Channel, string Format, string? Period, string? CheckpointId, long RecordCount,
    DateTimeOffset DownloadedAt)
    : CustomerEvent(CustomerId, CustomerReference, VendorAccountId);

/// <summary><c>customer.compare_run</c></summary>
internal sealed record CompareRun(
    string CustomerId, string CustomerReference, string? VendorAccountId, string Channel, string LeftCheckpointId, string RightCheckpointId, string? LeftPeriod,
    string? RightPeriod, DateTimeOffset RanAt)
    : CustomerEvent(CustomerId, CustomerReference, VendorAccountId);

/// <summary><c>customer.step_up_failed_repeatedly</c>, at most once an hour and link.</summary>
/// <param name="FailureCount">Since <paramref name="WindowStart"/>, within 15 minutes.</param>
/// <param name="TotalFailures">Of this code within its budget's 90 days.</param>
internal sealed record StepUpFailedRepeatedly(
    string CustomerId, string CustomerReference, string? VendorAccountId, string Host, int FailureCount, DateTimeOffset WindowStart, DateTimeOffset LastFailedAt,
    int TotalFailures, bool Locked)
    : CustomerEvent(CustomerId, CustomerReference, VendorAccountId);

/// <summary>Where such news goes.</summary>
internal interface ICustomerEvents
{
    /// <param name="transaction">The connection whose transaction writes the fact: told and true, or neither.</param>
    Task TellAsync(NpgsqlConnection transaction, LedgerRef ledger, CustomerEvent news, DateTimeOffset at, CancellationToken ct);
}
