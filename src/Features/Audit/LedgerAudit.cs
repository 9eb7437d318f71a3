using Npgsql;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Audit;

/// <summary>Derives a whole installation again from its stored bytes and names everything that is not as it should be.</summary>
/// <remarks>
/// <para>Nothing in the database is believed because something else in the database says so: hashes come from contents, roots
/// from hashes, tree heads from entries and from signatures. What it takes from outside are the secrets (ids, frontier MACs)
/// and the mark.</para>
/// <para>The installation may be at work. Everything is read in one snapshot; records that are not sealed yet are checked as far
/// as they go. The snapshot keeps the server from clearing away rows that were replaced meanwhile, for as long as it takes.</para>
/// <para>Memory does not grow with records. It does with customers: some 200 bytes for each of one ledger, and 400 bytes with the
/// edge of a tree for each that was active in the latest three months.</para>
/// </remarks>
public sealed class LedgerAudit(NpgsqlDataSource database, RecordIds ids, FrontierMac frontierMac, Marks marks)
{
    private static readonly string[] s_environments = [Environments.Sandbox, Environments.Production];

    public async Task<AuditReport> AuditAsync(IProgress<AuditProgress>? progress = null, CancellationToken ct = default)
    {
        var notes = new AuditNotes(progress);
        var before = new Dictionary<string, ReadMark>();
        foreach (var environment in s_environments) before[environment] = await ReadMark.OfAsync(marks.For(environment), ct);

        await using var snapshot = await AuditSnapshot.TakeAsync(database, ct);
        foreach (var environment in s_environments)
        {
            await new MarkAudit(snapshot, notes, environment).RunAsync(before[environment], await ReadMark.OfAsync(marks.For(environment), ct), ct);
            await new LogAudit(snapshot, notes, environment).RunAsync(ct);
        }

        foreach (var ledger in await snapshot.ListAsync(AuditedLedger.Select, AuditedLedger.Read, ct))
        {
            await new RecordsAudit(snapshot, notes, ids, frontierMac, ledger).RunAsync(ct);
            await new CheckpointAudit(snapshot, notes, ledger).RunAsync(ct);
        }

        await new KeyAudit(snapshot, notes, ids).RunAsync(ct);
        return new AuditReport(notes.Counts, notes.Findings, notes.FindingCount, snapshot.TakenAt);
    }
}
