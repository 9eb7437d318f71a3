using PacSpace.Evidence;
using PacSpace.Features.Display;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Documents;

/// <summary>What a record export is about, read before its first byte: whose record, which window, and its totals.</summary>
internal sealed record RecordScope
{
    public required CustomerRow Customer { get; init; }
    public required Window Window { get; init; }

    /// <summary>The completed <c>mode: all</c> checkpoint of exactly this scope.</summary>
    public required StoredCheckpoint? Checkpoint { get; init; }

    /// <summary>As the customer sees it; of a closed scope the one in force at its commit.</summary>
    public required string VendorName { get; init; }

    public required string? Unit { get; init; }
    public required long FirstSeq { get; init; }

    /// <summary>One less than <see cref="FirstSeq"/> when there is no record.</summary>
    public required long LastSeq { get; init; }

    public required decimal Opening { get; init; }
    public required decimal Closing { get; init; }
    public required Timestamp? VerifiedThrough { get; init; }
    public required DateTimeOffset Now { get; init; }

    public long RecordCount => LastSeq - FirstSeq + 1;

    public decimal Net => Closing - Opening;

    public string? Period => Window.AsPeriod()?.ToString();

    /// <summary>For file names: the month, or the first and the last day.</summary>
    public string PeriodName => Period ?? $"{Date(Window.Start)}_{Date(Window.End)}";

    public (VendorTenant Tenant, RecordedBy RecordedBy) Identity => Identities.Of(Customer.Ledger, VendorName);

    public string Statement => RecordWords.Statement(VendorName);

    private static string Date(Timestamp instant) => instant.ToString()[..10];
}
