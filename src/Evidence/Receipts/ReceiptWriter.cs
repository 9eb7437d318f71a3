using System.Buffers;
using System.Globalization;
using System.Text;

namespace PacSpace.Evidence;

/// <summary>Writes receipts and record proofs, compact and with members in the order that the format shows.</summary>
/// <remarks>
/// Pieces are written as they come, so a receipt of any length can be streamed: begin, one call for each record, end. The caller
/// flushes what it wrote to. Nothing is checked here but the order of the calls.
/// </remarks>
/// <param name="to">Where the bytes go.</param>
public sealed class ReceiptWriter(IBufferWriter<byte> to)
{
    private enum Stage
    {
        Start,
        Complete,
        Sample,
        End,
    }

    private Stage _stage = Stage.Start;
    private bool _hasRecord;

    /// <summary>Begins a complete receipt.</summary>
    public void BeginComplete(ReadOnlySpan<byte> checkpointUtf8, Salt salt)
    {
        Move(Stage.Start, Stage.Complete);
        Put("{\"format\":\"pacspace/receipt/1\",\"checkpoint\":{\"statement\":\""u8);
        Statement(checkpointUtf8, salt);
        Put("},\"records\":["u8);
    }

    /// <summary>Adds the next record of a complete receipt, by <c>seq</c>.</summary>
    public void Record(ReadOnlySpan<byte> statementUtf8, Salt salt, DisclosedMetadata? metadata = null)
    {
        Move(Stage.Complete, Stage.Complete);
        Put(_hasRecord ? ",{\"statement\":\""u8 : "{\"statement\":\""u8);
        _hasRecord = true;
        Statement(statementUtf8, salt);
        Metadata(metadata);
        Put("}"u8);
    }

    /// <summary>Begins a spot check; the path is the checkpoint's, which is the last leaf.</summary>
    public void BeginSample(ReadOnlySpan<byte> checkpointUtf8, Salt salt, ReadOnlySpan<Hash> path)
    {
        Move(Stage.Start, Stage.Sample);
        Put("{\"format\":\"pacspace/receipt/1\",\"checkpoint\":{\"statement\":\""u8);
        Statement(checkpointUtf8, salt);
        Put(","u8);
        Path(path);
        Put("},\"sample\":["u8);
    }

    /// <summary>Adds the next sampled record, by index.</summary>
    /// <param name="index">The record's leaf index among the checkpoint's.</param>
    /// <param name="statementUtf8">The record's statement.</param>
    /// <param name="salt">Its salt.</param>
    /// <param name="path">From the record to the proof root.</param>
    /// <param name="block">From the record to its block's root.</param>
    /// <param name="log">From the block to the root of the log at the receipt's tree head.</param>
    /// <param name="metadata">Its metadata, if that is to be disclosed.</param>
    public void Sampled(LeafIndex index, ReadOnlySpan<byte> statementUtf8, Salt salt, ReadOnlySpan<Hash> path,
        InclusionProof block, InclusionProof log, DisclosedMetadata? metadata = null)
    {
        Move(Stage.Sample, Stage.Sample);
        Put(_hasRecord ? ",{\"index\":\""u8 : "{\"index\":\""u8);
        _hasRecord = true;
        Number(index.Value);
        Put("\",\"statement\":\""u8);
        Statement(statementUtf8, salt);
        Metadata(metadata);
        Put(","u8);
        Path(path);
        Position(",\"block\":"u8, block);
        Position(",\"log\":"u8, log);
        Put("}"u8);
    }

    /// <summary>Ends a receipt of either kind.</summary>
    public void End(Hash proofRoot, InclusionProof log, SignedTreeHead treeHead)
    {
        if (_stage is not (Stage.Complete or Stage.Sample)) throw new InvalidOperationException("The receipt was not begun.");
        _stage = Stage.End;
        Put("],\"proofRoot\":\"0x"u8);
        Hex(proofRoot.Bytes);
        Put("\""u8);
        Position(",\"log\":"u8, log);
        TreeHead(treeHead);
    }

    /// <summary>Writes the whole proof of one record.</summary>
    /// <param name="statementUtf8">The record's statement.</param>
    /// <param name="salt">Its salt.</param>
    /// <param name="block">From the record to its block's root.</param>
    /// <param name="log">From the block to the root of the log at the tree head.</param>
    /// <param name="treeHead">The signed tree head.</param>
    /// <param name="metadata">Its metadata, if that is to be disclosed.</param>
    public void RecordProof(ReadOnlySpan<byte> statementUtf8, Salt salt, InclusionProof block, InclusionProof log,
        SignedTreeHead treeHead, DisclosedMetadata? metadata = null)
    {
        Move(Stage.Start, Stage.End);
        Put("{\"format\":\"pacspace/record-proof/1\",\"statement\":\""u8);
        Statement(statementUtf8, salt);
        Metadata(metadata);
        Position(",\"block\":"u8, block);
        Position(",\"log\":"u8, log);
        TreeHead(treeHead);
    }

    private void Move(Stage from, Stage next)
    {
        if (_stage != from) throw new InvalidOperationException("The parts of a receipt were written out of order.");
        _stage = next;
    }

    private void Statement(ReadOnlySpan<byte> utf8, Salt salt)
    {
        StatementText.Write(utf8, to);
        Put("\",\"salt\":\""u8);
        Hex(salt.Bytes);
        Put("\""u8);
    }

    private void Metadata(DisclosedMetadata? metadata)
    {
        if (metadata is null) return;
        Put(",\"metadata\":\""u8);
        StatementText.Write(metadata.Utf8.Span, to);
        Put("\",\"metadataSalt\":\""u8);
        Hex(metadata.Salt.Bytes);
        Put("\""u8);
    }

    private void Position(ReadOnlySpan<byte> name, InclusionProof proof)
    {
        Put(name);
        Put("{\"index\":\""u8);
        Number(proof.Index.Value);
        Put("\",\"size\":\""u8);
        Number(proof.Size.Value);
        Put("\","u8);
        Path([.. proof.Path]);
        Put("}"u8);
    }

    private void Path(ReadOnlySpan<Hash> path)
    {
        Put("\"path\":["u8);
        for (var i = 0; i < path.Length; i++)
        {
            Put(i == 0 ? "\""u8 : ",\""u8);
            Hex(path[i].Bytes);
            Put("\""u8);
        }
        Put("]"u8);
    }

    private void TreeHead(SignedTreeHead treeHead)
    {
        Put(",\"treeHead\":\""u8);
        StatementText.Write(Encoding.UTF8.GetBytes(treeHead.Note), to);
        Put("\"}"u8);
    }

    private void Number(long value)
    {
        value.TryFormat(to.GetSpan(20), out var written, default, CultureInfo.InvariantCulture);
        to.Advance(written);
    }

    private void Hex(ReadOnlySpan<byte> bytes)
    {
        LowerHex.Encode(bytes, to.GetSpan(2 * bytes.Length));
        to.Advance(2 * bytes.Length);
    }

    private void Put(ReadOnlySpan<byte> bytes) => to.Write(bytes);
}

/// <summary>A record's metadata as received, with its salt: what is shown to whoever may see it.</summary>
/// <param name="Utf8">The JSON text, byte for byte.</param>
/// <param name="Salt">The metadata's own salt.</param>
public sealed record DisclosedMetadata(ReadOnlyMemory<byte> Utf8, Salt Salt);
