using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PacSpace.Testing;

namespace PacSpace.Trials.Tests;

/// <summary>Two traces of real usage, from CSV files to receipts that a stranger verifies while the installation is switched off.</summary>
public sealed class RealTracesTrial(ITestOutputHelper output)
{
    private const int Customers = 40;

    /// <summary>A number of 0 to 39 for each row, small ones much more often: one remainder taken of another.</summary>
    private const string Customer = "cust_{(row % 40) % (1 + row % 41)}";

    private static readonly string[] s_traces = ["llm-inference-2023-conversation.csv", "llm-inference-2023-code.csv"];

    [Fact]
    public async Task Traces_of_real_usage_become_receipts_that_hold_offline()
    {
        var data = Environment.GetEnvironmentVariable("PACSPACE_TRACES") ?? Path.Combine(Programs.Root, "../shared/data");
        Assert.SkipUnless(s_traces.All(trace => File.Exists(Path.Combine(data, trace))), $"The traces are not in {data} (PACSPACE_TRACES says where else).");

        using var folder = new TemporaryFolder();
        await using var it = await TrialInstallation.EmbeddedAsync(folder);
        var key = await it.CreateKeyAsync();
        var expected = new Dictionary<string, (long Count, decimal Sum)>();
        foreach (var trace in s_traces)
        {
            var file = folder.Combine(trace);
            File.Copy(Path.Combine(data, trace), file);
            var rows = Add(expected, file);
            await ImportAsync(it, key, file, rows, isKilled: trace == s_traces[0]);
        }

        Assert.Equal(Customers, expected.Count);
        await it.SealedAsync();
        var stored = await it.RowsAsync();
        Assert.Equal(
            expected.OrderBy(c => c.Key, StringComparer.Ordinal),
            stored.GroupBy(row => row.CustomerId).Select(c => KeyValuePair.Create(c.Key, ((long)c.Count(), c.Sum(row => row.Delta)))).OrderBy(c => c.Key, StringComparer.Ordinal));
        Assert.Equal(stored.Count, stored.Select(row => row.ReferenceId).Distinct().Count());
        output.WriteLine($"{stored.Count} records of {expected.Count} customers, from {expected.Values.Min(c => c.Count)} to {expected.Values.Max(c => c.Count)} each");

        var receipts = await CloseAllAsync(it, key);
        foreach (var (customerId, (count, sum)) in expected)
        {
            var checkpoint = receipts[customerId];
            Assert.Equal((count, sum), (checkpoint.GetProperty("deltaCount").GetInt64(), checkpoint.GetProperty("netDelta").GetDecimal()));
        }

        var bundles = new Dictionary<string, string>();
        foreach (var (customerId, checkpoint) in receipts)
        {
            bundles[customerId] = folder.Combine($"receipt-{customerId}.json");
            using var answer = await it.SendAsync(HttpMethod.Get, key, $"/api/v1/balance/receipts/{checkpoint.GetProperty("checkpointId").GetString()}/bundle?metadata=true");
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            await File.WriteAllBytesAsync(bundles[customerId], await answer.Content.ReadAsByteArrayAsync());
        }

        var vkey = (await it.Http.GetStringAsync(new Uri(it.Node.Address, "/log/production/vkey"))).Split('\n')[0];
        await it.AuditIsCleanAsync(stored.Count);
        await it.Node.StopAsync();

        var since = Stopwatch.GetTimestamp();
        var verified = await VerifyAsync(vkey, [.. bundles.Values]);
        Assert.True(verified.ExitCode == 0, verified.ToString());
        var files = JsonNode.Parse(verified.Output)!["files"]!.AsArray();
        Assert.Equal((Customers, (long)stored.Count), (files.Count, files.Sum(f => f!["count"]!.GetValue<long>())));
        Assert.All(files, f => Assert.True(f!["holds"]!.GetValue<bool>()));
        output.WriteLine($"{files.Count} receipts verified offline in {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s");

        await TamperAsync(vkey, bundles.MinBy(b => new FileInfo(b.Value).Length).Value, bundles.MaxBy(b => new FileInfo(b.Value).Length).Value);
    }

