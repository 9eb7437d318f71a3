using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Automation;

/// <summary>The runs that automation began or found in the caller's environment, newest first.</summary>
/// <param name="VendorAccountId">Of a middleware; null for all its vendor accounts.</param>
public sealed record ListAutomationRuns(Caller Caller, string? VendorAccountId, int Limit, string? Cursor) : IRequest<Outcome<AutomationRunsListed>>;

public sealed record AutomationRunsListed(IReadOnlyList<AutomationRunListed> Runs, int Limit, string? NextCursor);

/// <param name="Trigger"><c>automation</c>, or who had begun the run of this window before.</param>
/// <param name="Status"><c>VERIFIED</c> when the run is finished and every checkpoint of it is under a signed tree head.</param>
/// <param name="Period">Null unless the window is exactly one month.</param>
public sealed record AutomationRunListed(
    string CheckpointRunId, string Trigger, string Cadence, string Status, string? VendorAccountId, string? Period, DateTimeOffset StartDate, DateTimeOffset EndDate,
    int TotalCustomers, int CommittedCount, int ExistingCount, int SkippedCount, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt);
