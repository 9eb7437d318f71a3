using System.Security.Cryptography;
using System.Text;
using PacSpace.Infrastructure.Webhooks;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    /// <summary>The vector that the Standard Webhooks libraries publish.</summary>
    [Fact]
    public void The_published_vector_of_Standard_Webhooks_holds() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Standard("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""u8));

    [Fact]
    public void Our_own_style_is_hex_over_time_and_body_under_the_whole_secret()
    {
        var secret = WebhookSecrets.New();
        var body = Encoding.UTF8.GetBytes("""{"name":"Zoë"}""");

        using var mac = new HMACSHA256(Encoding.UTF8.GetBytes(secret));
        var expected = mac.ComputeHash([.. Encoding.UTF8.GetBytes("1776522720."), .. body]);

        Assert.Equal("v1=" + Convert.ToHexStringLower(expected), WebhookSignature.Hex(secret, 1776522720, body));
    }

    [Fact]
    public void A_secret_is_32_random_bytes_and_is_stored_so_that_only_its_webhook_can_open_it()
    {
        var secrets = new WebhookSecrets(RandomNumberGenerator.GetBytes(32));
        var secret = WebhookSecrets.New();

        var stored = secrets.Seal("webhook_a", secret);

        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal(32, Convert.FromBase64String(secret["whsec_".Length..]).Length);
        Assert.NotEqual(secret, WebhookSecrets.New());
        Assert.Equal(secret, secrets.Open("webhook_a", stored));
        Assert.NotEqual(stored, secrets.Seal("webhook_a", secret));
        Assert.DoesNotContain(secret, Encoding.UTF8.GetString(stored), StringComparison.Ordinal);
        Assert.ThrowsAny<CryptographicException>(() => secrets.Open("webhook_b", stored));
        Assert.ThrowsAny<CryptographicException>(() => new WebhookSecrets(RandomNumberGenerator.GetBytes(32)).Open("webhook_a", stored));
        stored[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => secrets.Open("webhook_a", stored));
    }

    [Fact]
    public void Ids_lead_back_to_their_places_and_nothing_else_does()
    {
        using var ids = new WebhookIds(RandomNumberGenerator.GetBytes(32));
        var at = new EventPlace(4_294_967_296, 4_095);

        var id = ids.Event(at);

        Assert.Matches("^evt_[0-9a-hjkmnp-tv-z]{26}$", id);
        Assert.Matches("^dlv_[0-9a-hjkmnp-tv-z]{26}$", ids.Delivery(7, at));
        Assert.True(ids.TryDecodeEvent(id, out var back));
        Assert.Equal(at, back);
        Assert.NotEqual(ids.Delivery(7, at)[4..], ids.Delivery(8, at)[4..]);
        Assert.NotEqual(id[4..], ids.Delivery(0, at)[4..]);
        Assert.All((string[])[id.ToUpperInvariant(), id[..^1], id + "0", "rec_" + id[4..], "evt_" + new string('0', 26), ids.Delivery(7, at), ""], other => Assert.False(ids.TryDecodeEvent(other, out _)));
    }

    [Fact]
    public void The_ladder_is_the_documented_one_a_tenth_shorter_up_to_a_tenth_longer()
    {
        double[] seconds = [5, 30, 120, 600, 1_800, 3_600, 7_200, 18_000, 36_000, 50_400];

        for (var attempts = 1; attempts <= 10; attempts++)
        {
            Assert.Equal(seconds[attempts - 1], RetryLadder.After(attempts, 0.5)!.Value.TotalSeconds, 3);
            Assert.Equal(seconds[attempts - 1] * 0.9, RetryLadder.After(attempts, 0)!.Value.TotalSeconds, 3);
            Assert.Equal(seconds[attempts - 1] * 1.1, RetryLadder.After(attempts, 1)!.Value.TotalSeconds, 3);
        }

        Assert.Null(RetryLadder.After(RetryLadder.MaxAttempts, 0.5));
    }
}
