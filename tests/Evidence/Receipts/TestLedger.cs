using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using PacSpace.Evidence.Tests.Notes;

namespace PacSpace.Evidence.Tests.Receipts;

/// <summary>A vendor in miniature: one customer's records in one block, a checkpoint over them, a log of a few entries, and its key.</summary>
/// <remarks>State is built by doing: the receipts are written by the writer under test from hashes that Evidence made.</remarks>
internal sealed class TestLedger
{
    public static readonly byte[] Seed = SHA256.HashData("a test log's key"u8);
    public static readonly VerifierKey Key = VerifierKey.Create("localhost/log/test", Rfc8032.PublicKey(Seed));
    public static readonly Period April = Period.TryParse("2026-04", out var april) ? april : throw new FormatException();

    private readonly List<(byte[] Statement, Salt Salt, Hash Leaf)> _records = [];
    private readonly List<Hash> _log = [.. Enumerable.Range(0, 5).Select(i => Entry.Block(SaltedHash(i)).LeafHash())];
    private readonly Func<RecordStatement, RecordStatement> _change;

    /// <param name="records">How many.</param>
    /// <param name="change">Changes each statement before it is recorded, so that what is committed to is wrong from the start.</param>
    public TestLedger(int records, Func<RecordStatement, RecordStatement>? change = null)
    {
        _change = change ?? (statement => statement);
        var (prev, balance) = (Hash.Zero, Amount.Zero);
        for (var seq = 1; seq <= records; seq++)
        {
            var delta = Amount.FromDecimal(seq % 3 == 0 ? -0.5m * seq : 1.25m);
            balance += delta;
            var statement = _change(new()
            {
                LedgerId = "ldg_test",
                RecordId = $"rec_{seq:D26}",
                CustomerId = "cust_001",
                Seq = seq,
                Prev = prev,
                Delta = delta,
                BalanceAfter = balance,
                Unit = seq % 2 == 0 ? "tokens" : null,
                Reason = seq % 5 == 0 ? "usage \"quoted\"\n" : "usage",
                AcceptedAt = April.Window.Start.AddMicroseconds(seq),
            });
            var salt = SaltOf(seq);
            prev = statement.LeafHash(salt);
            _records.Add((statement.ToUtf8(), salt, prev));
        }
        Checkpoint = new()
        {
            CheckpointId = "chk_test",
            LedgerId = "ldg_test",
            CustomerId = "cust_001",
            Mode = CheckpointMode.All,
            Start = April.Window.Start,
            End = April.Window.End,
            AsOf = April.Window.End.AddMicroseconds(5_000_000),
            Count = records,
            FirstSeq = 1,
            LastSeq = records,
            Opening = Amount.Zero,
            Net = balance,
            Closing = balance,
            Unit = records > 1 ? "tokens" : null,
            RecordedBy = "Acme Inference",
        };
    }

    public CheckpointStatement Checkpoint { get; set; }

    private static Salt CheckpointSalt => SaltOf(-1);

    private Hash[] Leaves => [.. _records.Select(record => record.Leaf)];

    private Hash[] ProofLeaves => [.. Leaves, Checkpoint.LeafHash(CheckpointSalt)];

    public void WriteComplete(IBufferWriter<byte> to, Action? afterEach = null)
    {
        var (writer, sealing) = (new ReceiptWriter(to), Seal());
        writer.BeginComplete(Checkpoint.ToUtf8(), CheckpointSalt);
        foreach (var (statement, salt, _) in _records)
        {
            writer.Record(statement, salt);
            afterEach?.Invoke();
        }
        writer.End(sealing.ProofRoot, sealing.CheckpointInLog, sealing.TreeHead);
    }

    public byte[] Complete()
    {
        var bytes = new ArrayBufferWriter<byte>();
        WriteComplete(bytes);
        return bytes.WrittenSpan.ToArray();
    }

    public byte[] Sample(params int[] indexes)
    {
        var (bytes, sealing, leaves) = (new ArrayBufferWriter<byte>(), Seal(), ProofLeaves);
        var writer = new ReceiptWriter(bytes);
        writer.BeginSample(Checkpoint.ToUtf8(), CheckpointSalt, MerkleTree.InclusionPath(leaves, new(_records.Count)));
        foreach (var index in indexes)
        {
            var (statement, salt, _) = _records[index];
            writer.Sampled(new(index), statement, salt, MerkleTree.InclusionPath(leaves, new(index)), InBlock(index), sealing.BlockInLog);
        }
        writer.End(sealing.ProofRoot, sealing.CheckpointInLog, sealing.TreeHead);
        return bytes.WrittenSpan.ToArray();
    }

    public byte[] RecordProof(int index)
    {
        var (bytes, sealing) = (new ArrayBufferWriter<byte>(), Seal());
        new ReceiptWriter(bytes).RecordProof(_records[index].Statement, _records[index].Salt, InBlock(index), sealing.BlockInLog, sealing.TreeHead);
        return bytes.WrittenSpan.ToArray();
    }

    public static SignedTreeHead Sign(TreeHead head) => SignedTreeHead.Compose(head, [(Key, Rfc8032.Sign(Seed, head.Body()))]);

    private InclusionProof InBlock(int index) =>
        new(new(index), new(_records.Count), MerkleTree.InclusionPath(Leaves, new(index)));

    private sealed record Sealing(Hash ProofRoot, InclusionProof BlockInLog, InclusionProof CheckpointInLog, SignedTreeHead TreeHead);

    private Sealing Seal()
    {
        var proofRoot = MerkleTree.Root(ProofLeaves);
        Hash[] log = [.. _log, Entry.Block(MerkleTree.Root(Leaves)).LeafHash(), Entry.CheckpointRoot(proofRoot).LeafHash(), _log[0]];
        InclusionProof At(int index) => new(new(index), new(log.Length), MerkleTree.InclusionPath(log, new(index)));
        return new(proofRoot, At(_log.Count), At(_log.Count + 1), Sign(new(Key.Origin, new(log.Length), MerkleTree.Root(log))));
    }

    private static Hash SaltedHash(int seed)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, seed);
        return Hash.Sha256(bytes);
    }

    private static Salt SaltOf(int seed) => Salt.FromBytes(SaltedHash(seed).Bytes[..Salt.Size]);
}
