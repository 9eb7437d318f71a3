using Npgsql;
using NpgsqlTypes;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>A mark in a row of another database than the one that holds the log, for several machines.</summary>
/// <remarks>It must not share storage, backups or failover with the log's database, or the two would go back together. Its
/// server commits synchronously; the session asks for it, whatever the server's default.</remarks>
public sealed class DatabaseMark(NpgsqlDataSource other, string name) : IMark
{
    private const string Create =
        "CREATE TABLE IF NOT EXISTS pacspace_marks (name text PRIMARY KEY, content bytea NOT NULL, changed_at timestamptz NOT NULL DEFAULT now())";

    private const string Insert = "INSERT INTO pacspace_marks (name, content) VALUES ($1, $2) ON CONFLICT DO NOTHING";

    private const string Update = "UPDATE pacspace_marks SET content = $2, changed_at = now() WHERE name = $1 AND content = $3";

    private const int TimeoutSeconds = 2;

    private bool _hasTable;

    public async Task<byte[]?> ReadAsync(CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        await using var select = new NpgsqlCommand("SELECT content FROM pacspace_marks WHERE name = $1", connection) { CommandTimeout = TimeoutSeconds };
        select.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return await select.ExecuteScalarAsync(ct) as byte[];
    }

    public async Task<bool> SwapAsync(ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte> next, CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        await using var write = new NpgsqlCommand(expected is null ? Insert : Update, connection) { CommandTimeout = TimeoutSeconds };
        write.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        write.Parameters.Add(new NpgsqlParameter { Value = next, NpgsqlDbType = NpgsqlDbType.Bytea });
        if (expected is { } content) write.Parameters.Add(new NpgsqlParameter { Value = content, NpgsqlDbType = NpgsqlDbType.Bytea });
        return await write.ExecuteNonQueryAsync(ct) == 1;
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        var connection = await other.OpenConnectionAsync(ct);
        try
        {
            await using var prepare = new NpgsqlCommand(
                _hasTable ? "SET synchronous_commit = on" : $"SET synchronous_commit = on; {Create}", connection)
            { CommandTimeout = TimeoutSeconds };
            await prepare.ExecuteNonQueryAsync(ct);
            _hasTable = true;
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
