using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Audit;

/// <summary>A row of <c>checkpoints</c> with the log entry that it names.</summary>
internal sealed record AuditedCheckpoint
{
    public required string CheckpointId { get; init; }

    /// <summary>A column holds what no checkpoint can hold; then no other member means anything.</summary>
    public string? Damage { get; init; }

    public CheckpointMode Mode { get; init; }
    public Window Window { get; init; }
    public Timestamp AsOf { get; init; }
    public Timestamp CoveredThrough { get; init; }
    public long RecordCount { get; init; }
    public long FirstSeq { get; init; }
    public long LastSeq { get; init; }
    public Timestamp? FirstRecordAt { get; init; }
    public Timestamp? LastRecordAt { get; init; }
    public Amount Opening { get; init; }
    public Amount Net { get; init; }
    public Amount Closing { get; init; }
    public Amount Increases { get; init; }
    public Amount Decreases { get; init; }
    public string? Unit { get; init; }
    public string RecordedBy { get; init; } = "";
    public string Statement { get; init; } = "";
    public Salt Salt { get; init; }
    public Hash ProofRoot { get; init; }
    public long[] SelectedSeqs { get; init; } = [];
    public long? LogIndex { get; init; }
    public long? TreeSize { get; init; }
    public bool IsVerified { get; init; }
    public int CustomerNo { get; init; }
    public string CustomerId { get; init; } = "";
    public byte[]? Entry { get; init; }
    public string? EntryCheckpointId { get; init; }
    public bool HasHead { get; init; }

    /// <summary>The statement that the columns say.</summary>
    public CheckpointStatement ToStatement(string ledgerId) => new()
    {
        CheckpointId = CheckpointId,
        LedgerId = ledgerId,
        CustomerId = CustomerId,
        Mode = Mode,
        Start = Window.Start,
        End = Window.End,
        AsOf = AsOf,
        Count = RecordCount,
        FirstSeq = FirstSeq,
        LastSeq = LastSeq,
        Opening = Opening,
        Net = Net,
        Closing = Closing,
        Unit = Unit,
        RecordedBy = RecordedBy,
    };

    public static AuditedCheckpoint Read(NpgsqlDataReader row)
    {
        var checkpointId = row.GetString(0);
        try
        {
            return new AuditedCheckpoint
            {
                CheckpointId = checkpointId,
                Mode = row.GetString(1) == "selected" ? CheckpointMode.Selected : CheckpointMode.All,
                Window = new Window(RecordReader.ReadTimestamp(row, 2), RecordReader.ReadTimestamp(row, 3)),
                AsOf = RecordReader.ReadTimestamp(row, 4),
                CoveredThrough = RecordReader.ReadTimestamp(row, 5),
                RecordCount = row.GetInt64(6),
                FirstSeq = row.GetInt64(7),
                LastSeq = row.GetInt64(8),
                FirstRecordAt = row.IsDBNull(9) ? null : RecordReader.ReadTimestamp(row, 9),
                LastRecordAt = row.IsDBNull(10) ? null : RecordReader.ReadTimestamp(row, 10),
                Opening = Amount.FromDecimal(row.GetDecimal(11)),
                Net = Amount.FromDecimal(row.GetDecimal(12)),
                Closing = Amount.FromDecimal(row.GetDecimal(13)),
                Increases = Amount.FromDecimal(row.GetDecimal(14)),
                Decreases = Amount.FromDecimal(row.GetDecimal(15)),
                Unit = row.IsDBNull(16) ? null : row.GetString(16),
                RecordedBy = row.GetString(17),
                Statement = row.GetString(18),
                Salt = RecordReader.ReadSalt(row, 19),
                ProofRoot = RecordReader.ReadHash(row, 20),
                SelectedSeqs = row.IsDBNull(21) ? [] : row.GetFieldValue<long[]>(21),
                LogIndex = row.IsDBNull(22) ? null : row.GetInt64(22),
                TreeSize = row.IsDBNull(23) ? null : row.GetInt64(23),
                IsVerified = row.GetBoolean(24),
                CustomerNo = row.GetInt32(26),
                CustomerId = row.IsDBNull(27) ? "" : row.GetString(27),
                Entry = row.IsDBNull(28) ? null : row.GetFieldValue<byte[]>(28),
                EntryCheckpointId = row.IsDBNull(29) ? null : row.GetString(29),
                HasHead = row.GetBoolean(30),
            };
        }
        catch (Exception damaged) when (damaged is OverflowException or ArgumentException or InvalidCastException)
        {
            return new AuditedCheckpoint { CheckpointId = checkpointId, Damage = damaged.Message };
        }
    }
}

/// <summary>What a checkpoint takes from a record.</summary>
internal sealed record CoveredRecord(
    long LedgerIndex, long Seq, Hash Leaf, Amount Delta, Amount BalanceAfter, Timestamp AcceptedAt, string? Unit)
{
    /// <summary>Null for a row whose columns cannot be those of a record.</summary>
    public static CoveredRecord? Read(NpgsqlDataReader row)
    {
        try
        {
            return new CoveredRecord(
                row.GetInt64(0), row.GetInt64(1), RecordReader.ReadHash(row, 2), Amount.FromDecimal(row.GetDecimal(3)), Amount.FromDecimal(row.GetDecimal(4)),
                RecordReader.ReadTimestamp(row, 5), row.IsDBNull(6) ? null : row.GetString(6));
        }
        catch (Exception damaged) when (damaged is OverflowException or ArgumentException or InvalidCastException)
        {
            return null;
        }
    }
}
