using System.Text;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Ingest;

namespace PacSpace.Features.Balance;

/// <summary>What is kept with the key of a single emit: the facts that the request itself does not hold. The same body gives
/// the rest, so a replay is made by the code that made the first answer, and its bytes are the same.</summary>
/// <remarks>
/// <code>
/// 1 ‖ ledger index (8, little-endian, as all numbers) ‖ customer no (4) ‖ seq (8) ‖ acceptedAt (8, microseconds) ‖ prev (32) ‖ leaf (32)
///   ‖ record id, balance after, adjusted record id, its reference id (each: length as 7-bit groups, UTF-8; absent as empty)
/// </code>
/// It stands apart from the record's row, so it is also a source that confirms the row's hash (evidence format, section 5).
/// </remarks>
internal static class EmitDeltaAnswer
{
    private const byte Version = 1;

    public static StoredAnswer? Store(SubmissionAccepted accepted)
    {
        if (accepted.Items is not [ItemAccepted item]) return null;
        using var bytes = new MemoryStream(192);
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Version);
            writer.Write(item.LedgerIndex);
            writer.Write(item.CustomerNo);
            writer.Write(item.Seq);
            writer.Write(item.AcceptedAt.Microseconds);
            writer.Write(item.Prev.ToArray());
            writer.Write(item.Leaf.ToArray());
            writer.Write(item.RecordId);
            writer.Write(item.BalanceAfter.ToString());
            writer.Write(item.AdjustsRecordId ?? "");
            writer.Write(item.AdjustsReferenceId ?? "");
        }

        return new StoredAnswer(201, bytes.ToArray());
    }

    public static ItemAccepted Read(StoredAnswer answer)
    {
        using var reader = new BinaryReader(new MemoryStream(answer.Bytes), Encoding.UTF8);
        if (reader.ReadByte() != Version) throw new InvalidDataException("A stored answer of an unknown version.");
        var (ledgerIndex, customerNo, seq) = (reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt64());
        var acceptedAt = Timestamp.FromMicroseconds(reader.ReadInt64());
        var (prev, leaf) = (Hash.FromBytes(reader.ReadBytes(32)), Hash.FromBytes(reader.ReadBytes(32)));
        var recordId = reader.ReadString();
        if (!Amount.TryParseCanonical(reader.ReadString(), out var balanceAfter)) throw new InvalidDataException("A stored balance is no amount.");
        var (adjusted, reference) = (reader.ReadString(), reader.ReadString());
        return new ItemAccepted(
            ledgerIndex, recordId, customerNo, seq, prev, leaf, leaf, balanceAfter, acceptedAt,
            adjusted.Length == 0 ? null : adjusted, reference.Length == 0 ? null : reference, IsReplay: true);
    }
}
