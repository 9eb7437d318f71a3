using System.Text.Json;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Webhooks;
using PacSpace.Infrastructure.Webhooks;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Webhooks;

/// <summary>Endpoints and the operator's door to them: CreateWebhook, ListWebhooks, UpdateWebhook, DeleteWebhook,
/// RotateWebhookSecret, TestWebhook.</summary>
public sealed class CreateWebhookTests(PostgresFixture postgres) : IAsyncLifetime
{
    private WebhookScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await WebhookScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Theory]
    [InlineData("http://10.0.0.1/", "sandbox")]
    [InlineData("http://169.254.169.254/latest/meta-data", "sandbox")]
    [InlineData("http://[fd00:ec2::254]/", "sandbox")]
    [InlineData("http://[::ffff:10.0.0.1]/", "sandbox")]
    [InlineData("http://0x0a000001/", "sandbox")]
    [InlineData("http://hooks.invalid/", "sandbox")]
    [InlineData("http://127.0.0.1:1/", "production")] // not https
    [InlineData("https://user@127.0.0.1/", "sandbox")]
    [InlineData("https://user:word@127.0.0.1/", "sandbox")]
    [InlineData("https://127.0.0.1/#part", "sandbox")]
    [InlineData("https://127.0.0.1/#", "sandbox")]
    public async Task An_address_that_may_not_be_dialled_is_refused(string url, string environment)
    {
        var outcome = await _it.OutcomeAsync(new CreateWebhook(_it.Caller with { Environment = environment }, url, null));
        Assert.False(outcome.Accepted(out _, out var refusal));
        Assert.Equal(RefusalCode.WebhookUrlRefused, refusal!.Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/hook")]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    public async Task What_is_no_address_is_a_bad_field(string? url)
    {
        Assert.False((await _it.OutcomeAsync(new CreateWebhook(_it.Caller, url, null))).Accepted(out _, out var refusal));
        Assert.Equal((RefusalCode.ValidationError, "url"), (refusal!.Code, refusal.Details[0].Field));
    }

    [Fact]
    public async Task An_environment_has_twenty_endpoints_at_the_most_though_they_are_asked_for_at_once()
    {
        var receiver = _it.Receiver();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => _it.OutcomeAsync(new CreateWebhook(_it.Caller, receiver.Url.ToString(), null))));

        Assert.Equal(WebhookEndpoints.MaxOfEnvironment, outcomes.Count(o => o.Accepted(out _, out _)));
        Assert.All(outcomes, o => Assert.True(o.Accepted(out _, out var refusal) || refusal!.Code == RefusalCode.Conflict));
    }

    [Fact]
    public async Task No_secret_stands_in_the_database_as_it_is()
    {
        var receiver = _it.Receiver();
        var webhook = await _it.ListenAsync(receiver.Url);

        Assert.DoesNotContain(webhook.Secret, await _it.Host.QueryAsync<string>("SELECT encode(secret, 'escape') FROM webhook_endpoints"), StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", JsonSerializer.Serialize(await _it.AskAsync(new ListWebhooks(_it.Caller, 1, 10))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_is_sent_once_answers_what_came_of_it_and_stands_in_the_list()
    {
        var receiver = _it.Receiver(WebhookReceiver.Status(500));
        var webhook = await _it.ListenAsync(receiver.Url);

        var failed = await _it.AskAsync(new TestWebhook(_it.Caller, webhook.Id));
        receiver.Answer = WebhookReceiver.Status(200);
        var delivered = await _it.AskAsync(new TestWebhook(_it.Caller, webhook.Id));

        Assert.Equal((500, false, 200, true), (failed.ResponseStatus, failed.Ok, delivered.ResponseStatus, delivered.Ok));
        Assert.Equal(0, await _it.DeliverAsync());
        Assert.Equal(2, receiver.Received.Count);
        var data = JsonDocument.Parse(receiver.Received[1].Body).RootElement;
        Assert.Equal(("webhook.test", delivered.EventId), (data.Text("event"), data.Text("id")));
        Assert.Equal($$"""{"webhookId":"{{webhook.Id}}","message":"Test event"}""", data.GetProperty("data").GetRawText());
        Assert.True(receiver.Received[1].IsSignedBy(webhook.Secret));
        Assert.Equal(["delivered", "failed"], (await _it.DeliveriesAsync("event=webhook.test")).Select(r => r.Text("deliveryStatus")));
        Assert.Equal(200, (await _it.Tenant.PostAsync($"/api/v1/balance/webhooks/{failed.EventId}/retry", new { })).Status);
        Assert.Equal(1, await _it.DeliverAsync());
    }

    [Fact]
    public async Task Other_tenants_endpoints_are_not_there()
    {
        var webhook = await _it.ListenAsync(_it.Receiver().Url);
        var stranger = _it.Caller with { TenantId = (await _it.Host.CreateTenantAsync()).TenantId };

        Assert.False((await _it.OutcomeAsync(new UpdateWebhook(stranger, webhook.Id, null, null, false))).Accepted(out _, out _));
        Assert.False((await _it.OutcomeAsync(new RotateWebhookSecret(stranger, webhook.Id))).Accepted(out _, out _));
        Assert.False((await _it.OutcomeAsync(new TestWebhook(stranger, webhook.Id))).Accepted(out _, out _));
        Assert.False((await _it.OutcomeAsync(new DeleteWebhook(_it.Caller with { Environment = "production" }, webhook.Id))).Accepted(out _, out _));
        Assert.True((await _it.RowAsync(webhook.Id)).Enabled);
    }

    [Fact]
    public async Task The_operator_makes_lists_changes_rotates_tests_and_deletes()
    {
        using var console = new OperatorConsole(_it.Host.Database, new Dictionary<string, string?>
        {
            ["PacSpace:Keys"] = _it.Host.KeysDirectory, ["PacSpace:Webhooks:Allow:0"] = "127.0.0.0/8",
        });
        var receiver = _it.Receiver();
        string[] of = ["--tenant", _it.Tenant.TenantId, "--environment", "sandbox"];

        var created = await console.DoneAsync(["webhook", "create", "--url", receiver.Url.ToString(), "--description", "billing", .. of]);
        var id = created.Text("id")!;
        var tested = await console.DoneAsync(["webhook", "test", id, .. of]);
        var disabled = await console.DoneAsync(["webhook", "update", id, "--disable", .. of]);
        var enabled = await console.DoneAsync(["webhook", "update", id, "--enable", "--description", "bills", .. of]);
        var rotated = await console.DoneAsync(["webhook", "rotate", id, .. of]);
        var listed = await console.SayAsync(["webhook", "list", .. of]);
        var deleted = await console.DoneAsync(["webhook", "delete", id, .. of]);

        Assert.True(tested.GetProperty("ok").GetBoolean());
        Assert.True(receiver.Received[0].IsSignedBy(created.Text("secret")!));
        Assert.Equal((false, true, "bills"), (disabled.GetProperty("enabled").GetBoolean(), enabled.GetProperty("enabled").GetBoolean(), enabled.Text("description")));
        Assert.NotEqual(created.Text("secret"), rotated.Text("secret"));
        Assert.Contains(receiver.Url.ToString(), listed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", listed.Text, StringComparison.Ordinal);
        Assert.True(deleted.GetProperty("deleted").GetBoolean());
        Assert.Equal(1, (await console.SayAsync(["webhook", "delete", id, .. of])).Code);
        Assert.Equal(1, (await console.SayAsync(["webhook", "list", "--tenant", "tnt_none", "--environment", "sandbox"])).Code);
        Assert.Equal(2, (await console.SayAsync(["webhook", "update", id, "--enable", "--disable", .. of])).Code);
    }
}
