using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Receipts;

/// <summary>Writes one bundle from one snapshot, as often as asked; each time the same bytes.</summary>
internal sealed class BundleSource(
    RecordSnapshot snapshot, RecordIds ids, StoredCheckpoint checkpoint, InclusionProof logProof, SignedTreeHead treeHead, bool disclosesMetadata)
    : IAsyncDisposable
{
    private const int FlushBytes = 64 * 1024;
    private const int MaxFailuresListed = 100;

    private readonly byte[] _statement = Encoding.UTF8.GetBytes(checkpoint.Statement);

    /// <summary>The first pass: hashes every record again, builds the root from them, and hashes what would be sent.</summary>
    public async Task<BundleCheck> CheckAsync(CancellationToken ct)
    {
        using var sink = new HashingSink();
        var tree = new TreeFrontier();
        var failed = new List<long>();
        var count = 0L;
        var writer = Begin(sink);
        try
        {
            await foreach (var record in RecordsAsync(ct))
            {
                count++;
                var statement = StatementOf(record);
                if (statement is null || LeafOf(statement, record.Salt) is var leaf && leaf != record.Leaf)
                {
                    failed.Add(record.LedgerIndex);
                    if (failed.Count == MaxFailuresListed) break;
                    continue;
                }

                tree.Append(record.Leaf);
                writer.Record(statement, record.Salt, Disclosed(record));
            }
        }
        catch (StoredRecordException damaged)
        {
            failed.Add(damaged.LedgerIndex);
        }

        if (failed.Count > 0) return new BundleCheck(failed, IsWhole: false, 0, []);
        tree.Append(Entry.Checkpoint(checkpoint.Salt, _statement).LeafHash());
        writer.End(checkpoint.ProofRoot, logProof, treeHead);
        return new BundleCheck([], count == checkpoint.RecordCount && tree.Root() == checkpoint.ProofRoot, sink.Length, sink.Finish());
    }

    /// <summary>The second pass: the bytes.</summary>
    public async Task WriteAsync(PipeWriter to, CancellationToken ct)
    {
        var writer = Begin(to);
        await foreach (var record in RecordsAsync(ct))
        {
            writer.Record(StatementOf(record), record.Salt, Disclosed(record));
            if (to.UnflushedBytes < FlushBytes) continue;

            // Who reads slowly is waited for here; who went away ends it here.
            var flushed = await to.FlushAsync(ct);
            if (flushed.IsCompleted || flushed.IsCanceled) return;
        }

        writer.End(checkpoint.ProofRoot, logProof, treeHead);
        await to.FlushAsync(ct);
    }

    public ValueTask DisposeAsync() => snapshot.DisposeAsync();

    private ReceiptWriter Begin(IBufferWriter<byte> to)
    {
        var writer = new ReceiptWriter(to);
        writer.BeginComplete(_statement, checkpoint.Salt);
        return writer;
    }

    private IAsyncEnumerable<StoredRecord> RecordsAsync(CancellationToken ct)
    {
        var (ledgerNo, customerNo) = (checkpoint.Customer.Ledger.LedgerNo, checkpoint.Customer.CustomerNo);
        return checkpoint.SelectedSeqs is { } chosen
            ? snapshot.ChosenAsync(ledgerNo, customerNo, chosen, ct)
            : snapshot.RangeAsync(ledgerNo, customerNo, checkpoint.FirstSeq, checkpoint.LastSeq, ct);
    }

    /// <summary>Null when the row's values fit no statement.</summary>
    private byte[]? StatementOf(StoredRecord record)
    {
        try
        {
            return record.Metadata is null != record.MetadataSalt is null
                ? null
                : record.Statement(checkpoint.Customer.Ledger.LedgerId, checkpoint.Customer.CustomerId, ids).ToUtf8();
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Hash LeafOf(byte[] statement, Salt salt) => Entry.Record(salt, statement).LeafHash();

    private DisclosedMetadata? Disclosed(StoredRecord record) => disclosesMetadata && record is { Metadata: { } metadata, MetadataSalt: { } salt }
        ? new DisclosedMetadata(Encoding.UTF8.GetBytes(metadata), salt)
        : null;

    /// <summary>Takes bytes, counts them, and keeps only their hash.</summary>
    private sealed class HashingSink : IBufferWriter<byte>, IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private byte[] _buffer = new byte[FlushBytes];
        private int _used;

        public long Length { get; private set; }

        public void Advance(int count)
        {
            _used += count;
            Length += count;
        }

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            Reserve(sizeHint);
            return _buffer.AsMemory(_used);
        }

        public Span<byte> GetSpan(int sizeHint = 0)
        {
            Reserve(sizeHint);
            return _buffer.AsSpan(_used);
        }

        public byte[] Finish()
        {
            _hash.AppendData(_buffer, 0, _used);
            return _hash.GetHashAndReset();
        }

        public void Dispose() => _hash.Dispose();

        private void Reserve(int sizeHint)
        {
            if (_buffer.Length - _used >= Math.Max(sizeHint, 1)) return;
            _hash.AppendData(_buffer, 0, _used);
            _used = 0;
            if (_buffer.Length < sizeHint) _buffer = new byte[sizeHint];
        }
    }
}

/// <summary>What the first pass found.</summary>
/// <param name="FailedIndexes">Records that no longer reproduce their hash.</param>
/// <param name="IsWhole">All records are there and give the checkpoint's root.</param>
/// <param name="Length">Of the file, in bytes.</param>
internal sealed record BundleCheck(IReadOnlyList<long> FailedIndexes, bool IsWhole, long Length, byte[] Sha256);
