using System.Globalization;
using MediatR;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Audit;

/// <summary>pacspace audit</summary>
internal sealed class AuditInstallationCommand(IMediator sender) : OperatorCommand
{
    public override void Configure()
    {
        Named("audit");
        Summary("Derives the whole installation again from its stored bytes and names what is not as it should be. It may be at work meanwhile.");
    }

    /// <returns>0 when all is as it should be, 1 when something is not.</returns>
    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        using var line = new ProgressLine(output.Complaints);
        var outcome = await sender.Send(new AuditInstallation { Progress = new Watcher(line) }, ct);
        line.Clear();
        var shown = output.Show(outcome, report => Show(report, output));
        return shown == ExitCode.Done && outcome.Accepted(out var report, out _) && !report.IsClean ? ExitCode.Refused : shown;
    }

    private static void Show(AuditReport report, CommandOutput output)
    {
        foreach (var finding in report.Findings) output.Answers.WriteLine($"{finding.Code}: {finding.Where}: {finding.What}");
        if (report.FindingCount > report.Findings.Count) output.Answers.WriteLine(Text($"and {report.FindingCount - report.Findings.Count:N0} more"));
        var (c, verdict) = (report.Counts, report.IsClean ? "Clean" : Text($"{report.FindingCount:N0} findings"));
        output.Answers.WriteLine(Text(
            $"{verdict}: {c.Records:N0} records ({c.UnsealedRecords:N0} not sealed yet) of {c.Customers:N0} customers in {c.Ledgers:N0} ledgers, {c.Submissions:N0} submissions, {c.Blocks:N0} blocks, {c.LogEntries:N0} log entries, {c.LogNodes:N0} nodes, {c.TreeHeads:N0} tree heads, {c.Marks} marks, {c.CustomerMonths:N0} customer months, {c.CustomerDays:N0} customer days, {c.Checkpoints:N0} checkpoints, {c.IdempotencyKeys:N0} idempotency keys, as of {report.SnapshotAt:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}."));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Watcher(ProgressLine line) : IProgress<AuditProgress>
    {
        public void Report(AuditProgress value) => line.Show(value.Total > 0
            ? Text($"{value.Part}: {value.Done:N0} of {value.Total:N0}")
            : Text($"{value.Part}: {value.Done:N0}"));
    }
}
