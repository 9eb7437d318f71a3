using PacSpace.Features.Tests.Webhooks;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Documented;

/// <summary>The same operations in the states that the examples do not show: under a vendor account, adjusted, failed, queued, selected,
/// delivered. Every member is there, and null or of its documented type.</summary>
public sealed class OtherStatesTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Under_a_vendor_account_with_a_record_that_failed()
    {
        await using var it = await ClosingScenario.StartAsync(postgres, isMiddleware: true, unit: null);
        var account = await it.Host.CreateVendorAccountAsync(it.Tenant.TenantId);
        object One(string customerId, decimal delta, object? adjusts = null) => new { customerId, delta, reason = "tokens", adjusts, vendorAccountId = account };
        await it.PauseSealingAsync();
        var first = await it.Tenant.PostAsync("/api/v1/balance/delta", One("good", 5));
        var second = await it.Tenant.PostAsync("/api/v1/balance/delta", One("good", -5, new { recordId = first.Data.Text("recordId") }));
        var group = await it.Tenant.PostAsync("/api/v1/balance/delta/batch", new { deltas = new[] { new { customerId = "good", delta = 0, reason = "tokens" } }, vendorAccountId = account });
        var failed = await it.Tenant.PostAsync("/api/v1/balance/delta", One("failed", 1));
        await it.Tenant.PostAsync("/api/v1/balance/delta", One("failed", 1));
        await it.TamperAsync("failed", 1, "reason = 'other'");
        Is("3.3", await it.Tenant.GetAsync($"/api/v1/balance/delta/{second.Data.Text("recordId")}"));
        Is("5.1", await it.Host.GetAsync($"/api/v1/verify/{first.Data.Text("receiptId")}?source=both"));
        it.IsSealingPaused = false;
        await it.SealedAsync();

        Is("3.1", first);
        Is("3.1", second);
        Is("3.2", group);
        foreach (var record in new[] { second, failed }) Is("3.3", await it.Tenant.GetAsync($"/api/v1/balance/delta/{record.Data.Text("recordId")}"));
        Is("3.5", await it.Tenant.GetAsync("/api/v1/balance/derive/good?granularity=day"));
        Is("3.5", await it.Tenant.GetAsync($"/api/v1/balance/derive/good?startingCheckpoint={first.Data.Text("recordId")}&startingCheckpointType=recordId"));
        Is("3.5", await it.Tenant.GetAsync("/api/v1/balance/derive/failed?period=2026-01"));
        Is("3.6", await it.Tenant.PostAsync("/api/v1/balance/compare", new { customerId = "good", yourBalance = 9, theirBalance = 5, granularity = "month" }));
        Is("3.8", await it.Tenant.GetAsync("/api/v1/balance/gaps/good"));
        Is("3.9", await it.Tenant.GetAsync("/api/v1/balance/usage"));
        Is("4.9", await it.Tenant.GetAsync("/api/v1/balance/receipt/failed/preview"));
        foreach (var customer in (string[])["good", "failed"]) Is("6.3", await it.Tenant.GetAsync($"/api/v1/balance/customers/{customer}"));

        it.Clock.Set(ClosingScenario.April.AddMinutes(5));
        var closed = await it.CommitAsync(new { customerId = "good", period = "2026-03", vendorAccountId = account });
        var selected = await it.CommitAsync(new { customerId = "good", period = "2026-03", mode = "selected", fingerprints = new[] { first.Data.Text("itemHash") }, vendorAccountId = account });
        var empty = await it.CommitAsync(new { customerId = "good", period = "2026-02", vendorAccountId = account });
        foreach (var checkpoint in new[] { closed, selected, empty })
        {
            Is("4.1", checkpoint);
            await it.CompletedAsync(checkpoint.Data.Text("checkpointId")!);
        }

        Is("4.1 run", await it.CommitAsync(new { period = "2026-03", vendorAccountId = account }));
        Is("4.2", await it.Tenant.GetAsync("/api/v1/balance/checkpoints"));
        Is("4.3", await it.Tenant.GetAsync("/api/v1/balance/checkpoint-timeline/good"));
        Is("4.4", await it.Tenant.PostAsync("/api/v1/balance/checkpoint-diff/good", new { leftCheckpointId = closed.Data.Text("checkpointId"), rightCheckpointId = selected.Data.Text("checkpointId") }));
        Is("4.5", await it.Tenant.GetAsync("/api/v1/balance/receipt/good?period=2026-03"));
        Is("4.6", await it.Tenant.GetAsync($"/api/v1/balance/receipts/{empty.Data.Text("checkpointId")}?customerDisplayName=true"));
        Is("4.8", await it.Tenant.GetAsync("/api/v1/balance/customers/good/receipts"));
        Is("5.1", await it.Host.GetAsync($"/api/v1/verify/{selected.Data.Text("checkpointId")}?source=chain"));
        Is("5.1", await it.Host.GetAsync($"/api/v1/verify/{(await it.Tenant.GetAsync($"/api/v1/balance/delta/{first.Data.Text("recordId")}")).Data.Text("verificationReference")}"));
        Is("5.2", await it.Host.GetAsync($"/api/v1/receipt/{empty.Data.Text("checkpointId")}"));
        Is("6.1", await it.Tenant.GetAsync("/api/v1/balance/customers"));
        Is("6.2", await it.Tenant.GetAsync($"/api/v1/balance/customers/summary?vendorAccountId={account}"));
    }

    [Fact]
    public async Task Of_a_tenant_that_has_nothing_yet()
    {
        await using var host = await HostFixture.StartAsync(postgres);
        var tenant = await host.CreateTenantAsync("sandbox");
        await host.ExecuteAsync("UPDATE tenants SET tier = 'free' WHERE tenant_id = $1", tenant.TenantId);
        Is("3.9", await tenant.GetAsync("/api/v1/balance/usage"));
        Is("4.2", await tenant.GetAsync("/api/v1/balance/checkpoints"));
        Is("6.1", await tenant.GetAsync("/api/v1/balance/customers"));
        Is("6.2", await tenant.GetAsync("/api/v1/balance/customers/summary"));
        Is("6.4", await tenant.GetAsync("/api/v1/balance/webhooks"));
    }

    [Fact]
    public async Task Of_a_delivery_that_waits_and_one_that_was_received()
    {
        await using var it = await WebhookScenario.StartAsync(postgres);
        await it.ListenAsync(it.Receiver().Url);
        await it.RecordAsync(1);
        Is("6.4", await it.Tenant.GetAsync("/api/v1/balance/webhooks"));
        await it.DeliverAsync();
        Is("6.4", await it.Tenant.GetAsync("/api/v1/balance/webhooks"));
    }

    private static void Is(string clause, Answer answer)
    {
        Assert.True(answer.Status is 200 or 201, $"{clause}: {answer.Text}");
        DocumentedExample.InAnotherState(DocumentedOperation.Of(clause).Answer, answer.Json);
    }
}
