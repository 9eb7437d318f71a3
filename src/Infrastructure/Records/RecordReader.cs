using System.Globalization;
using Npgsql;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Records;

/// <summary>The one list of the hot table's columns and the one way from a row to a <see cref="StoredRecord"/>.</summary>
public static class RecordReader
{
    /// <summary>Columns in the order of <see cref="Read"/>, under the table alias <c>r</c>.</summary>
    public const string Columns =
        "r.ledger_no, r.ledger_index, r.customer_no, r.seq, r.accepted_at, r.delta, r.balance_after, r.salt, r.leaf, r.prev, " +
        "r.reason, r.unit, r.reference_id, r.metadata, r.metadata_salt, r.adjusts_index, r.submission_root, r.delta_index";

    public const int ColumnCount = 18;

    /// <param name="row">A reader that stands on a row.</param>
    /// <param name="at">Position of the first of <see cref="Columns"/>.</param>
    /// <exception cref="StoredRecordException">A column holds what no record can hold (a hash of another length, an amount
    /// past 28 digits): the row is damaged and is treated as one that does not reproduce its hash.</exception>
    public static StoredRecord Read(NpgsqlDataReader row, int at = 0)
    {
        var ledgerNo = row.GetInt32(at);
        var ledgerIndex = row.GetInt64(at + 1);
        try
        {
            return new StoredRecord
            {
                LedgerNo = ledgerNo,
                LedgerIndex = ledgerIndex,
                CustomerNo = row.GetInt32(at + 2),
                Seq = row.GetInt64(at + 3),
                AcceptedAt = ReadTimestamp(row, at + 4),
                Delta = Amount.FromDecimal(row.GetDecimal(at + 5)),
                BalanceAfter = Amount.FromDecimal(row.GetDecimal(at + 6)),
                Salt = ReadSalt(row, at + 7),
                Leaf = ReadHash(row, at + 8),
                Prev = ReadHash(row, at + 9),
                Reason = row.GetString(at + 10),
                Unit = row.IsDBNull(at + 11) ? null : row.GetString(at + 11),
                ReferenceId = row.IsDBNull(at + 12) ? null : row.GetString(at + 12),
                Metadata = row.IsDBNull(at + 13) ? null : row.GetString(at + 13),
                MetadataSalt = row.IsDBNull(at + 14) ? null : ReadSalt(row, at + 14),
                AdjustsIndex = row.IsDBNull(at + 15) ? null : row.GetInt64(at + 15),
                SubmissionRoot = row.IsDBNull(at + 16) ? null : ReadHash(row, at + 16),
                DeltaIndex = row.IsDBNull(at + 17) ? null : row.GetInt16(at + 17),
            };
        }
        catch (Exception e) when (e is OverflowException or ArgumentException or InvalidCastException)
        {
            throw new StoredRecordException(ledgerNo, ledgerIndex, e);
        }
    }

    public static Hash ReadHash(NpgsqlDataReader row, int at) => Hash.FromBytes(ReadBytes(row, at));

    public static Salt ReadSalt(NpgsqlDataReader row, int at) => Salt.FromBytes(ReadBytes(row, at));

    public static Timestamp ReadTimestamp(NpgsqlDataReader row, int at) =>
        Timestamp.FromDateTimeOffset(new DateTimeOffset(row.GetDateTime(at), TimeSpan.Zero));

    /// <summary>Up to 33 bytes of a column, one more than any hash has, in a buffer that the next call overwrites.</summary>
    private static ReadOnlySpan<byte> ReadBytes(NpgsqlDataReader row, int at)
    {
        var buffer = t_scratch ??= new byte[33];
        return buffer.AsSpan(0, (int)row.GetBytes(at, 0, buffer, 0, buffer.Length));
    }

    [ThreadStatic]
    private static byte[]? t_scratch;
}

/// <summary>A stored row whose columns cannot be those of a record.</summary>
public sealed class StoredRecordException(int ledgerNo, long ledgerIndex, Exception inner)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"The stored record {ledgerIndex} of ledger {ledgerNo} is damaged: {inner.Message}"), inner)
{
    public int LedgerNo { get; } = ledgerNo;

    public long LedgerIndex { get; } = ledgerIndex;
}
