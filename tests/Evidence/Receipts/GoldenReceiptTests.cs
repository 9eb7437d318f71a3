using System.Text;
using System.Text.Json;

namespace PacSpace.Evidence.Tests.Receipts;

public sealed class GoldenReceiptTests
{
    private static readonly JsonElement Receipts = Golden.Read("receipts.json");
    private static readonly JsonElement Proofs = Golden.Read("record-proofs.json");
    private static readonly JsonElement Pairs = Golden.Read("neighbours.json");

    private static string Text(JsonElement golden) =>
        golden.TryGetProperty("text", out var text) ? text.GetString()! : golden.GetProperty("bundle").GetRawText();

    private static Verdict<ReceiptFacts> Verify(string text) =>
        new ReceiptVerifier(Golden.Keys(Receipts)).Verify(new MemoryByteSource(Encoding.UTF8.GetBytes(text)));

    private static Verdict<RecordProofFacts> VerifyProof(string text) =>
        new RecordProofVerifier(Golden.Keys(Proofs)).Verify(new MemoryByteSource(Encoding.UTF8.GetBytes(text)));

    private static List<JsonElement> Cases(JsonElement file, string list)
    {
        var cases = file.GetProperty(list).EnumerateArray().ToList();
        Assert.NotEmpty(cases);
        return cases;
    }

    [Fact]
    public void The_codes_are_those_of_the_golden_file_in_its_order() =>
        Assert.Equal(
            Receipts.GetProperty("codes").EnumerateArray().Select(code => code.GetString()!),
            Enum.GetValues<EvidenceCode>().Select(EvidenceRefusal.TextOf));

    [Fact]
    public void Good_receipts_hold() => Assert.All(Cases(Receipts, "good"), golden =>
    {
        var verdict = Verify(Text(golden));
        Assert.True(verdict.Holds, $"{golden.GetProperty("name")}: {verdict.Refusal}");
    });

    [Fact]
    public void Bad_receipts_are_refused_with_the_code_that_the_golden_file_names() => Assert.All(Cases(Receipts, "bad"), golden =>
        Assert.Equal(
            (golden.GetProperty("name").GetString(), golden.GetProperty("code").GetString()),
            (golden.GetProperty("name").GetString(), Verify(Text(golden)).Refusal?.CodeText)));

    [Fact]
    public void Good_record_proofs_hold() => Assert.All(Cases(Proofs, "good"), golden =>
    {
        var verdict = VerifyProof(Text(golden));
        Assert.True(verdict.Holds, $"{golden.GetProperty("name")}: {verdict.Refusal}");
    });

    [Fact]
    public void Bad_record_proofs_are_refused_with_the_code_that_the_golden_file_names() => Assert.All(Cases(Proofs, "bad"), golden =>
        Assert.Equal(
            (golden.GetProperty("name").GetString(), golden.GetProperty("code").GetString()),
            (golden.GetProperty("name").GetString(), VerifyProof(Text(golden)).Refusal?.CodeText)));

    [Fact]
    public void Neighbours_hold_or_are_refused_as_the_golden_file_says()
    {
        var firsts = Cases(Receipts, "good").ToDictionary(golden => golden.GetProperty("name").GetString()!, Text);
        string? CodeOf(JsonElement pair)
        {
            var (first, second) = (Verify(firsts[pair.GetProperty("first").GetString()!]), Verify(pair.GetProperty("second").GetRawText()));
            Assert.True(first.Holds && second.Holds);
            return Neighbours.Check(first.Facts, second.Facts)?.CodeText;
        }
        Assert.All(Cases(Pairs, "good"), pair => Assert.Null(CodeOf(pair)));
        Assert.All(Cases(Pairs, "bad"), pair => Assert.Equal(pair.GetProperty("code").GetString(), CodeOf(pair)));
    }
}
