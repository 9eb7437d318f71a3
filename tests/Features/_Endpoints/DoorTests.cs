using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Endpoints;

/// <summary>What every key route has in common, asked of the emit route.</summary>
public sealed class DoorTests(HostFixture fixture, PostgresFixture postgres) : IClassFixture<HostFixture>
{
    private const string Delta = "/api/v1/balance/delta";
    private readonly PacSpaceHost _host = fixture.Host;
    private static readonly object s_delta = new { customerId = "cust_001", delta = 1, reason = "tokens" };

    // ---------------------------------------------------------------- the key

    [Fact]
    public async Task A_key_that_is_not_valid_is_answered_the_same_whatever_is_wrong_with_it()
    {
        var tenant = await _host.CreateTenantAsync();
        var other = await _host.CreateTenantAsync();
        var disabled = await _host.CreateTenantAsync();
        await _host.ExecuteAsync("UPDATE api_keys SET disabled_at = now() WHERE tenant_id = $1", disabled.TenantId);
        var expired = await _host.CreateTenantAsync();
        await _host.ExecuteAsync("UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE tenant_id = $1", expired.TenantId);
        var gone = await _host.CreateTenantAsync();
        await _host.ExecuteAsync("UPDATE tenants SET disabled_at = now() WHERE tenant_id = $1", gone.TenantId);
        var publicPart = tenant.Key[..tenant.Key.IndexOf('.', StringComparison.Ordinal)];
        var secret = other.Key[(other.Key.IndexOf('.', StringComparison.Ordinal) + 1)..];

        string?[] keys =
        [
            null, "", ".", "pk_live_", "pk_live_.", "pk_live_a.", "pk_live_.b", "pk_dev_a.b", "nonsense", publicPart, publicPart + ".", $"{publicPart}.{secret}",
            tenant.Key + "x", tenant.Key.Replace("pk_live_", "pk_test_", StringComparison.Ordinal), tenant.Key.Replace("pk_live_", "PK_LIVE_", StringComparison.Ordinal),
            "pk_live_unknown.secret", "pk_live_" + new string('a', 5_000) + ".b", disabled.Key, expired.Key, gone.Key,
        ];
        var answers = new List<Answer>();
        foreach (var key in keys) answers.Add(await _host.PostAsync(Delta, key, s_delta));

        Assert.All(answers, answer => Assert.Equal("401 INVALID_API_KEY", answer.ToString()));
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Assert.Equal(201, (await tenant.PostAsync(Delta, s_delta)).Status);
    }

    [Fact]
    public async Task An_environment_that_is_not_provisioned_is_412()
    {
        var tenant = await _host.CreateTenantAsync("sandbox");
        await _host.ExecuteAsync("DELETE FROM tenant_environments WHERE tenant_id = $1", tenant.TenantId);

        Assert.Equal("412 ENVIRONMENT_NOT_PROVISIONED", (await tenant.PostAsync(Delta, s_delta)).ToString());
    }

    [Fact]
    public async Task A_key_that_is_disabled_stops_working_within_the_time_of_belief()
    {
        var clock = new FakeClock(DateTimeOffset.UtcNow);
        await using var host = await HostFixture.StartAsync(postgres, clock: clock);
        var tenant = await host.CreateTenantAsync();
        Assert.Equal(404, (await tenant.GetAsync("/api/v1/balance/delta/rec_none")).Status);

        await host.ExecuteAsync("UPDATE api_keys SET disabled_at = now()");
        Assert.Equal(404, (await tenant.GetAsync("/api/v1/balance/delta/rec_none")).Status);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(401, (await tenant.GetAsync("/api/v1/balance/delta/rec_none")).Status);
    }

    // ---------------------------------------------------------------- precedence, read from the top

