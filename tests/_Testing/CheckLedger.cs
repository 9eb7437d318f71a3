using Npgsql;
using PacSpace.Features.Audit;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Testing;

/// <summary>The oracle of the tests: derives every balance, leaf, root, signature, rollup and checkpoint again from stored bytes.</summary>
public static class CheckLedger
{
    /// <summary>Fails with every finding when there is one, and when there was nothing to look at.</summary>
    /// <param name="frontierMacKey">32 bytes, those of the node's secret store.</param>
    /// <param name="marks">Where the marks of the logs are.</param>
    public static async Task<AuditReport> IsCleanAsync(
        NpgsqlDataSource database, RecordIds ids, ReadOnlyMemory<byte> frontierMacKey, SealingOptions marks, CancellationToken ct = default)
    {
        await using var opened = new Marks(marks);
        var report = await new LedgerAudit(database, ids, new FrontierMac(frontierMacKey.ToArray()), opened).AuditAsync(null, ct);
        if (!report.IsClean)
            throw new InvalidOperationException($"{report.FindingCount} things are not as they should be:\n{string.Join('\n', report.Findings.Take(50))}");
        if (report.Counts.Records == 0) throw new InvalidOperationException("There was no record to look at.");
        return report;
    }
}
