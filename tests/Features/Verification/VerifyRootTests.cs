using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Verification;

public sealed class VerifyRootTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task A_root_is_found_from_the_moment_it_was_answered()
    {
        await _it.PauseSealingAsync();
        var single = (await _it.EmitAsync("cust_a", -1)).Text("receiptId")!;
        var group = (await GroupAsync()).Text("receiptId")!;

        foreach (var root in new[] { single, group })
        {
            var waiting = await VerifyAsync(root, "both");
            Assert.Equal(("submission", "QUEUED", false), (waiting.Data.Text("type"), waiting.Data.Text("status"), waiting.Data.GetProperty("verified").GetBoolean()));
        }

        _it.IsSealingPaused = false;
        await _it.SealedAsync();
        foreach (var (root, count) in new[] { (single, 1), (group, 3) })
        {
            foreach (var source in new[] { "db", "chain", "both" })
            {
                var answer = await VerifyAsync(root, source);
                Assert.True(answer.Data.GetProperty("verified").GetBoolean(), answer.Text);
                Assert.Equal((root, root, (decimal)count), (answer.Data.Text("proofRoot"), answer.Data.Text("receiptId"), answer.Data.GetProperty("summary").Number("recordCount")));
                Assert.Equal(source != "chain", !answer.Data.GetProperty("sources").IsNull("db"));
                Assert.Equal(source != "db", !answer.Data.GetProperty("sources").IsNull("chain"));
                Assert.True(answer.Data.GetProperty("summary").IsNull("netChange") && answer.Data.IsNull("period"));
            }
        }
    }

    [Fact]
    public async Task A_checkpoint_is_verified_by_root_and_by_id()
    {
        await _it.EmitManyAsync("cust_a", 3);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var checkpoint = await _it.CloseAsync("cust_a", "2026-03");
        var (id, root) = (checkpoint.Text("checkpointId")!, checkpoint.Text("proofRoot")!);

        var byId = await VerifyAsync(id, "both");
        var byRoot = await VerifyAsync(root, "both");

        Assert.True(byId.Data.GetProperty("verified").GetBoolean(), byId.Text);
        Assert.Equal(("checkpoint", id), (byId.Data.Text("type"), byId.Data.Text("receiptId")));
        Assert.True(byRoot.Data.IsNull("receiptId"));
        Assert.Equal((root, "2026-03", -6m), (byRoot.Data.Text("proofRoot"), byRoot.Data.Text("period"), byRoot.Data.GetProperty("summary").Number("netChange")));
        Assert.Equal("https://app.example.com/log/production", byRoot.Data.GetProperty("verification").Text("logUrl"));
        Assert.Equal("*", byRoot.Header("Access-Control-Allow-Origin"));
        Assert.DoesNotContain("cust_a", byRoot.Text + byId.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_block_is_verified_by_the_reference_that_records_name()
    {
        await _it.PauseSealingAsync();
        await GroupAsync();
        await _it.EmitAsync("cust_a", -1);
        _it.IsSealingPaused = false;
        await _it.SealedAsync();
        var root = "0x" + await _it.Host.QueryAsync<string>("SELECT encode(root, 'hex') FROM blocks");

        var answer = await VerifyAsync(root, "both");

        Assert.True(answer.Data.GetProperty("verified").GetBoolean(), answer.Text);
        Assert.Equal(("block", 4m), (answer.Data.Text("type"), answer.Data.GetProperty("summary").Number("recordCount")));
        Assert.True(answer.Data.IsNull("tenant") && answer.Data.IsNull("recordedBy") && answer.Data.IsNull("receiptId"));
        Assert.Equal(root, answer.Data.GetProperty("verification").Text("verificationReference"));
    }

    [Fact]
    public async Task A_row_that_was_changed_after_sealing_is_told_by_the_chain()
    {
        string[] damages = ["reason = 'other'", "delta = delta - 1", "leaf = sha256('x')"];
        var singles = new List<string>();
        for (var i = 0; i < damages.Length; i++)
        {
            singles.Add((await _it.EmitAsync($"cust_{i}", -1)).Text("receiptId")!);
            await _it.EmitAsync($"cust_{i}", -2);
        }

        await _it.SealedAsync();
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        for (var i = 0; i < damages.Length; i++)
        {
            var root = (await _it.CloseAsync($"cust_{i}", "2026-03")).Text("proofRoot")!;
            await _it.TamperAsync($"cust_{i}", 1, damages[i]);
            foreach (var asked in new[] { singles[i], root })
            {
                Assert.True((await VerifyAsync(asked, "db")).Data.GetProperty("sources").GetProperty("db").GetBoolean());
                var chain = await VerifyAsync(asked, "both");
                Assert.False(chain.Data.GetProperty("verified").GetBoolean());
                Assert.Equal("The stored record no longer matches its proof.", chain.Data.Text("message"));
            }
        }
    }

    [Fact]
    public async Task A_changed_total_or_log_entry_is_told_by_the_chain()
    {
        await _it.EmitAsync("cust_a", -1);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var march = await _it.CloseAsync("cust_a", "2026-03");
        var february = await _it.CloseAsync("cust_a", "2026-02");
        await _it.Host.ExecuteAsync("UPDATE checkpoints SET net = -2 WHERE checkpoint_id = $1", march.Text("checkpointId")!);
        await _it.Host.ExecuteAsync("UPDATE log_entries SET entry = set_byte(entry, 5, 255 - get_byte(entry, 5)) WHERE checkpoint_id = $1", february.Text("checkpointId")!);

        Assert.False((await VerifyAsync(march.Text("proofRoot")!, "chain")).Data.GetProperty("verified").GetBoolean());
        Assert.False((await VerifyAsync(february.Text("proofRoot")!, "chain")).Data.GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task A_recompute_is_kept_for_a_minute()
    {
        var root = (await _it.EmitAsync("cust_a", -1)).Text("receiptId")!;
        await _it.SealedAsync();
        var first = await VerifyAsync(root, "chain");
        await _it.TamperAsync("cust_a", 1, "reason = 'other'");
        var kept = await VerifyAsync(root, "chain");
        _it.Clock.Advance(TimeSpan.FromSeconds(61));
        var anew = await VerifyAsync(root, "chain");

        Assert.Equal([true, true, false], new[] { first, kept, anew }.Select(a => a.Data.GetProperty("verified").GetBoolean()));
    }

    [Fact]
    public async Task What_is_unknown_is_not_found()
    {
        (string Root, string Source, string Refusal)[] table =
        [
            ("0x0000000000000000000000000000000000000000000000000000000000000000", "db", "404 NOT_FOUND"),
            ("0xABCDEF", "db", "404 NOT_FOUND"),
            ("chk_unknown", "both", "404 NOT_FOUND"),
            ("rec_00000000000000000000000000", "db", "404 NOT_FOUND"),
            ("..%2F..", "db", "404 NOT_FOUND"),
            ("chk_unknown", "moon", "400 VALIDATION_ERROR"),
        ];

        foreach (var (root, source, refusal) in table) Assert.Equal((root, refusal), (root, (await VerifyAsync(root, source)).ToString()));
    }

    private async Task<System.Text.Json.JsonElement> GroupAsync()
    {
        var answer = await _it.Tenant.PostAsync("/api/v1/balance/delta/batch", new
        {
            deltas = new[] { "cust_a", "cust_b", "cust_a" }.Select(customerId => new { customerId, delta = -1, reason = "tokens" }),
        });
        Assert.Equal(201, answer.Status);
        return answer.Data;
    }

    private Task<Answer> VerifyAsync(string root, string source) => _it.Host.GetAsync($"/api/v1/verify/{root}?source={source}");
}
