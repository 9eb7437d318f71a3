using System.Globalization;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Infrastructure.Records;

/// <summary>Reads a customer's records in pages, as the bytes that PostgreSQL sends: the way out for a million rows.</summary>
/// <remarks>
/// COPY and not a query: it costs half, and nothing is made of a row but what is written of it. Records never change, so pages
/// need no common snapshot; between pages no connection is held, however slowly whoever takes them reads.
/// </remarks>
public sealed class RecordPages(NpgsqlDataSource database, RecordIds ids)
{
    /// <summary>Of the records between two numbers the first ones; numbers that are not stored are left out.</summary>
    /// <param name="into">Filled anew.</param>
    public async Task ReadAsync(RecordPage into, int ledgerNo, int customerNo, long firstSeq, long lastSeq, CancellationToken ct)
    {
        lastSeq = Math.Min(lastSeq, firstSeq + RecordPage.MaxCount - 1);
        into.Clear();
        await using (var connection = await database.OpenConnectionAsync(ct))
        {
            // COPY takes no parameters; what is written into it are numbers.
            await using var stream = await connection.BeginRawBinaryCopyAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"COPY (SELECT r.ledger_index, r.seq, r.accepted_at, r.delta, r.leaf, r.unit, r.reason, r.reference_id FROM records r WHERE r.ledger_no = {ledgerNo} AND r.customer_no = {customerNo} AND r.seq BETWEEN {firstSeq} AND {lastSeq} ORDER BY r.seq) TO STDOUT (FORMAT BINARY)"),
                ct);
            await into.ReceiveAsync(stream, ct);
        }

        into.Name(ids, ledgerNo);
    }
}

/// <summary>A page of <see cref="RecordPages"/>: a buffer to be filled again and again.</summary>
public sealed class RecordPage
{
    /// <summary>A few hundred bytes each; with the longest texts 13 MB in all.</summary>
    public const int MaxCount = 4_096;

    private readonly int[] _tuples = new int[MaxCount + 1];
    private readonly long[] _indexes = new long[MaxCount];
    private readonly byte[] _recordIds = new byte[MaxCount * RecordIds.IdBytes];
    private byte[] _bytes = new byte[1 << 18];

    public int Count { get; private set; }

    /// <summary>Ascending.</summary>
    public ReadOnlyMemory<long> LedgerIndexes => _indexes.AsMemory(0, Count);

    /// <summary>Valid until the page is filled again.</summary>
    public PageRecord this[int i] => new(
        _recordIds.AsSpan(i * RecordIds.IdBytes, RecordIds.IdBytes), _bytes.AsSpan(_tuples[i], _tuples[i + 1] - _tuples[i]));

    internal void Clear() => Count = 0;

    internal async Task ReceiveAsync(NpgsqlRawCopyStream stream, CancellationToken ct)
    {
        var (length, next) = (0, CopyOutRow.HeaderBytes);
        while (true)
        {
            if (_bytes.Length - length < 1 << 13) Array.Resize(ref _bytes, _bytes.Length * 2);
            var read = await stream.ReadAsync(_bytes.AsMemory(length), ct);
            if (read == 0) throw new EndOfStreamException("The database ended a COPY in the middle.");
            length += read;
            while (length > next)
            {
                var tuple = CopyOutRow.LengthOf(_bytes.AsSpan(next, length - next));
                if (tuple < 0) return;
                if (tuple == 0) break;
                if (Count == MaxCount) throw new InvalidOperationException("The database gave more records than a page holds.");
                _tuples[Count] = next;
                next += tuple;
                _indexes[Count] = new CopyOutRow(_bytes.AsSpan(_tuples[Count], tuple)).Int64();
                _tuples[++Count] = next;
            }
        }
    }

    internal void Name(RecordIds ids, int ledgerNo) => ids.Encode(ledgerNo, _indexes.AsSpan(0, Count), _recordIds.AsSpan(0, Count * RecordIds.IdBytes));
}

/// <summary>One record as it is stored, with what is not a record's left out: nothing here says that it reproduces its hash.</summary>
public readonly ref struct PageRecord
{
    internal PageRecord(ReadOnlySpan<byte> recordId, ReadOnlySpan<byte> tuple)
    {
        var fields = new CopyOutRow(tuple);
        RecordId = recordId;
        LedgerIndex = fields.Int64();
        Seq = fields.Int64();
        AcceptedAt = fields.Time();
        Delta = fields.Amount();
        fields.TryField(out var leaf);
        HasUnit = fields.TryField(out var unit);
        fields.TryField(out var reason);
        HasReferenceId = fields.TryField(out var referenceId);
        Leaf = leaf;
        Unit = unit;
        Reason = reason;
        ReferenceId = referenceId;
        IsDamaged = fields.IsDamaged;
    }

    /// <summary>ASCII.</summary>
    public ReadOnlySpan<byte> RecordId { get; }

    public long LedgerIndex { get; }

    public long Seq { get; }

    public Timestamp AcceptedAt { get; }

    public Amount Delta { get; }

    /// <summary>The leaf hash that was acknowledged.</summary>
    public ReadOnlySpan<byte> Leaf { get; }

    public bool HasUnit { get; }

    /// <summary>UTF-8, as the other texts.</summary>
    public ReadOnlySpan<byte> Unit { get; }

    public ReadOnlySpan<byte> Reason { get; }

    public bool HasReferenceId { get; }

    public ReadOnlySpan<byte> ReferenceId { get; }

    /// <summary>Time or delta are none that a record can have, and are not the stored ones here.</summary>
    public bool IsDamaged { get; }
}
