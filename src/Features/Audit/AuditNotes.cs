using System.Diagnostics;
using System.Globalization;

namespace PacSpace.Features.Audit;

/// <summary>What an audit writes down while it goes.</summary>
internal sealed class AuditNotes(IProgress<AuditProgress>? progress)
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(200);

    private readonly List<AuditFinding> _findings = [];
    private readonly HashSet<(int LedgerNo, long Index)> _doubtful = [];
    private long _reportedAt;

    public IReadOnlyList<AuditFinding> Findings => _findings;

    public long FindingCount { get; private set; }

    public AuditCounts Counts { get; set; } = new();

    public void Find(string code, string where, FormattableString what)
    {
        FindingCount++;
        if (_findings.Count < AuditReport.MaxFindings) _findings.Add(new AuditFinding(code, where, what.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Remembers a row that is not to be believed, so that what was made from it is not blamed for it.</summary>
    public void Doubt(int ledgerNo, long index)
    {
        if (_doubtful.Count < AuditReport.MaxFindings) _doubtful.Add((ledgerNo, index));
    }

    public bool IsDoubtful(int ledgerNo, long index) => _doubtful.Contains((ledgerNo, index));

    public void Progress(string part, long done, long total)
    {
        if (progress is null || Stopwatch.GetElapsedTime(_reportedAt) < ReportEvery) return;
        _reportedAt = Stopwatch.GetTimestamp();
        progress.Report(new AuditProgress(part, done, total));
    }
}