    /// <summary>What the file says by our rule, computed without our code.</summary>
    private static long Add(Dictionary<string, (long Count, decimal Sum)> expected, string file)
    {
        var row = 0L;
        foreach (var line in File.ReadLines(file).Skip(1))
        {
            // Rows are counted from 1, as the import counts them.
            row++;
            var fields = line.Split(',');
            var customer = string.Create(CultureInfo.InvariantCulture, $"cust_{row % 40 % (1 + (row % 41))}");
            var (count, sum) = expected.GetValueOrDefault(customer);
            expected[customer] = (count + 1, sum - long.Parse(fields[1], CultureInfo.InvariantCulture) - long.Parse(fields[2], CultureInfo.InvariantCulture));
        }

        return row;
    }

    private async Task ImportAsync(TrialInstallation it, string key, string file, long rows, bool isKilled)
    {
        string[] command =
        [
            "import", file, "--customer", Customer, "--delta", "-(ContextTokens + GeneratedTokens)", "--reason", "inference", "--metadata", "TIMESTAMP",
            "--url", it.Node.Address.ToString(), "--json",
        ];
        var environment = new Dictionary<string, string> { ["PACSPACE_API_KEY"] = key };
        var before = await RecordsAsync(it);
        if (isKilled)
        {
            using var import = Programs.Start(Programs.Server, command, environment);
            await Eventually.HoldsAsync(async () => await RecordsAsync(it) > before + (rows / 2) || import.HasExited, TimeSpan.FromMinutes(2));
            import.Kill();
            await import.WaitForExitAsync();
            output.WriteLine($"import killed when {await RecordsAsync(it) - before} of {rows} rows were recorded");
            Assert.Equal(137, import.ExitCode);
        }

        var since = Stopwatch.GetTimestamp();
        var result = await Programs.RunAsync(Programs.Server, command, environment);
        Assert.True(result.ExitCode == 0, result.ToString());
        var done = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal((rows, 0L), (done.GetProperty("rows").GetInt64(), done.GetProperty("refused").GetInt64()));
        Assert.Equal(rows, await RecordsAsync(it) - before);
        output.WriteLine($"{Path.GetFileName(file)}: {result.Output.Trim()} in {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s");
    }

    private static Task<long> RecordsAsync(TrialInstallation it) => it.AskAsync<long>("SELECT coalesce(sum(next_index), 0)::bigint FROM ledger_heads");

    /// <summary>A checkpoint of every customer, by customer.</summary>
    private static async Task<Dictionary<string, JsonElement>> CloseAllAsync(TrialInstallation it, string key)
    {
        // Two days around now, so that the end of a month is no matter.
        var today = DateTime.UtcNow.Date;
        var run = await it.PostAsync(key, "/api/v1/balance/checkpoint", new { startDate = $"{today.AddDays(-1):yyyy-MM-dd}", endDate = $"{today.AddDays(2):yyyy-MM-dd}" });
        var runId = run.GetProperty("checkpointRunId").GetString();
        var closed = new Dictionary<string, JsonElement>();
        await Eventually.HoldsAsync(
            async () =>
            {
                var list = await it.GetDataAsync(key, $"/api/v1/balance/checkpoints?checkpointRunId={runId}&limit=100");
                closed = list.GetProperty("checkpoints").EnumerateArray().Where(c => c.GetProperty("status").GetString() == "VERIFIED").ToDictionary(c => c.GetProperty("customerId").GetString()!);
                return closed.Count == Customers;
            },
            TimeSpan.FromMinutes(1));
        return closed;
    }

    private static Task<ProgramResult> VerifyAsync(string vkey, params string[] files) => Programs.RunAsync(Programs.Verifier, [.. files, "--key", vkey, "--json"]);

    // ------------------------------------------------------------------ ten injuries

