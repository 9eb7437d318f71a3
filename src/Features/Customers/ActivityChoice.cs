namespace PacSpace.Features.Customers;

/// <summary>Which numbers a page of a customer's activity shows, newest first. Pure: numbers have no gaps, so the page of any
/// filter is arithmetic and nothing is counted by reading.</summary>
internal sealed class ActivityChoice
{
    private static readonly IReadOnlySet<long> s_none = new HashSet<long>();

    private readonly long _firstSeq;
    private readonly long _lastSeq;
    private readonly IReadOnlySet<long> _excluded;
    private readonly IReadOnlyList<long>? _listed;

    private ActivityChoice(long firstSeq, long lastSeq, IReadOnlySet<long> excluded, IReadOnlyList<long>? listed = null) =>
        (_firstSeq, _lastSeq, _excluded, _listed) = (firstSeq, lastSeq, excluded, listed);

    public long Total => _listed?.Count ?? Math.Max(0, _lastSeq - _firstSeq + 1) - _excluded.Count;

    /// <param name="firstSeq">Of the month, or 1.</param>
    /// <param name="lastSeq">Of the month, or the latest.</param>
    /// <param name="lastSealedSeq">Records up to here are sealed.</param>
    /// <param name="failed">Numbers that are FAILED at present.</param>
    /// <param name="status">Upper case; null for any. PROCESSING is told of no record: a block is sealed in one step.</param>
    public static ActivityChoice Of(long firstSeq, long lastSeq, long lastSealedSeq, IReadOnlyCollection<long> failed, string? status)
    {
        var inside = failed.Where(seq => seq >= firstSeq && seq <= lastSeq).ToHashSet();
        return status switch
        {
            null => new(firstSeq, lastSeq, s_none),
            "VERIFIED" => new(firstSeq, Math.Min(lastSeq, lastSealedSeq), inside),
            "QUEUED" => new(Math.Max(firstSeq, lastSealedSeq + 1), lastSeq, s_none),
            "FAILED" => new(1, 0, s_none, [.. inside.OrderDescending()]),
            _ => new(1, 0, s_none),
        };
    }

    /// <param name="before">The last number of the page before; null for the beginning.</param>
    /// <param name="skip">Numbers to leave out first.</param>
    /// <param name="limit">At most.</param>
    public IReadOnlyList<long> Page(long? before, long skip, int limit)
    {
        var newest = Math.Min(_lastSeq, (before ?? long.MaxValue) - 1);
        var candidates = _listed is not null
            ? _listed.Where(seq => before is null || seq < before)
            : Down(_excluded.Count == 0 ? newest - skip : newest).Where(seq => !_excluded.Contains(seq));
        return [.. candidates.Skip(_listed is null && _excluded.Count == 0 ? 0 : (int)Math.Min(skip, int.MaxValue)).Take(limit)];
    }

    private IEnumerable<long> Down(long from)
    {
        for (var seq = from; seq >= _firstSeq; seq--) yield return seq;
    }
}
