using System.Globalization;
using System.Security.Cryptography;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Receipts;

public sealed class GetReceiptBundleTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task The_bytes_never_change_and_are_named_by_their_hash()
    {
        await _it.EmitAsync("cust_a", -1.5m, metadata: new { region = "eu-1" });
        await _it.EmitManyAsync("cust_a", 3);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var id = (await _it.CloseAsync("cust_a", "2026-03")).Text("checkpointId")!;

        var first = await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{id}/bundle");
        _it.Clock.Set(ClosingScenario.May);
        await _it.EmitManyAsync("cust_a", 3);
        await _it.SealedAsync();
        var later = await _it.BundleAsync(id);
        var disclosed = await _it.BundleAsync(id, metadata: true);

        Assert.Equal(first.Bytes, later);
        Assert.Equal($"sha-256=:{Convert.ToBase64String(SHA256.HashData(first.Bytes))}:", first.Header("Repr-Digest"));
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(first.Bytes))}\"", first.Header("ETag"));
        Assert.Equal($"attachment; filename=\"receipt-{id}.bundle.json\"", first.Header("Content-Disposition"));
        Assert.Equal(first.Bytes.Length.ToString(CultureInfo.InvariantCulture), first.Header("Content-Length"));
        Assert.Equal("application/json", first.Header("Content-Type"));
        Assert.DoesNotContain("eu-1", first.Text, StringComparison.Ordinal);
        Assert.Contains("eu-1", System.Text.Encoding.UTF8.GetString(disclosed), StringComparison.Ordinal);
        Assert.Equal(4, (await _it.VerifiedAsync(later)).Records);
        Assert.Equal(4, (await _it.VerifiedAsync(disclosed)).Records);
    }

    [Fact]
    public async Task More_records_than_a_page_come_out_whole()
    {
        for (var batch = 0; batch < 3; batch++)
        {
            var answer = await _it.Tenant.PostAsync("/api/v1/balance/delta/batch", new
            {
                deltas = Enumerable.Range(0, 500).Select(i => new { customerId = i % 5 == 0 ? "cust_b" : "cust_a", delta = -0.000000001m * (i + 1), reason = "tokens" }),
            });
            Assert.Equal(201, answer.Status);
            _it.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var checkpoint = await _it.CloseAsync("cust_a", "2026-03");

        var facts = await _it.VerifiedAsync(await _it.BundleAsync(checkpoint.Text("checkpointId")!));

        Assert.Equal((1200L, checkpoint.Number("netDelta")), (facts.Records, facts.Checkpoint.Net.Value));
    }

    [Fact]
    public async Task A_stored_row_that_was_changed_is_found_before_the_first_byte()
    {
        string[] damages =
        [
            "reason = 'other'",
            "delta = delta - 1",
            "balance_after = 0",
            "leaf = sha256('x')",
            "leaf = '\\x00'",
            "salt = decode(repeat('00', 16), 'hex')",
            "accepted_at = accepted_at + interval '1 microsecond'",
            "metadata = '{}'",
        ];
        for (var i = 0; i < damages.Length; i++) await _it.EmitManyAsync($"cust_{i}", 3);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));

        for (var i = 0; i < damages.Length; i++)
        {
            var id = (await _it.CloseAsync($"cust_{i}", "2026-03")).Text("checkpointId")!;
            var recordId = (await _it.Tenant.GetAsync($"/api/v1/balance/receipt/cust_{i}?period=2026-03")).Data.GetProperty("deltas")[1].Text("recordId");
            await _it.TamperAsync($"cust_{i}", 2, damages[i]);

            var answer = await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{id}/bundle");

            Assert.Equal((damages[i], "409 PROOF_UNAVAILABLE", recordId), (damages[i], answer.ToString(), answer.Fields.Single()));
        }
    }

    [Fact]
    public async Task A_row_that_is_gone_is_found_too()
    {
        await _it.EmitManyAsync("cust_a", 3);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var id = (await _it.CloseAsync("cust_a", "2026-03")).Text("checkpointId")!;
        await _it.Host.ExecuteAsync("DELETE FROM records WHERE seq = 3");

        var answer = await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{id}/bundle");

        Assert.Equal(("409 PROOF_UNAVAILABLE", id), (answer.ToString(), answer.Fields.Single()));
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_nothing_running()
    {
        await _it.EmitManyAsync("cust_a", 2);
        _it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var id = (await _it.CloseAsync("cust_a", "2026-03")).Text("checkpointId")!;

        for (var i = 0; i < 5; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/balance/receipts/{id}/bundle");
            request.Headers.Add("X-Api-Key", _it.Tenant.Key);
            using var response = await _it.Host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }

        await Eventually.HoldsAsync(async () => await _it.CountAsync(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'") == 0);
    }
}
