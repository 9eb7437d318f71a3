using System.Text.Json;
using PacSpace.Features.Webhooks;
using PacSpace.Infrastructure.Webhooks;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Webhooks;

public sealed class DeliverWebhooksTests(PostgresFixture postgres) : IAsyncLifetime
{
    private WebhookScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await WebhookScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Every_sealed_record_is_told_once_signed_to_every_endpoint()
    {
        var (a, b) = (_it.Receiver(), _it.Receiver());
        var (first, second) = (await _it.ListenAsync(a.Url), await _it.ListenAsync(b.Url));
        var records = await _it.RecordAsync(5);

        var attempts = await _it.DeliverAsync();

        Assert.Equal(10, attempts);
        foreach (var (receiver, webhook) in ((WebhookReceiver, WebhookCreated)[])[(a, first), (b, second)])
        {
            Assert.Equal(records.Select(r => r.Text("recordId")), receiver.Received.Select(r => Data(r).Text("recordId")).OrderBy(id => records.FindIndex(r => r.Text("recordId") == id)));
            Assert.All(receiver.Received, request => Assert.True(request.IsSignedBy(webhook.Secret)));
            Assert.Equal(5, (await _it.RowAsync(webhook.Id)).SuccessCount);
        }

        Assert.Equal(a.Received.Select(r => (r.Id, r.Text)).Order(), b.Received.Select(r => (r.Id, r.Text)).Order());
        Assert.Equal(0, await _it.Host.QueryAsync<long>("SELECT count(*) FROM webhook_parcels"));
    }

    [Fact]
    public async Task While_nobody_listens_nothing_is_written()
    {
        await _it.RecordAsync(2);
        var receiver = _it.Receiver();
        var webhook = await _it.ListenAsync(receiver.Url);
        await _it.AskAsync(new UpdateWebhook(_it.Caller, webhook.Id, null, null, Enabled: false));
        await _it.RecordAsync(2);
        var other = await _it.Host.CreateTenantAsync("production");
        await other.PostAsync("/api/v1/balance/delta", new { customerId = "c", delta = 1, reason = "r" });
        await _it.SealedAsync();

        Assert.Equal(0, await _it.Host.QueryAsync<long>("SELECT (SELECT count(*) FROM webhook_events) + (SELECT count(*) FROM webhook_parcels)"));
        Assert.Equal(0, await _it.DeliverAsync());
    }

    [Fact]
    public async Task A_failing_endpoint_is_tried_eleven_times_up_the_ladder_with_the_same_id_and_bytes()
    {
        var receiver = _it.Receiver(WebhookReceiver.Status(500));
        var webhook = await _it.ListenAsync(receiver.Url);
        await _it.RecordAsync(1);
        var waits = new List<double>();
        for (var attempt = 1; attempt <= RetryLadder.MaxAttempts; attempt++)
        {
            var at = _it.Clock.GetUtcNow();
            Assert.Equal(1, await _it.DeliverAsync());
            Assert.Equal(attempt, receiver.Received.Count);
            var row = Assert.Single(await _it.DeliveriesAsync());
            Assert.Equal((attempt, 500, "HTTP 500"), (row.GetProperty("attempts").GetInt32(), row.GetProperty("responseStatus").GetInt32(), row.Text("lastError")));
            if (attempt == RetryLadder.MaxAttempts)
            {
                Assert.Equal(("FAILED", "failed", true), (row.Text("status"), row.Text("deliveryStatus"), row.IsNull("nextRetryAt")));
                break;
            }

            Assert.Equal(("PROCESSING", "retrying"), (row.Text("status"), row.Text("deliveryStatus")));
            var next = row.GetProperty("nextRetryAt").GetDateTimeOffset();
            waits.Add((next - at).TotalSeconds);
            _it.Clock.Set(next.AddMilliseconds(-1));
            Assert.Equal(0, await _it.DeliverAsync());
            _it.Clock.Set(next);
        }

        double[] ladder = [5, 30, 120, 600, 1_800, 3_600, 7_200, 18_000, 36_000, 50_400];
        Assert.All(ladder.Zip(waits), pair => Assert.InRange(pair.Second, pair.First * 0.9, pair.First * 1.1 + WebhookScenario.SendTimeout.TotalSeconds));
        Assert.Single(receiver.Received.Select(r => (r.Id, r.Text)).Distinct());
        Assert.Equal(RetryLadder.MaxAttempts, receiver.Received.Select(r => r.Head["webhook-timestamp"]).Distinct().Count());
        Assert.All(receiver.Received, request => Assert.True(request.IsSignedBy(webhook.Secret)));
        Assert.Equal((true, 11L), ((await _it.RowAsync(webhook.Id)).Enabled, (await _it.RowAsync(webhook.Id)).FailureCount));
        Assert.Equal(10, await _it.Host.QueryAsync<int>("SELECT jsonb_array_length(earlier) FROM webhook_deliveries"));
    }

