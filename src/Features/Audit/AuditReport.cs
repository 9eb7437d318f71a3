namespace PacSpace.Features.Audit;

/// <summary>Something that is not as it should be.</summary>
/// <param name="Code">One of <see cref="AuditCodes"/>.</param>
/// <param name="Where">The thing, by the numbers and names that a query needs; no business text.</param>
/// <param name="What">What was expected and what was found.</param>
public sealed record AuditFinding(string Code, string Where, string What);

/// <summary>What was gone over, and what was found.</summary>
/// <param name="Findings">The first <see cref="MaxFindings"/>, in the order in which they were met.</param>
/// <param name="FindingCount">All of them.</param>
public sealed record AuditReport(AuditCounts Counts, IReadOnlyList<AuditFinding> Findings, long FindingCount, DateTimeOffset SnapshotAt)
{
    /// <summary>An installation that is damaged all over is described well enough by its first ten thousand findings.</summary>
    public const int MaxFindings = 10_000;

    public bool IsClean => FindingCount == 0;
}

/// <summary>How much was gone over: an audit that looked at nothing is not clean, it is empty.</summary>
public sealed record AuditCounts
{
    public int Ledgers { get; init; }
    public long Customers { get; init; }
    public long Records { get; init; }

    /// <summary>Records that are not under a signed tree head yet.</summary>
    public long UnsealedRecords { get; init; }

    public long Submissions { get; init; }
    public long Blocks { get; init; }
    public long LogEntries { get; init; }
    public long LogNodes { get; init; }
    public long TreeHeads { get; init; }
    public int Marks { get; init; }
    public long CustomerMonths { get; init; }
    public long CustomerDays { get; init; }
    public long Checkpoints { get; init; }
    public long IdempotencyKeys { get; init; }
}

/// <param name="Part">What is gone over at the moment.</param>
/// <param name="Total">Zero when it is not known.</param>
public sealed record AuditProgress(string Part, long Done, long Total);