    [Fact]
    public async Task The_first_check_that_fails_is_the_one_that_is_answered()
    {
        var tenant = await _host.CreateTenantAsync();
        var unprovisioned = await _host.CreateTenantAsync();
        await _host.ExecuteAsync("DELETE FROM tenant_environments WHERE tenant_id = $1", unprovisioned.TenantId);
        var badKey = ("Idempotency-Key", new string('k', 256));
        var big = new string(' ', 2 * 1024 * 1024) + "{";

        Assert.Equal("401 INVALID_API_KEY", (await _host.PostRawAsync(Delta, "nonsense", big, badKey)).ToString());
        Assert.Equal("412 ENVIRONMENT_NOT_PROVISIONED", (await unprovisioned.PostRawAsync(Delta, big, badKey)).ToString());
        Assert.Equal("413 BODY_TOO_LARGE", (await tenant.PostRawAsync(Delta, big, badKey)).ToString());
        var idempotency = await tenant.PostRawAsync(Delta, "{", badKey);
        Assert.Equal(("400 VALIDATION_ERROR", "Idempotency-Key"), (idempotency.ToString(), idempotency.Fields.Single()));
        var json = await tenant.PostRawAsync(Delta, "{");
        Assert.Equal(("400 VALIDATION_ERROR", "body"), (json.ToString(), json.Fields.Single()));
        var field = await tenant.PostRawAsync(Delta, """{"customerId":"a","delta":0,"reason":"r","vendorAccountId":"cmw_vendor_1"}""");
        Assert.Equal(("400 VALIDATION_ERROR", "delta"), (field.ToString(), field.Fields.Single()));
        Assert.Equal(
            "400 VENDOR_ACCOUNT_FORBIDDEN",
            (await tenant.PostRawAsync(Delta, """{"customerId":"a","delta":1,"reason":"r","vendorAccountId":"cmw_vendor_1"}""")).ToString());
    }