    private async Task TamperAsync(string vkey, string receipt, string other)
    {
        (string Code, string What, Action<JsonObject> Injury)[] injuries =
        [
            ("format", "the proof root without 0x", r => r["proofRoot"] = Text(r["proofRoot"])[2..]),
            ("statement", "an amount that has another spelling", r => Change(r, 1, "\"delta\":\"-", "\"delta\":\"-0")),
            ("statement", "one record fewer in the checkpoint's count", r => r["checkpoint"]!["statement"] = Less(Text(r["checkpoint"]!["statement"]), "count")),
            ("metadata", "another time of use", r => r["records"]![2]!["metadata"] = Text(r["records"]![2]!["metadata"]).Replace("2023", "2024", StringComparison.Ordinal)),
            ("count", "the last record left out", r => r["records"]!.AsArray().RemoveAt(r["records"]!.AsArray().Count - 1)),
            ("root", "a token fewer in one record", r => r["records"]![3]!["statement"] = Less(Text(r["records"]![3]!["statement"]), "delta")),
            ("root", "two records the other way round", r => Swap(r["records"]!.AsArray(), 4, 5)),
            ("signature", "a bit of the signature", r => r["treeHead"] = FlipSignature(Text(r["treeHead"]))),
            ("log", "a record changed and the root made to fit", Refit),
            ("log", "the place in the log of another receipt", r => r["log"] = JsonNode.Parse(File.ReadAllText(other))!["log"]!.DeepClone()),
        ];

        Assert.Equal(10, injuries.Length);
        var injured = receipt + ".injured.json";
        foreach (var (code, what, injury) in injuries)
        {
            var bundle = JsonNode.Parse(await File.ReadAllTextAsync(receipt))!.AsObject();
            injury(bundle);
            await File.WriteAllTextAsync(injured, bundle.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
            var verdict = await VerifyAsync(vkey, injured);
            Assert.True(verdict.ExitCode == 1, $"{what}: {verdict}");
            Assert.Equal((what, code), (what, JsonNode.Parse(verdict.Output)!["files"]![0]!["code"]!.GetValue<string>()));
        }

        // Untouched but for the spelling between the tokens, it holds.
        await File.WriteAllTextAsync(injured, JsonNode.Parse(await File.ReadAllTextAsync(receipt))!.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal(0, (await VerifyAsync(vkey, injured)).ExitCode);
        output.WriteLine($"{injuries.Length} injuries refused, each with its code");
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static void Change(JsonObject receipt, int record, string from, string to)
    {
        var before = Text(receipt["records"]![record]!["statement"]);
        var after = before.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(before, after);
        receipt["records"]![record]!["statement"] = after;
    }

    /// <summary>The statement with a number that is one nearer to zero; everything else stays.</summary>
    private static string Less(string statement, string member)
    {
        var value = JsonNode.Parse(statement)![member]!.GetValue<string>();
        var number = long.Parse(value, CultureInfo.InvariantCulture);
        var less = (number - Math.Sign(number)).ToString(CultureInfo.InvariantCulture);
        return statement.Replace($"\"{member}\":\"{value}\"", $"\"{member}\":\"{less}\"", StringComparison.Ordinal);
    }

    private static void Swap(JsonArray records, int first, int second)
    {
        var (a, b) = (records[first]!.DeepClone(), records[second]!.DeepClone());
        (records[first], records[second]) = (b, a);
    }

    private static string FlipSignature(string note)
    {
        var lines = note.Split('\n');
        var words = lines[4].Split(' ');
        var bytes = Convert.FromBase64String(words[2]);
        bytes[20] ^= 1;
        lines[4] = $"{words[0]} {words[1]} {Convert.ToBase64String(bytes)}";
        return string.Join('\n', lines);
    }

    /// <summary>Whoever changes a record can compute a root that fits it, and cannot put that into the log.</summary>
    private static void Refit(JsonObject receipt)
    {
        var records = receipt["records"]!.AsArray();
        records[3]!["statement"] = Less(Text(records[3]!["statement"]), "delta");
        var leaves = records.Select(record => Leaf(1, record!)).Append(Leaf(2, receipt["checkpoint"]!)).ToList();
        receipt["proofRoot"] = "0x" + Convert.ToHexStringLower(Root(leaves));
    }

    private static byte[] Leaf(byte type, JsonNode entry) => Sha256([
        0, type, .. Sha256([.. Convert.FromHexString(Text(entry["salt"])), .. System.Text.Encoding.UTF8.GetBytes(Text(entry["statement"]))])]);

    /// <summary>RFC 6962, 2.1, word for word.</summary>
    private static byte[] Root(List<byte[]> leaves)
    {
        if (leaves.Count == 1) return leaves[0];
        var k = 1;
        while (k * 2 < leaves.Count) k *= 2;
        return Sha256([1, .. Root(leaves[..k]), .. Root(leaves[k..])]);
    }

    private static byte[] Sha256(byte[] bytes) => System.Security.Cryptography.SHA256.HashData(bytes);
}
