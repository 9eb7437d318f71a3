using System.Buffers.Binary;
using System.Text;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Ingest;

/// <summary>Rows of <c>records</c> in PostgreSQL's binary COPY format, encoded while the group is put together, so that
/// sending them is one write.</summary>
/// <remarks>PostgreSQL 15 documentation, COPY, "Binary Format"; numeric as in <c>numeric_recv</c>: base-10000 digits.
/// One buffer a writer, reused from group to group.</remarks>
internal sealed class RecordCopyBuffer : IRecordRows
{
    public const string Command =
        "COPY records (ledger_index, seq, accepted_at, adjusts_index, ledger_no, customer_no, delta_index, delta, balance_after, " +
        "salt, leaf, prev, reason, unit, reference_id, metadata, metadata_salt, submission_root) FROM STDIN (FORMAT BINARY)";

    private const short FieldCount = 18;
    private const int RetainedBytes = 4 * 1024 * 1024;
    private const long PostgresEpochMicroseconds = 946_684_800_000_000; // 2000-01-01 in microseconds since 1970

    private static ReadOnlySpan<byte> Signature => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0];

    private byte[] _bytes = new byte[64 * 1024];
    private int _length;

    public int RowCount { get; private set; }

    public void Begin()
    {
        if (_bytes.Length > RetainedBytes) _bytes = new byte[64 * 1024];
        _length = 0;
        RowCount = 0;
        Signature.CopyTo(Take(11));
        Take(8).Clear(); // no flags, no header extension
    }

    public void Append(
        int ledgerNo, int customerNo, long ledgerIndex, RecordStatement statement, Salt salt, Hash leaf,
        byte[]? metadata, Salt? metadataSalt, long? adjustsIndex, short? deltaIndex, Hash? submissionRoot)
    {
        RowCount++;
        BinaryPrimitives.WriteInt16BigEndian(Take(2), FieldCount);
        Int64(ledgerIndex);
        Int64(statement.Seq);
        Int64(statement.AcceptedAt.Microseconds - PostgresEpochMicroseconds);
        if (adjustsIndex is { } adjusted) Int64(adjusted); else Null();
        Int32(ledgerNo);
        Int32(customerNo);
        if (deltaIndex is { } position) Int16(position); else Null();
        Numeric(statement.Delta.Value);
        Numeric(statement.BalanceAfter.Value);
        salt.CopyTo(Field(16));
        leaf.CopyTo(Field(32));
        statement.Prev.CopyTo(Field(32));
        Text(statement.Reason);
        Text(statement.Unit);
        Text(statement.ReferenceId);
        if (metadata is null) Null(); else metadata.CopyTo(Field(metadata.Length));
        if (metadataSalt is { } commitment) commitment.CopyTo(Field(16)); else Null();
        if (submissionRoot is { } root) root.CopyTo(Field(32)); else Null();
    }

    public ReadOnlyMemory<byte> End()
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);
        return _bytes.AsMemory(0, _length);
    }

    private Span<byte> Take(int count)
    {
        if (_length + count > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }

    private Span<byte> Field(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(4), length);
        return Take(length);
    }

    private void Null() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    private void Int16(short value) => BinaryPrimitives.WriteInt16BigEndian(Field(2), value);

    private void Int32(int value) => BinaryPrimitives.WriteInt32BigEndian(Field(4), value);

    private void Int64(long value) => BinaryPrimitives.WriteInt64BigEndian(Field(8), value);

    private void Text(string? text)
    {
        if (text is null) Null();
        else Encoding.UTF8.GetBytes(text, Field(Encoding.UTF8.GetByteCount(text)));
    }

    /// <summary>ndigits, weight, sign (0x4000 negative), dscale, then the digits, most significant first.</summary>
    private void Numeric(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        var scale = (parts[3] >> 16) & 0x7F;
        var magnitude = unchecked(((UInt128)(uint)parts[2] << 64) | ((UInt128)(uint)parts[1] << 32) | (uint)parts[0]);
        var fractionDigits = (scale + 3) / 4; // base-10000 digits after the point
        for (var i = scale; i < fractionDigits * 4; i++) magnitude *= 10;

        Span<short> digits = stackalloc short[16];
        var count = 0;
        for (; magnitude > 0; magnitude /= 10_000) digits[count++] = (short)(uint)(magnitude % 10_000);
        var skipped = 0; // trailing zeros are not stored
        while (skipped < count && digits[skipped] == 0) skipped++;

        var field = Field(8 + (count - skipped) * 2);
        BinaryPrimitives.WriteInt16BigEndian(field, (short)(count - skipped));
        BinaryPrimitives.WriteInt16BigEndian(field[2..], (short)(count == 0 ? 0 : count - fractionDigits - 1));
        BinaryPrimitives.WriteInt16BigEndian(field[4..], (short)(value < 0 ? 0x4000 : 0));
        BinaryPrimitives.WriteInt16BigEndian(field[6..], (short)scale);
        for (var i = count - 1; i >= skipped; i--) BinaryPrimitives.WriteInt16BigEndian(field[(8 + (count - 1 - i) * 2)..], digits[i]);
    }
}
