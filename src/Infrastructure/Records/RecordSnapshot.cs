using System.Runtime.CompilerServices;
using Npgsql;

namespace PacSpace.Infrastructure.Records;

/// <summary>Records as they all were at one instant, read in pages: whoever stops half-way leaves nothing running, and memory does
/// not grow with the number of records.</summary>
/// <remarks>For one reader at a time.</remarks>
public sealed class RecordSnapshot : IAsyncDisposable
{
    /// <summary>With metadata of the greatest size a page stays below 8 MB.</summary>
    private const int PageRecords = 500;

    private readonly ReadSnapshot _snapshot;

    private RecordSnapshot(ReadSnapshot snapshot) => _snapshot = snapshot;

    public static async Task<RecordSnapshot> TakeAsync(NpgsqlDataSource database, CancellationToken ct) =>
        new(await ReadSnapshot.TakeAsync(database, ct));

    /// <summary>Records of one customer with <paramref name="firstSeq"/> ≤ seq ≤ <paramref name="lastSeq"/>, ascending.</summary>
    /// <exception cref="StoredRecordException">A column holds what no record can hold.</exception>
    public async IAsyncEnumerable<StoredRecord> RangeAsync(
        int ledgerNo, int customerNo, long firstSeq, long lastSeq, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var next = firstSeq; next <= lastSeq;)
        {
            var page = await PageAsync("AND r.seq BETWEEN $3 AND $4 ORDER BY r.seq LIMIT $5", [ledgerNo, customerNo, next, lastSeq, PageRecords], ct);
            foreach (var record in page) yield return record;
            if (page.Count < PageRecords) yield break;
            next = page[^1].Seq + 1;
        }
    }

    /// <summary>Records of one customer by number, ascending; those that are not stored are left out.</summary>
    /// <exception cref="StoredRecordException">A column holds what no record can hold.</exception>
    public async IAsyncEnumerable<StoredRecord> ChosenAsync(
        int ledgerNo, int customerNo, IReadOnlyList<long> seqs, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var chunk in seqs.Order().Chunk(PageRecords))
        {
            foreach (var record in await PageAsync("AND r.seq = ANY($3) ORDER BY r.seq", [ledgerNo, customerNo, chunk], ct)) yield return record;
        }
    }

    public ValueTask DisposeAsync() => _snapshot.DisposeAsync();

    private async Task<List<StoredRecord>> PageAsync(string where, object[] values, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "SELECT " + RecordReader.Columns + " FROM records r WHERE r.ledger_no = $1 AND r.customer_no = $2 " + where, _snapshot.Connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await using var row = await command.ExecuteReaderAsync(ct);
        var page = new List<StoredRecord>(PageRecords);
        while (await row.ReadAsync(ct)) page.Add(RecordReader.Read(row));
        return page;
    }
}
