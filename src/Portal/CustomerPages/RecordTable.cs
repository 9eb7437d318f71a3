using PacSpace.Features.SharedRecord;

namespace PacSpace.Portal;

/// <summary>Rows of a record as pages show them (portal 3.3).</summary>
/// <param name="Unit">In the column's head, where all rows share it.</param>
/// <param name="Period">Of the list that "Show more" goes on with; null for the current month.</param>
/// <param name="IsMore">These rows are appended to those that are shown.</param>
public sealed record RecordTable(
    string Home, string? Unit, bool HasMixedUnits, IReadOnlyList<RecordRow> Rows, string? NextCursor, string? Period, string? Caption = null, bool IsMore = false)
{
    public string MorePath(string cursor) =>
        $"{Home}/records?{(Period is null ? "" : $"period={Period}&")}cursor={Uri.EscapeDataString(cursor)}";
}
