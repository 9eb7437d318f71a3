using System.Diagnostics;
using System.Net;
using PacSpace.Infrastructure.Webhooks;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Webhooks;

public sealed class WebhookSenderTests
{
    private static readonly IPNetwork[] s_loopback = [IPNetwork.Parse("127.0.0.0/8")];
    private static readonly TimeSpan s_timeout = TimeSpan.FromMilliseconds(700);
    private static readonly WebhookMessage s_message = new("evt_00000000000000000000000001", "webhook.test", """{"a":1}"""u8.ToArray());

    [Fact]
    public async Task What_arrives_is_the_body_with_the_documented_headers_and_both_signatures_of_both_secrets()
    {
        await using var receiver = WebhookReceiver.Ok();
        using var sender = Sender();
        string[] secrets = [WebhookSecrets.New(), WebhookSecrets.New()];

        var result = await sender.SendAsync(receiver.Url, s_message, secrets, CancellationToken.None);

        var request = Assert.Single(receiver.Received);
        Assert.Equal((200, null, true), (result.Status, result.Error, result.IsDelivered));
        Assert.Equal(s_message.Body, request.Body);
        Assert.True(request.IsSignedBy(secrets));
        Assert.Equal("POST /hook HTTP/1.1", request.Head[":line"]);
        Assert.Equal(("application/json", "PacSpace-Webhooks/1", "webhook.test"), (request.Head["content-type"], request.Head["user-agent"], request.Head["x-webhook-event"]));
        Assert.Equal(
            ["content-length", "content-type", "host", "user-agent", "webhook-id", "webhook-signature", "webhook-timestamp", "x-event-id", "x-pacspace-signature", "x-pacspace-timestamp", "x-webhook-event"],
            request.Head.Keys.Where(name => name[0] != ':').Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(204, null)]
    [InlineData(299, null)]
    [InlineData(500, "HTTP 500")]
    [InlineData(410, "HTTP 410")]
    [InlineData(304, "HTTP 304")]
    public async Task A_2xx_is_a_delivery_and_every_other_status_is_none(int status, string? error)
    {
        await using var receiver = new WebhookReceiver(WebhookReceiver.Status(status));
        using var sender = Sender();

        var result = await SendAsync(sender, receiver.Url);

        Assert.Equal((status, error, status == 410), (result.Status, result.Error, result.IsGone));
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        await using var forbidden = WebhookReceiver.Ok();
        await using var receiver = new WebhookReceiver(WebhookReceiver.Status(307, $"Location: {forbidden.Url}\r\n"));
        using var sender = Sender();

        var result = await SendAsync(sender, receiver.Url);

        Assert.Equal((307, "HTTP 307"), (result.Status, result.Error));
        Assert.Empty(forbidden.Received);
    }

    [Fact]
    public async Task No_answer_and_one_that_comes_a_byte_at_a_time_are_over_when_the_time_is()
    {
        using var sender = Sender();
        foreach (var answer in (AnswerWebhook[])[WebhookReceiver.Hang, WebhookReceiver.EndlessHead])
        {
            await using var receiver = new WebhookReceiver(answer);
            var since = Stopwatch.GetTimestamp();

            var result = await SendAsync(sender, receiver.Url);

            Assert.Equal((null, "timed out"), (result.Status, result.Error));
            Assert.InRange(Stopwatch.GetElapsedTime(since), s_timeout * 0.9, s_timeout + TimeSpan.FromSeconds(5));
        }
    }

    [Fact]
    public async Task A_body_that_never_ends_holds_nobody_up()
    {
        await using var receiver = new WebhookReceiver(WebhookReceiver.EndlessBody);
        using var sender = new WebhookSender(new AddressGuard(s_loopback), new WebhookOptions { Timeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);

        var result = await SendAsync(sender, receiver.Url);

        Assert.Equal((200, null), (result.Status, result.Error));
    }

    [Fact]
    public async Task A_connection_that_breaks_and_one_that_is_refused_are_failures()
    {
        using var sender = Sender();
        Uri gone;
        await using (var receiver = new WebhookReceiver(WebhookReceiver.Reset))
        {
            gone = receiver.Url;
            Assert.Equal("connection broke", (await SendAsync(sender, gone)).Error);
        }

        Assert.Equal("connection refused", (await SendAsync(sender, gone)).Error);
    }

    [Fact]
    public async Task Connections_are_used_again()
    {
        var ports = new HashSet<int>();
        await using var receiver = new WebhookReceiver(async (connection, closed) =>
        {
            ports.Add(((IPEndPoint)connection.Socket.RemoteEndPoint!).Port);
            await WebhookReceiver.Status(200)(connection, closed);
        });
        using var sender = Sender();

        for (var i = 0; i < 5; i++) Assert.True((await SendAsync(sender, receiver.Url)).IsDelivered);

        Assert.Single(ports);
    }

    [Fact]
    public async Task What_may_not_be_dialled_is_not()
    {
        await using var receiver = WebhookReceiver.Ok();
        using var sender = new WebhookSender(new AddressGuard([]), new WebhookOptions(), TimeProvider.System);

        var result = await SendAsync(sender, receiver.Url);

        Assert.Equal((null, "address is not allowed"), (result.Status, result.Error));
        Assert.Empty(receiver.Received);
    }

    [Fact]
    public async Task A_name_that_changes_its_mind_is_asked_once_for_each_dial_and_dialled_as_it_was_checked()
    {
        await using var receiver = WebhookReceiver.Ok();
        var answers = new Queue<string>(["127.0.0.1", "10.0.0.1"]);
        var guard = new AddressGuard(s_loopback, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(answers.Dequeue())]));
        using var sender = new WebhookSender(guard, new WebhookOptions { Timeout = s_timeout }, TimeProvider.System);
        var url = new UriBuilder(receiver.Url) { Host = "hooks.example" }.Uri;
        receiver.Answer = WebhookReceiver.Status(200, "Connection: close\r\n");

        var first = await SendAsync(sender, url);
        var second = await SendAsync(sender, url);

        Assert.True(first.IsDelivered);
        Assert.Equal("address is not allowed", second.Error);
        Assert.Empty(answers);
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task Who_stops_gets_no_result()
    {
        await using var receiver = new WebhookReceiver(WebhookReceiver.Hang);
        using var sender = Sender();
        using var stop = new CancellationTokenSource();
        var sending = sender.SendAsync(receiver.Url, s_message, [WebhookSecrets.New()], stop.Token);
        await Eventually.HoldsAsync(() => receiver.Received.Count == 1);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    private static WebhookSender Sender() => new(new AddressGuard(s_loopback), new WebhookOptions { Timeout = s_timeout }, TimeProvider.System);

    private static Task<SendResult> SendAsync(WebhookSender sender, Uri url) => sender.SendAsync(url, s_message, [WebhookSecrets.New()], CancellationToken.None);
}
