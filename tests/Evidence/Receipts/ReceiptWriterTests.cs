using System.Buffers;
using System.Text;
using System.Text.Json;

namespace PacSpace.Evidence.Tests.Receipts;

/// <summary>The golden good files, taken apart by another JSON reader and written again by ours.</summary>
public sealed class ReceiptWriterTests
{
    private static Salt SaltIn(JsonElement holder, string name = "salt") => Golden.Salt(holder.GetProperty(name));

    private static byte[] Utf8(JsonElement holder, string name) => Encoding.UTF8.GetBytes(holder.GetProperty(name).GetString()!);

    private static InclusionProof Position(JsonElement place) => new(
        new(long.Parse(place.GetProperty("index").GetString()!, null)),
        new(long.Parse(place.GetProperty("size").GetString()!, null)),
        Golden.Path(place.GetProperty("path")));

    private static DisclosedMetadata? Metadata(JsonElement record) =>
        record.TryGetProperty("metadata", out _) ? new(Utf8(record, "metadata"), SaltIn(record, "metadataSalt")) : null;

    private static SignedTreeHead TreeHead(JsonElement file) =>
        SignedTreeHead.TryParse(file.GetProperty("treeHead").GetString()!, out var head) ? head : throw new FormatException();

    private static byte[] Write(JsonElement file)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new ReceiptWriter(bytes);
        if (!file.TryGetProperty("checkpoint", out var checkpoint))
        {
            writer.RecordProof(Utf8(file, "statement"), SaltIn(file), Position(file.GetProperty("block")), Position(file.GetProperty("log")), TreeHead(file), Metadata(file));
            return bytes.WrittenSpan.ToArray();
        }
        if (file.TryGetProperty("records", out var records))
        {
            writer.BeginComplete(Utf8(checkpoint, "statement"), SaltIn(checkpoint));
            foreach (var record in records.EnumerateArray()) writer.Record(Utf8(record, "statement"), SaltIn(record), Metadata(record));
        }
        else
        {
            writer.BeginSample(Utf8(checkpoint, "statement"), SaltIn(checkpoint), Golden.Path(checkpoint.GetProperty("path")));
            foreach (var record in file.GetProperty("sample").EnumerateArray())
                writer.Sampled(new(long.Parse(record.GetProperty("index").GetString()!, null)), Utf8(record, "statement"), SaltIn(record),
                    Golden.Path(record.GetProperty("path")), Position(record.GetProperty("block")), Position(record.GetProperty("log")), Metadata(record));
        }
        Assert.True(Hash.TryParse0x(file.GetProperty("proofRoot").GetString(), out var root));
        writer.End(root, Position(file.GetProperty("log")), TreeHead(file));
        return bytes.WrittenSpan.ToArray();
    }

    [Fact]
    public void Every_good_golden_file_is_written_as_it_was_read()
    {
        foreach (var (name, least) in new[] { ("receipts.json", 8), ("record-proofs.json", 3) })
        {
            var golden = Golden.Read(name);
            var files = golden.GetProperty("good").EnumerateArray().Select(good => good.GetProperty("bundle")).ToList();
            Assert.True(files.Count >= least);
            foreach (var file in files)
            {
                var written = Write(file);
                Assert.True(JsonElement.DeepEquals(file, JsonDocument.Parse(written).RootElement));
                Assert.DoesNotContain(" \"", Encoding.UTF8.GetString(written).Replace("\\\"", "'", StringComparison.Ordinal), StringComparison.Ordinal);
                Assert.True(name == "receipts.json"
                    ? new ReceiptVerifier(Golden.Keys(golden)).Verify(new MemoryByteSource(written)).Holds
                    : new RecordProofVerifier(Golden.Keys(golden)).Verify(new MemoryByteSource(written)).Holds);
            }
        }
    }

    [Fact]
    public void Members_come_in_the_order_of_the_format()
    {
        static string[] Names(JsonElement holder) => [.. holder.EnumerateObject().Select(member => member.Name)];
        var ledger = new TestLedger(3);
        var complete = JsonDocument.Parse(ledger.Complete()).RootElement;
        Assert.Equal(["format", "checkpoint", "records", "proofRoot", "log", "treeHead"], Names(complete));
        var sample = JsonDocument.Parse(ledger.Sample(1)).RootElement;
        Assert.Equal(["format", "checkpoint", "sample", "proofRoot", "log", "treeHead"], Names(sample));
        Assert.Equal(["index", "statement", "salt", "path", "block", "log"], Names(sample.GetProperty("sample")[0]));
        Assert.Equal(["format", "statement", "salt", "block", "log", "treeHead"], Names(JsonDocument.Parse(ledger.RecordProof(1)).RootElement));
    }

    [Fact]
    public void Parts_out_of_order_are_a_mistake()
    {
        ReceiptWriter Writer() => new(new ArrayBufferWriter<byte>());
        var head = TestLedger.Sign(new(TestLedger.Key.Origin, new(1), Hash.Zero));
        var proof = new InclusionProof(new(0), new(1), []);
        Assert.Throws<InvalidOperationException>(() => Writer().Record([], default));
        Assert.Throws<InvalidOperationException>(() => Writer().End(default, proof, head));
        var writer = Writer();
        writer.BeginComplete([], default);
        Assert.Throws<InvalidOperationException>(() => writer.Sampled(new(0), [], default, [], proof, proof));
        Assert.Throws<InvalidOperationException>(() => writer.BeginComplete([], default));
        writer.End(default, proof, head);
        Assert.Throws<InvalidOperationException>(() => writer.Record([], default));
    }
}
