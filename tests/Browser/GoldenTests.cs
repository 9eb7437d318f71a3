using System.Text;
using System.Text.Json;
using PacSpace.Evidence;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Browser.Tests;

/// <summary>The golden files in a real browser, with its own Ed25519 and with ours; and beside our verifier on what no golden file holds.</summary>
public sealed class GoldenTests(BrowserFixture browser, HostFixture fixture) : IClassFixture<HostFixture>
{
    private static JsonElement Golden(string name) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", name))).RootElement;

    private static string KeyOf(JsonElement golden) => golden.GetProperty("verifierKey").GetString()!;

    private static KeyRing RingOf(string keys) => KeyRing.TryParse(keys, out var ring) ? ring : throw new FormatException(keys);

    private static byte[] FileOf(JsonElement golden) =>
        Encoding.UTF8.GetBytes(golden.TryGetProperty("text", out var text) ? text.GetString()! : golden.GetProperty("bundle").GetRawText());

    private static List<JsonElement> Cases(JsonElement golden) => [.. golden.GetProperty("good").EnumerateArray(), .. golden.GetProperty("bad").EnumerateArray()];

    private static string? CodeOf(JsonElement golden) => golden.TryGetProperty("code", out var code) ? code.GetString() : null;

    private Task<CheckModule> LoadAsync(bool native = true) => CheckModule.LoadAsync(browser, fixture.Host, native);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_file_holds_or_is_refused_with_the_code_that_the_golden_file_names(bool native)
    {
        await using var module = await LoadAsync(native);
        foreach (var name in (string[])["receipts.json", "record-proofs.json"])
        {
            var golden = Golden(name);
            var cases = Cases(golden);
            Assert.NotEmpty(cases);
            var codes = await module.CodesOfAsync(cases.Select(FileOf), KeyOf(golden));
            Assert.Equal(cases.Select(it => $"{it.GetProperty("name")}: {CodeOf(it)}"), cases.Zip(codes, (it, code) => $"{it.GetProperty("name")}: {code}"));
        }

        Assert.Equal(native, await module.ChecksByBrowserAsync() > 0);
    }

    [Fact]
    public async Task The_steps_are_the_codes_in_their_order()
    {
        var golden = Golden("receipts.json");
        await using var module = await LoadAsync();
        var steps = await module.CallAsync(
            """
            async ({ files, keys }) => {
              const ring = await evidence.parseKeys(keys), all = [];
              for (const file of files) {
                const steps = [];
                for await (const { check, holds, facts } of evidence.verify(evidence.bytes(file), ring)) if (holds && !facts) steps.push(check);
                all.push(steps);
              }
              return all;
            }
            """,
            new { files = golden.GetProperty("good").EnumerateArray().Select(it => Convert.ToBase64String(FileOf(it))), keys = KeyOf(golden) });
        var order = golden.GetProperty("codes").EnumerateArray().Select(code => code.GetString()!).ToList();
        var seen = steps.EnumerateArray().Select(it => it.EnumerateArray().Select(step => step.GetString()!).ToList()).ToList();
        Assert.All(seen, it => Assert.Equal(order.Where(it.Contains), it));
        Assert.Contains(seen, it => it.Count == order.Count); // a spot check makes every check
    }

    [Fact]
    public async Task Neighbours_hold_or_are_refused_as_the_golden_file_says()
    {
        var (golden, receipts) = (Golden("neighbours.json"), Golden("receipts.json"));
        var firsts = Cases(receipts).ToLookup(it => it.GetProperty("name").GetString(), FileOf);
        var cases = Cases(golden);
        await using var module = await LoadAsync();
        var codes = await module.CallAsync(
            """
            async ({ pairs, keys }) => {
              const ring = await evidence.parseKeys(keys);
              return Promise.all(pairs.map(async (pair) => {
                const [first, second] = await Promise.all(pair.map((file) => evidence.factsOf(evidence.bytes(file), ring)));
                return evidence.notNeighbours(first, second);
              }));
            }
            """,
            new
            {
                keys = KeyOf(golden),
                pairs = cases.Select(it => new[] { firsts[it.GetProperty("first").GetString()].First(), Encoding.UTF8.GetBytes(it.GetProperty("second").GetRawText()) }.Select(Convert.ToBase64String)),
            });
        Assert.Equal(cases.Select(CodeOf), codes.EnumerateArray().Select(code => code.GetString()));
    }

