using PacSpace.Features.Audit;
using Xunit;

namespace PacSpace.Features.Tests.Audit;

/// <summary>Each probe is one injury to stored bytes, and the audit names it, says where it is, and blames nothing else.</summary>
public sealed class LedgerAuditTests(AuditScenario installation) : IClassFixture<AuditScenario>
{
    [Fact]
    public async Task A_sound_installation_is_clean_and_all_of_it_was_looked_at()
    {
        var report = await installation.AuditAsync();

        Assert.Empty(report.Findings);
        Assert.True(report.IsClean);
        Assert.Equal(2, report.Counts.Ledgers);
        Assert.Equal(87, report.Counts.Records);
        Assert.Equal(4, report.Counts.UnsealedRecords);
        Assert.Equal(5, report.Counts.Checkpoints);
        Assert.Equal(16, report.Counts.IdempotencyKeys);
        Assert.Equal(2, report.Counts.Marks);
        Assert.True(report.Counts is { Blocks: > 4, LogEntries: > 8, LogNodes: > 8, TreeHeads: > 5, CustomerMonths: > 10, Submissions: > 50 }, report.Counts.ToString());
    }
}
