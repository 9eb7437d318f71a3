using System.Text.Json;
using PacSpace.Features.Tests.Balance;
using PacSpace.Infrastructure.Webhooks;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Webhooks;

/// <summary>Bodies against the lines of the documents (api-dashboard 13.2, 13.3): members, order, types, and what they say.</summary>
public sealed class WebhookBodiesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Envelope = "id:string event:string timestamp:string createdAt:string tenantId:string environment:string data:object";

    private const string DeltaVerified =
        "recordId:string receiptId:string deltaIndex:null status:string customerId:string customerReference:string vendorAccountId:null sequenceNumber:string " +
        "referenceId:string signedDelta:number balanceAfter:number acceptedAt:string verifiedAt:string blockTimestamp:string verificationId:string " +
        "verificationReference:string delta:object proof:object verification:object period:object usage:object";

    private const string DeltaFailed =
        "recordId:string receiptId:string deltaIndex:null status:string customerId:string customerReference:string vendorAccountId:null sequenceNumber:string " +
        "referenceId:string signedDelta:number error:string failedAt:string delta:object verification:object";

    private const string Delta = "customerId:string amount:number delta:number reason:string referenceId:string metadata:object metadataOmitted:boolean submittedAt:string";

    private const string CheckpointVerified =
        "checkpointId:string checkpointRunId:null customerId:string customerReference:string vendorAccountId:null mode:string trigger:string period:string " +
        "startDate:string endDate:string asOf:string coveredThrough:string proofRoot:string recordCount:number deltaCount:number netDelta:number " +
        "startingBalance:number finalBalance:number verificationReference:string verificationApiUrl:string verifiedAt:string status:string";

    private const string ReceiptGenerated =
        "receiptId:string checkpointId:string customerId:string customerReference:string vendorAccountId:null period:string startDate:string endDate:string " +
        "proofRoot:string recordCount:number netDelta:number verifyUrl:string receiptUrl:string verificationApiUrl:string generatedAt:string";

    private WebhookScenario _it = null!;
    private WebhookReceiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _it = await WebhookScenario.StartAsync(postgres);
        _receiver = _it.Receiver();
        await _it.ListenAsync(_receiver.Url);
    }

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Delta_verified()
    {
        await _it.RecordAsync(2);
        var emitted = (await _it.RecordAsync(1, metadata: new { region = "eu-1" })).Single();
        await _it.DeliverAsync();
        var stored = (await _it.Tenant.GetAsync($"/api/v1/balance/delta/{emitted.Text("recordId")}")).Data;

        var request = Request("delta.verified", emitted.Text("recordId")!);
        var (body, data) = (request, request.GetProperty("data"));

        DocumentedShape.Is(Envelope, body);
        DocumentedShape.Is(DeltaVerified, data);
        DocumentedShape.Is(Delta, data.GetProperty("delta"));
        DocumentedShape.Is("proofHash:string contentHash:string itemHashes:array previousProofHash:string", data.GetProperty("proof"));
        DocumentedShape.Is("verified:boolean latencyMs:number discrepancies:array", data.GetProperty("verification"));
        DocumentedShape.Is("id:string deltaCount:number netDelta:number", data.GetProperty("period"));
        DocumentedShape.Is("plan:string includedDeltas:null consumedDeltas:number remainingDeltas:null overageRate:null", data.GetProperty("usage"));
        Assert.Equal(body.Text("timestamp"), body.Text("createdAt"));
        Assert.Equal((_it.Tenant.TenantId, "sandbox"), (body.Text("tenantId"), body.Text("environment")));
        foreach (var member in (string[])["receiptId", "customerId", "customerReference", "referenceId", "acceptedAt", "verifiedAt", "blockTimestamp", "verificationReference"])
            Assert.Equal(stored.Text(member), data.Text(member));
        Assert.Equal(("3", -127.5m, -127.5m, 3m), (data.Text("sequenceNumber"), data.Number("balanceAfter"), data.GetProperty("period").Number("netDelta"), data.GetProperty("period").Number("deltaCount")));
        Assert.Equal(("enterprise", 3m), (data.GetProperty("usage").Text("plan"), data.GetProperty("usage").Number("consumedDeltas")));
        Assert.Equal("eu-1", data.GetProperty("delta").GetProperty("metadata").Text("region"));
        Assert.Equal([stored.Text("itemHash")], data.GetProperty("proof").GetProperty("itemHashes").EnumerateArray().Select(h => h.GetString()));
        Assert.Equal(stored.Text("previousProofHash"), data.GetProperty("proof").Text("previousProofHash"));
    }

    [Fact]
    public async Task A_group_names_the_hashes_of_all_its_records_and_a_great_one_its_own_alone()
    {
        var small = await BatchAsync(3);
        var great = await BatchAsync(101);
        await _it.SealedAsync();
        await _it.DeliverAsync();

        var (one, other) = (Request("delta.verified", small[1].Text("recordId")!).GetProperty("data"), Request("delta.verified", great[100].Text("recordId")!).GetProperty("data"));

        Assert.Equal((1m, small[1].Text("receiptId")), (one.Number("deltaIndex"), one.GetProperty("proof").Text("proofHash")));
        Assert.Equal(small.Select(item => item.Text("itemHash")), one.GetProperty("proof").GetProperty("itemHashes").EnumerateArray().Select(h => h.GetString()));
        Assert.Equal([great[100].Text("itemHash")], other.GetProperty("proof").GetProperty("itemHashes").EnumerateArray().Select(h => h.GetString()));
        Assert.Equal(104, _receiver.Received.Count);
    }

    [Fact]
    public async Task Metadata_above_four_kibibytes_is_left_out()
    {
        var great = (await _it.RecordAsync(1, metadata: new { text = new string('x', 5_000) })).Single();
        await _it.DeliverAsync();

        var delta = Request("delta.verified", great.Text("recordId")!).GetProperty("data").GetProperty("delta");

        Assert.True(delta.IsNull("metadata") && delta.GetProperty("metadataOmitted").GetBoolean());
    }

    [Fact]
    public async Task Delta_failed_says_the_same_for_ever_and_a_healed_record_is_told_of_as_verified()
    {
        // Damaged between acceptance and sealing: the trigger stands in for a bad disk.
        await _it.Host.ExecuteAsync(
            "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.reason = 'spoil' THEN NEW.reason := 'spoiled'; END IF; RETURN NEW; END $$");
        await _it.Host.ExecuteAsync("CREATE TRIGGER spoil BEFORE INSERT ON records FOR EACH ROW EXECUTE FUNCTION spoil()");
        _receiver.Answer = WebhookReceiver.Status(500);
        var answer = await _it.Tenant.PostAsync(
            "/api/v1/balance/delta", new { customerId = "cust_001", delta = -42.5m, reason = "spoil", referenceId = "job_881" }, ("Idempotency-Key", "k"));
        await _it.Tenant.PostAsync("/api/v1/balance/delta", new { customerId = "cust_001", delta = 1, reason = "tokens" });
        await _it.SealedAsync();
        await _it.DeliverAsync();
        var data = Request("delta.failed", answer.Data.Text("recordId")!).GetProperty("data");

        DocumentedShape.Is(DeltaFailed, data);
        Assert.Equal(("failed", "HASH_MISMATCH", "1"), (data.Text("status"), data.Text("error"), data.Text("sequenceNumber")));
        Assert.True(data.GetProperty("delta").IsNull("metadata") && data.GetProperty("delta").GetProperty("metadataOmitted").GetBoolean());

        await _it.Host.ExecuteAsync("UPDATE records SET reason = 'spoil' WHERE reason = 'spoiled'");
        await Eventually.HoldsAsync(async () => await _it.Host.QueryAsync<long>("SELECT count(*) FROM record_failures WHERE healed_at IS NOT NULL") == 1);
        _receiver.Answer = WebhookReceiver.Status(200);
        _it.Clock.Advance(TimeSpan.FromSeconds(6));
        await _it.DeliverAsync();

        Assert.Single(_receiver.Received.Where(r => r.Head["x-webhook-event"] == "delta.failed").Select(r => r.Text).Distinct());
        Assert.Equal("spoil", Request("delta.verified", answer.Data.Text("recordId")!).GetProperty("data").GetProperty("delta").Text("reason"));
    }

    [Fact]
    public async Task Checkpoint_verified_and_receipt_generated()
    {
        await _it.RecordAsync(2);
        _it.Clock.Set(new DateTimeOffset(2026, 4, 1, 0, 5, 0, TimeSpan.Zero));
        var receipt = await _it.Tenant.GetAsync("/api/v1/balance/receipt/cust_001?period=2026-03");
        Assert.True(receipt.Status == 200, receipt.Text);
        await _it.Tenant.GetAsync("/api/v1/balance/receipt/cust_001?period=2026-03");
        await _it.DeliverAsync();

        var checkpoint = Only("checkpoint.verified").GetProperty("data");
        var generated = Only("receipt.generated").GetProperty("data");

        DocumentedShape.Is(CheckpointVerified, checkpoint);
        DocumentedShape.Is(ReceiptGenerated, generated);
        Assert.Equal(("all", "receipt", "2026-03", 2m, -85m), (checkpoint.Text("mode"), checkpoint.Text("trigger"), checkpoint.Text("period"), checkpoint.Number("recordCount"), checkpoint.Number("netDelta")));
        Assert.Equal(receipt.Data.Text("receiptId"), generated.Text("receiptId"));
        Assert.Equal(receipt.Data.Text("generatedAt"), generated.Text("generatedAt"));
        Assert.Equal(receipt.Data.Text("proofRoot"), checkpoint.Text("proofRoot"));
    }

    [Fact]
    public void The_catalogue_has_a_name_for_every_kind()
    {
        Assert.Equal(Enum.GetValues<WebhookKind>().Length, WebhookKinds.Names.Distinct().Count());
        Assert.All(Enum.GetValues<WebhookKind>(), kind => Assert.True(WebhookKinds.TryParse(kind.Name(), out var back) && back == kind));
    }

    private async Task<List<JsonElement>> BatchAsync(int count)
    {
        var answer = await _it.Tenant.PostAsync("/api/v1/balance/delta/batch", new { deltas = Enumerable.Range(0, count).Select(i => new { customerId = $"cust_{i % 7}", delta = 1, reason = "tokens" }) });
        Assert.True(answer.Status == 201, answer.Text);
        return [.. answer.Data.GetProperty("results").EnumerateArray()];
    }

    private JsonElement Only(string name) => JsonDocument.Parse(Assert.Single(_receiver.Received, r => r.Head["x-webhook-event"] == name).Body).RootElement;

    private JsonElement Request(string name, string recordId) => _receiver.Received.Where(r => r.Head["x-webhook-event"] == name)
        .Select(r => JsonDocument.Parse(r.Body).RootElement).First(body => body.GetProperty("data").Text("recordId") == recordId);
}
