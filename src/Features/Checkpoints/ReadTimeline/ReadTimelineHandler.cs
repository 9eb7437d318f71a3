using MediatR;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

internal sealed class ReadTimelineHandler(
    NpgsqlDataSource database, VendorAccounts vendorAccounts, VerifiedReader verified, TimeProvider clock)
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

        // What another node accepted ahead of our clock is of the range, and after now.
        var (ledgerNo, customerNo) = (customer.Ledger.LedgerNo, customer.CustomerNo);
        var past = range with { End = now < range.End ? now : range.End };
        var snapshot = new SnapshotBatch(database);
        var total = snapshot.Add(Question.Row(row => row.GetInt64(0), CountPoints, ledgerNo, customerNo, range.Start, range.End));
        var rows = snapshot.Add(Question.Rows(CheckpointReader.Read, ReadPoints, ledgerNo, customerNo, range.Start, range.End, after, request.Limit + 1));
        var completed = snapshot.Add(CoverageReader.Of([(ledgerNo, customerNo)]));
        var edges = snapshot.Add(WindowReader.Edges(ledgerNo, customerNo, range));
        var pastEdges = past == range || past.IsEmpty ? edges : snapshot.Add(WindowReader.Edges(ledgerNo, customerNo, past));
        await snapshot.AskAsync(ct);

        var points = rows.Value;
        var hasMore = points.Count > request.Limit;
        if (hasMore) points.RemoveAt(points.Count - 1);
        var (gaps, summary) = await CoverAsync(customer, completed.Value, (range, edges.Value), (past, pastEdges.Value), total.Value, ct);
        return new TimelineRead(
            customer.CustomerId, customer.Reference, customer.Ledger.VendorAccountId,
            range.AsPeriod()?.ToString(), range.Start.ToDateTimeOffset(), range.End.ToDateTimeOffset(), points.ConvertAll(CheckpointPoint.Of), gaps, summary,
            request.Limit, hasMore ? Cursors.Make(filters, points[^1].CheckpointId) : null);
    }

    private static Outcome<Scope> Range(ScopeFields fields, Timestamp now)
    {
        if (!fields.IsEmpty) return Scopes.Resolve(fields, now.ToDateTimeOffset());
        var last = Period.Of(now);
        return new Scope(new Window(Period.FromNumber(last.Number - DefaultMonths + 1).Window.Start, last.Window.End), ScopeMode.Custom);
    }

    private async Task<(IReadOnlyList<TimelineGap> Gaps, TimelineSummary Summary)> CoverAsync(
        CustomerRow customer, List<CompletedCheckpoint> completed, (Window Window, WindowEdges Edges) range, (Window Window, WindowEdges Edges) past,
        long pointCount, CancellationToken ct)
    {
        var uncovered = CoverageGaps.Of(completed, past.Window, past.Edges);
        var (edges, covered) = (range.Edges, CoverageGaps.Of(completed, range.Window, range.Edges));

        long[] places = [edges.FirstSeq, edges.LastSeq + 1, .. uncovered.Gaps.SelectMany(g => (long[])[g.FirstSeq, g.LastSeq + 1])];
        var balances = await verified.BalancesBeforeAsync(customer.Ledger.LedgerNo, customer.CustomerNo, places, ct);
        var gaps = uncovered.Gaps.Select((gap, i) => new TimelineGap(
            gap.Window.Start.ToDateTimeOffset(), gap.Window.End.ToDateTimeOffset(), gap.RecordCount,
            gap.RecordCount == 0 ? 0 : balances[2 * i + 3] - balances[2 * i + 2])).ToArray();
        return (gaps, new TimelineSummary(
            pointCount, gaps.Length, edges.Count, covered.CoveredCount, edges.Count - covered.CoveredCount, balances[1] - balances[0], balances[0], balances[1],
            covered.CoveredFrom?.ToDateTimeOffset(), VerifiedThrough.Of(completed)?.ToDateTimeOffset()));
    }
}
