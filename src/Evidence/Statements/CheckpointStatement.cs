using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace PacSpace.Evidence;

/// <summary>Which records of its window a checkpoint holds.</summary>
public enum CheckpointMode
{
    /// <summary>Every record in the window.</summary>
    All,

    /// <summary>A chosen subset.</summary>
    Selected,
}

/// <summary>What is stated about one customer over one window. Golden file: <c>receipts.json</c>.</summary>
/// <remarks>
/// Members in canonical order; the statement is a JSON object of strings without white space.
/// <code>
/// asOf          time: when it was committed
/// checkpointId  text
/// closing       amount: opening + net
/// count         count: number of records
/// customerId    text
/// end           time: the window [start, end), decided by acceptedAt
/// firstSeq      count, from 1
/// lastSeq       count; mode all: firstSeq + count - 1
/// ledger        text
/// mode          all or selected
/// net           amount: sum of the deltas
/// opening       amount: balance before firstSeq; mode selected: 0
/// recordedBy    text: the vendor's display name
/// start         time
/// unit          optional text
/// v             pacspace/checkpoint/1
/// </code>
/// </remarks>
public sealed record CheckpointStatement : IStatement
{
    /// <summary>The checkpoint's name.</summary>
    public required string CheckpointId { get; init; }

    /// <summary>The ledger's opaque name.</summary>
    public required string LedgerId { get; init; }

    /// <summary>The customer, as the vendor wrote it.</summary>
    public required string CustomerId { get; init; }

    /// <summary>Every record of the window, or a subset.</summary>
    public required CheckpointMode Mode { get; init; }

    /// <summary>Start of the window; inside it.</summary>
    public required Timestamp Start { get; init; }

    /// <summary>End of the window; outside it.</summary>
    public required Timestamp End { get; init; }

    /// <summary>When the checkpoint was committed; no record from then on is in it.</summary>
    public required Timestamp AsOf { get; init; }

    /// <summary>Number of records.</summary>
    public required long Count { get; init; }

    /// <summary>Number of the first record; mode all: one more than the number of the customer's last record before the window.</summary>
    public required long FirstSeq { get; init; }

    /// <summary>Number of the last record; one less than <see cref="FirstSeq"/> when there is none.</summary>
    public required long LastSeq { get; init; }

    /// <summary>Balance before <see cref="FirstSeq"/>; zero in mode selected.</summary>
    public required Amount Opening { get; init; }

    /// <summary>Sum of the deltas.</summary>
    public required Amount Net { get; init; }

    /// <summary><see cref="Opening"/> plus <see cref="Net"/>.</summary>
    public required Amount Closing { get; init; }

    /// <summary>The records' unit, when all that have one have the same.</summary>
    public string? Unit { get; init; }

    /// <summary>The vendor's display name as buyers see it.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>End of the covered window: the earlier of <see cref="End"/> and <see cref="AsOf"/>; outside it.</summary>
    public Timestamp CoveredThrough => End < AsOf ? End : AsOf;

    /// <summary>The covered window, [start, the earlier of end and asOf).</summary>
    public Window Covered => new(Start, CoveredThrough);

    /// <summary>Writes the canonical bytes.</summary>
    /// <exception cref="ArgumentException">A value has no form in a statement (empty or invalid text, a number out of range).</exception>
    public void WriteTo(IBufferWriter<byte> destination) => Leaf.Write(this, destination);

    /// <summary>The canonical bytes.</summary>
    /// <inheritdoc cref="WriteTo" path="/exception"/>
    public byte[] ToUtf8() => Leaf.ToUtf8(this);

    /// <summary>The checkpoint's leaf hash: <c>H(0x00 ‖ 0x02 ‖ H(salt ‖ statement))</c>.</summary>
    /// <inheritdoc cref="WriteTo" path="/exception"/>
    public Hash LeafHash(Salt salt) => Leaf.HashOf(this, salt, EntryKind.Checkpoint);

    /// <summary>
    /// Reads a statement that is byte for byte what <see cref="ToUtf8"/> writes, and that fulfils what a statement can show by
    /// itself: start before end and before asOf, firstSeq from 1; mode all: lastSeq = firstSeq + count - 1; mode selected:
    /// count not 0, opening 0.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out CheckpointStatement? statement)
    {
        var reader = new StatementReader(utf8);
        var read = new CheckpointStatement
        {
            AsOf = reader.Time("asOf"u8),
            CheckpointId = reader.Text("checkpointId"u8),
            Closing = reader.Amount("closing"u8),
            Count = reader.Count("count"u8),
            CustomerId = reader.Text("customerId"u8),
            End = reader.Time("end"u8),
            FirstSeq = reader.Count("firstSeq"u8),
            LastSeq = reader.Count("lastSeq"u8),
            LedgerId = reader.Text("ledger"u8),
            // A third word becomes All here and is caught when the bytes are compared.
            Mode = reader.Raw("mode"u8).SequenceEqual(SelectedWord) ? CheckpointMode.Selected : CheckpointMode.All,
            Net = reader.Amount("net"u8),
            Opening = reader.Amount("opening"u8),
            RecordedBy = reader.Text("recordedBy"u8),
            Start = reader.Time("start"u8),
            Unit = reader.Optional("unit"u8),
        };
        reader.Literal("v"u8, Version);
        statement = reader.Close() && read.IsSound() && StatementBytes.Equal(read, utf8) ? read : null;
        return statement is not null;
    }

    private static ReadOnlySpan<byte> Version => "pacspace/checkpoint/1"u8;

    private static ReadOnlySpan<byte> AllWord => "all"u8;

    private static ReadOnlySpan<byte> SelectedWord => "selected"u8;

    private bool IsSound() => Start < End && Start < AsOf && FirstSeq >= 1 && (Mode == CheckpointMode.All
        ? LastSeq == FirstSeq + Count - 1
        : Count > 0 && Opening == Amount.Zero);

    int IStatement.Room => StatementWriter.RoomFor(
        CheckpointId.Length + LedgerId.Length + CustomerId.Length + RecordedBy.Length + (Unit?.Length ?? 0));

    int IStatement.Write(Span<byte> utf8)
    {
        var writer = new StatementWriter(utf8);
        writer.Time("asOf"u8, AsOf);
        writer.Text("checkpointId"u8, CheckpointId);
        writer.Amount("closing"u8, Closing);
        writer.Count("count"u8, Count);
        writer.Text("customerId"u8, CustomerId);
        writer.Time("end"u8, End);
        writer.Count("firstSeq"u8, FirstSeq);
        writer.Count("lastSeq"u8, LastSeq);
        writer.Text("ledger"u8, LedgerId);
        writer.Literal("mode"u8, Mode == CheckpointMode.Selected ? SelectedWord : AllWord);
        writer.Amount("net"u8, Net);
        writer.Amount("opening"u8, Opening);
        writer.Text("recordedBy"u8, RecordedBy);
        writer.Time("start"u8, Start);
        writer.Optional("unit"u8, Unit);
        writer.Literal("v"u8, Version);
        return writer.Close();
    }
}
