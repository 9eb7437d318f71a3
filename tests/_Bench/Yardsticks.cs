using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;

namespace PacSpace.Bench;

/// <summary>What PostgreSQL does by itself with rows of the same width, in the same cluster.</summary>
internal sealed class Yardsticks(Installation installation)
{
    private const string Prepare =
        "CREATE SCHEMA IF NOT EXISTS yardstick; " +
        "CREATE SEQUENCE IF NOT EXISTS yardstick.next CACHE 1; " +
        "CREATE TABLE IF NOT EXISTS yardstick.inserted (LIKE public.records, PRIMARY KEY (ledger_no, ledger_index)); " +
        "CREATE TABLE IF NOT EXISTS yardstick.copied (LIKE public.records INCLUDING INDEXES)";

    // One row a transaction, each column as wide as the writer's. The hashes are constants: pgbench is to be measured, not sha256.
    private const string Script =
        "\\set customer random(1, 2000)\n\\set delta random(1, 100000000)\n" +
        "INSERT INTO yardstick.inserted (ledger_index, seq, accepted_at, ledger_no, customer_no, delta, balance_after, salt, leaf, prev, reason, unit, reference_id) " +
        "VALUES (nextval('yardstick.next'), 1, now(), 1, :customer, -(:delta::numeric) / 1000, -(:delta::numeric), '\\x00112233445566778899aabbccddeeff', " +
        "'\\x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', '\\x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', " +
        "'inference', 'tokens', 'job_1a2b3c4d5e6f70');\n";

    private long _copied;

    public async Task PrepareAsync()
    {
        await using var command = installation.Database.CreateCommand(Prepare);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Transactions a second of pgbench, one row each.</summary>
    public async Task<double> InsertsAsync(int clients, TimeSpan time)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Script);
            var said = await installation.RunAsync(
                "pgbench", "-n", "-M", "prepared", "-c", clients.ToString(CultureInfo.InvariantCulture), "-j", "2",
                "-T", ((int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture), "-f", script);
            var line = said.Split('\n').Single(l => l.StartsWith("tps = ", StringComparison.Ordinal));
            return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(script);
        }
    }

    /// <summary>Rows a second of binary COPY into a table with the same indexes, that many rows a transaction.</summary>
    public async Task<double> CopyAsync(int clients, TimeSpan time, int rowsPerCopy)
    {
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var since = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            var count = 0L;
            await using var connection = await installation.Database.OpenConnectionAsync();
            for (; Stopwatch.GetTimestamp() < until; count += rowsPerCopy) await CopyOnceAsync(connection, rowsPerCopy);
            return count;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    private async Task CopyOnceAsync(NpgsqlConnection connection, int rows)
    {
        var first = Interlocked.Add(ref _copied, rows) - rows;
        var hash = RandomNumberGenerator.GetBytes(32);
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY yardstick.copied (ledger_index, seq, accepted_at, ledger_no, customer_no, delta_index, delta, balance_after, salt, leaf, prev, reason, unit, " +
            "reference_id, submission_root) FROM STDIN (FORMAT BINARY)");
        for (var i = 0; i < rows; i++)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(first + i, NpgsqlDbType.Bigint);
            await copy.WriteAsync(first + i, NpgsqlDbType.Bigint);
            await copy.WriteAsync(DateTime.UnixEpoch, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(1, NpgsqlDbType.Integer);
            await copy.WriteAsync((int)((first + i) % 2_000), NpgsqlDbType.Integer);
            await copy.WriteAsync((short)(i % 1_000), NpgsqlDbType.Smallint);
            await copy.WriteAsync(-42_123.456m, NpgsqlDbType.Numeric);
            await copy.WriteAsync(-1_042_123.456m, NpgsqlDbType.Numeric);
            await copy.WriteAsync(hash.AsMemory(0, 16), NpgsqlDbType.Bytea);
            await copy.WriteAsync(hash, NpgsqlDbType.Bytea);
            await copy.WriteAsync(hash, NpgsqlDbType.Bytea);
            await copy.WriteAsync("inference", NpgsqlDbType.Text);
            await copy.WriteAsync("tokens", NpgsqlDbType.Text);
            await copy.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"job_{first + i:x16}"), NpgsqlDbType.Text);
            await copy.WriteAsync(hash, NpgsqlDbType.Bytea);
        }

        await copy.CompleteAsync();
    }
}
