using System.Text.Json;
using PacSpace.Evidence.Tests;

namespace PacSpace.Verifier.Tests;

public sealed class GoldenFileTests : IDisposable
{
    private static readonly JsonElement Receipts = Golden.Read("receipts.json");
    private static readonly JsonElement Proofs = Golden.Read("record-proofs.json");
    private static readonly JsonElement Pairs = Golden.Read("neighbours.json");
    private static readonly string Key = Receipts.GetProperty("verifierKey").GetString()!;

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Text(JsonElement golden) =>
        golden.TryGetProperty("text", out var text) ? text.GetString()! : golden.GetProperty("bundle").GetRawText();

    private static string Name(JsonElement golden) => golden.GetProperty("name").GetString()!;

    private static List<JsonElement> Cases(JsonElement file, string list)
    {
        var cases = file.GetProperty(list).EnumerateArray().ToList();
        Assert.NotEmpty(cases);
        return cases;
    }

    [Fact]
    public void Every_bad_file_is_refused_with_its_code()
    {
        var bad = Cases(Receipts, "bad").Concat(Cases(Proofs, "bad")).ToList();
        string[] files = [.. bad.Select((golden, i) => _folder.File($"{i}.json", Text(golden)))];
        var result = BuiltProgram.Run([.. files, "--key", Key, "--json"]);
        Assert.Equal((1, ""), (result.ExitCode, result.Errors));
        var report = JsonDocument.Parse(result.Output).RootElement;
        Assert.False(report.GetProperty("holds").GetBoolean());
        Assert.Equal(
            bad.Select(golden => (Name(golden), golden.GetProperty("code").GetString())),
            report.GetProperty("files").EnumerateArray().Select((file, i) => (Name(bad[i]), file.GetProperty("code").GetString())));

        // And in words: one line for each file, which begins with the code.
        var lines = BuiltProgram.Run([.. files, "--key", Key]).Lines;
        Assert.Equal(bad.Count, lines.Length);
        Assert.All(bad.Zip(lines, files), each =>
            Assert.Matches($"^refused: .*\\.json: {each.First.GetProperty("code").GetString()}( at record [0-9]+ \\(counted from 0\\))?: .+\\.$", each.Second));
    }

    [Fact]
    public void Every_good_file_holds_and_says_how_far()
    {
        Assert.All(Cases(Receipts, "good"), golden =>
        {
            var result = BuiltProgram.Run(_folder.File("good.json", Text(golden)), "--key", Key);
            Assert.Equal((0, ""), (result.ExitCode, result.Errors));
            Assert.StartsWith("holds: ", result.Output, StringComparison.Ordinal);
            Assert.Contains("No check can say that the vendor counted correctly.", result.Output, StringComparison.Ordinal);
            var statement = JsonDocument.Parse(golden.GetProperty("bundle").GetProperty("checkpoint").GetProperty("statement").GetString()!).RootElement;
            string Value(string name) => statement.GetProperty(name).GetString()!;
            var through = string.CompareOrdinal(Value("end"), Value("asOf")) < 0 ? Value("end") : Value("asOf");
            Assert.Contains($"Covered window: from {Value("start")} up to, and not including, {through}.", result.Output, StringComparison.Ordinal);
            Assert.Equal(Value("mode") == "selected", result.Output.Contains("A chosen subset", StringComparison.Ordinal));
            Assert.Equal(golden.GetProperty("bundle").TryGetProperty("sample", out _), result.Output.Contains("This is a spot check", StringComparison.Ordinal));
        });
        Assert.All(Cases(Proofs, "good"), golden =>
        {
            var result = BuiltProgram.Run(_folder.File("proof.json", Text(golden)), "--key", Key);
            Assert.Equal((0, ""), (result.ExitCode, result.Errors));
            Assert.Contains("It was sealed at entry", result.Output, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Neighbours_are_compared_in_whatever_order_they_are_given()
    {
        var firsts = Cases(Receipts, "good").ToDictionary(Name, Text);
        foreach (var pair in Cases(Pairs, "good").Concat(Cases(Pairs, "bad")))
        {
            var first = _folder.File("first.json", firsts[pair.GetProperty("first").GetString()!]);
            var second = _folder.File("second.json", pair.GetProperty("second").GetRawText());
            var code = pair.TryGetProperty("code", out var named) ? named.GetString() : null;
            foreach (var files in new[] { new[] { first, second }, [second, first] })
            {
                var result = BuiltProgram.Run([.. files, "--key", Key, "--json"]);
                var neighbours = JsonDocument.Parse(result.Output).RootElement.GetProperty("neighbours");
                Assert.Equal(1, neighbours.GetArrayLength());
                Assert.Equal(
                    (Name(pair), code is null ? 0 : 1, code),
                    (Name(pair), result.ExitCode, neighbours[0].TryGetProperty("code", out var given) ? given.GetString() : null));
            }
            var words = BuiltProgram.Run(first, second, "--key", Key).Lines[^1];
            Assert.StartsWith(code is null ? "holds: " : "refused: ", words, StringComparison.Ordinal);
            Assert.Contains(code is null ? "begins exactly where the first ends" : $"second.json: {code}: ", words, StringComparison.Ordinal);
        }
    }
}
