using System.Text.Json.Nodes;

namespace PacSpace.Evidence.Tests.Receipts;

/// <summary>Files with random injuries: an answer always, never a fault; and one that still holds says what it said before.</summary>
public sealed class ReceiptMutationTests
{
    private static readonly TestLedger Ledger = new(5);

    public static TheoryData<string> Kinds => ["complete", "sample", "record proof"];

    private static (byte[] File, Func<byte[], string?> Check) Of(string kind) => kind switch
    {
        "complete" => (Ledger.Complete(), Verifying.CodeOf),
        "sample" => (Ledger.Sample(1, 4), Verifying.CodeOf),
        _ => (Ledger.RecordProof(3), Verifying.ProofCodeOf),
    };

    private static byte[] Mutate(byte[] file, Random random)
    {
        var (at, length) = (random.Next(file.Length), random.Next(1, 60));
        var end = Math.Min(at + length, file.Length);
        var elsewhere = random.Next(file.Length);
        return random.Next(7) switch
        {
            0 => [.. file[..at], (byte)(file[at] ^ (1 << random.Next(8))), .. file[(at + 1)..]],
            1 => [.. file[..at], (byte)random.Next(256), .. file[(at + 1)..]],
            2 => [.. file[..at], .. file[end..]],
            3 => [.. file[..end], .. file[at..]],
            4 => [.. file[..elsewhere], .. file[at..end], .. file[elsewhere..]],
            5 => [.. file[..at], .. "{}[],:\"\\ 0-e"u8.ToArray().AsSpan(random.Next(12), 1), .. file[at..]],
            _ => Digit(file, at, random),
        };
    }

    /// <summary>Another digit: the shape stays whole, so the injury reaches the deeper checks.</summary>
    private static byte[] Digit(byte[] file, int from, Random random)
    {
        var at = Array.FindIndex(file, from, b => b is >= (byte)'0' and <= (byte)'9');
        return at < 0 ? file : [.. file[..at], (byte)('0' + random.Next(10)), .. file[(at + 1)..]];
    }

    /// <summary>
    /// What a file claims: all of it but a block's index and size. Of those only the turns of the path and its length are
    /// committed to, so the same path also reads as one in a block of another size; nothing is concluded from them.
    /// </summary>
    private static JsonObject Claims(byte[] file)
    {
        var parsed = Verifying.Parse(file);
        var holders = parsed["sample"] is JsonArray sample ? sample.Select(record => record!.AsObject()) : [parsed];
        foreach (var block in holders.Select(holder => holder["block"]).OfType<JsonObject>()) (block["index"], block["size"]) = ("", "");
        return parsed;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_injured_file_gets_a_code_or_says_the_same(string kind)
    {
        var (file, check) = Of(kind);
        var original = Claims(file);
        Assert.Null(check(file));
        var random = new Random(20260401);
        var codes = new Dictionary<string, int>();
        for (var round = 0; round < 3000; round++)
        {
            var mutated = Mutate(file, random);
            if (random.Next(4) == 0) mutated = Mutate(mutated, random);
            var code = check(mutated);
            codes[code ?? "holds"] = codes.GetValueOrDefault(code ?? "holds") + 1;
            if (code is null) Assert.True(JsonNode.DeepEquals(original, Claims(mutated)), $"round {round}");
        }
        // A fuzz that only ever breaks the shape would prove little.
        var all = string.Join(", ", codes.Select(code => $"{code.Key} {code.Value}"));
        Assert.True(codes.GetValueOrDefault("statement") > 20 && codes.GetValueOrDefault("signature") > 20 && codes.GetValueOrDefault("log") > 5, all);
    }
}