    [Fact]
    public async Task A_receiver_that_comes_back_gets_what_it_missed_and_the_failing_is_forgotten()
    {
        var receiver = _it.Receiver(WebhookReceiver.Reset);
        var webhook = await _it.ListenAsync(receiver.Url);
        await _it.RecordAsync(3);
        await _it.DeliverAsync();
        Assert.Equal(_it.Clock.GetUtcNow(), (await _it.RowAsync(webhook.Id)).FailingSince);

        receiver.Answer = WebhookReceiver.Status(204);
        _it.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(3, await _it.DeliverAsync());

        var row = await _it.RowAsync(webhook.Id);
        Assert.Equal((null, 3L, 3L), (row.FailingSince, row.SuccessCount, row.FailureCount));
        Assert.All(await _it.DeliveriesAsync("status=VERIFIED"), d => Assert.Equal((2, 204, "delivered"), (d.GetProperty("attempts").GetInt32(), d.GetProperty("responseStatus").GetInt32(), d.Text("deliveryStatus"))));
    }

    [Fact]
    public async Task Gone_disables_at_once_and_what_waits_has_failed()
    {
        var receiver = _it.Receiver(WebhookReceiver.Status(410));
        var webhook = await _it.ListenAsync(receiver.Url);
        await _it.RecordAsync(1);
        await _it.DeliverAsync();

        var row = await _it.RowAsync(webhook.Id);
        _it.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal((false, "gone"), (row.Enabled, row.DisabledReason));
        Assert.Equal(0, await _it.DeliverAsync());
        Assert.Equal("failed", Assert.Single(await _it.DeliveriesAsync()).Text("deliveryStatus"));
        Assert.Single(await _it.DeliveriesAsync("status=failed"));
        Assert.Empty(await _it.DeliveriesAsync("status=retrying"));

        receiver.Answer = WebhookReceiver.Status(200);
        var enabled = await _it.AskAsync(new UpdateWebhook(_it.Caller, webhook.Id, null, null, Enabled: true));
        await _it.RecordAsync(1);
        Assert.Equal((true, null, 0L), (enabled.Enabled, enabled.DisabledReason, enabled.FailureCount));
        Assert.Equal(1, await _it.DeliverAsync());
        Assert.Single(await _it.DeliveriesAsync("status=failed"));
    }

    [Fact]
    public async Task Five_days_of_only_failures_disable()
    {
        var receiver = _it.Receiver(WebhookReceiver.Status(503));
        var webhook = await _it.ListenAsync(receiver.Url);
        await _it.RecordAsync(1);
        await _it.DeliverAsync();
        for (var day = 1; day < 5; day++)
        {
            _it.Clock.Advance(TimeSpan.FromHours(23));
            await _it.DeliverAsync();
        }

        Assert.True((await _it.RowAsync(webhook.Id)).Enabled);
        _it.Clock.Advance(TimeSpan.FromHours(29));
        await _it.RecordAsync(1);
        await _it.DeliverAsync();

        var row = await _it.RowAsync(webhook.Id);
        Assert.Equal((false, "failing"), (row.Enabled, row.DisabledReason));
        Assert.All(await _it.DeliveriesAsync(), d => Assert.Equal("failed", d.Text("deliveryStatus")));
    }

