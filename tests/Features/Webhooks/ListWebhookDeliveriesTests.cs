using PacSpace.Features.Pipeline;
using PacSpace.Features.Tests.Balance;
using PacSpace.Features.Webhooks;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Webhooks;

/// <summary>The list of deliveries and sending again (api-balance 6.4, 6.5): ListWebhookDeliveries, RetryWebhookEvent.</summary>
public sealed class ListWebhookDeliveriesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Shape =
        "deliveryId:string eventId:string webhookId:string event:string url:string status:string deliveryStatus:string attempts:number maxAttempts:number " +
        "responseStatus:number lastError:string createdAt:string lastAttemptAt:string nextRetryAt:string deliveredAt:null";

    private WebhookScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await WebhookScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task What_waits_and_what_was_sent_stand_in_one_list_newest_first_a_row_for_each_event_and_endpoint()
    {
        var receiver = _it.Receiver(WebhookReceiver.Status(500));
        var webhook = await _it.ListenAsync(receiver.Url);
        await _it.RecordAsync(3);
        await _it.DeliverAsync();
        await _it.RecordAsync(2);

        var rows = await _it.DeliveriesAsync();

        DocumentedShape.Is(Shape, rows[^1]);
        Assert.Equal(["QUEUED", "QUEUED", "PROCESSING", "PROCESSING", "PROCESSING"], rows.Select(r => r.Text("status")));
        Assert.Equal(receiver.Received.Select(r => r.Id).ToHashSet(), rows.Skip(2).Select(r => r.Text("eventId")!).ToHashSet());
        Assert.Equal(10, rows.Select(r => r.Text("eventId")).Concat(rows.Select(r => r.Text("deliveryId"))).Distinct().Count());
        Assert.All(rows, r => Assert.Equal((webhook.Id, webhook.Url, 11), (r.Text("webhookId"), r.Text("url"), r.GetProperty("maxAttempts").GetInt32())));
        Assert.Equal((2, 3, 0), ((await _it.DeliveriesAsync("status=pending")).Count, (await _it.DeliveriesAsync("status=Processing&event=delta.verified")).Count, (await _it.DeliveriesAsync("event=checkpoint.verified")).Count));
    }

    [Fact]
    public async Task Pages_by_cursor_and_by_offset_are_the_whole_list_though_it_grows()
    {
        var (a, b) = (_it.Receiver(), _it.Receiver(WebhookReceiver.Status(500)));
        await _it.ListenAsync(a.Url);
        await _it.ListenAsync(b.Url);
        await _it.RecordAsync(6);
        await _it.DeliverAsync();
        await _it.RecordAsync(3);
        var whole = (await _it.DeliveriesAsync()).Select(r => r.Text("deliveryId")).ToList();
        Assert.Equal(18, whole.Distinct().Count());

        var byCursor = new List<string?>();
        for (string? cursor = null, path = "?limit=4"; path is not null; path = cursor is null ? null : $"?limit=4&cursor={cursor}")
        {
            var page = (await _it.Tenant.GetAsync("/api/v1/balance/webhooks" + path)).Data;
            byCursor.AddRange(page.GetProperty("deliveries").EnumerateArray().Select(r => r.Text("deliveryId")));
            if (byCursor.Count == 4) await _it.RecordAsync(1);
            cursor = page.Text("nextCursor");
        }

        var byOffset = new List<string?>();
        for (var offset = 2; offset < 20; offset += 5)
        {
            byOffset.AddRange((await _it.Tenant.GetAsync($"/api/v1/balance/webhooks?limit=5&offset={offset}")).Data.GetProperty("deliveries").EnumerateArray().Select(r => r.Text("deliveryId")));
        }

        Assert.Equal(whole, byCursor);
        Assert.Equal(whole, byOffset);
    }

    [Theory]
    [InlineData("status=SOMEHOW", "status")]
    [InlineData("event=delta.gone", "event")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("offset=-1", "offset")]
    [InlineData("cursor=c1.AAAA", "cursor")]
    public async Task Bad_questions_are_refused(string query, string field)
    {
        var answer = await _it.Tenant.GetAsync("/api/v1/balance/webhooks?" + query);
        Assert.Equal(("400 VALIDATION_ERROR", field), (answer.ToString(), Assert.Single(answer.Fields)));
    }

    [Fact]
    public async Task Any_event_is_sent_again_with_the_same_id_and_bytes()
    {
        var receiver = _it.Receiver();
        var webhook = await _it.ListenAsync(receiver.Url);
        await _it.RecordAsync(2);
        await _it.DeliverAsync();
        var eventId = receiver.Received[1].Id;

        var retried = await _it.Tenant.PostAsync($"/api/v1/balance/webhooks/{eventId}/retry", new { });
        var waiting = Assert.Single(await _it.DeliveriesAsync("status=QUEUED"));
        Assert.Equal(1, await _it.DeliverAsync());
        var named = await _it.Tenant.PostAsync($"/api/v1/balance/webhooks/{eventId}/retry", new { webhookId = webhook.Id });
        await _it.DeliverAsync();

        Assert.True(retried.Status == 200, retried.Text);
        DocumentedShape.Is("eventId:string event:string requeued:number deliveries:array", retried.Data);
        var row = Assert.Single(retried.Data.GetProperty("deliveries").EnumerateArray());
        DocumentedShape.Is("deliveryId:string webhookId:string status:string deliveryStatus:string nextRetryAt:string", row);
        Assert.Equal((eventId, 1m, "QUEUED", waiting.Text("deliveryId")), (retried.Data.Text("eventId"), retried.Data.Number("requeued"), row.Text("status"), row.Text("deliveryId")));
        Assert.Equal(200, named.Status);
        Assert.Equal(4, receiver.Received.Count);
        Assert.Equal(2, receiver.Received.Select(r => (r.Id, r.Text)).Distinct().Count());
        Assert.Equal(2, (await _it.DeliveriesAsync("status=VERIFIED")).Count);
    }

    [Fact]
    public async Task What_waited_when_an_endpoint_was_disabled_has_failed_and_can_be_sent_again_one_by_one()
    {
        var receiver = _it.Receiver();
        var webhook = await _it.ListenAsync(receiver.Url);
        await _it.RecordAsync(4);
        await _it.AskAsync(new UpdateWebhook(_it.Caller, webhook.Id, null, null, Enabled: false));
        var failed = await _it.DeliveriesAsync("status=FAILED");
        var eventId = failed[2].Text("eventId");

        Assert.Equal("409 CONFLICT", (await _it.Tenant.PostAsync($"/api/v1/balance/webhooks/{eventId}/retry", new { })).ToString());
        await _it.AskAsync(new UpdateWebhook(_it.Caller, webhook.Id, null, null, Enabled: true));
        Assert.Equal(0, await _it.DeliverAsync());
        Assert.Equal(200, (await _it.Tenant.PostAsync($"/api/v1/balance/webhooks/{eventId}/retry", new { })).Status);
        Assert.Equal(1, await _it.DeliverAsync());

        Assert.Equal(eventId, Assert.Single(receiver.Received).Id);
        Assert.Equal((3, 1), ((await _it.DeliveriesAsync("status=FAILED")).Count, (await _it.DeliveriesAsync("status=VERIFIED")).Count));
    }

    [Fact]
    public async Task A_new_endpoint_can_be_sent_what_was_before_it()
    {
        var (old, made) = (_it.Receiver(), _it.Receiver());
        await _it.ListenAsync(old.Url);
        await _it.RecordAsync(1);
        await _it.DeliverAsync();
        var webhook = await _it.ListenAsync(made.Url);

        var answer = await _it.Tenant.PostAsync($"/api/v1/balance/webhooks/{old.Received[0].Id}/retry", new { webhookId = webhook.Id });
        await _it.DeliverAsync();

        Assert.Equal((200, 1, 1), (answer.Status, old.Received.Count, made.Received.Count));
        Assert.Equal(old.Received[0].Text, made.Received[0].Text);
        Assert.Equal(2, (await _it.DeliveriesAsync()).Count);
    }

    [Fact]
    public async Task Events_of_others_and_of_nobody_are_not_found()
    {
        var receiver = _it.Receiver();
        await _it.ListenAsync(receiver.Url);
        await _it.RecordAsync(1);
        await _it.DeliverAsync();
        var eventId = receiver.Received[0].Id;
        var stranger = await _it.Host.CreateTenantAsync("sandbox");
        var live = new TestTenant(_it.Host, _it.Tenant.TenantId, "production", await _it.Host.CreateKeyAsync(_it.Tenant.TenantId, "production"));

        foreach (var (tenant, id) in ((TestTenant, string)[])[(stranger, eventId), (live, eventId), (_it.Tenant, "evt_" + new string('0', 26)), (_it.Tenant, "x")])
            Assert.Equal("404 NOT_FOUND", (await tenant.PostAsync($"/api/v1/balance/webhooks/{id}/retry", new { })).ToString());
        Assert.Equal("404 NOT_FOUND", (await _it.Tenant.PostAsync($"/api/v1/balance/webhooks/{eventId}/retry", new { webhookId = "webhook_none" })).ToString());
        Assert.Equal(0, (await stranger.GetAsync("/api/v1/balance/webhooks")).Data.GetProperty("total").GetInt32());
        Assert.Equal(0, (await live.GetAsync("/api/v1/balance/webhooks")).Data.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_deleted_endpoints_deliveries_stay_in_the_list_and_nothing_more_is_sent()
    {
        var receiver = _it.Receiver();
        var webhook = await _it.ListenAsync(receiver.Url);
        await _it.RecordAsync(1);
        await _it.DeliverAsync();
        await _it.RecordAsync(1);

        Assert.True((await _it.AskAsync(new DeleteWebhook(_it.Caller, webhook.Id))).Deleted);

        Assert.Equal(0, await _it.DeliverAsync());
        Assert.Equal(["failed", "delivered"], (await _it.DeliveriesAsync()).Select(r => r.Text("deliveryStatus")));
        Assert.Empty((await _it.AskAsync(new ListWebhooks(_it.Caller, 1, 10))).Webhooks);
        Assert.False((await _it.OutcomeAsync(new DeleteWebhook(_it.Caller, webhook.Id))).Accepted(out _, out var refusal));
        Assert.Equal(RefusalCode.NotFound, refusal!.Code);
    }
}
