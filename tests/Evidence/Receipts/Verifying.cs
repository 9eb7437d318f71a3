using System.Text;
using System.Text.Json.Nodes;

namespace PacSpace.Evidence.Tests.Receipts;

/// <summary>Shorthand of the receipt tests.</summary>
internal static class Verifying
{
    public static string? CodeOf(byte[] file) => CodeOf(new MemoryByteSource(file));

    public static string? CodeOf(string file) => CodeOf(Encoding.UTF8.GetBytes(file));

    public static string? CodeOf(IByteSource source) => new ReceiptVerifier(new(TestLedger.Key)).Verify(source).Refusal?.CodeText;

    public static string? ProofCodeOf(byte[] file) =>
        new RecordProofVerifier(new(TestLedger.Key)).Verify(new MemoryByteSource(file)).Refusal?.CodeText;

    public static ReceiptFacts FactsOf(byte[] file)
    {
        var verdict = new ReceiptVerifier(new(TestLedger.Key)).Verify(new MemoryByteSource(file));
        Assert.True(verdict.Holds, verdict.Refusal?.ToString());
        return verdict.Facts;
    }

    public static JsonObject Parse(byte[] file) => JsonNode.Parse(file)!.AsObject();

    public static byte[] Bytes(this JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
}