    [Fact]
    public async Task A_hanging_endpoint_beside_a_healthy_one_costs_it_nothing()
    {
        await using var it = await WebhookScenario.StartAsync(postgres, delivers: true);
        var (dead, healthy) = (it.Receiver(WebhookReceiver.Hang), it.Receiver());
        await it.ListenAsync(dead.Url);
        await it.ListenAsync(healthy.Url);

        for (var round = 1; round <= 3; round++)
        {
            await it.RecordAsync(20);
            await Eventually.HoldsAsync(() => healthy.Received.Count == 20 * round);
        }

        Assert.InRange(dead.Busiest, 1, 8);
        Assert.Equal(60, healthy.Received.Select(r => r.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_turn_is_one_nodes_alone_and_after_its_lease_any_others()
    {
        var receiver = _it.Receiver(WebhookReceiver.Hang);
        await _it.ListenAsync(receiver.Url);
        await _it.RecordAsync(3);
        var other = await _it.StartNodeAsync();
        var turn = _it.TurnAsync();
        await Eventually.HoldsAsync(() => receiver.Received.Count == 3);

        Assert.False((await _it.TurnAsync(other)).HasTaken);
        receiver.Answer = WebhookReceiver.Status(200);
        _it.Clock.Advance(WebhookQueue.Lease);
        var taken = await _it.TurnAsync(other);
        var lost = await turn;

        // The first node's failures come too late: what the second one wrote stands.
        Assert.Equal((3, 3), (taken.Attempts, taken.Delivered));
        Assert.Equal(0, lost.Delivered);
        Assert.All(await _it.DeliveriesAsync(), d => Assert.Equal(("delivered", 1), (d.Text("deliveryStatus"), d.GetProperty("attempts").GetInt32())));
        Assert.Equal(3, receiver.Received.Select(r => (r.Id, r.Text)).Distinct().Count());
    }

    [Fact]
    public async Task During_a_rotation_both_secrets_sign_and_a_day_later_the_new_one_alone()
    {
        var receiver = _it.Receiver();
        var webhook = await _it.ListenAsync(receiver.Url);
        var rotated = await _it.AskAsync(new RotateWebhookSecret(_it.Caller, webhook.Id));
        await _it.RecordAsync(1);
        await _it.DeliverAsync();
        Assert.Equal(rotated.PreviousSecretExpiresAt, (await _it.RowAsync(webhook.Id)).PreviousSecretExpiresAt);

        _it.Clock.Advance(TimeSpan.FromHours(24));
        await _it.RecordAsync(1);
        await _it.DeliverAsync();

        Assert.True(receiver.Received[0].IsSignedBy(rotated.Secret, webhook.Secret));
        Assert.True(receiver.Received[1].IsSignedBy(rotated.Secret));
        Assert.Null((await _it.RowAsync(webhook.Id)).PreviousSecretExpiresAt);
    }

    [Fact]
    public async Task A_turn_that_is_stopped_writes_what_it_did_and_the_rest_is_sent_again_at_once()
    {
        var receiver = _it.Receiver(WebhookReceiver.Hang);
        await _it.ListenAsync(receiver.Url);
        await _it.RecordAsync(2);
        using var stop = new CancellationTokenSource();
        var turn = _it.TurnAsync(ct: stop.Token);
        await Eventually.HoldsAsync(() => receiver.Received.Count == 2);

        await stop.CancelAsync();
        Assert.Equal(0, (await turn).Attempts);

        Assert.All(await _it.DeliveriesAsync("status=QUEUED"), d => Assert.Equal(0, d.GetProperty("attempts").GetInt32()));
        receiver.Answer = WebhookReceiver.Status(200);
        Assert.Equal(2, await _it.DeliverAsync());
        Assert.Equal(2, receiver.Received.Select(r => (r.Id, r.Text)).Distinct().Count());
    }

    [Fact]
    public async Task A_record_whose_row_was_damaged_is_not_told_of_until_it_is_restored()
    {
        var receiver = _it.Receiver();
        await _it.ListenAsync(receiver.Url);
        await _it.RecordAsync(1);
        await _it.Host.ExecuteAsync("UPDATE records SET reason = 'other'");

        await _it.DeliverAsync();
        var row = Assert.Single(await _it.DeliveriesAsync());
        await _it.Host.ExecuteAsync("UPDATE records SET reason = 'gpu_hours'");
        _it.Clock.Advance(TimeSpan.FromSeconds(6));
        await _it.DeliverAsync();

        Assert.Equal("the stored record is damaged", row.Text("lastError"));
        Assert.Equal("gpu_hours", Data(Assert.Single(receiver.Received)).GetProperty("delta").Text("reason"));
    }

    [Fact]
    public async Task What_is_older_than_thirty_days_is_let_go_of_and_what_waits_is_kept()
    {
        var receiver = _it.Receiver();
        await _it.ListenAsync(receiver.Url);
        await _it.RecordAsync(4);
        await _it.DeliverAsync();
        _it.Clock.Advance(TimeSpan.FromDays(31));
        await _it.RecordAsync(2);

        Assert.Equal(4, (await _it.AskAsync(new TrimWebhooks())).Deliveries);

        Assert.Equal(2, (await _it.DeliveriesAsync()).Count);
        Assert.Equal(2, await _it.DeliverAsync());
        Assert.Equal(2, (await _it.DeliveriesAsync("status=delivered")).Count);
    }

    private static JsonElement Data(ReceivedWebhook request) => JsonDocument.Parse(request.Body).RootElement.GetProperty("data");
}
