using Npgsql;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Sharing;

/// <summary>Lets go of rows whose time is over. Nothing depends on it: what is over is not believed while it stands there either.</summary>
public sealed class SharingSweep(NpgsqlDataSource database)
{
    private const int AtOnce = 5_000;

    private static readonly (string Table, string Column, TimeSpan After)[] s_rows =
    [
        ("record_sessions", "ends_at", TimeSpan.Zero),
        ("known_browsers", "let_in_at", CodeGate.KnownFor),
        ("code_waits", "last_failed_at", CodeGate.WaitForgottenAfter),
        ("code_failures", "failed_at", CodeGate.BudgetWindow),
        ("access_log", "at", AccessLog.Kept),
    ];

    /// <returns>How many rows went.</returns>
    public async Task<long> SweepAsync(DateTimeOffset now, CancellationToken ct)
    {
        var swept = 0L;
        await using var connection = await database.OpenConnectionAsync(ct);
        foreach (var (table, column, after) in s_rows)
        {
            // In slices, so that nobody waits for it.
            var sql = $"DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {table} WHERE {column} <= $1 LIMIT $2))";
            for (var gone = AtOnce; gone == AtOnce; swept += gone)
            {
                await using var command = Sql.Command(connection, sql, now - after, AtOnce);
                gone = await command.ExecuteNonQueryAsync(ct);
            }
        }

        return swept;
    }
}
