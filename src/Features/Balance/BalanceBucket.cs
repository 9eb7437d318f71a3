namespace PacSpace.Features.Balance;

/// <summary>One day, week or month of the window, clipped to it.</summary>
public sealed record BalanceBucket(
    DateTimeOffset StartDate, DateTimeOffset EndDate, long DeltaCount, long DeltasCount, decimal TotalIncreases, decimal TotalDecreases, decimal NetDelta,
    decimal EndingBalance);
