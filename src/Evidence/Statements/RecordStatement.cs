using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace PacSpace.Evidence;

/// <summary>What is stated about one accepted delta. Golden file: <c>record-statements.json</c>.</summary>
/// <remarks>
/// Members in canonical order; the statement is a JSON object of strings without white space.
/// <code>
/// acceptedAt    time, never decreasing within a ledger
/// adjusts       optional: recordId of the record that this one adjusts
/// balanceAfter  amount: sum of this customer's deltas 1 … seq
/// customerId    text, as the vendor wrote it
/// delta         amount, not zero
/// ledger        text
/// metadataHash  optional: hex of H(metadataSalt ‖ metadata)
/// prev          hex: leaf hash of this customer's record seq - 1; zeros when seq is 1
/// reason        text
/// recordId      text
/// referenceId   optional text
/// seq           count, from 1, without gaps
/// unit          optional text
/// v             pacspace/record/1
/// </code>
/// </remarks>
public sealed record RecordStatement : IStatement
{
    /// <summary>The ledger's opaque name.</summary>
    public required string LedgerId { get; init; }

    /// <summary>The record's name.</summary>
    public required string RecordId { get; init; }

    /// <summary>The customer, as the vendor wrote it.</summary>
    public required string CustomerId { get; init; }

    /// <summary>The record's number within its customer, from 1.</summary>
    public required long Seq { get; init; }

    /// <summary>Leaf hash of the customer's record before this one; <see cref="Hash.Zero"/> when <see cref="Seq"/> is 1.</summary>
    public required Hash Prev { get; init; }

    /// <summary>The change; not zero.</summary>
    public required Amount Delta { get; init; }

    /// <summary>The sum of the customer's deltas up to this one.</summary>
    public required Amount BalanceAfter { get; init; }

    /// <summary>The customer's unit label when the record was accepted, if it had one.</summary>
    public string? Unit { get; init; }

    /// <summary>Why, in the vendor's words.</summary>
    public required string Reason { get; init; }

    /// <summary>The vendor's own reference, if any.</summary>
    public string? ReferenceId { get; init; }

    /// <summary>What <see cref="MetadataCommitment.Of"/> gave, if the record has metadata.</summary>
    public Hash? MetadataHash { get; init; }

    /// <summary>The record that this one adjusts, if any.</summary>
    public string? Adjusts { get; init; }

    /// <summary>When the record was accepted; it alone decides the period.</summary>
    public required Timestamp AcceptedAt { get; init; }

    /// <summary>Writes the canonical bytes.</summary>
    /// <exception cref="ArgumentException">A value has no form in a statement (empty or invalid text, a number out of range).</exception>
    public void WriteTo(IBufferWriter<byte> destination) => Leaf.Write(this, destination);

    /// <summary>The canonical bytes.</summary>
    /// <inheritdoc cref="WriteTo" path="/exception"/>
    public byte[] ToUtf8() => Leaf.ToUtf8(this);

    /// <summary>The record's leaf hash: <c>H(0x00 ‖ 0x01 ‖ H(salt ‖ statement))</c>.</summary>
    /// <inheritdoc cref="WriteTo" path="/exception"/>
    public Hash LeafHash(Salt salt) => Leaf.HashOf(this, salt, EntryKind.Record);

    /// <summary>
    /// Reads a statement that is byte for byte what <see cref="ToUtf8"/> writes, and that fulfils what a statement can show by
    /// itself: delta not zero, seq from 1, and the first record has zeros as <c>prev</c> and its delta as balance.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out RecordStatement? statement)
    {
        var reader = new StatementReader(utf8);
        var read = new RecordStatement
        {
            AcceptedAt = reader.Time("acceptedAt"u8),
            Adjusts = reader.Optional("adjusts"u8),
            BalanceAfter = reader.Amount("balanceAfter"u8),
            CustomerId = reader.Text("customerId"u8),
            Delta = reader.Amount("delta"u8),
            LedgerId = reader.Text("ledger"u8),
            MetadataHash = reader.OptionalHash("metadataHash"u8),
            Prev = reader.Hash("prev"u8),
            Reason = reader.Text("reason"u8),
            RecordId = reader.Text("recordId"u8),
            ReferenceId = reader.Optional("referenceId"u8),
            Seq = reader.Count("seq"u8),
            Unit = reader.Optional("unit"u8),
        };
        reader.Literal("v"u8, Version);
        statement = reader.Close() && read.IsSound() && StatementBytes.Equal(read, utf8) ? read : null;
        return statement is not null;
    }

    private static ReadOnlySpan<byte> Version => "pacspace/record/1"u8;

    private bool IsSound() => Delta != Amount.Zero && Seq >= 1 && (Seq > 1 || (Prev.IsZero && BalanceAfter == Delta));

    int IStatement.Room => StatementWriter.RoomFor(LedgerId.Length + RecordId.Length + CustomerId.Length + Reason.Length
        + (Unit?.Length ?? 0) + (ReferenceId?.Length ?? 0) + (Adjusts?.Length ?? 0));

    int IStatement.Write(Span<byte> utf8)
    {
        var writer = new StatementWriter(utf8);
        writer.Time("acceptedAt"u8, AcceptedAt);
        writer.Optional("adjusts"u8, Adjusts);
        writer.Amount("balanceAfter"u8, BalanceAfter);
        writer.Text("customerId"u8, CustomerId);
        writer.Amount("delta"u8, Delta);
        writer.Text("ledger"u8, LedgerId);
        if (MetadataHash is { } metadata) writer.Hash("metadataHash"u8, metadata);
        writer.Hash("prev"u8, Prev);
        writer.Text("reason"u8, Reason);
        writer.Text("recordId"u8, RecordId);
        writer.Optional("referenceId"u8, ReferenceId);
        writer.Count("seq"u8, Seq);
        writer.Optional("unit"u8, Unit);
        writer.Literal("v"u8, Version);
        return writer.Close();
    }
}
