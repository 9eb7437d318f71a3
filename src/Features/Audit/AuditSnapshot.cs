using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace PacSpace.Features.Audit;

/// <summary>The whole database as it was at one instant: one read-only transaction, so that an installation may go on working
/// while it is audited.</summary>
/// <remarks>One connection. Several cursors may be read in turns, since each takes a page at a time; not for several threads.</remarks>
internal sealed class AuditSnapshot : IAsyncDisposable
{
    private const int PageRows = 2_000;

    private readonly NpgsqlConnection _connection;
    private int _cursors;

    private AuditSnapshot(NpgsqlConnection connection, DateTimeOffset takenAt) => (_connection, TakenAt) = (connection, takenAt);

    public DateTimeOffset TakenAt { get; }

    public static async Task<AuditSnapshot> TakeAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        var connection = await database.OpenConnectionAsync(ct);
        try
        {
            // Sorting a large table may take the server longer than an ordinary statement is allowed.
            await using var begin = new NpgsqlCommand(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0; " +
                "SET LOCAL idle_in_transaction_session_timeout = 0; SELECT now()", connection)
            { CommandTimeout = 0 };
            var now = (DateTime)(await begin.ExecuteScalarAsync(ct))!;
            return new AuditSnapshot(connection, new DateTimeOffset(now, TimeSpan.Zero));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>All rows of a small result.</summary>
    public async Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct, params object[] values)
    {
        await using var command = Command(sql, values);
        await using var row = await command.ExecuteReaderAsync(ct);
        var list = new List<T>();
        while (await row.ReadAsync(ct)) list.Add(read(row));
        return list;
    }

    public async Task<long> CountAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = Command(sql, values);
        return Convert.ToInt64(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture);
    }

    /// <summary>All rows of a result of any size, in its order; a page is in memory at a time.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, [EnumeratorCancellation] CancellationToken ct, params object[] values)
    {
        var cursor = string.Create(CultureInfo.InvariantCulture, $"audit_{_cursors++}");
        await using (var declare = Command($"DECLARE {cursor} NO SCROLL CURSOR FOR {sql}", values)) await declare.ExecuteNonQueryAsync(ct);
        var page = new List<T>(PageRows);
        do
        {
            page.Clear();
            await using (var fetch = Command($"FETCH FORWARD {PageRows} FROM {cursor}"))
            {
                await using var row = await fetch.ExecuteReaderAsync(ct);
                while (await row.ReadAsync(ct)) page.Add(read(row));
            }

            foreach (var item in page) yield return item;
        }
        while (page.Count == PageRows);

        await using var close = Command($"CLOSE {cursor}");
        await close.ExecuteNonQueryAsync(ct);
    }

    /// <summary>As <see cref="StreamAsync"/>, to be read beside another stream of the same order.</summary>
    public Beside<T> StreamBeside<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct, params object[] values)
        where T : class => new(StreamAsync(sql, read, ct, values).GetAsyncEnumerator(ct));

    public async ValueTask DisposeAsync()
    {
        // Ends the transaction, whatever state it is in.
        await _connection.DisposeAsync();
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = 0 };
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter
            {
                Value = value,
                NpgsqlDbType = value switch
                {
                    int => NpgsqlDbType.Integer,
                    long => NpgsqlDbType.Bigint,
                    string => NpgsqlDbType.Text,
                    int[] => NpgsqlDbType.Array | NpgsqlDbType.Integer,
                    string[] => NpgsqlDbType.Array | NpgsqlDbType.Text,
                    short[] => NpgsqlDbType.Array | NpgsqlDbType.Smallint,
                    long[] => NpgsqlDbType.Array | NpgsqlDbType.Bigint,
                    DateTime => NpgsqlDbType.TimestampTz,
                    _ => throw new InvalidOperationException($"No database type is known for {value.GetType().Name}."),
                },
            });
        }

        return command;
    }
}

/// <summary>A stream with a place in it, for going along another one.</summary>
internal sealed class Beside<T>(IAsyncEnumerator<T> rows) : IAsyncDisposable
    where T : class
{
    private bool _hasBegun;
    private T? _current;

    /// <summary>The row at the place, or null behind the last.</summary>
    public async ValueTask<T?> PeekAsync()
    {
        if (!_hasBegun) await MoveAsync();
        return _current;
    }

    public async ValueTask MoveAsync()
    {
        _hasBegun = true;
        _current = await rows.MoveNextAsync() ? rows.Current : null;
    }

    public ValueTask DisposeAsync() => rows.DisposeAsync();
}
