using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PacSpace.Testing;

namespace PacSpace.Trials.Tests;

/// <summary>Receivers of every kind, good and bad, are told of many records while the server is killed over and over.</summary>
public sealed class WebhookTrials(ITestOutputHelper output)
{
    private const int GroupSize = 100;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Every_event_reaches_every_healthy_receiver_and_none_a_forbidden_address_whatever_was_killed()
    {
        var random = new Random(Sizes.Seed);
        output.WriteLine($"seed {Sizes.Seed}");
        using var folder = new TemporaryFolder();
        await using var it = await TrialInstallation.EmbeddedAsync(folder);
        var tenant = (await it.OperateAsync("tenant", "create", "--name", "Acme Inference", "--unit", "tokens")).GetProperty("tenantId").GetString()!;
        var key = (await it.OperateAsync("key", "create", "--tenant", tenant, "--environment", "sandbox")).GetProperty("apiKey").GetString()!;

        await using var forbidden = new WebhookReceiver(WebhookReceiver.Status(200), address: IPAddress.IPv6Loopback);
        await using var good = WebhookReceiver.Ok();
        await using var other = new WebhookReceiver(WebhookReceiver.Status(204));
        await using var dripping = new WebhookReceiver(WebhookReceiver.EndlessBody);
        await using var failing = new WebhookReceiver(WebhookReceiver.Status(500));
        await using var gone = new WebhookReceiver(WebhookReceiver.Status(410));
        await using var hanging = new WebhookReceiver(WebhookReceiver.Hang);
        await using var breaking = new WebhookReceiver(WebhookReceiver.Reset);
        await using var redirecting = new WebhookReceiver(WebhookReceiver.Status(307, $"Location: {forbidden.Url}\r\n"));
        await using var slow = new WebhookReceiver(WebhookReceiver.EndlessHead);
        var restarting = WebhookReceiver.Ok();
        var restartingPort = restarting.Port;
        var receivedBefore = new List<ReceivedWebhook>();

        var secrets = new Dictionary<WebhookReceiver, string>();
        foreach (var receiver in (WebhookReceiver[])[good, other, dripping, failing, gone, hanging, breaking, redirecting, slow])
            secrets[receiver] = (await CreateAsync(it, tenant, receiver.Url)).GetProperty("secret").GetString()!;
        var restartingSecret = (await CreateAsync(it, tenant, restarting.Url)).GetProperty("secret").GetString()!;

        // As if its name had pointed elsewhere when it was registered.
        var turned = (await CreateAsync(it, tenant, new Uri("http://127.0.0.1:9/"))).GetProperty("id").GetString()!;
        await it.ChangeAsync("UPDATE webhook_endpoints SET url = $1 WHERE webhook_id = $2", forbidden.Url.ToString(), turned);

        var since = Stopwatch.GetTimestamp();
        var recording = RecordAsync(it, key, Sizes.Events);
        for (var kill = 1; kill <= Sizes.Kills; kill++)
        {
            // While it delivers: a killed node's turn is taken again only after its lease.
            var deliveries = good.Received.Count + random.Next(1, Math.Max(2, Sizes.Events / (Sizes.Kills + 1)));
            await Eventually.HoldsAsync(() => good.Received.Count >= deliveries || good.Received.Count >= Sizes.Events, s_patience);
            it.Node.Kill();
            receivedBefore.AddRange(restarting.Received);
            await restarting.DisposeAsync();
            await it.Node.StartAsync();
            restarting = new WebhookReceiver(WebhookReceiver.Status(200), restartingPort);
            output.WriteLine($"kill {kill} after {good.Received.Count} deliveries");
        }

        await recording;
        await it.SealedAsync();
        var records = (await it.RowsAsync()).Select(row => row.RecordId).ToHashSet();
        Assert.Equal(Sizes.Events, records.Count);
        output.WriteLine($"recorded after {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s");

        foreach (var (name, received) in ((string, Func<IEnumerable<ReceivedWebhook>>)[])
            [("good", () => good.Received), ("other", () => other.Received), ("dripping", () => dripping.Received), ("restarting", () => receivedBefore.Concat(restarting.Received))])
        {
            await Eventually.HoldsAsync(() => received().Select(r => r.Id).Distinct().Count() >= records.Count, s_patience);
            Assert.Equal(records, [.. received().Select(RecordIdOf)]);
            output.WriteLine($"{name}: {received().Count()} for {records.Count} after {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s");
        }

        var all = secrets.SelectMany(pair => pair.Key.Received.Select(request => (Request: request, Secret: pair.Value)))
            .Concat(receivedBefore.Concat(restarting.Received).Select(request => (Request: request, Secret: restartingSecret))).ToList();
        Assert.All(all, one => Assert.True(one.Request.IsSignedBy(one.Secret)));
        Assert.All(all.GroupBy(one => one.Request.Id), same => Assert.Single(same.Select(one => one.Request.Text).Distinct()));
        Assert.Equal(records.Count, all.Select(one => one.Request.Id).Distinct().Count());
        Assert.Empty(forbidden.Received);
        await Eventually.HoldsAsync(async () => await it.AskAsync<long>(
            "SELECT count(*) FROM webhook_endpoints WHERE (url = $1 AND disabled_reason = 'gone') OR (webhook_id = $2 AND failure_count > 0)", gone.Url.ToString(), turned) == 2, s_patience);
        foreach (var bad in (WebhookReceiver[])[failing, hanging, breaking, redirecting, slow]) Assert.NotEmpty(bad.Received);
        output.WriteLine($"{all.Count} requests in all, {failing.Received.Count} to the failing one, {hanging.Received.Count} to the hanging one");
        await restarting.DisposeAsync();
    }

    private static Task<JsonElement> CreateAsync(TrialInstallation it, string tenant, Uri url) =>
        it.OperateAsync("webhook", "create", "--tenant", tenant, "--environment", "sandbox", "--url", url.ToString());

    /// <summary>Groups, each sent with its key until it is answered.</summary>
    private static async Task RecordAsync(TrialInstallation it, string key, int count)
    {
        for (var first = 0; first < count; first += GroupSize)
        {
            var from = first;
            await Eventually.HoldsAsync(async () => await TryRecordAsync(it, key, from, Math.Min(GroupSize, count - from)), TimeSpan.FromMinutes(2));
        }
    }

    private static async Task<bool> TryRecordAsync(TrialInstallation it, string key, int first, int count)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(it.Node.Address, "/api/v1/balance/delta/batch"));
        request.Headers.Add("X-Api-Key", key);
        request.Headers.Add("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"group-{first}"));
        request.Content = JsonContent.Create(new
        {
            deltas = Enumerable.Range(first, count).Select(i => new { customerId = $"cust_{i % 37}", delta = -1 - i % 5, reason = "tokens", metadata = new { n = i } }),
        });
        try
        {
            using var answer = await it.Http.SendAsync(request);
            return answer.StatusCode == HttpStatusCode.Created;
        }
        catch (Exception unanswered) when (unanswered is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static string RecordIdOf(ReceivedWebhook request)
    {
        using var body = JsonDocument.Parse(request.Body);
        return body.RootElement.GetProperty("data").GetProperty("recordId").GetString()!;
    }
}
