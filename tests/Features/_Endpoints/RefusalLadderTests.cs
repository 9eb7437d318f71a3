using System.Text.Json;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Endpoints;

/// <summary>Each route is sent a request that is wrong in every way at once, and is mended fault by fault, down to a good one: of all
/// that is wrong the first in the documented order is answered (api-balance 1.5).</summary>
public sealed class RefusalLadderTests(LadderGround ground, PostgresFixture postgres) : IClassFixture<LadderGround>
{
    /// <summary>Codes of every route, each with the test of this class that meets it.</summary>
    private static readonly Dictionary<string, string> s_ofEveryRoute = new()
    {
        ["IDEMPOTENCY_PENDING"] = nameof(While_a_request_with_the_key_is_running_the_answer_is_202),
        ["METHOD_NOT_ALLOWED"] = nameof(Another_method_and_another_media_type),
        ["UNSUPPORTED_MEDIA_TYPE"] = nameof(Another_method_and_another_media_type),
        ["RATE_LIMITED"] = nameof(Over_its_rate_a_route_answers_429),
        ["INTERNAL"] = nameof(A_bug_is_500_and_says_nothing_but_the_id),
        ["SERVICE_UNAVAILABLE"] = nameof(What_takes_too_long_is_503),
    };

    /// <summary>Answered to people with a session or a link only; their routes are not these.</summary>
    private static readonly string[] s_ofOtherDoors =
    [
        "TOKEN_INVALID", "WEBHOOK_URL_REFUSED", "SESSION_REQUIRED", "INVALID_CREDENTIALS", "MFA_INVALID", "FORBIDDEN", "CSRF_REJECTED", "REGISTRATION_REQUIRES_APPROVAL", "EMAIL_NOT_VERIFIED",
        "CUSTOMER_EXISTS", "CUSTOMER_EXISTS_FROM_INTEGRATION", "LINK_REVOKED",
    ];

    public static TheoryData<string> Routes => [.. Registry().Select(Name)];