    // ---------------------------------------------------------------- bodies

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("1")]
    [InlineData("{")]
    [InlineData("{}}")]
    [InlineData("{}{}")]
    [InlineData("{,}")]
    [InlineData("""{"customerId":"a",}""")]
    [InlineData("""{'customerId':'a'}""")]
    [InlineData("""{customerId:"a"}""")]
    [InlineData("""{"customerId":"a" // comment""" + "\n}")]
    [InlineData("""{"customerId":"a","delta":01,"reason":"r"}""")]
    [InlineData("""{"customerId":"a","delta":+1,"reason":"r"}""")]
    [InlineData("""{"customerId":"a","delta":NaN,"reason":"r"}""")]
    [InlineData("""{"customerId":"a","delta":"1","reason":"r"}""")]
    [InlineData("""{"customerId":"a","delta":1e400,"reason":"r"}""")]
    [InlineData("""{"customerId":"a","delta":0.0000000001,"reason":"r"}""")]
    [InlineData("""{"customerId":"a","delta":[1],"reason":"r"}""")]
    [InlineData("""{"customerId":1,"delta":1,"reason":"r"}""")]
    [InlineData("""{"customerId":{},"delta":1,"reason":"r"}""")]
    [InlineData("""{"customerId":"a","delta":1,"reason":true}""")]
    [InlineData("""{"customerId":"a","delta":1,"reason":"\ud800"}""")]
    [InlineData("""{"customerId":"a","delta":1,"reason":"\u0000"}""")]
    [InlineData("""{"customerId":"a","delta":1,"delta":1,"reason":"r"}""")]
    [InlineData("""{"customerId":"a","delta":1,"\u0064elta":1,"reason":"r"}""")]
    [InlineData("""{"customerId":"a","delta":1,"reason":"r","metadata":[]}""")]
    [InlineData("""{"customerId":"a","delta":1,"reason":"r","metadata":"{}"}""")]
    [InlineData("""{"customerId":"a","delta":1,"reason":"r","adjusts":"rec_1"}""")]
    [InlineData("""{"customerId":"..","delta":1,"reason":"r"}""")]
    [InlineData("""{"customerId":"a/b","delta":1,"reason":"r"}""")]
    [InlineData("""{"delta":1,"reason":"r"}""")]
    public async Task A_hostile_body_is_400_and_nothing_is_written(string json)
    {
        var tenant = await _host.CreateTenantAsync();

        var answer = await tenant.PostRawAsync(Delta, json);

        Assert.Equal("400 VALIDATION_ERROR", answer.ToString());
        Assert.Equal(answer.Json.GetProperty("error").GetProperty("details")[0].GetProperty("field").GetString() + " "
            + answer.Json.GetProperty("error").GetProperty("details")[0].GetProperty("message").GetString(), answer.Message);
        Assert.Equal(0L, await _host.QueryAsync<long>("SELECT count(*) FROM customers JOIN ledgers USING (ledger_no) WHERE tenant_id = $1", tenant.TenantId));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_and_nesting_without_end_are_400()
    {
        var tenant = await _host.CreateTenantAsync();
        byte[] invalid = [.. """{"customerId":"a","delta":1,"reason":" """u8, 0xC3, 0x28, .. "\"}"u8];

        Assert.Equal("400 VALIDATION_ERROR", (await _host.PostRawAsync(Delta, tenant.Key, invalid)).ToString());
        Assert.Equal("400 VALIDATION_ERROR", (await tenant.PostRawAsync(Delta, string.Concat(Enumerable.Repeat("""{"a":""", 100_000)))).ToString());
        Assert.Equal("400 VALIDATION_ERROR", (await tenant.PostRawAsync(Delta, new string('[', 1_000_000))).ToString());
        Assert.Equal("400 VALIDATION_ERROR", (await tenant.PostRawAsync(Delta, "\uFEFF{}")).ToString());
    }

    [Fact]
    public async Task A_body_needs_the_media_type_and_a_GET_does_not()
    {
        var tenant = await _host.CreateTenantAsync();
        var json = """{"customerId":"a","delta":1,"reason":"r"}"""u8.ToArray();

        Assert.Equal("415 UNSUPPORTED_MEDIA_TYPE", (await SendAsync(null)).ToString());
        Assert.Equal("415 UNSUPPORTED_MEDIA_TYPE", (await SendAsync("text/plain")).ToString());
        Assert.Equal("415 UNSUPPORTED_MEDIA_TYPE", (await SendAsync("application/x-www-form-urlencoded")).ToString());
        Assert.Equal("415 UNSUPPORTED_MEDIA_TYPE", (await SendAsync("application/json; charset=utf-16")).ToString());
        Assert.Equal(201, (await SendAsync("application/json; charset=UTF-8")).Status);
        Assert.Equal(201, (await SendAsync("Application/JSON")).Status);
        Assert.Equal("404 NOT_FOUND", (await tenant.GetAsync("/api/v1/balance/delta/rec_none", ("Content-Type", "text/plain"))).ToString());

        async Task<Answer> SendAsync(string? type)
        {
            var content = new ByteArrayContent(json);
            if (type is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            return await _host.SendAsync(HttpMethod.Post, Delta, tenant.Key, content);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_limit_is_413_announced_or_not(bool isChunked)
    {
        var tenant = await _host.CreateTenantAsync();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(new string(' ', (2 * 1024 * 1024) + 1)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, Delta) { Content = content };
        request.Headers.TransferEncodingChunked = isChunked;
        request.Headers.Add("X-Api-Key", tenant.Key);

        using var response = await _host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("BODY_TOO_LARGE", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\n{\"customerId\":")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n20\r\n{\"customerId\":")]
    public async Task A_client_that_stops_half_way_leaves_no_complaint_in_the_log(string rest)
    {
        await using var host = await HostFixture.StartAsync(postgres);
        var tenant = await host.CreateTenantAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, host.BaseAddress.Port);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {Delta} HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {tenant.Key}\r\nContent-Type: application/json\r\n{rest}"));
            await Task.Delay(200);
        }

        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, host.BaseAddress.Port);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {Delta} HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {tenant.Key}\r\nContent-Type: application/json\r\n{rest}"));
            socket.Client.Shutdown(SocketShutdown.Send);
            await Task.Delay(200);
        }

        Assert.Equal(200, (await host.GetAsync("/healthz")).Status);
        Assert.DoesNotContain(host.Log.Lines, line => line.Contains("PacSpace.Features", StringComparison.Ordinal));
    }

    // ---------------------------------------------------------------- paths

    [Theory]
    [InlineData("/api/v1/balance/derive/a%2Fb", "400 VALIDATION_ERROR")]
    [InlineData("/api/v1/balance/derive/..", "400 VALIDATION_ERROR")]
    [InlineData("/api/v1/balance/derive/%2e%2e", "400 VALIDATION_ERROR")]
    [InlineData("/api/v1/balance/derive/.", "400 VALIDATION_ERROR")]
    [InlineData("/api/v1/balance/derive/%zz", "400 VALIDATION_ERROR")]
    [InlineData("/api/v1/balance/derive/%00", "400")] // Kestrel refuses it before any code of ours
    [InlineData("/api/v1/balance/derive/%ff", "400 VALIDATION_ERROR")]
    [InlineData("/api/v1/balance/derive/a%252Fb", "400 VALIDATION_ERROR")]
    [InlineData("/api/v1/balance/derive/cust%5F001", "404 CUSTOMER_NOT_FOUND")]
    [InlineData("/api/v1/balance/derive/a.b", "404 CUSTOMER_NOT_FOUND")]
    [InlineData("/api/v1/balance/derive/a/../b", "404 NOT_FOUND")]
    [InlineData("/api/v1/balance/derive/a?limit=1&limit=2", "400 VALIDATION_ERROR")]
    [InlineData("/api/v1/balance/derive/a?limit=x", "400 VALIDATION_ERROR")]
    [InlineData("/api/v1/balance/derive/a?period=%ff", "400 VALIDATION_ERROR")]
    [InlineData("/api/v1/balance/derive/a?unknown=1&unknown=2", "404 CUSTOMER_NOT_FOUND")]
    public async Task A_path_is_decoded_once_and_its_dots_stay_where_they_are(string path, string expected)
    {
        var tenant = await _host.CreateTenantAsync();

        Assert.Equal(expected, (await tenant.GetAsync(path)).ToString());
    }

    [Fact]
    public async Task Unknown_routes_and_methods_answer_in_the_documented_shape()
    {
        var unknown = await _host.GetAsync("/api/v1/nothing");
        Assert.Equal("404 NOT_FOUND", unknown.ToString());
        Assert.Equal("""{"success":false,"statusCode":404,"code":"NOT_FOUND","message":"There is nothing under this address","error":{"code":"NOT_FOUND","message":"There is nothing under this address"}}""", unknown.Text);
        Assert.Equal("404 NOT_FOUND", (await _host.GetAsync("/api")).ToString());

        var method = await _host.SendAsync(HttpMethod.Delete, Delta, null, null);
        Assert.Equal(("405 METHOD_NOT_ALLOWED", "POST"), (method.ToString(), method.Header("Allow")));
    }

    // ---------------------------------------------------------------- headers

    [Fact]
    public async Task Every_answer_has_a_request_id_and_a_usable_one_is_echoed()
    {
        Assert.Equal("my-id_1.2", (await _host.GetAsync("/api/v1/nothing", null, ("X-Request-Id", "my-id_1.2"))).Header("X-Request-Id"));
        foreach (var bad in (string[])["a b", "a;b", new string('a', 129), "a/b"])
        {
            var made = (await _host.GetAsync("/healthz", null, ("X-Request-Id", bad))).Header("X-Request-Id");
            Assert.Matches("^req-[0-9a-f]{12}-[0-9a-f]{8}$", made);
        }
    }

    [Fact]
    public async Task Key_routes_are_never_stored_nor_shared_with_browsers_and_show_their_limit()
    {
        var tenant = await _host.CreateTenantAsync();

        var answer = await tenant.PostAsync(Delta, s_delta, ("Origin", "https://elsewhere.example"));

        Assert.Equal(("no-store", "application/json"), (answer.Header("Cache-Control"), answer.Header("Content-Type")));
        Assert.Null(answer.Header("Access-Control-Allow-Origin"));
        Assert.Equal("\"key\";q=4000;w=2", answer.Header("RateLimit-Policy"));
        Assert.Equal("\"key\";r=3999;t=1", answer.Header("RateLimit"));
    }

    [Fact]
    public async Task Over_the_rate_of_its_key_a_request_is_429()
    {
        await using var host = await HostFixture.StartAsync(
            postgres, new Dictionary<string, string?> { ["PacSpace:RateLimits:Key:PerSecond"] = "1", ["PacSpace:RateLimits:Key:Burst"] = "2" });
        var tenant = await host.CreateTenantAsync();
        var other = await host.CreateTenantAsync();
        await tenant.PostAsync(Delta, s_delta);
        await tenant.PostAsync(Delta, s_delta);

        var limited = await tenant.PostAsync(Delta, s_delta);

        Assert.Equal(("429 RATE_LIMITED", "1"), (limited.ToString(), limited.Header("Retry-After")));
        Assert.Equal(1, limited.Json.GetProperty("error").GetProperty("retryAfterSeconds").GetInt32());
        Assert.Equal(201, (await other.PostAsync(Delta, s_delta)).Status);
    }

    [Fact]
    public async Task Guessing_keys_is_limited_by_address_and_known_keys_go_on()
    {
        await using var host = await HostFixture.StartAsync(
            postgres, new Dictionary<string, string?> { ["PacSpace:RateLimits:InvalidKey:PerSecond"] = "1", ["PacSpace:RateLimits:InvalidKey:Burst"] = "3" });
        var tenant = await host.CreateTenantAsync();
        Assert.Equal(201, (await tenant.PostAsync(Delta, s_delta)).Status);

        var answers = new List<string>();
        for (var i = 0; i < 5; i++) answers.Add((await host.PostAsync(Delta, $"pk_live_guess{i}.secret", s_delta)).ToString());

        Assert.Equal(["401 INVALID_API_KEY", "401 INVALID_API_KEY", "401 INVALID_API_KEY", "429 RATE_LIMITED", "429 RATE_LIMITED"], answers);
        Assert.Equal(201, (await tenant.PostAsync(Delta, s_delta)).Status);
    }

    // ---------------------------------------------------------------- faults

    [Fact]
    public async Task While_the_database_is_away_the_answer_is_503_and_afterwards_all_is_well()
    {
        await using var host = await HostFixture.StartAsync(postgres);
        var tenant = await host.CreateTenantAsync();
        Assert.Equal(201, (await tenant.PostAsync(Delta, s_delta)).Status);
        await using var other = await postgres.CloneAsync();

        await ExecuteAsync(other, $"ALTER DATABASE {host.Database.Name} WITH ALLOW_CONNECTIONS false");
        await ExecuteAsync(other, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{host.Database.Name}'");
        var away = await tenant.GetAsync("/api/v1/balance/derive/cust_001");
        await ExecuteAsync(other, $"ALTER DATABASE {host.Database.Name} WITH ALLOW_CONNECTIONS true");

        Assert.Equal(("503 SERVICE_UNAVAILABLE", "1"), (away.ToString(), away.Header("Retry-After")));
        Assert.EndsWith(away.Header("X-Request-Id")!, away.Message, StringComparison.Ordinal);
        await Eventually.HoldsAsync(async () => (await tenant.GetAsync("/api/v1/balance/derive/cust_001")).Status == 200);

        static async Task ExecuteAsync(TestDatabase database, string sql)
        {
            await using var command = database.Source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }
}
