using Npgsql;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.SharedRecord;

/// <summary>What was exported, for whoever exports on a customer's behalf.</summary>
/// <param name="Format">csv, json, pdf or bundle.</param>
/// <param name="Period">The month, or null for another window.</param>
internal sealed record ExportNote(string Format, string? Period, string? CheckpointId, long RecordCount);

internal sealed record CompareNote(string LeftCheckpointId, string RightCheckpointId, string? LeftPeriod, string? RightPeriod);

/// <summary>Notes exports and comparisons: an event for the vendor, and in the access log when a visitor did it.</summary>
internal sealed class RecordNotes(NpgsqlDataSource database, ICustomerEvents events, TimeProvider clock)
{
    private const string Portal = "portal";
    private const string MiddlewareApi = "middleware_api";

    /// <param name="visit">Null when a middleware asked by its API, which is no visit.</param>
    public Task NoteExportAsync(CustomerRow customer, RecordVisit? visit, ExportNote note, CancellationToken ct)
    {
        var at = clock.GetUtcNow();
        return NoteAsync(
            customer, visit, AccessKinds.Exported, note.Format, note.Period, at,
            new ExportDownloaded(
                customer.CustomerId, customer.Reference, customer.Ledger.VendorAccountId, ChannelOf(visit), note.Format, note.Period, note.CheckpointId, note.RecordCount, at),
            ct);
    }

    /// <inheritdoc cref="NoteExportAsync"/>
    public Task NoteCompareAsync(CustomerRow customer, RecordVisit? visit, CompareNote note, CancellationToken ct)
    {
        var at = clock.GetUtcNow();
        return NoteAsync(
            customer, visit, AccessKinds.Compared, null, null, at,
            new CompareRun(
                customer.CustomerId, customer.Reference, customer.Ledger.VendorAccountId, ChannelOf(visit), note.LeftCheckpointId, note.RightCheckpointId,
                note.LeftPeriod, note.RightPeriod, at),
            ct);
    }

    private async Task NoteAsync(
        CustomerRow customer, RecordVisit? visit, string kind, string? format, string? period, DateTimeOffset at, CustomerEvent news, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (visit is not null) await AccessLog.AddAsync(connection, visit.ToRow(), kind, at, ct, format, period);
        await events.TellAsync(connection, customer.Ledger, news, at, ct);
        await transaction.CommitAsync(ct);
    }

    private static string ChannelOf(RecordVisit? visit) => visit is null ? MiddlewareApi : Portal;
}

internal static class RecordVisits
{
    public static Visit ToRow(this RecordVisit visit) =>
        new(visit.LedgerNo, visit.CustomerNo, visit.LinkNo, visit.Host, visit.Tier, visit.ClientAddress, visit.UserAgent);
}
