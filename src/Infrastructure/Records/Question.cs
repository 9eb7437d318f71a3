using Npgsql;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Records;

/// <summary>A SELECT and what its rows say: asked by itself, or with others in a <see cref="SnapshotBatch"/>.</summary>
/// <remarks>For once: a command of a batch belongs to that batch.</remarks>
public sealed class Question<T>(string sql, object?[] values, Func<NpgsqlDataReader, CancellationToken, Task<T>> read)
{
    internal NpgsqlBatchCommand Command { get; } = Sql.BatchCommand(sql, Array.ConvertAll(values, Sql.OrNull));

    internal Task<T> ReadAsync(NpgsqlDataReader row, CancellationToken ct) => read(row, ct);

    /// <summary>The answer as of now.</summary>
    public async Task<T> AskAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        return await AskAsync(batch, ct);
    }

    /// <summary>The answer inside a transaction.</summary>
    public async Task<T> AskAsync(NpgsqlConnection on, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(on);
        return await AskAsync(batch, ct);
    }

    private async Task<T> AskAsync(NpgsqlBatch batch, CancellationToken ct)
    {
        batch.BatchCommands.Add(Command);
        await using var row = await batch.ExecuteReaderAsync(ct);
        return await read(row, ct);
    }
}

public static class Question
{
    /// <param name="read">What one row says.</param>
    /// <param name="sql">With positional parameters, <c>$1</c> for the first of <paramref name="values"/>.</param>
    public static Question<List<T>> Rows<T>(Func<NpgsqlDataReader, T> read, string sql, params object?[] values) => new(sql, values, async (row, ct) =>
    {
        var rows = new List<T>();
        while (await row.ReadAsync(ct)) rows.Add(read(row));
        return rows;
    });

    /// <summary>Of a SELECT that always gives one row.</summary>
    /// <inheritdoc cref="Rows"/>
    public static Question<T> Row<T>(Func<NpgsqlDataReader, T> read, string sql, params object?[] values) => new(sql, values, async (row, ct) =>
        await row.ReadAsync(ct) ? read(row) : throw new InvalidOperationException("A statement that gives one row gave none."));

    /// <summary>Of a SELECT that gives one row or none.</summary>
    /// <inheritdoc cref="Rows"/>
    public static Question<T?> RowOrNull<T>(Func<NpgsqlDataReader, T> read, string sql, params object?[] values)
        where T : class => new(sql, values, async (row, ct) => await row.ReadAsync(ct) ? read(row) : null);
}
