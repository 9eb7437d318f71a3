using System.IO.Compression;
using System.Text.Json;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Log;

/// <summary>api-balance 7: a log of 300 entries and some more, as a stranger and as a hostile walk see it.</summary>
public sealed class LogRoutesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Log = "/log/production";

    private PacSpaceHost _host = null!;
    private TestTenant _tenant = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostFixture.StartAsync(postgres, new Dictionary<string, string?> { ["PacSpace:RateLimits:Log:PerSecond"] = "100000", ["PacSpace:RateLimits:Log:Burst"] = "100000" });
        _tenant = await _host.CreateTenantAsync();
        await EmitAsync();
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_stranger_reads_the_whole_log_and_finds_every_kept_head_a_prefix_of_the_last()
    {
        var reader = new StrangersReader(_host.Client, _host.BaseAddress.GetLeftPart(UriPartial.Authority) + Log);
        var vkey = (await reader.TextAsync("vkey")).TrimEnd('\n');
        var kept = new List<StrangersReader.Head> { await reader.FetchHeadAsync(vkey) };
        for (var i = 0; i < 3; i++)
        {
            await EmitAsync();
            kept.Add(await reader.FetchHeadAsync(vkey));
        }

        await CompleteCheckpointsAsync(300);
        kept.Add(await reader.FetchHeadAsync(vkey));
        await EmitAsync();
        var last = await reader.FetchHeadAsync(vkey);

        Assert.Equal("app.example.com/log/production", last.Origin);
        Assert.True(last.Size > 300);
        var leaves = await reader.WalkAsync(last.Size);
        Assert.Equal(last.Root, StrangersReader.Root(leaves, 0, leaves.Count));
        foreach (var head in kept)
        {
            Assert.Equal(head.Root, StrangersReader.Root(leaves, 0, (int)head.Size));
            var proof = JsonDocument.Parse(await reader.TextAsync($"consistency?first={head.Size}&second={last.Size}")).RootElement.GetProperty("data");
            Assert.Equal((last.Origin, head.Size, last.Size), (proof.GetProperty("origin").GetString(), proof.GetProperty("first").GetInt64(), proof.GetProperty("second").GetInt64()));
            var path = proof.GetProperty("proof").EnumerateArray().Select(h => Convert.FromHexString(h.GetString()![2..])).ToList();
            Assert.True(StrangersReader.IsConsistent(head.Size, last.Size, head.Root, last.Root, path));
            Assert.Equal(Convert.ToHexStringLower(head.Root), proof.GetProperty("firstRoot").GetString()![2..]);
        }
    }

    [Fact]
    public async Task Tiles_are_served_in_every_width_up_to_the_tree_and_in_no_other_spelling()
    {
        await CompleteCheckpointsAsync(300);
        foreach (var path in new[]
        {
            "tile/0/000", "tile/0/000.p/1", "tile/0/000.p/255", "tile/0/001.p/1", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44",
        })
        {
            Assert.Equal((path, 200), (path, (await _host.GetAsync($"{Log}/{path}")).Status));
        }

        foreach (var path in new[]
        {
            "tile/0/001", "tile/0/001.p/99", "tile/0/002.p/1", "tile/1/000", "tile/1/000.p/2", "tile/2/000.p/1", "tile/63/000.p/1", "tile/64/000.p/1", "tile/00/000", "tile/+0/000",
            "tile/-1/000", "tile/a/000", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/x000/000", "tile/0/x000/001.p/1", "tile/0/000/000", "tile/0/x00/000", "tile/0/000.p/0", "tile/0/000.p/256",
            "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000.p", "tile/0/000.p/1/", "tile/0/000/", "tile/0/%30%30%30", "tile/%30/000", "tile/0/000%2Ep/1", "tile/0/000.P/1",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999", "tile/entries/0", "tile/entries/001", "tile/entries/000.p/256", "tile/entries/", "tile/0/", "tile/", "tile", "tile/0/\u0660\u0660\u0660",
            "tile/0/../0/000", "tile/0/./000", "checkpoint/", "CHECKPOINT", "%63heckpoint", "vkey/", "Vkey", "consistency/?first=1", "TILE/0/000", "tile/Entries/000", "nothing", "", "tile/entries/%ff",
        })
        {
            var answer = await _host.GetAsync($"{Log}/{path}");
            Assert.Equal((path, "404 NOT_FOUND"), (path, answer.ToString()));
        }

        foreach (var environment in new[] { "Production", "staging", "production%20", "%70roduction2", ".." })
            Assert.Equal((environment, 404), (environment, (await _host.GetAsync($"/log/{environment}/checkpoint")).Status));
    }

    [Fact]
    public async Task Every_file_has_its_headers_answers_HEAD_and_a_known_tag()
    {
        await CompleteCheckpointsAsync(3);
        foreach (var (path, type, cache) in new[]
        {
            ("checkpoint", "text/plain; charset=utf-8", "max-age=0, no-cache"),
            ("vkey", "text/plain; charset=utf-8", "max-age=300"),
            ("tile/0/000.p/2", "application/octet-stream", "public, max-age=31536000, immutable"),
            ("tile/entries/000.p/2", "application/octet-stream", "public, max-age=31536000, immutable"),
            ("consistency?first=1&second=3", "application/json", "no-store"),
        })
        {
            var got = await _host.GetAsync($"{Log}/{path}", null, ("Origin", "https://elsewhere.example"));
            Assert.Equal((path, 200, type, cache, "*"), (path, got.Status, got.Header("Content-Type"), Sorted(cache, got.Header("Cache-Control")), got.Header("Access-Control-Allow-Origin")));
            var tag = got.Header("ETag");
            Assert.Matches("^\"[0-9a-f]{32}\"$", tag);
            var head = await _host.SendAsync(HttpMethod.Head, $"{Log}/{path}", null, null);
            Assert.Equal((path, 200, tag, 0), (path, head.Status, head.Header("ETag"), head.Bytes.Length));
            if (path.StartsWith("consistency", StringComparison.Ordinal)) continue;
            Assert.Equal(got.Bytes.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), head.Header("Content-Length"));
            Assert.Equal(304, (await _host.GetAsync($"{Log}/{path}", null, ("If-None-Match", $"\"x\", W/{tag}"))).Status);
            Assert.Equal(200, (await _host.GetAsync($"{Log}/{path}", null, ("If-None-Match", "\"x\""))).Status);
        }

        static string? Sorted(string expected, string? actual) => actual is not null && actual.Split(", ").Order().SequenceEqual(expected.Split(", ").Order()) ? expected : actual;
    }

    [Fact]
    public async Task Entries_are_compressed_when_asked_and_other_files_are_not()
    {
        await CompleteCheckpointsAsync(3);
        var plain = await _host.GetAsync($"{Log}/tile/entries/000.p/3");
        var packed = await _host.GetAsync($"{Log}/tile/entries/000.p/3", null, ("Accept-Encoding", "br, gzip"));
        Assert.Equal("gzip", packed.Header("Content-Encoding"));
        Assert.NotEqual(plain.Header("ETag"), packed.Header("ETag"));
        using var unpacked = new MemoryStream();
        await using (var gzip = new GZipStream(new MemoryStream(packed.Bytes), CompressionMode.Decompress)) await gzip.CopyToAsync(unpacked);
        Assert.Equal(plain.Bytes, unpacked.ToArray());
        Assert.Equal(3 * 35, plain.Bytes.Length);
        Assert.Null((await _host.GetAsync($"{Log}/tile/entries/000.p/3", null, ("Accept-Encoding", "gzip;q=0"))).Header("Content-Encoding"));
        Assert.Null((await _host.GetAsync($"{Log}/tile/0/000.p/3", null, ("Accept-Encoding", "gzip"))).Header("Content-Encoding"));
    }

    [Theory]
    [InlineData("", "first")]
    [InlineData("?first=0", "first")]
    [InlineData("?first=-1", "first")]
    [InlineData("?first=x", "first")]
    [InlineData("?first=99999999999999999999", "first")]
    [InlineData("?first=3&second=2", "first")]
    [InlineData("?first=1&second=0", "second")]
    [InlineData("?first=1&second=9999", "second")]
    [InlineData("?first=1&first=2", "first")]
    public async Task Sizes_that_cannot_be_compared_are_refused(string query, string field)
    {
        await CompleteCheckpointsAsync(3);
        var answer = await _host.GetAsync($"{Log}/consistency{query}");
        Assert.Equal("400 VALIDATION_ERROR", answer.ToString());
        Assert.Equal([field], answer.Fields);
    }

    [Fact]
    public async Task A_retired_key_stays_published_with_the_sizes_that_it_signed()
    {
        await _host.ExecuteAsync("INSERT INTO log_keys VALUES ('production', 'old.example/log+00000000+AAAA', 1, 17)");
        var lines = (await _host.GetAsync($"{Log}/vkey")).Text.Split('\n');
        Assert.StartsWith("app.example.com/log/production+", lines[0], StringComparison.Ordinal);
        Assert.Equal(["old.example/log+00000000+AAAA 1-17", ""], lines[1..]);
    }

    /// <summary>A record, and the log over it.</summary>
    private async Task EmitAsync()
    {
        var emitted = await _tenant.PostAsync("/api/v1/balance/delta", new { customerId = "cust_1", delta = -1, reason = "tokens" });
        Assert.Equal(201, emitted.Status);
        await Eventually.HoldsAsync(async () => await _host.QueryAsync<long>("SELECT sum(h.next_index - s.sealed_index)::bigint FROM ledger_heads h JOIN ledger_seals s USING (ledger_no)") == 0);
    }

    /// <summary>Rows such as a close leaves behind; the sealer enters their roots.</summary>
    private async Task CompleteCheckpointsAsync(int count)
    {
        await _host.ExecuteAsync(
            "INSERT INTO checkpoints (checkpoint_id, ledger_no, customer_no, environment, mode, trigger, scope_identity, start_at, end_at, as_of, covered_through, " +
            "record_count, first_seq, last_seq, opening, net, closing, increases, decreases, recorded_by, statement, salt, proof_root, created_at) " +
            "SELECT 'chk_' || i, ledger_no, 1, 'production', 'all', 'api', '\\x00', '2026-01-01Z', '2026-02-01Z', now(), '2026-02-01Z', 0, 1, 0, 0, 0, 0, 0, 0, 'Acme', '{}', " +
            "'\\x00', sha256(i::text::bytea), now() FROM ledgers, generate_series(1, $1) i WHERE environment = 'production'", count);
        await Eventually.HoldsAsync(async () => await _host.QueryAsync<long>("SELECT count(*) FROM checkpoints WHERE log_index IS NULL") == 0);
    }
}
