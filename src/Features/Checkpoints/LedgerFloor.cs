using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>A cut-off that holds: no record of the ledger will ever be accepted before its end.</summary>
/// <param name="NextIndex">Every record accepted before <see cref="CutOff.CoveredThrough"/> has a lower ledger index.</param>
internal sealed record RaisedFloor(CutOff CutOff, long NextIndex);

/// <summary>Raises the <c>acceptedAt</c> floor of a ledger, the first step of every checkpoint.</summary>
internal sealed class LedgerFloor(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Look =
        "SELECT h.next_index, h.accepted_floor, coalesce(s.do_not_write, false) FROM ledger_heads h JOIN ledgers l USING (ledger_no) " +
        "LEFT JOIN log_state s ON s.environment = l.environment WHERE h.ledger_no = $1";

    private Timestamp Now => Timestamp.FromDateTimeOffset(clock.GetUtcNow());

    /// <summary>Null for a window of which nothing has passed yet.</summary>
    /// <exception cref="WriterUnavailableException">The environment's log is set to "do not write": nothing could be proved.</exception>
    public async Task<RaisedFloor?> RaiseAsync(int ledgerNo, Window window, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);

        // A window that ended before the floor needs no lock: floor and next index stand in one row, so whoever commits after
        // this look has seen the floor too. Closing an old month does not stand in the writers' way.
        var (nextIndex, floor) = await ReadAsync(connection, Look, ledgerNo, ct);
        if (window.End <= floor) return new RaisedFloor(CutOff.Decide(window, Now, floor)!, nextIndex);

        await using var transaction = await connection.BeginTransactionAsync(ct);
        (nextIndex, floor) = await ReadAsync(connection, Look + " FOR UPDATE OF h", ledgerNo, ct);
        if (CutOff.Decide(window, Now, floor) is not { } cutOff) return null;
        if (floor < cutOff.CoveredThrough)
        {
            await using var raise = new NpgsqlCommand("UPDATE ledger_heads SET accepted_floor = $2, version = $3 WHERE ledger_no = $1", connection);
            raise.Parameters.Add(new() { Value = ledgerNo });
            raise.Parameters.Add(new() { Value = cutOff.CoveredThrough.ToDateTimeOffset().UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
            raise.Parameters.Add(new() { Value = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) });
            await raise.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return new RaisedFloor(cutOff, nextIndex);
    }

    private static async Task<(long NextIndex, Timestamp Floor)> ReadAsync(NpgsqlConnection connection, string sql, int ledgerNo, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = ledgerNo });
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) throw new InvalidOperationException($"Ledger {ledgerNo} has no head.");
        if (row.GetBoolean(2)) throw new WriterUnavailableException("The environment's log is set to do not write; see /readyz.");
        return (row.GetInt64(0), RecordReader.ReadTimestamp(row, 1));
    }
}