    [Fact]
    public async Task Leaves_trees_heads_and_amounts_are_those_of_the_golden_files()
    {
        await using var module = await LoadAsync();
        var wrong = await module.CallAsync(
            """
            async ({ statements, trees, heads, amounts }) => {
              const { bytesOf, fromHex, hex, isAmount, isPrefix, leafHash, leadsTo, openHead, parseKeys, rootOf, sha256, RECORD } = evidence, wrong = [];
              const must = (holds, what) => holds || wrong.push(what);
              for (const { canonicalUtf8Hex, salt, leafHash: leaf } of statements.cases) must(hex(await leafHash(RECORD, fromHex(salt), fromHex(canonicalUtf8Hex))) === leaf, canonicalUtf8Hex);
              for (const { size, root, inclusion, consistency } of trees.trees) {
                const leaves = await Promise.all(Array.from({ length: size }, (_, i) => sha256([0], bytesOf(`entry ${i}`))));
                must(hex(await rootOf(leaves)) === root, `root of ${size}`);
                for (const { index, path } of inclusion) {
                  const way = path.map(fromHex);
                  must(await leadsTo(fromHex(root), leaves[index], { index, size, path: way }), `${index} in ${size}`);
                  must(!await leadsTo(fromHex(root), leaves[index], { index, size, path: [...way, way[0] ?? leaves[0]] }), `longer, ${index} in ${size}`);
                  must(size < 2 || !await leadsTo(fromHex(root), leaves[index], { index, size, path: way.slice(1) }), `shorter, ${index} in ${size}`);
                }
                for (const { from, path } of consistency) {
                  const older = { size: from, root: await rootOf(leaves.slice(0, from)) }, newer = { size, root: fromHex(root) };
                  must(await isPrefix(older, newer, path.map(fromHex)), `${from} of ${size}`);
                  must(from === 0 || !await isPrefix({ size: from, root: leaves[from] ?? leaves[0].map((byte) => byte ^ 1) }, newer, path.map(fromHex)), `not ${from} of ${size}`);
                }
              }
              const ring = await parseKeys(heads.verifierKey);
              for (const note of heads.notes) {
                must((await openHead(note, ring))?.origin === heads.origin, note);
                must(!await openHead(note.replace(/\n[0-9]+\n/, '\n7\n'), ring), `size of ${note}`);
              }
              for (const amount of Object.values(amounts.accepted)) must(isAmount(amount), amount);
              for (const amount of ['-0', '0.0', '1.0', '01', '+1', '1e3', '.5', '1.', '', ' 1', '1\n', '1234567890123456789', '0.1234567891', '-']) must(!isAmount(amount), amount);
              return wrong;
            }
            """,
            new { statements = Golden("record-statements.json"), trees = Golden("trees.json"), heads = Golden("tree-heads.json"), amounts = Golden("amounts.json") });
        Assert.Empty(wrong.EnumerateArray().Select(it => it.GetString()));
    }

    [Fact]
    public async Task Random_injuries_get_the_code_that_our_verifier_gives()
    {
        var random = new Random(20261121);
        await using var module = await LoadAsync();
        foreach (var name in (string[])["receipts.json", "record-proofs.json"])
        {
            var golden = Golden(name);
            var whole = golden.GetProperty("good").EnumerateArray().Select(FileOf).ToList();
            var files = Enumerable.Range(0, 400).Select(_ => Injured(whole[random.Next(whole.Count)], random)).ToList();
            var ours = files.Select(file => Injuries.CodeOf(file, RingOf(KeyOf(golden)))).ToList();
            var theirs = await module.CodesOfAsync(files, KeyOf(golden));
            for (var i = 0; i < files.Count; i++) Assert.True(ours[i] == theirs[i], $"{ours[i]} here, {theirs[i]} there: {Encoding.UTF8.GetString(files[i])}");
            Assert.True(ours.Distinct().Count() > 5, string.Join(' ', ours.Distinct()));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Odd_keys_and_signatures_are_judged_as_our_verifier_judges_them(bool native)
    {
        var probes = SignatureProbes.All().ToList();
        await using var module = await LoadAsync(native);
        var answers = await module.CallAsync(
            "async (probes) => Promise.all(probes.map((probe) => evidence.verifyEd25519(...probe.map(evidence.bytes))))",
            probes.Select(probe => new[] { probe.Key, probe.Message, probe.Signature }.Select(Convert.ToBase64String)));
        var ours = probes.Select(probe => Ed25519.Verify(probe.Key, probe.Message, probe.Signature)).ToList();
        Assert.Equal(probes.Zip(ours, (probe, holds) => $"{probe.Name}: {holds}"), probes.Zip(answers.EnumerateArray(), (probe, holds) => $"{probe.Name}: {holds.GetBoolean()}"));
        Assert.Contains(true, ours);
        Assert.Contains(false, ours);
    }

    [Fact]
    public async Task A_large_receipt_takes_seconds()
    {
        await using var module = await LoadAsync();
        var leaves = await module.CallAsync(
            """
            async (count) => {
              const { leafHash, mapAll, rootOf, bytesOf, RECORD, hex } = evidence;
              return hex(await rootOf(await mapAll(Array.from({ length: count }, (_, i) => i), (i) => leafHash(RECORD, bytesOf(`statement ${i}`)))));
            }
            """,
            50_000);
        var expected = MerkleTree.Root([.. Enumerable.Range(0, 50_000).Select(i => LeafOf($"statement {i}"))]);
        Assert.Equal(expected.ToHex(), leaves.GetString());

        static Hash LeafOf(string text) => MerkleTree.LeafHash([0x01, .. Hash.Sha256(Encoding.UTF8.GetBytes(text)).Bytes]);
    }

    private static byte[] Injured(byte[] file, Random random)
    {
        var at = random.Next(file.Length);
        var digit = Array.FindIndex(file, at, b => b is >= (byte)'0' and <= (byte)'9');
        return random.Next(5) switch
        {
            0 => [.. file[..at], (byte)random.Next(256), .. file[(at + 1)..]],
            1 => [.. file[..at], .. file[Math.Min(at + random.Next(1, 40), file.Length)..]],
            2 => [.. file[..at], .. "{}[],:\"\\ 0-e"u8[random.Next(12)..][..1], .. file[at..]],
            _ when digit >= 0 => [.. file[..digit], (byte)('0' + random.Next(10)), .. file[(digit + 1)..]],
            _ => file,
        };
    }
}
