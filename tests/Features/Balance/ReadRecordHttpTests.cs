using System.Text;
using System.Text.Json;
using PacSpace.Evidence;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

/// <summary>GET /api/v1/balance/delta/:recordId and GET /api/v1/balance/records/:recordId/proof, asked through the door.</summary>
public sealed class ReadRecordHttpTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string MetadataText = """{ "region":"eu-1",  "n": 1.50, "é":"🚀" }""";

    private ClosingScenario _scenario = null!;

    private TestTenant Tenant => _scenario.Tenant;

    public async ValueTask InitializeAsync() => _scenario = await ClosingScenario.StartAsync(postgres);

    public async ValueTask DisposeAsync() => await _scenario.DisposeAsync();

    [Fact]
    public async Task A_record_is_queued_then_verified_and_says_the_same_otherwise()
    {
        await _scenario.PauseSealingAsync();
        var emitted = await EmitWithMetadataAsync();

        var queued = await ReadAsync(emitted.Text("recordId")!);
        _scenario.IsSealingPaused = false;
        await _scenario.SealedAsync();
        var verified = await ReadAsync(emitted.Text("recordId")!);

        Assert.Equal(DocumentedShape.NewRecord + " metadata:object", DocumentedShape.Of(queued.Data));
        Assert.Equal((200, "QUEUED", "recording"), (queued.Status, queued.Data.Text("status"), queued.Data.Text("state")));
        Assert.Equal(("VERIFIED", "recorded"), (verified.Data.Text("status"), verified.Data.Text("state")));
        Assert.Equal(("2026-03-15T12:00:00.000Z", "2026-03-15T12:00:00.000Z"), (verified.Data.Text("blockTimestamp"), verified.Data.Text("verifiedAt")));
        Assert.Matches("^0x[0-9a-f]{64}$", verified.Data.Text("verificationReference"));
        Assert.Equal(MetadataText, verified.Data.GetProperty("metadata").GetRawText());

        string[] changing = ["status", "state", "blockTimestamp", "verifiedAt", "verificationReference", "metadata"];
        foreach (var member in emitted.EnumerateObject().Where(member => !changing.Contains(member.Name)))
            Assert.Equal((member.Name, member.Value.GetRawText()), (member.Name, verified.Data.GetProperty(member.Name).GetRawText()));
    }

    [Fact]
    public async Task Metadata_that_was_not_sent_is_null() =>
        Assert.True((await ReadAsync((await _scenario.EmitAsync("a", 1)).Text("recordId")!)).Data.IsNull("metadata"));

    [Fact]
    public async Task A_record_in_a_completed_checkpoint_is_verified_in_the_products_words()
    {
        var emitted = await _scenario.EmitAsync("a", 1);
        _scenario.Clock.Set(ClosingScenario.April);
        await _scenario.CloseAsync("a", "2026-03");

        Assert.Equal("verified", (await ReadAsync(emitted.Text("recordId")!)).Data.Text("state"));
    }

    [Fact]
    public async Task Whatever_is_no_record_of_this_tenant_and_environment_is_not_found_by_either_route()
    {
        var own = await _scenario.EmitAsync("a", 1);
        var other = await _scenario.Host.CreateTenantAsync();
        var others = (await other.PostAsync("/api/v1/balance/delta", new { customerId = "a", delta = 1, reason = "r" })).Data;
        var sandbox = Tenant with { Environment = "sandbox", Key = await _scenario.Host.CreateKeyAsync(Tenant.TenantId, "sandbox") };
        var elsewhere = (await sandbox.PostAsync("/api/v1/balance/delta", new { customerId = "a", delta = 1, reason = "r" })).Data;
        var id = own.Text("recordId")!;

        string[] ids =
        [
            others.Text("recordId")!, elsewhere.Text("recordId")!, own.Text("receiptId")!, own.Text("itemHash")![2..], "rec_00000000000000000000000000",
            "rec_zzzzzzzzzzzzzzzzzzzzzzzzzz", id.ToUpperInvariant(), id + "0", id[..^1], id[4..], "chk" + id[3..], "rec_", "-", id + "%20", "%2e", ".", "..", "%2F" + id,
        ];
        foreach (var wrong in ids)
        {
            Assert.Equal((wrong, "404 NOT_FOUND"), (wrong, (await Tenant.GetAsync($"/api/v1/balance/delta/{wrong}")).ToString()));
            Assert.Equal((wrong, "404 NOT_FOUND"), (wrong, (await Tenant.GetAsync($"/api/v1/balance/records/{wrong}/proof")).ToString()));
        }

        Assert.Equal(200, (await sandbox.GetAsync($"/api/v1/balance/delta/{elsewhere.Text("recordId")}")).Status);
    }

    // ---------------------------------------------------------------- the proof

    [Fact]
    public async Task A_proof_is_a_file_that_an_outsider_verifies()
    {
        await _scenario.EmitAsync("b", 3);
        var record = await EmitWithMetadataAsync();

        var answer = await ProofAsync(record);

        Assert.Equal((200, "application/json"), (answer.Status, answer.Header("Content-Type")));
        Assert.Equal($"attachment; filename=\"record-proof-{record.Text("recordId")}.json\"", answer.Header("Content-Disposition"));
        Assert.Equal("format", answer.Json.EnumerateObject().First().Name);
        var facts = await HoldsAsync(answer.Bytes);
        Assert.Equal((record.Text("itemHash"), record.Text("recordId"), "cust_001", -42.5m), (facts.LeafHash.To0x(), facts.Record.RecordId, facts.Record.CustomerId, facts.Record.Delta.Value));
        Assert.False(answer.Json.TryGetProperty("metadata", out _));
        Assert.DoesNotContain("eu-1", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_is_disclosed_on_request_and_then_checked()
    {
        var record = await EmitWithMetadataAsync();

        var answer = await ProofAsync(record, "?metadata=true");

        Assert.Equal(MetadataText, answer.Json.GetProperty("metadata").GetString());
        await HoldsAsync(answer.Bytes);
        var changed = Encoding.UTF8.GetBytes(answer.Text.Replace("eu-1", "eu-2", StringComparison.Ordinal));
        Assert.Equal("metadata", (await VerdictAsync(changed)).Refusal?.CodeText);
        Assert.Equal("400 VALIDATION_ERROR", (await ProofAsync(record, "?metadata=yes")).ToString());
        Assert.Equal("400 VALIDATION_ERROR", (await ProofAsync(record, "?metadata=true&metadata=true")).ToString());
    }

    [Fact]
    public async Task Each_byte_of_the_statement_counts()
    {
        var record = await EmitWithMetadataAsync();
        var proof = (await ProofAsync(record)).Text;

        //                     changed                          refused as
        (string From, string To, string Code)[] injuries =
        [
            ("-42.5", "-42.4", "block"), ("gpu_hours", "gpu_hourz", "block"), ("cust_001", "cust_002", "block"),
        ];
        foreach (var (from, to, _) in injuries)
        {
            var verdict = await VerdictAsync(Encoding.UTF8.GetBytes(proof.Replace(from, to, StringComparison.Ordinal)));
            Assert.False(verdict.Holds, $"{from} was changed to {to}");
        }
    }

    [Fact]
    public async Task A_record_that_is_not_sealed_in_time_is_pending_and_its_proof_comes_when_it_is()
    {
        await _scenario.PauseSealingAsync();
        var record = await EmitWithMetadataAsync();

        var waiting = ProofAsync(record);
        var pending = await waiting;
        _scenario.IsSealingPaused = false;
        var comes = await ProofAsync(record);

        Assert.Equal(("409 PROOF_UNAVAILABLE", "1"), (pending.ToString(), pending.Header("Retry-After")));
        var detail = pending.Json.GetProperty("error").GetProperty("details")[0];
        Assert.Equal((record.Text("recordId"), "pending"), (detail.Text("field"), detail.Text("message")));
        Assert.Equal(200, comes.Status);
    }

    [Fact]
    public async Task A_record_whose_row_was_changed_before_sealing_is_FAILED_and_has_no_proof()
    {
        await _scenario.PauseSealingAsync();
        var record = await EmitWithMetadataAsync();
        await EmitWithMetadataAsync(); // whose prev confirms the hash of the one before
        await _scenario.TamperAsync("cust_001", 1, "reason = 'cpu_hours'");
        _scenario.IsSealingPaused = false;
        await Eventually.HoldsAsync(async () => (await ReadAsync(record.Text("recordId")!)).Data.Text("status") == "FAILED");

        var read = await ReadAsync(record.Text("recordId")!);
        var proof = await ProofAsync(record);

        Assert.Equal(("HASH_MISMATCH", "recording"), (read.Data.Text("error"), read.Data.Text("state")));
        Assert.False(read.Data.IsNull("failedAt"));
        Assert.Equal("409 PROOF_UNAVAILABLE", proof.ToString());
        Assert.Equal("failed", proof.Json.GetProperty("error").GetProperty("details")[0].Text("message"));
        Assert.Null(proof.Header("Retry-After"));

        await _scenario.TamperAsync("cust_001", 1, "reason = 'gpu_hours'");
        await Eventually.HoldsAsync(async () => (await ReadAsync(record.Text("recordId")!)).Data.Text("status") == "VERIFIED");
        await HoldsAsync((await ProofAsync(record)).Bytes);
    }

    [Fact]
    public async Task A_row_that_was_changed_after_sealing_has_no_proof_until_it_is_restored()
    {
        var record = await EmitWithMetadataAsync();
        await _scenario.SealedAsync();
        await _scenario.TamperAsync("cust_001", 1, "delta = -42.4");

        Assert.Equal("409 PROOF_UNAVAILABLE", (await ProofAsync(record)).ToString());

        await _scenario.TamperAsync("cust_001", 1, "delta = -42.5");
        Assert.Equal(200, (await ProofAsync(record)).Status);
    }

    private async Task<JsonElement> EmitWithMetadataAsync()
    {
        var answer = await Tenant.PostRawAsync(
            "/api/v1/balance/delta", $$"""{"customerId":"cust_001","delta":-42.5,"reason":"gpu_hours","referenceId":"job_881","metadata":{{MetadataText}}}""");
        Assert.True(answer.Status == 201, answer.Text);
        return answer.Data;
    }

    private Task<Answer> ReadAsync(string recordId) => Tenant.GetAsync($"/api/v1/balance/delta/{recordId}");

    private Task<Answer> ProofAsync(JsonElement record, string query = "") => Tenant.GetAsync($"/api/v1/balance/records/{record.Text("recordId")}/proof{query}");

    private async Task<RecordProofFacts> HoldsAsync(byte[] proof)
    {
        var verdict = await VerdictAsync(proof);
        Assert.True(verdict.Holds, verdict.Refusal?.ToString());
        return verdict.Facts;
    }

    /// <summary>With nothing but the file and the log's verifier key.</summary>
    private async Task<Verdict<RecordProofFacts>> VerdictAsync(byte[] proof)
    {
        Assert.True(VerifierKey.TryParse(await _scenario.Host.QueryAsync<string>("SELECT vkey FROM log_keys WHERE environment = 'production'"), out var key));
        return new RecordProofVerifier(new KeyRing(key)).Verify(new MemoryByteSource(proof));
    }
}
