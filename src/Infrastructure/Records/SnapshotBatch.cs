using Npgsql;

namespace PacSpace.Infrastructure.Records;

/// <summary>Questions that are asked together: all answers are as of one instant, and are waited for once.</summary>
/// <remarks>On busy processors a reader waits for its turn at each round trip, which costs it more than most questions do. A batch alone
/// would be one round trip too, but each of its statements would see another instant.</remarks>
public sealed class SnapshotBatch(NpgsqlDataSource database)
{
    private readonly List<NpgsqlBatchCommand> _commands = [];
    private readonly List<Func<NpgsqlDataReader, CancellationToken, Task>> _readers = [];

    /// <summary>The answer is there once the batch was asked.</summary>
    public BatchAnswer<T> Add<T>(Question<T> question)
    {
        Func<T> given = () => throw new InvalidOperationException("The batch has not been asked.");
        _commands.Add(question.Command);
        _readers.Add(async (row, ct) =>
        {
            var answer = await question.ReadAsync(row, ct);
            given = () => answer;
        });
        return new BatchAnswer<T>(() => given());
    }

    public async Task AskAsync(CancellationToken ct)
    {
        if (_commands.Count == 0) return;
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
        foreach (var command in _commands) batch.BatchCommands.Add(command);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));

        // BEGIN and COMMIT give no rows, so the reader passes over them. What a fault leaves open the pool rolls back.
        await using var row = await batch.ExecuteReaderAsync(ct);
        foreach (var read in _readers)
        {
            await read(row, ct);
            await row.NextResultAsync(ct);
        }
    }
}

/// <summary>What a question of a <see cref="SnapshotBatch"/> was answered.</summary>
public sealed class BatchAnswer<T>
{
    private readonly Func<T> _value;

    internal BatchAnswer(Func<T> value) => _value = value;

    public T Value => _value();
}
