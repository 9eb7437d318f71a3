using System.Globalization;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>Two checkpoints of one customer side by side (api-balance 4.4); every difference is right minus left.</summary>
/// <param name="SharedCount">Records in both.</param>
/// <param name="Days">UTC dates on which the two do not hold the same records, ascending.</param>
/// <param name="IsTruncated">There are more such dates.</param>
internal sealed record CheckpointComparison(
    decimal NetDiff, long CountDiff, decimal OpeningDiff, decimal ClosingDiff, long SharedCount, long OnlyLeftCount, long OnlyRightCount, bool IsSameRoot,
    IReadOnlyList<ComparedDay> Days, bool IsTruncated);

/// <param name="Date"><c>YYYY-MM-DD</c>, UTC.</param>
internal sealed record ComparedDay(string Date, long LeftCount, long RightCount, decimal LeftNet, decimal RightNet)
{
    public long CountDiff => RightCount - LeftCount;

    public decimal NetDiff => RightNet - LeftNet;
}

/// <summary>Compares from statements and days: what it costs follows from the windows and not from their records.</summary>
internal sealed class CheckpointComparer(CoveredDays covered)
{
    internal const int MaxDays = 1_000;

    public async Task<CheckpointComparison> CompareAsync(StoredCheckpoint left, StoredCheckpoint right, CancellationToken ct)
    {
        var days = left.CheckpointId == right.CheckpointId ? [] : await DaysAsync(left, right, ct);
        var shared = CoveredDays.Shared(left, right);
        return new CheckpointComparison(
            right.Net.Value - left.Net.Value, right.RecordCount - left.RecordCount, right.Opening.Value - left.Opening.Value,
            right.Closing.Value - left.Closing.Value, shared, left.RecordCount - shared, right.RecordCount - shared, left.ProofRoot == right.ProofRoot,
            [.. days.Take(MaxDays)], days.Count > MaxDays);
    }

    private async Task<IReadOnlyList<ComparedDay>> DaysAsync(StoredCheckpoint left, StoredCheckpoint right, CancellationToken ct)
    {
        var days = await covered.OfAsync(left, right, ct);
        var (ofLeft, ofRight) = (days.Left.ToDictionary(day => day.Day), days.Right.ToDictionary(day => day.Day));
        return [.. ofLeft.Keys.Union(ofRight.Keys).Order()
            .Select(day => (Day: day, Left: ofLeft.GetValueOrDefault(day), Right: ofRight.GetValueOrDefault(day)))
            .Where(day => day.Left is null || !day.Left.HoldsTheSameAs(day.Right))
            .Select(day => new ComparedDay(
                CustomerDay.DateOf(day.Day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), day.Left?.Count ?? 0, day.Right?.Count ?? 0,
                day.Left?.Net ?? 0, day.Right?.Net ?? 0))];
    }
}
