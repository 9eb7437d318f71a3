using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>Reads records back from the database in ledger order and hashes each again.</summary>
/// <remarks>
/// <para>COPY instead of a query, parsed here: at full load reading back costs as much processor as writing did, and this is
/// the cheapest way out of PostgreSQL. <see cref="StoredRecord"/> is the plain way from a row to its hash; whatever this
/// reader finds doubtful is read again that way before anything is said about it.</para>
/// <para>Rows are taken in pieces: each is received whole, then the customers that are not known are looked up with one
/// query, then it is hashed. Memory is bounded by a piece of the largest rows (2,048 × 20 KiB), in practice 1 MB.</para>
/// </remarks>
internal sealed class ReadBackReader(RecordIds ids, SealedCustomers customers)
{
    private const int PieceRecords = 2_048;
    private const int RetainedBytes = 4 * 1024 * 1024;

    // The five columns that never are null come first, so that they lie at fixed places.
    private const string Columns =
        "r.ledger_no, r.ledger_index, r.customer_no, r.seq, r.accepted_at, r.adjusts_index, r.delta_index, r.delta, r.balance_after, " +
        "r.salt, r.leaf, r.prev, r.submission_root, r.reason, r.unit, r.reference_id, r.metadata, r.metadata_salt";

    private const int LedgerAt = 2 + 4;
    private const int IndexAt = LedgerAt + 4 + 4;
    private const int CustomerAt = IndexAt + 8 + 4;
    private const int SeqAt = CustomerAt + 4 + 4;
    private const int AcceptedAt = SeqAt + 8 + 4;

    private readonly CopyOutRow.TextPool _texts = new();
    private readonly List<(int Start, int Length)> _tuples = [];
    private readonly List<CustomerAsked> _asked = [];
    private readonly string[] _recordIds = new string[PieceRecords];
    private byte[] _bytes = new byte[256 * 1024];
    private int _length;
    private ReadBackRow[] _rows = new ReadBackRow[4_096];

    /// <summary>The rows of the spans, each ledger's in order. They stay valid until the next call.</summary>
    public async Task<List<LedgerRun>> ReadAsync(NpgsqlConnection connection, IReadOnlyList<LedgerSpan> spans, CancellationToken ct)
    {
        var total = checked((int)spans.Sum(s => s.Count));
        if (_rows.Length < total) _rows = new ReadBackRow[Math.Max(total, _rows.Length * 2)];
        var ends = spans.ToDictionary(s => s.LedgerNo, _ => (First: 0, End: 0));
        var count = 0;
        foreach (var piece in Pieces(spans))
        {
            await ReceiveAsync(connection, piece, ct);
            await customers.LoadAsync(connection, AskedFor(), ct);
            count = Hash(piece, count, ends);
        }

        if (_bytes.Length > RetainedBytes) _bytes = new byte[256 * 1024];
        return spans.Select(s => new LedgerRun(s, _rows.AsMemory(ends[s.LedgerNo].First, ends[s.LedgerNo].End - ends[s.LedgerNo].First))).ToList();
    }

    private static IEnumerable<List<LedgerSpan>> Pieces(IReadOnlyList<LedgerSpan> spans)
    {
        var piece = new List<LedgerSpan>();
        long room = PieceRecords;
        foreach (var span in spans)
        {
            for (var first = span.First; first < span.End;)
            {
                var end = Math.Min(span.End, first + room);
                piece.Add(span with { First = first, End = end });
                room -= end - first;
                first = end;
                if (room > 0) continue;
                yield return piece;
                (piece, room) = ([], PieceRecords);
            }
        }

        if (piece.Count > 0) yield return piece;
    }

    private async Task ReceiveAsync(NpgsqlConnection connection, List<LedgerSpan> piece, CancellationToken ct)
    {
        _length = 0;
        _tuples.Clear();
        await using var stream = await connection.BeginRawBinaryCopyAsync(Command(piece), ct);
        var next = CopyOutRow.HeaderBytes;
        while (true)
        {
            if (_length + 4_096 > _bytes.Length) Array.Resize(ref _bytes, _bytes.Length * 2);
            var read = await stream.ReadAsync(_bytes.AsMemory(_length), ct);
            if (read == 0) throw new EndOfStreamException("The database ended a COPY in the middle.");
            _length += read;
            while (_length > next)
            {
                var tuple = CopyOutRow.LengthOf(_bytes.AsSpan(next, _length - next));
                if (tuple < 0) return;
                if (tuple == 0) break;
                _tuples.Add((next, tuple));
                next += tuple;
            }
        }
    }

    /// <summary>COPY takes no parameters; what is written into it are numbers.</summary>
    private static string Command(List<LedgerSpan> piece)
    {
        var sql = new StringBuilder("COPY (SELECT ").Append(Columns).Append(" FROM (VALUES ");
        for (var i = 0; i < piece.Count; i++)
        {
            sql.Append(
                CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ",")}({piece[i].LedgerNo},{piece[i].First}::bigint,{piece[i].End}::bigint)");
        }

