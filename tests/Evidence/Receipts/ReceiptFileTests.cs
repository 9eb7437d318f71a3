using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PacSpace.Evidence.Tests.Receipts;

/// <summary>What a file may look like, and what it may not.</summary>
public sealed class ReceiptFileTests
{
    private static readonly TestLedger Ledger = new(7);
    private static readonly byte[] Complete = Ledger.Complete();
    private static readonly byte[] Sample = Ledger.Sample(0, 3, 6);
    private static readonly string Text = Encoding.UTF8.GetString(Complete);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Fact]
    public void The_ledger_of_these_tests_gives_receipts_that_hold()
    {
        var facts = Verifying.FactsOf(Complete);
        Assert.Equal((true, 7L, Ledger.Checkpoint), (facts.IsComplete, facts.Records, facts.Checkpoint));
        Assert.Equal(Hash.Zero, facts.FirstPrev);
        Assert.NotNull(facts.LastLeafHash);
        Assert.Equal(3, Verifying.FactsOf(Sample).Records);
        Assert.Null(Verifying.ProofCodeOf(Ledger.RecordProof(4)));
        Assert.Null(Verifying.CodeOf(new TestLedger(0).Complete()));
        Assert.Null(Verifying.CodeOf(new TestLedger(0).Sample()));
    }

    [Fact]
    public void The_order_of_members_is_free()
    {
        var random = new Random(1);
        for (var round = 0; round < 20; round++)
        {
            foreach (var file in new[] { Complete, Sample })
                Assert.Null(Verifying.CodeOf(Shuffle(JsonNode.Parse(file)!, random).Bytes()));
            Assert.Null(Verifying.ProofCodeOf(Shuffle(JsonNode.Parse(Ledger.RecordProof(2))!, random).Bytes()));
        }
    }

    private static JsonNode Shuffle(JsonNode node, Random random)
    {
        if (node is JsonArray list) return new JsonArray([.. list.Select(item => Shuffle(item!, random))]);
        if (node is not JsonObject holder) return node.DeepClone();
        var members = holder.ToArray();
        random.Shuffle(members);
        return new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, (JsonNode?)Shuffle(member.Value!, random))));
    }

    [Fact]
    public void White_space_between_tokens_is_free()
    {
        foreach (var file in new[] { Complete, Sample })
            Assert.Null(Verifying.CodeOf(" \r\n\t" + JsonNode.Parse(file)!.ToJsonString(Indented) + "\n "));
    }

    [Fact]
    public void Any_escape_of_json_is_free_in_a_file()
    {
        var escaped = string.Concat(Text.Select((c, i) => i % 7 == 0 && char.IsAsciiLetterOrDigit(c) && Text[i - 1] != '\\' ? $"\\u{(int)c:X4}" : c.ToString()));
        Assert.NotEqual(Text, escaped);
        Assert.Null(Verifying.CodeOf(escaped));
        Assert.Null(Verifying.CodeOf(Text.Replace("/", "\\/", StringComparison.Ordinal)));
    }

    [Fact]
    public void However_the_bytes_arrive_the_answer_is_the_same()
    {
        foreach (var size in new[] { 1, 2, 3, 7, 64, 1000 }) Assert.Null(Verifying.CodeOf(new Drip(Complete, size)));
        var bad = Encoding.UTF8.GetBytes(Text.Replace("\"1.25\\\"", "\"1.50\\\"", StringComparison.Ordinal).Replace("1.25", "1.5", StringComparison.Ordinal));
        Assert.Equal(Verifying.CodeOf(bad), Verifying.CodeOf(new Drip(bad, 1)));
    }

    private sealed class Drip(byte[] bytes, int size) : IByteSource
    {
        private int _at;

        public void Restart() => _at = 0;

        public int Read(Span<byte> buffer)
        {
            var length = Math.Min(Math.Min(size, buffer.Length), bytes.Length - _at);
            bytes.AsSpan(_at, length).CopyTo(buffer);
            _at += length;
            return length;
        }
    }

    /// <summary>Each reading sees another file, each of which holds.</summary>
    private sealed class Changing(params byte[][] files) : IByteSource
    {
        private int _next;
        private MemoryByteSource _source = new(Array.Empty<byte>());

        public void Restart() => _source = new(files[Math.Min(_next++, files.Length - 1)]);

        public int Read(Span<byte> buffer) => _source.Read(buffer);
    }

    [Fact]
    public void A_file_that_changes_while_it_is_read_is_refused()
    {
        var other = new TestLedger(7, statement => statement with { Reason = "another" }).Complete();
        Assert.Null(Verifying.CodeOf(other));
        Assert.Null(Verifying.CodeOf(new Changing(Complete, Complete)));
        Assert.Equal("format", Verifying.CodeOf(new Changing(Complete, other)));
        Assert.Equal("format", Verifying.CodeOf(new Changing(other, Complete)));
        Assert.Equal("format", Verifying.CodeOf(new Changing(Complete, Sample)));
        Assert.Equal("format", Verifying.CodeOf(new Changing(Complete, new TestLedger(6).Complete())));
    }

    /// <summary>A part of the file and what stands in its place.</summary>
    [Theory]
    [InlineData("{\"format\"", "\ufeff{\"format\"")]
    [InlineData("{\"format\"", "[{\"format\"")]
    [InlineData("receipt/1", "receipt/2")]
    [InlineData("\"proofRoot\":\"0x", "\"proofRoot\":\"0X")]
    [InlineData("\"proofRoot\":\"0x", "\"proofRoot\":\"")]
    [InlineData("\"size\":\"8\"", "\"size\":8")]
    [InlineData("\"size\":\"8\"", "\"size\":\"08\"")]
    [InlineData("\"size\":\"8\"", "\"size\":\"8.0\"")]
    [InlineData("\"size\":\"8\"", "\"size\":\"9007199254740992\"")]
    [InlineData("\"size\":\"8\"", "\"size\":\"99999999999999999999999999\"")]
    [InlineData("\"size\":\"8\"", "\"size\":\"8\",\"size\":\"8\"")]
    [InlineData("\"size\":\"8\"", "\"size\":\"8\",\"extra\":\"8\"")]
    [InlineData("\"size\":\"8\"", "\"size\":\"8\",")]
    [InlineData("\"size\":\"8\",", "")]
    [InlineData("\"path\":[", "\"path\":[,")]
    [InlineData("\"path\":[", "\"path\":[null,")]
    [InlineData("\"path\":[\"", "\"path\":[\"A")]
    [InlineData("\"records\":[", "\"records\":[[],")]
    [InlineData("\"records\":[", "\"records\":[null,")]
    [InlineData("\"records\":[", "\"records\":[{},")]
    [InlineData("\"records\":[", "\"Records\":[")]
    [InlineData("\"records\":[", "\"sample\":[],\"records\":[")]
    [InlineData("\"records\":[", "\"sample\":[")]
    [InlineData("\"records\":[{", "\"records\":[{\"metadata\":\"{}\",")]
    [InlineData("\"records\":[{", "\"records\":[{\"metadataSalt\":\"00000000000000000000000000000000\",")]
    [InlineData("\"records\":[{", "\"records\":[{\"index\":\"0\",")]
    [InlineData("\"checkpoint\":{", "\"checkpoint\":{\"path\":[],")]
    [InlineData("\"checkpoint\":{", "\"checkpoint\":\"x\",\"more\":{")]
    [InlineData("pacspace/receipt", "pacspace\\u00/receipt")]
    [InlineData("pacspace/receipt", "pacspace\\x2freceipt")]
    [InlineData("Acme Inference", "Acme\\ud800 Inference")]
    [InlineData("Acme Inference", "Acme\\ud800\\u0041 Inference")]
    [InlineData("Acme Inference", "Acme\\udc00 Inference")]
    [InlineData("Acme Inference", "Acme\u0001 Inference")]
    [InlineData("Acme Inference", "Acme\n Inference")]
    public void Another_shape_is_refused(string part, string instead)
    {
        Assert.Contains(part, Text, StringComparison.Ordinal);
        var at = Text.LastIndexOf(part, StringComparison.Ordinal);
        Assert.Equal("format", Verifying.CodeOf(Text[..at] + instead + Text[(at + part.Length)..]));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"pacspace/receipt/1\"")]
    [InlineData("{\"format\":\"pacspace/receipt/1\"}")]
    [InlineData("{\"format\":\"pacspace/record-proof/1\"}")]
    public void What_is_no_receipt_is_refused(string text)
    {
        Assert.Equal("format", Verifying.CodeOf(text));
        Assert.Equal("format", Verifying.ProofCodeOf(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Every_prefix_and_every_continuation_is_refused()
    {
        for (var length = 0; length < Complete.Length; length += 1 + length % 11) Assert.Equal("format", Verifying.CodeOf(Complete[..length]));
        foreach (var more in new[] { "x", "{}", ",", "}", "\0" }) Assert.Equal("format", Verifying.CodeOf(Text + more));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        var at = Text.IndexOf("Acme", StringComparison.Ordinal);
        foreach (var bad in new byte[][] { [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0x80] })
            Assert.Equal("format", Verifying.CodeOf([.. Complete[..at], .. bad, .. Complete[at..]]));
    }

    [Fact]
    public void What_is_endless_is_refused_and_not_kept()
    {
        Assert.Equal("format", Verifying.CodeOf(Text.Replace("Acme", new string('A', 2 << 20), StringComparison.Ordinal)));
        Assert.Equal("format", Verifying.CodeOf(new string('[', 1 << 20)));
        Assert.Equal("format", Verifying.CodeOf(string.Concat(Enumerable.Repeat("{\"format\":", 1 << 16))));
        var path = string.Concat(Enumerable.Repeat($"\"{new string('0', 64)}\",", 65));
        Assert.Equal("format", Verifying.CodeOf(Text.Replace("\"path\":[", "\"path\":[" + path, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("{\"format\":\"pacspace/receipt/1\"", EvidenceFileKind.Receipt)]
    [InlineData("{\"a\":{\"format\":\"x\",\"b\":[\"}\",1,null]},\"c\":true , \"format\":\"pacspace/record-proof/1\"", EvidenceFileKind.Unknown)]
    [InlineData("{\"a\":{\"format\":\"x\",\"b\":[\"}\"]}, \"format\":\"pacspace/record-proof/1\"", EvidenceFileKind.RecordProof)]
    [InlineData("{\"format\":\"pacspace/receipt/2\"}", EvidenceFileKind.Unknown)]
    [InlineData("{\"format\":1}", EvidenceFileKind.Unknown)]
    [InlineData("{\"a\":[[[", EvidenceFileKind.Unknown)]
    [InlineData("]", EvidenceFileKind.Unknown)]
    [InlineData("", EvidenceFileKind.Unknown)]
    public void A_file_says_which_verifier_it_is_for(string text, EvidenceFileKind kind) =>
        Assert.Equal(kind, EvidenceFile.KindOf(new MemoryByteSource(Encoding.UTF8.GetBytes(text))));
}
