using MediatR;
using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

internal sealed class ReadTimelineHandler(
    NpgsqlDataSource database, VendorAccounts vendorAccounts, WindowReader windows, CoverageReader coverage, TimeProvider clock)
    : IRequestHandler<ReadTimeline, Outcome<TimelineRead>>
{
    private const int DefaultMonths = 12;

    private const string Meets = "WHERE k.ledger_no = $1 AND k.customer_no = $2 AND k.start_at < $4 AND k.end_at > $3";

    private const string CountPoints = "SELECT count(*) FROM checkpoints k " + Meets;

    private const string ReadPoints =
        CheckpointReader.Select + Meets + " AND ($5::text IS NULL OR (k.start_at, k.covered_through, k.created_at, k.checkpoint_id) > " +
        "(SELECT a.start_at, a.covered_through, a.created_at, a.checkpoint_id FROM checkpoints a WHERE a.checkpoint_id = $5 " +
        "AND a.ledger_no = $1 AND a.customer_no = $2)) " +
        "ORDER BY k.start_at, k.covered_through, k.created_at, k.checkpoint_id LIMIT $6";

    public async Task<Outcome<TimelineRead>> Handle(ReadTimeline request, CancellationToken ct)
    {
        var now = Timestamp.FromDateTimeOffset(clock.GetUtcNow());
        Range(request.Scope, now).Accepted(out var scope, out var refusedScope);
        var found = await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct, refusedScope);
        if (!found.Accepted(out var customer, out var refusal)) return refusal;
        var range = scope!.Window;
        string?[] filters = [customer.Ledger.LedgerId, customer.CustomerId, range.ToString()];
        string? after = null;
        if (request.Cursor is { } cursor && !Cursors.TryOpen(cursor, filters, out after)) return Refusal.Validation("cursor", "does not belong to this list");

        await using var snapshot = await ReadSnapshot.TakeAsync(database, ct);
        var (total, points) = await PointsAsync(snapshot, customer, range, after, request.Limit + 1, ct);
        var hasMore = points.Count > request.Limit;
        if (hasMore) points.RemoveAt(points.Count - 1);
        var (gaps, summary) = await CoverAsync(snapshot, customer, range, now, total, ct);
        return new TimelineRead(
            customer.CustomerId, CustomerReferences.Reference(customer.Ledger.ReferenceKey, customer.CustomerId), customer.Ledger.VendorAccountId,
            range.AsPeriod()?.ToString(), range.Start.ToDateTimeOffset(), range.End.ToDateTimeOffset(), points.ConvertAll(CheckpointPoint.Of), gaps, summary,
            request.Limit, hasMore ? Cursors.Make(filters, points[^1].CheckpointId) : null);
    }

    private static Outcome<Scope> Range(ScopeFields fields, Timestamp now)
    {
        if (!fields.IsEmpty) return Scopes.Resolve(fields, now.ToDateTimeOffset());
        var last = Period.Of(now);
        return new Scope(new Window(Period.FromNumber(last.Number - DefaultMonths + 1).Window.Start, last.Window.End), ScopeMode.Custom);
    }

    private static async Task<(long Total, List<StoredCheckpoint> Points)> PointsAsync(
        ReadSnapshot snapshot, CustomerToRead customer, Window range, string? after, int limit, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(snapshot.Connection);
        foreach (var sql in new[] { CountPoints, ReadPoints })
        {
#pragma warning disable CA2100 // Written above.
            var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
            command.Parameters.Add(new() { Value = customer.Ledger.LedgerNo });
            command.Parameters.Add(new() { Value = customer.CustomerNo });
            command.Parameters.Add(new() { Value = range.Start.ToDateTimeOffset().UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
            command.Parameters.Add(new() { Value = range.End.ToDateTimeOffset().UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
            batch.BatchCommands.Add(command);
        }

        batch.BatchCommands[1].Parameters.Add(new() { Value = (object?)after ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        batch.BatchCommands[1].Parameters.Add(new() { Value = limit });
        await using var row = await batch.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var total = row.GetInt64(0);
        await row.NextResultAsync(ct);
        var points = new List<StoredCheckpoint>();
        while (await row.ReadAsync(ct)) points.Add(CheckpointReader.Read(row));
        return (total, points);
    }

    private async Task<(IReadOnlyList<TimelineGap> Gaps, TimelineSummary Summary)> CoverAsync(
        ReadSnapshot snapshot, CustomerToRead customer, Window range, Timestamp now, long pointCount, CancellationToken ct)
    {
        var key = (customer.Ledger.LedgerNo, customer.CustomerNo);
        var completed = (await coverage.CompletedAsync([key], ct, snapshot.Connection))[key].ToList();
        var edges = await windows.EdgesAsync(key.LedgerNo, key.CustomerNo, range, ct, snapshot.Connection);

        // What another node accepted ahead of our clock is of the range, and after now.
        var past = range with { End = now < range.End ? now : range.End };
        var pastEdges = past == range ? edges
            : past.IsEmpty ? new WindowEdges(edges.FirstSeq, edges.FirstSeq - 1, edges.KnownLastSeq)
            : await windows.EdgesAsync(key.LedgerNo, key.CustomerNo, past, ct, snapshot.Connection);
        var uncovered = CoverageGaps.Of(completed, past, pastEdges);
        var covered = CoverageGaps.Of(completed, range, edges);

        long[] places = [edges.FirstSeq, edges.LastSeq + 1, .. uncovered.Gaps.SelectMany(g => (long[])[g.FirstSeq, g.LastSeq + 1])];
        var balances = await new VerifiedReader(windows, snapshot).BalancesBeforeAsync(key.LedgerNo, key.CustomerNo, places, ct);
        var gaps = uncovered.Gaps.Select((gap, i) => new TimelineGap(
            gap.Window.Start.ToDateTimeOffset(), gap.Window.End.ToDateTimeOffset(), gap.RecordCount,
            gap.RecordCount == 0 ? 0 : balances[2 * i + 3] - balances[2 * i + 2])).ToArray();
        return (gaps, new TimelineSummary(
            pointCount, gaps.Length, edges.Count, covered.CoveredCount, edges.Count - covered.CoveredCount, balances[1] - balances[0], balances[0], balances[1],
            covered.CoveredFrom?.ToDateTimeOffset(), VerifiedThrough.Of(completed)?.ToDateTimeOffset()));
    }
}