    public static TheoryData<string> RoutesWithKeys => [.. Registry().Where(route => route.HonoursIdempotencyKey).Select(Name)];

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Of_all_that_is_wrong_the_first_is_answered(string name)
    {
        var route = Registry().Single(r => Name(r) == name);
        var ladder = new RefusalLadders(ground).Of(name);
        var seen = new List<string>();
        for (var rung = 0; rung < ladder.InOrder.Count; rung++) seen.Add(await AnswerAsync(route, ladder, ladder.InOrder.Skip(rung)));

        Assert.Equal(ladder.InOrder.Select(fault => fault.Expected), seen);
        foreach (var fault in ladder.Apart) Assert.Equal(fault.Expected, await AnswerAsync(route, ladder, [fault]));
        Assert.Contains(await AnswerAsync(route, ladder, []), (string[])["200", "201"]);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public void Every_refusal_that_a_route_documents_stands_on_its_ladder(string name)
    {
        var (route, ladder) = (Registry().Single(r => Name(r) == name), new RefusalLadders(ground).Of(name));
        var met = ladder.InOrder.Concat(ladder.Apart).Select(fault => fault.Expected.Split(' ')[1]);
        Assert.Empty(route.Refusals.Select(code => code.Name).Except(met).Except(s_ofEveryRoute.Keys));
    }

    [Fact]
    public void Every_code_is_met_somewhere()
    {
        var ladders = new RefusalLadders(ground);
        var met = Registry().Select(route => ladders.Of(Name(route))).SelectMany(ladder => ladder.InOrder.Concat(ladder.Apart)).Select(fault => fault.Expected.Split(' ')[1]);
        Assert.Equal(
            RefusalCode.All.Select(code => code.Name).Order(StringComparer.Ordinal),
            met.Concat(s_ofEveryRoute.Keys).Concat(s_ofOtherDoors).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(RoutesWithKeys))]
    public async Task While_a_request_with_the_key_is_running_the_answer_is_202(string name)
    {
        var route = Registry().Single(r => Name(r) == name);
        var ask = Ask(route, new RefusalLadders(ground).Of(name), []);
        ask.IdempotencyKey = "running";
        if (ask.Body!.ContainsKey("period")) ask["period"] = "2026-04"; // still open, so that the ledger has to stop for it
        await using var elsewhere = await ground.Host.Database.Source.OpenConnectionAsync();
        await using var held = await elsewhere.BeginTransactionAsync();
        await using (var hold = elsewhere.CreateCommand())
        {
            hold.CommandText = "SELECT * FROM ledger_heads FOR UPDATE";
            await hold.ExecuteNonQueryAsync();
        }

        var running = ground.SendAsync(route, ask);
        await Eventually.HoldsAsync(async () => await ground.Host.QueryAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 0);
        var second = await ground.SendAsync(route, ask);
        await held.RollbackAsync();

        Assert.Equal(("202 IDEMPOTENCY_PENDING", "1"), (second.ToString(), second.Header("Retry-After")));
        var first = await running;
        Assert.Contains(first.Status, (int[])[200, 201]);
        var again = await ground.SendAsync(route, ask);
        Assert.Equal(("true", first.Text), (again.Header("Idempotent-Replayed"), again.Text));
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Another_method_and_another_media_type(string name)
    {
        var route = Registry().Single(r => Name(r) == name);
        var ask = Ask(route, new RefusalLadders(ground).Of(name), []);
        var path = LadderGround.PathOf(route, ask);

        var method = await ground.Host.SendAsync(HttpMethod.Delete, path, ask.Key, null);
        Assert.Equal("405 METHOD_NOT_ALLOWED", method.ToString());
        Assert.Contains(route.Method, method.Header("Allow"), StringComparison.Ordinal);
        if (!route.TakesBody) return;
        Assert.Equal("415 UNSUPPORTED_MEDIA_TYPE", (await ground.Host.SendAsync(HttpMethod.Post, path, ask.Key, new StringContent("{}"))).ToString());
    }

    [Fact]
    public async Task Over_its_rate_a_route_answers_429()
    {
        await using var host = await HostFixture.StartAsync(
            postgres, new Dictionary<string, string?> { ["PacSpace:RateLimits:Key:PerSecond"] = "1", ["PacSpace:RateLimits:Key:Burst"] = "1", ["PacSpace:RateLimits:Public:PerSecond"] = "1", ["PacSpace:RateLimits:Public:Burst"] = "1" },
            new FakeClock());
        var tenant = await host.CreateTenantAsync();
        foreach (var route in Registry().Where(r => r.RateClass is RateClass.Key or RateClass.Public).DistinctBy(r => r.RateClass))
        {
            var path = route.RoutePattern.Replace("{customerId}", "nobody", StringComparison.Ordinal).Replace("{proofRoot}", "none", StringComparison.Ordinal);
            await host.SendAsync(new HttpMethod(route.Method), path, tenant.Key, null);
            var limited = await host.SendAsync(new HttpMethod(route.Method), path, tenant.Key, null);
            Assert.Equal(("429 RATE_LIMITED", "1"), (limited.ToString(), limited.Header("Retry-After")));
        }
    }

    [Fact]
    public async Task A_bug_is_500_and_says_nothing_but_the_id()
    {
        await using var host = await HostFixture.StartAsync(postgres, adjust: ClosingScenario.WithoutSchedules);
        var tenant = await host.CreateTenantAsync();
        await host.ExecuteAsync("ALTER TABLE webhook_events RENAME COLUMN kind TO sort");

        var answer = await tenant.GetAsync("/api/v1/balance/webhooks");

        var id = answer.Header("X-Request-Id");
        Assert.Equal(
            $$$"""{"success":false,"statusCode":500,"code":"INTERNAL","message":"Something went wrong on our side. Request {{{id}}}","error":{"code":"INTERNAL","message":"Something went wrong on our side. Request {{{id}}}"}}""",
            answer.Text);
        Assert.Equal(500, answer.Status);
    }

    /// <summary>A window with a record that nobody seals (4.1).</summary>
    [Fact]
    public async Task What_takes_too_long_is_503()
    {
        await using var it = await ClosingScenario.StartAsync(postgres);
        await it.PauseSealingAsync();
        await it.EmitAsync("a", 1);
        it.Clock.Set(ClosingScenario.April.AddMinutes(5));

        var answer = await it.CommitAsync(new { customerId = "a", period = "2026-03" });

        Assert.Equal(("503 SERVICE_UNAVAILABLE", "1"), (answer.ToString(), answer.Header("Retry-After")));
        Assert.Equal(JsonValueKind.Number, answer.Json.GetProperty("error").GetProperty("retryAfterSeconds").ValueKind);
    }

    private async Task<string> AnswerAsync(EndpointDefinition route, Ladder ladder, IEnumerable<Fault> faults)
    {
        var answer = await ground.SendAsync(route, Ask(route, ladder, faults));
        return answer.Status == 400 && answer.Code == "VALIDATION_ERROR" ? $"{answer} {answer.Fields[0]}" : answer.ToString();
    }

    /// <summary>With these faults: the earlier one has the last word.</summary>
    private Ask Ask(EndpointDefinition route, Ladder ladder, IEnumerable<Fault> faults)
    {
        var ask = ground.Begin(route);
        ladder.Good(ask);
        foreach (var fault in faults.Reverse()) fault.Apply(ask);
        return ask;
    }

    /// <summary>What answers files to anyone and knows no refusal, and the metrics, whose door is the address they are asked from, have none.</summary>
    private static IEnumerable<EndpointDefinition> Registry() => new EndpointRegistry(typeof(EndpointRegistry).Assembly).Definitions
        .Where(route => (route.Refusals.Count > 0 || route.Door == Door.ApiKey) && route.Route != "/metrics");

    private static string Name(EndpointDefinition route) => $"{route.Method} {route.Route}";
}