        return sql.Append(
            ") w(ledger_no, first, past) CROSS JOIN LATERAL (SELECT * FROM records t WHERE t.ledger_no = w.ledger_no " +
            "AND t.ledger_index >= w.first AND t.ledger_index < w.past ORDER BY t.ledger_index) r) TO STDOUT (FORMAT BINARY)").ToString();
    }

    /// <summary>Each customer of the piece once, with its first record there.</summary>
    private List<CustomerAsked> AskedFor()
    {
        _asked.Clear();
        foreach (var (start, _) in _tuples)
        {
            var ledgerNo = (int)Number(start + LedgerAt, 4);
            var customerNo = (int)Number(start + CustomerAt, 4);
            if (!customers.IsKnownOrAsked(ledgerNo, customerNo))
                _asked.Add(new CustomerAsked(ledgerNo, customerNo, Number(start + SeqAt, 8), Number(start + AcceptedAt, 8)));
        }

        return _asked;
    }

    private long Number(int at, int bytes) => bytes == 4
        ? System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(at))
        : System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(_bytes.AsSpan(at));

    private int Hash(List<LedgerSpan> piece, int count, Dictionary<int, (int First, int End)> ends)
    {
        var tuple = 0;
        foreach (var span in piece)
        {
            // One call of the cipher for the ids of consecutive records, which they are unless one is missing.
            var ofSpan = CountOf(span.LedgerNo, tuple);
            var recordIds = _recordIds.AsSpan(0, ofSpan);
            var firstIndex = ofSpan == 0 ? 0 : Number(_tuples[tuple].Start + IndexAt, 8);
            ids.EncodeRun(span.LedgerNo, firstIndex, recordIds);
            var first = count;
            for (var i = 0; i < ofSpan; i++, tuple++, count++)
            {
                var (start, length) = _tuples[tuple];
                ref var row = ref _rows[count];
                var index = Number(start + IndexAt, 8);
                if (i > 0 && index <= _rows[count - 1].Index) throw new InvalidOperationException("The database gave records out of order.");
                var recordId = index == firstIndex + i ? recordIds[i] : ids.Encode(span.LedgerNo, index);
                Read(_bytes.AsSpan(start, length), span.LedgerId, recordId, out row);
            }

            ref var end = ref CollectionsMarshal.GetValueRefOrNullRef(ends, span.LedgerNo);
            end = end.End == 0 ? (first, count) : (end.First, count);
        }

        return tuple == _tuples.Count ? count : throw new InvalidOperationException("The database gave records that nobody asked for.");
    }

    private int CountOf(int ledgerNo, int firstTuple)
    {
        var end = firstTuple;
        while (end < _tuples.Count && Number(_tuples[end].Start + LedgerAt, 4) == ledgerNo) end++;
        return end - firstTuple;
    }

    private void Read(ReadOnlySpan<byte> tuple, string ledgerId, string recordId, out ReadBackRow row)
    {
        row = default;
        var fields = new CopyOutRow(tuple);
        var ledgerNo = fields.Int32();
        row.Index = fields.Int64();
        row.CustomerNo = fields.Int32();
        row.Seq = fields.Int64();
        row.Customer = customers.Find(ledgerNo, row.CustomerNo);
        row.AcceptedAt = fields.Time();
        var adjusts = fields.OptionalInt64();
        row.DeltaIndex = fields.OptionalInt16() ?? -1;
        row.Delta = fields.Amount();
        row.BalanceAfter = fields.Amount();
        var salt = fields.OptionalSalt();
        row.Stored = fields.HashOrNull();
        var prev = fields.OptionalHash();
        row.SubmissionRoot = fields.HashOrNull();
        var reason = fields.OptionalText(_texts);
        row.Unit = fields.OptionalText(_texts);
        var referenceId = fields.OptionalText(null);
        var hasMetadata = fields.TryField(out var metadata);
        var metadataSalt = fields.OptionalSalt();
        if (fields.IsDamaged || row.Customer is null || salt is null || prev is null || reason is null || hasMetadata != metadataSalt.HasValue) return;
        row.Prev = prev.Value;
        try
        {
            row.Recomputed = new RecordStatement
            {
                LedgerId = ledgerId,
                RecordId = recordId,
                CustomerId = row.Customer.CustomerId,
                Seq = row.Seq,
                Prev = row.Prev,
                Delta = row.Delta,
                BalanceAfter = row.BalanceAfter,
                Unit = row.Unit,
                Reason = reason,
                ReferenceId = referenceId,
                MetadataHash = metadataSalt is { } commitment ? MetadataCommitment.Of(commitment, metadata) : null,
                Adjusts = adjusts is { } adjusted ? ids.Encode(ledgerNo, adjusted) : null,
                AcceptedAt = row.AcceptedAt,
            }.LeafHash(salt.Value);
        }
        catch (ArgumentException)
        {
            // The values fit no statement: damaged, and there is no hash of them.
        }
    }
}
