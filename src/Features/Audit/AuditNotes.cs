using System.Diagnostics;
using System.Globalization;

namespace PacSpace.Features.Audit;

/// <summary>What an audit writes down while it goes.</summary>
internal sealed class AuditNotes(IProgress<AuditProgress>? progress)
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(200);

    private readonly List<AuditFinding> _findings = [];
    private long _reportedAt;

    public IReadOnlyList<AuditFinding> Findings => _findings;

    public long FindingCount { get; private set; }

    public AuditCounts Counts { get; set; } = new();

    public void Find(string code, string where, FormattableString what)
    {
        FindingCount++;
        if (_findings.Count < AuditReport.MaxFindings) _findings.Add(new AuditFinding(code, where, what.ToString(CultureInfo.InvariantCulture)));
    }

    public void Progress(string part, long done, long total)
    {
        if (progress is null || Stopwatch.GetElapsedTime(_reportedAt) < ReportEvery) return;
        _reportedAt = Stopwatch.GetTimestamp();
        progress.Report(new AuditProgress(part, done, total));
    }
}
