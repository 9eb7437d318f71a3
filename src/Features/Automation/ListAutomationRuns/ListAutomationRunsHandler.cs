using System.Globalization;
using MediatR;
using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Automation;

internal sealed class ListAutomationRunsHandler(NpgsqlDataSource database, VendorAccounts vendorAccounts)
    : IRequestHandler<ListAutomationRuns, Outcome<AutomationRunsListed>>
{
    private const string List =
        "SELECT a.checkpoint_run_id, a.taken_at, n.trigger, a.cadence, n.finished_at IS NOT NULL AND NOT " + AutomationRunRow.HasUnverified + ", l.vendor_account_id, " +
        "n.start_at, n.end_at, n.total_customers, n.committed_count, n.existing_count, n.skipped_count, n.created_at, n.finished_at " +
        "FROM automation_runs a JOIN checkpoint_runs n USING (checkpoint_run_id) JOIN ledgers l USING (ledger_no) " +
        "WHERE a.tenant_id = $1 AND a.environment = $2 AND ($3::text IS NULL OR l.vendor_account_id = $3) " +
        "AND ($4::timestamptz IS NULL OR a.taken_at < $4 OR (a.taken_at = $4 AND a.checkpoint_run_id > $5)) " +
        "ORDER BY a.taken_at DESC, a.checkpoint_run_id LIMIT $6";

    public async Task<Outcome<AutomationRunsListed>> Handle(ListAutomationRuns request, CancellationToken ct)
    {
        if (await vendorAccounts.RefuseAccountAsync(request.Caller, request.VendorAccountId, ct) is { } refusal) return refusal;
        string?[] filters = [request.Caller.TenantId, request.Caller.Environment, request.VendorAccountId, "automation-runs"];
        if (!TryOpen(request.Cursor, filters, out var after)) return Refusal.Validation("cursor", "does not belong to this list");

        // The row after the page says whether there is a next one.
        var rows = await ReadAsync(request, after, ct);
        var page = rows.Take(request.Limit).ToList();
        var next = rows.Count > page.Count ? Cursors.Make(filters, Position(page[^1])) : null;
        return new AutomationRunsListed([.. page.Select(row => row.Run)], request.Limit, next);
    }

    private async Task<List<(Timestamp TakenAt, AutomationRunListed Run)>> ReadAsync(
        ListAutomationRuns request, (Timestamp TakenAt, string RunId)? after, CancellationToken ct)
    {
        await using var command = database.CreateCommand(List);
        command.Parameters.Add(new() { Value = request.Caller.TenantId });
        command.Parameters.Add(new() { Value = request.Caller.Environment });
        command.Parameters.Add(new() { Value = (object?)request.VendorAccountId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (object?)after?.TakenAt.ToDateTimeOffset().UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = (object?)after?.RunId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = request.Limit + 1 });
        await using var row = await command.ExecuteReaderAsync(ct);
        var rows = new List<(Timestamp, AutomationRunListed)>();
        while (await row.ReadAsync(ct)) rows.Add((RecordReader.ReadTimestamp(row, 1), Read(row)));
        return rows;
    }

    private static AutomationRunListed Read(NpgsqlDataReader row)
    {
        var window = new Window(RecordReader.ReadTimestamp(row, 6), RecordReader.ReadTimestamp(row, 7));
        return new AutomationRunListed(
            row.GetString(0), row.GetString(2), row.GetString(3), AutomationViews.StatusOf(row.GetBoolean(4)), row.IsDBNull(5) ? null : row.GetString(5),
            window.AsPeriod()?.ToString(), window.Start.ToDateTimeOffset(), window.End.ToDateTimeOffset(), row.GetInt32(8), row.GetInt32(9), row.GetInt32(10),
            row.GetInt32(11), row.GetFieldValue<DateTimeOffset>(12), row.IsDBNull(13) ? null : row.GetFieldValue<DateTimeOffset>(13));
    }

    private static string Position((Timestamp TakenAt, AutomationRunListed Run) last) =>
        string.Create(CultureInfo.InvariantCulture, $"{last.TakenAt.Microseconds} {last.Run.CheckpointRunId}");

    private static bool TryOpen(string? cursor, string?[] filters, out (Timestamp TakenAt, string RunId)? after)
    {
        after = null;
        if (cursor is null) return true;
        if (!Cursors.TryOpen(cursor, filters, out string? position) || position.Split(' ') is not [var instant, var runId]
            || !long.TryParse(instant, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var microseconds)) return false;
        after = (Timestamp.FromMicroseconds(microseconds), runId);
        return true;
    }
}
