using Npgsql;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Records;

/// <summary>Roots of the blocks that hold ascending records of one ledger, read ahead.</summary>
/// <remarks>
/// Next to each other, most records share a block with the one before or have the next; far apart, each needs a search. Reading
/// ahead grows while what was read ahead is needed, and shrinks when it was not. For one reader at a time.
/// </remarks>
public sealed class BlockRoots(NpgsqlDataSource database, int ledgerNo)
{
    private const int MaxAhead = 4_096;

    private const string Read =
        "SELECT first_index, record_count, root FROM blocks WHERE ledger_no = $1 AND first_index >= " +
        "coalesce((SELECT max(first_index) FROM blocks WHERE ledger_no = $1 AND first_index <= $2), $2) ORDER BY first_index LIMIT $3";

    private readonly List<(long First, long End, Hash Root)> _blocks = [];
    private int _at;
    private int _ahead = 16;

    /// <summary>Fills in the root of each record's block.</summary>
    /// <param name="ledgerIndexes">Ascending, and not below those of the call before.</param>
    /// <param name="roots">Null where no block holds the record.</param>
    public async Task FindAsync(ReadOnlyMemory<long> ledgerIndexes, Hash?[] roots, CancellationToken ct)
    {
        for (var i = 0; i < ledgerIndexes.Length; i++)
        {
            var index = ledgerIndexes.Span[i];
            if (!Move(index))
            {
                await ReadAsync(index, ct);
                Move(index);
            }

            roots[i] = _at < _blocks.Count && _blocks[_at].First <= index ? _blocks[_at].Root : null;
        }
    }

    /// <summary>False when the record lies behind all blocks that were read.</summary>
    private bool Move(long index)
    {
        while (_at < _blocks.Count && _blocks[_at].End <= index) _at++;
        return _at < _blocks.Count;
    }

    private async Task ReadAsync(long index, CancellationToken ct)
    {
        var wasNear = _blocks.Count > 0 && index - _blocks[^1].End < _blocks[^1].End - _blocks[0].First;
        _ahead = wasNear ? Math.Min(MaxAhead, _ahead * 4) : Math.Max(1, _ahead / 4);
        _blocks.Clear();
        _at = 0;
        await using var command = database.CreateCommand(Read);
        command.Parameters.Add(new() { Value = ledgerNo });
        command.Parameters.Add(new() { Value = index });
        command.Parameters.Add(new() { Value = _ahead });
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) _blocks.Add((row.GetInt64(0), row.GetInt64(0) + row.GetInt32(1), RecordReader.ReadHash(row, 2)));
    }
}
