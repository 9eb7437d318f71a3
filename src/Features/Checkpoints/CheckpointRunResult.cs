namespace PacSpace.Features.Checkpoints;

/// <summary>A run that commits a checkpoint for every active customer of a window (api-balance 4.1).</summary>
public sealed record CheckpointRunResult
{
    public required string CheckpointRunId { get; init; }

    /// <summary><c>VERIFIED</c> when every checkpoint of the run is.</summary>
    public required string Status { get; init; }

    public required bool Idempotent { get; init; }
    public required string Environment { get; init; }
    public required string? VendorAccountId { get; init; }
    public required string? Period { get; init; }
    public required DateTimeOffset StartDate { get; init; }
    public required DateTimeOffset EndDate { get; init; }

    /// <summary>Customers of the ledger with a record in the window.</summary>
    public required int TotalCustomers { get; init; }

    public required int CommittedCount { get; init; }

    /// <summary>Checkpoints that were there already.</summary>
    public required int ExistingCount { get; init; }

    public required int SkippedCount { get; init; }

    /// <summary>At most a hundred.</summary>
    public required IReadOnlyList<SkippedCustomer> Skipped { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Those committed so far, at most a hundred; the rest by the list of checkpoints.</summary>
    public required IReadOnlyList<CheckpointResult> Checkpoints { get; init; }
}

/// <summary>A customer whose window holds a record that cannot be proved at present.</summary>
public sealed record SkippedCustomer(string CustomerId, string Code, string Message);
