using Microsoft.Extensions.Logging;
using Npgsql;

namespace PacSpace.Features.Service;

/// <summary>What stands in the database, the same from whichever node it is read: asked at most once a second however many
/// ask, and never waited for longer than two.</summary>
internal sealed class DatabaseGauges(NpgsqlDataSource database, TimeProvider clock, ILogger<DatabaseGauges> logger) : IDisposable
{
    private static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const string Find =
        "SELECT e.environment, coalesce(p.pending, 0)::bigint, p.oldest, coalesce(s.size, 0), coalesce(s.do_not_write, false), " +
        "(SELECT min(a.next_run_at) FROM checkpoint_automation a JOIN tenants t USING (tenant_id) WHERE a.environment = e.environment AND t.disabled_at IS NULL) " +
        "FROM unnest(ARRAY['production', 'sandbox']) e(environment) LEFT JOIN log_state s USING (environment) LEFT JOIN (" +
        "SELECT l.environment, sum(h.next_index - q.sealed_index) AS pending, min(r.accepted_at) AS oldest " +
        "FROM ledger_heads h JOIN ledger_seals q USING (ledger_no) JOIN ledgers l USING (ledger_no) " +
        "LEFT JOIN records r ON r.ledger_no = h.ledger_no AND r.ledger_index = q.sealed_index " +
        "WHERE h.next_index > q.sealed_index GROUP BY l.environment) p USING (environment) ORDER BY 1";

    private readonly SemaphoreSlim _asking = new(1, 1);
    private IReadOnlyList<MetricFamily> _last = [];
    private long? _askedAt;

    public async Task<IReadOnlyList<MetricFamily>> ReadAsync(CancellationToken ct)
    {
        await _asking.WaitAsync(ct);
        try
        {
            if (_askedAt is { } askedAt && clock.GetElapsedTime(askedAt) < BelievedFor) return _last;
            _last = Families(await AskAsync());
            _askedAt = clock.GetTimestamp();
            return _last;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    /// <summary>Null when the database does not answer: a gauge that is not known is not there, which an alarm can see.</summary>
    private async Task<IReadOnlyList<EnvironmentFigures>?> AskAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await FindAsync(patience.Token).WaitAsync(Patience);
        }
        catch (Exception failure)
        {
            logger.LogWarning("The gauges cannot be read: {Reason}", failure.Message);
            return null;
        }
    }

    private async Task<IReadOnlyList<EnvironmentFigures>> FindAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(Find);
        await using var row = await command.ExecuteReaderAsync(ct);
        var found = new List<EnvironmentFigures>();
        while (await row.ReadAsync(ct))
        {
            found.Add(new EnvironmentFigures(row.GetString(0), row.GetInt64(1), SecondsSince(row, 2), row.GetInt64(3), row.GetBoolean(4), SecondsSince(row, 5)));
        }

        return found;
    }

    /// <summary>0 when there is no such instant, or it is still to come.</summary>
    private double SecondsSince(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? 0 : Math.Max(0, (clock.GetUtcNow() - row.GetFieldValue<DateTimeOffset>(column)).TotalSeconds);

    private static IReadOnlyList<MetricFamily> Families(IReadOnlyList<EnvironmentFigures>? found) =>
    [
        new MetricFamily("pacspace_database_up", "Whether the database answered this reading.", MetricKind.Gauge, [new MetricSample("", [], found is null ? 0 : 1)]),
        Gauge("pacspace_records_pending", "Records accepted and not verified yet.", found, figures => figures.Pending),
        Gauge("pacspace_verification_lag_seconds", "For how long the oldest pending record has waited.", found, figures => figures.LagSeconds),
        Gauge("pacspace_log_size", "Entries of the log.", found, figures => figures.LogSize),
        Gauge("pacspace_log_do_not_write", "1 while nothing may be signed and writes are refused.", found, figures => figures.IsDoNotWrite ? 1 : 0),
        Gauge("pacspace_automation_overdue_seconds", "For how long the checkpoint automation that is due first has not been begun.", found, figures => figures.OverdueSeconds),
    ];

    private static MetricFamily Gauge(string name, string help, IReadOnlyList<EnvironmentFigures>? found, Func<EnvironmentFigures, double> value) =>
        new(name, help, MetricKind.Gauge, [.. (found ?? []).Select(figures => new MetricSample("", [new("environment", figures.Environment)], value(figures)))]);

    private sealed record EnvironmentFigures(string Environment, long Pending, double LagSeconds, long LogSize, bool IsDoNotWrite, double OverdueSeconds);
}
