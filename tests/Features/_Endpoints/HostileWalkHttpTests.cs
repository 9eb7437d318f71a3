using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Webhooks;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Endpoints;

/// <summary>Every running route meets what nobody decent would send. The routes are those of the registry, so a new one is
/// walked by itself as soon as <see cref="HostileGround"/> knows a value for its parameters and a body it takes.</summary>
/// <remarks>One oracle for all: the answer is a 4xx with a code that is documented for the route, in the documented shape;
/// nothing was written; nothing was logged as our failure. What is harmless to a read may also be answered as if it were not there.</remarks>
public sealed class HostileWalkHttpTests(HostileGround ground) : IClassFixture<HostileGround>
{
    public static TheoryData<string> Routes => [.. Registry().Select(Name)];

    public static TheoryData<string> RoutesWithBody => [.. Registry().Where(route => route.TakesBody).Select(Name)];

    public static TheoryData<string> RoutesWithParameters => [.. Registry().Where(route => route.PathParameters.Any()).Select(Name)];

    // ---------------------------------------------------------------- bodies

    [Theory]
    [MemberData(nameof(RoutesWithBody))]
    public async Task Members_of_every_wrong_kind(string route)
    {
        await using var walk = ground.Begin(Find(route));
        foreach (var body in ground.BodiesOf(walk.Route))
        {
            foreach (var (what, hostile) in HostileJson.Members(body)) await walk.PostAsync(what, hostile);
        }
    }

    [Theory]
    [MemberData(nameof(RoutesWithBody))]
    public async Task Json_that_is_none_or_too_much(string route)
    {
        await using var walk = ground.Begin(Find(route));
        foreach (var body in ground.BodiesOf(walk.Route))
        {
            for (var length = 0; length < body.Length; length++) await walk.PostAsync($"cut after {length}", body[..length]);
            foreach (var (what, hostile) in HostileJson.Documents(body)) await walk.PostAsync(what, hostile, "400");
        }
    }

    [Theory]
    [MemberData(nameof(RoutesWithBody))]
    public async Task Other_media_types(string route)
    {
        await using var walk = ground.Begin(Find(route));
        string?[] types = [null, "text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/jsonx", "application/json, text/plain", "*/*", ";"];
        foreach (var type in types)
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(ground.BodiesOf(walk.Route).First()));
            if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
            walk.Judge($"Content-Type: {type}", await ground.Host.SendAsync(HttpMethod.Post, walk.Path, ground.Tenant.Key, content), "415 UNSUPPORTED_MEDIA_TYPE");
        }
    }

    [Theory]
    [MemberData(nameof(RoutesWithBody))]
    public async Task Bodies_over_the_limit(string route)
    {
        await using var walk = ground.Begin(Find(route));
        var padded = Encoding.UTF8.GetBytes(ground.BodiesOf(walk.Route).First() + new string(' ', walk.Route.MaxBodyBytes));
        foreach (var isChunked in (bool[])[false, true])
        {
            var content = new ByteArrayContent(padded) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var request = new HttpRequestMessage(HttpMethod.Post, walk.Path) { Content = content };
            request.Headers.TransferEncodingChunked = isChunked;
            request.Headers.Add("X-Api-Key", ground.Tenant.Key);
            using var response = await ground.Host.Client.SendAsync(request);
            walk.Judge($"{padded.Length} bytes, chunked: {isChunked}", await ReadAsync(response), "413 BODY_TOO_LARGE");
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Clients_that_stop_half_way(string route)
    {
        await using var walk = ground.Begin(Find(route));
        var head = $"{walk.Route.Method} {walk.Path} HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {ground.Tenant.Key}\r\n";
        var body = walk.Route.TakesBody ? ground.BodiesOf(walk.Route).First() : "{\"a\":1}";
        var half = body[..(body.Length / 2)];
        string[] requests =
        [
            head[..20], head, $"{head}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{half}",
            $"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{half.Length:x}\r\n{half}\r\n",
            $"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            $"{head}Content-Type: application/json\r\nContent-Length: -1\r\n\r\n",
            $"{head}Content-Type: application/json\r\nContent-Length: 99999999999999999999\r\n\r\n",
        ];
        if (walk.Route.HonoursIdempotencyKey) requests = [.. requests, $"{head}Idempotency-Key: \xe9\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"];
        foreach (var request in requests)
        {
            foreach (var onlyOurSide in (bool[])[true, false]) await StopAsync(request, onlyOurSide, readsNoBody: walk.Route.Method == "GET");
        }

        // The server goes on: the next request on a fresh connection is answered.
        Assert.Equal(200, (await ground.Host.GetAsync("/healthz")).Status);
    }

    // ---------------------------------------------------------------- addresses

    [Theory]
    [MemberData(nameof(RoutesWithParameters))]
    public async Task Segments_that_are_no_ids(string route)
    {
        await using var walk = ground.Begin(Find(route));
        string[] segments =
        [
            ".", "..", "%2e", "%2E%2e", "%2F", "a%2Fb", "..%2f..%2fetc", "%00", "a%00b", "%", "%z", "%zz", "%ff", "%c0%ae", "%ed%a0%80", "%u0041", "%25", "%252e", "*", "'", "\"", "%22",
            ";", "a;b=c", "%20", "+", "~", "$(id)", "%7B%7D", "{0}", "'%20OR%201=1--", "0", "-1", "9223372036854775808", "1e400", "null", "undefined", "true",
            "0x", "0x00", "0x" + new string('0', 64), "0x" + new string('F', 64), "rec_" + new string('0', 26), "chk_" + new string('0', 26), new string('a', 129), new string('a', 6000), "%F0%9F%9A%80",
            "x000", "000.p/0", "000.p/257", "000.p/-1", "0.p/1", "999/999", "x999/999",
        ];
        foreach (var name in walk.Route.PathParameters)
        {
            foreach (var segment in segments) await walk.SendAsync($"{name} = {segment[..Math.Min(40, segment.Length)]}", ground.PathOf(walk.Route, name, segment));
        }
    }

    [Theory]
    [MemberData(nameof(RoutesWithParameters))]
    public async Task Ids_of_another_tenant_or_environment(string route)
    {
        await using var walk = ground.Begin(Find(route));
        foreach (var name in walk.Route.PathParameters.Where(ground.IsPrivate))
        {
            foreach (var (whose, value) in ground.OthersValuesOf(name))
            {
                if (walk.Route.Door == Door.Anyone) continue; // what is public is public to everybody
                var answer = await ground.SendAsync(walk.Route, ground.PathOf(walk.Route, name, value));
                walk.Judge($"{name} of {whose}", answer, "404 NOT_FOUND", "404 CUSTOMER_NOT_FOUND", "404 CHECKPOINT_NOT_FOUND");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Query_parameters_repeated_over_long_and_unreadable(string route)
    {
        await using var walk = ground.Begin(Find(route));
        string[] values = ["%ff", "%00", "%", "%zz", "%ed%a0%80", "", "%20", "-1", "0", "1.5", "1e9", "99999999999999999999", "x", "..", "2026-13", "0000-00", "9999-12-31T23:59:59Z", "0001-01-01", "c1.", "c1.AAAAAAAAAAAAAA", "🚀", new string('9', 7000), new string('a', 7000)];
        foreach (var name in HostileGround.QueryNamesOf(walk.Route))
        {
            foreach (var value in values) await walk.SendAsync($"?{name}={value[..Math.Min(40, value.Length)]}", $"{walk.Path}?{name}={Uri.EscapeDataString(value).Replace("%25", "%", StringComparison.Ordinal)}");
            await walk.SendAsync($"?{name} twice", $"{walk.Path}?{name}=1&{name}=1");
            await walk.SendAsync($"?{name} twice, once escaped", $"{walk.Path}?{name}=1&%{(int)name[0]:X2}{name[1..]}=2");
        }

        await walk.SendAsync("a thousand parameters", $"{walk.Path}?{string.Join('&', Enumerable.Range(0, 1000).Select(i => $"p{i}"))}");
        await walk.SendAsync("only separators", $"{walk.Path}?&&&&===&?&%&=%");
        await walk.SendAsync("a target over every limit", $"{walk.Path}?q={new string('a', 20_000)}");
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Methods_and_headers_that_do_not_belong(string route)
    {
        await using var walk = ground.Begin(Find(route));
        foreach (var method in (string[])["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", walk.Route.Method == "GET" ? "POST" : "GET"])
        {
            var answer = await ground.Host.SendAsync(new HttpMethod(method), walk.Path, ground.Tenant.Key, null);
            // What another operation has under the same path (GET delta/:recordId beside POST delta/batch) answers for itself.
            if (answer.Status is >= 400 and < 500) walk.Judge(method, answer, "405", "405 METHOD_NOT_ALLOWED", "404 NOT_FOUND", "400 VALIDATION_ERROR");
            else Assert.Fail($"{method} {walk.Path} was answered {answer}");
        }

        (string, string)[] headers =
        [
            ("X-Request-Id", new string('x', 4000)), ("X-Request-Id", "<script>"), ("Accept", "application/xml"), ("Accept-Encoding", "nonsense;q=9"), ("If-None-Match", "\"\"\""), ("Range", "bytes=9-0"),
            ("Expect", "200-ok"), ("X-Forwarded-For", "not an address"), ("X-Environment", "sandbox; DROP"), ("Authorization", "Bearer"), ("Cookie", "a=b;;;=;"), ("X-Http-Method-Override", "DELETE"),
        ];
        foreach (var (name, value) in headers)
        {
            if (walk.Route.TakesBody) walk.Judge(name, await ground.Host.PostRawAsync(walk.Path, ground.Tenant.Key, "{", (name, value)), "400 VALIDATION_ERROR", "417", "400");
            else walk.JudgeRead(name, await ground.Host.GetAsync(walk.Path, ground.Tenant.Key, (name, value)));
        }
    }

    private static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(),
        response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));

    /// <summary>Sends and hangs up. What the server says before that is read to its end, so that it has dealt with it.</summary>
    private async Task StopAsync(string request, bool onlyOurSide, bool readsNoBody)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, ground.Host.BaseAddress.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        if (!onlyOurSide)
        {
            socket.Client.LingerState = new LingerOption(true, 0); // a reset, no farewell
            return;
        }

        socket.Client.Shutdown(SocketShutdown.Send);
        using var said = new MemoryStream();
        try
        {
            await stream.CopyToAsync(said);
        }
        catch (IOException)
        {
            // A reset is as good an end.
        }

        var status = Encoding.Latin1.GetString(said.ToArray());
        var isRefused = status.StartsWith("HTTP/1.1 4", StringComparison.Ordinal);
        // A GET may have been answered before its body, which nobody reads, broke off.
        var isAnswered = readsNoBody && status.StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        Assert.True(status.Length == 0 || isRefused || isAnswered, status);
    }

    private static IReadOnlyList<EndpointDefinition> Registry() => new EndpointRegistry(typeof(EndpointRegistry).Assembly).Definitions;

    private static string Name(EndpointDefinition route) => $"{route.Method} {route.Route}";

    private static EndpointDefinition Find(string name) => Registry().Single(route => Name(route) == name);
}

/// <summary>A server with something of everything in it: records, a completed checkpoint, a receipt, and other people's.</summary>
public sealed partial class HostileGround(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly string[] s_ofEveryKeyRoute = ["INVALID_API_KEY", "ENVIRONMENT_NOT_PROVISIONED", "RATE_LIMITED", "VALIDATION_ERROR", "NOT_FOUND", "METHOD_NOT_ALLOWED"];
    private static readonly string[] s_ofEveryBody = ["UNSUPPORTED_MEDIA_TYPE", "BODY_TOO_LARGE"];

    private readonly Dictionary<string, string> _values = [];
    private readonly Dictionary<string, List<(string Whose, string Value)>> _others = [];
    private ClosingScenario _scenario = null!;
    private string _account = null!;

    public PacSpaceHost Host => _scenario.Host;

    /// <summary>A billing middleware: every member of every body means something to it.</summary>
    public TestTenant Tenant => _scenario.Tenant;

    public async ValueTask InitializeAsync()
    {
        _scenario = await ClosingScenario.StartAsync(postgres, isMiddleware: true);
        _account = await Host.CreateVendorAccountAsync(Tenant.TenantId);
        await ListenAsync(Tenant);
        var record = await _scenario.EmitAsync("cust_001", 5, vendorAccountId: _account);
        await _scenario.EmitAsync("cust_002", 7, vendorAccountId: _account);
        _scenario.Clock.Set(ClosingScenario.April);
        var checkpoint = (await Tenant.PostAsync("/api/v1/balance/checkpoint", new { customerId = "cust_001", period = "2026-03", vendorAccountId = _account })).Data;
        await _scenario.CompletedAsync(checkpoint.Text("checkpointId")!);

        // A read of the receipt of an open window commits its checkpoint, and the first issue of a receipt is told of; both
        // are done before the walk begins.
        await Tenant.GetAsync("/api/v1/balance/receipt/cust_001");
        await Eventually.HoldsAsync(async () => await _scenario.CountAsync("SELECT count(*) FROM checkpoints WHERE verified_at IS NULL") == 0);
        await Tenant.GetAsync("/api/v1/balance/receipt/cust_001");
        await Tenant.GetAsync($"/api/v1/balance/receipts/{checkpoint.Text("checkpointId")}");

        _values["customerId"] = "cust_001";
        _values["recordId"] = record.Text("recordId")!;
        _values["receiptId"] = checkpoint.Text("checkpointId")!;
        _values["checkpointId"] = checkpoint.Text("checkpointId")!;
        _values["proofRoot"] = checkpoint.Text("proofRoot")!;
        _values["environment"] = "production";
        _values["level"] = "0";
        _values["path"] = "000.p/1";
        _values["eventId"] = await EventAsync(Tenant);

        await AddOthersAsync("another tenant", await Host.CreateTenantAsync());
        await AddOthersAsync("another environment", Tenant with { Environment = "sandbox", Key = await Host.CreateKeyAsync(Tenant.TenantId, "sandbox") }, _account);
    }

    public async ValueTask DisposeAsync() => await _scenario.DisposeAsync();

    internal Walk Begin(EndpointDefinition route) => new(this, route);

    /// <summary>The address of a route with one parameter's value replaced; sent as it stands.</summary>
    internal string PathOf(EndpointDefinition route, string? parameter = null, string? value = null) => Braced().Replace(route.RoutePattern, match =>
        match.Groups[1].Value is var name && name == parameter ? value! : ValueOf(route, name));

    /// <summary>Bodies that the route takes, with every optional member somewhere.</summary>
    internal IEnumerable<string> BodiesOf(EndpointDefinition route) => route.Route switch
    {
        "/api/v1/balance/delta" => [Delta],
        "/api/v1/balance/delta/batch" => [$$"""{"deltas":[{{Delta}}],"vendorAccountId":"{{_account}}"}"""],
        "/api/v1/balance/checkpoint" =>
        [
            $$"""{"customerId":"cust_001","period":"2026-03","mode":"selected","fingerprints":["0x{{new string('1', 64)}}"],"vendorAccountId":"{{_account}}"}""",
            $$"""{"customerId":"nobody","startDate":"2026-03-01","endDate":"2026-03-09","timePreset":"custom","mode":"all","vendorAccountId":"{{_account}}"}""",
        ],
        "/api/v1/balance/compare" =>
        [
            $$"""{"customerId":"nobody","yourBalance":-1.5,"theirBalance":2,"startingBalance":1,"period":"2026-03","granularity":"day","vendorAccountId":"{{_account}}"}""",
            """{"customerId":"nobody","yourBalance":0,"theirBalance":0,"startDate":"2026-03-01","endDate":"2026-03-09","timePreset":"custom"}""",
            """{"customerId":"nobody","yourBalance":0,"theirBalance":0,"startingCheckpoint":"chk_none","startingCheckpointType":"proofRoot"}""",
        ],
        "/api/v1/balance/checkpoint-diff/:customerId" =>
        [
            $$"""{"leftCheckpointId":"{{_values["checkpointId"]}}","rightCheckpointId":"chk_{{new string('0', 26)}}","vendorAccountId":"{{_account}}"}""",
        ],
        "/api/v1/middleware/customers/:customerId/compare" =>
        [
            $$"""{"leftCheckpointId":"{{_values["checkpointId"]}}","rightCheckpointId":"chk_{{new string('0', 26)}}","vendorAccountId":"{{_account}}"}""",
            """{"leftPeriod":"2026-03","rightPeriod":"2025-01"}""",
        ],
        "/api/v1/balance/webhooks/:eventId/retry" => ["""{"webhookId":"webhook_none"}"""],
        _ => throw new InvalidOperationException($"{route.Route} takes a body; give one here, with each of its members, so that it is walked."),
    };

    internal bool IsPrivate(string parameter) => _others.ContainsKey(parameter);

    internal IEnumerable<(string Whose, string Value)> OthersValuesOf(string parameter) => _others[parameter];

    internal Task<Answer> SendAsync(EndpointDefinition route, string path) =>
        route.Method == "GET" ? Host.GetAsync(path, Tenant.Key) : Host.PostRawAsync(path, Tenant.Key, BodiesOf(route).First());

    /// <summary>The members of the request that are neither the caller nor part of the path: as query parameters all of them are tried.</summary>
    internal static IEnumerable<string> QueryNamesOf(EndpointDefinition route) =>
        Flatten(route.RequestType).Except(route.PathParameters, StringComparer.Ordinal).Append("unknown");

    internal static IEnumerable<string> CodesOf(EndpointDefinition route) =>
        [.. s_ofEveryKeyRoute, .. route.TakesBody ? s_ofEveryBody : [], .. route.Refusals.Select(code => code.Name)];

    /// <summary>How many rows each table has.</summary>
    internal async Task<string> RowsAsync()
    {
        var tables = await Host.QueryAsync<string>("SELECT string_agg(quote_ident(relname), ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace");
        return await Host.QueryAsync<string>("SELECT " + string.Join(" || ' ' || ", tables.Split(' ').Select(table => $"'{table} ' || (SELECT count(*) FROM {table})")));
    }

    private string Delta =>
        $$$"""{"customerId":"cust_001","delta":-1.5,"reason":"tokens","referenceId":"job_1","metadata":{"a":1},"adjusts":{"referenceId":"nothing"},"vendorAccountId":"{{{_account}}}"}""";

    [GeneratedRegex(@"\{\*{0,2}([A-Za-z]+)\}")]
    private static partial Regex Braced();

    private string ValueOf(EndpointDefinition route, string parameter) => _values.TryGetValue(parameter, out var value)
        ? value
        : throw new InvalidOperationException($"{route.Route} has a parameter {parameter}; give a value here, so that it is walked.");

    private static IEnumerable<string> Flatten(Type request) => request.GetProperties()
        .Where(property => property.PropertyType != typeof(Caller) && property.PropertyType != typeof(IdempotencyKey))
        .SelectMany(property => property.PropertyType == typeof(ScopeFields)
            ? typeof(ScopeFields).GetProperties().Where(field => field.PropertyType == typeof(string)).Select(field => field.Name)
            : [property.Name])
        .Select(JsonNamingPolicy.CamelCase.ConvertName);

    /// <summary>An endpoint that nothing is sent to: nobody delivers here.</summary>
    private Task ListenAsync(TestTenant tenant) => Host.Services.GetRequiredService<WebhookEndpoints>().CreateAsync(
        tenant.TenantId, tenant.Environment, RandomId.New("webhook_"), "https://hooks.example/", null, WebhookSecrets.New(), _scenario.Clock.GetUtcNow(), CancellationToken.None);

    /// <summary>The id of the tenant's first event.</summary>
    private async Task<string> EventAsync(TestTenant tenant)
    {
        const string own = "FROM webhook_events WHERE tenant_id = $1 AND environment = $2";
        await Eventually.HoldsAsync(async () => await _scenario.CountAsync($"SELECT count(*) {own}", tenant.TenantId, tenant.Environment) > 0);
        var eventNo = await _scenario.CountAsync($"SELECT min(event_no) {own}", tenant.TenantId, tenant.Environment);
        return Host.Services.GetRequiredService<WebhookIds>().Event(new EventPlace(eventNo, 0));
    }

    private async Task AddOthersAsync(string whose, TestTenant tenant, string? vendorAccountId = null)
    {
        await ListenAsync(tenant);
        var record = (await tenant.PostAsync("/api/v1/balance/delta", new { customerId = "theirs", delta = 1, reason = "r", vendorAccountId })).Data;
        if (tenant.Environment == Tenant.Environment) Add("eventId", await EventAsync(tenant));
        Add("customerId", "theirs");
        Add("recordId", record.Text("recordId")!);
        if (tenant.Environment == Tenant.Environment)
        {
            var checkpoint = (await tenant.PostAsync("/api/v1/balance/checkpoint", new { customerId = "theirs" })).Data;
            await _scenario.CompletedAsync(checkpoint.Text("checkpointId")!);
            Add("receiptId", checkpoint.Text("checkpointId")!);
            Add("checkpointId", checkpoint.Text("checkpointId")!);
        }

        void Add(string parameter, string value)
        {
            if (!_others.TryGetValue(parameter, out var values)) _others[parameter] = values = [];
            values.Add((whose, value));
        }
    }
}

/// <summary>One route's walk: collects what was answered otherwise than documented, and counts the rows at both ends.</summary>
internal sealed class Walk(HostileGround ground, EndpointDefinition route) : IAsyncDisposable
{
    private readonly Task<string> _before = ground.RowsAsync();
    private readonly int _logged = ground.Host.Log.Lines.Count;
    private readonly HashSet<string> _codes = [.. HostileGround.CodesOf(route)];
    private readonly List<string> _complaints = [];
    private int _asked;

    public EndpointDefinition Route => route;

    public string Path => ground.PathOf(route);

    public async Task PostAsync(string what, string body, params string[] expected)
    {
        await _before;
        var answer = await ground.Host.PostRawAsync(Path, ground.Tenant.Key, body);
        if (IsRefusedGroup(answer)) _asked++;
        else Judge($"{what}: {body[..Math.Min(body.Length, 200)]}", answer, expected);
    }

    public async Task SendAsync(string what, string path)
    {
        await _before;
        JudgeRead(what, await ground.SendAsync(route, path));
    }

    /// <summary>A read may also take no notice.</summary>
    public void JudgeRead(string what, Answer answer)
    {
        _asked++;
        if ((!route.TakesBody && answer.Status is 200 or 206 or 304) || IsRefusedGroup(answer)) return;
        Judge(what, answer);
    }

    /// <param name="expected">Which of the documented answers; none for any.</param>
    public void Judge(string what, Answer answer, params string[] expected)
    {
        _asked++;
        if (Complaint(answer, expected) is { } complaint) _complaints.Add($"{route.Method} {route.Route}, {what}: {complaint}");
    }

    public async ValueTask DisposeAsync()
    {
        var before = await _before;
        if (_complaints.Count > 0) Assert.Fail($"{_complaints.Count} of {_asked}:\n{string.Join('\n', _complaints.Take(60))}");
        Assert.Equal(before, await ground.RowsAsync());
        Assert.Empty(ground.Host.Log.Lines.Skip(_logged));
    }

    private string? Complaint(Answer answer, string[] expected)
    {
        if (answer.Status is < 400 or > 499) return $"was answered {answer}: {answer.Text[..Math.Min(300, answer.Text.Length)]}";

        // The server beneath refuses what is no HTTP (a NUL in a target, a line over its limit) before any code of ours.
        if (answer.Bytes.Length == 0 && answer.Status is 400 or 404 or 405 or 414 or 417 or 431) return null;
        if (answer.Header("Content-Type") != "application/json") return $"{answer.Status} is no JSON but {answer.Header("Content-Type")}";
        if (ShapeComplaint(answer) is { } shape) return $"{answer}: {shape}";
        if (!_codes.Contains(answer.Code!)) return $"{answer} is not documented for this route";
        return expected.Length == 0 || expected.Contains(answer.ToString()) || expected.Contains(answer.Status.ToString(CultureInfo.InvariantCulture))
            ? null
            : $"{answer} instead of {string.Join(" or ", expected)}";
    }

    private static string? ShapeComplaint(Answer answer)
    {
        var names = string.Join(' ', answer.Json.EnumerateObject().Select(member => member.Name));
        if (names != "success statusCode code message error") return $"has the members {names}";
        var error = answer.Json.GetProperty("error");
        if (answer.Json.GetProperty("success").GetBoolean() || answer.Json.GetProperty("statusCode").GetInt32() != answer.Status) return "contradicts its status";
        if (error.Text("code") != answer.Code || error.Text("message") != answer.Message) return "does not say the same twice";
        if (RefusalCode.All.SingleOrDefault(code => code.Name == answer.Code)?.Status != answer.Status) return "has a code of another status";
        if (answer.Code == "VALIDATION_ERROR" && answer.Fields.Count == 0) return "names no field";
        return answer.Text.Contains("   at ", StringComparison.Ordinal) || answer.Text.Contains("Exception", StringComparison.Ordinal) ? "shows our insides" : null;
    }

    /// <summary>A group in which no item was accepted.</summary>
    private bool IsRefusedGroup(Answer answer) => route.TakesBody && answer.Status == 200 && answer.Json.GetProperty("data").TryGetProperty("totalQueued", out var queued) && queued.GetInt32() == 0;
}

/// <summary>What can be done to a JSON body.</summary>
internal static class HostileJson
{
    /// <summary>Each member, at any depth, replaced by values of every type but its own, by texts no text of ours may be, and given twice.</summary>
    public static IEnumerable<(string What, string Json)> Members(string body)
    {
        var root = JsonNode.Parse(body)!.AsObject();
        foreach (var path in PathsOf(root, []))
        {
            if (path is ["deltas", 0, "metadata", ..] or ["metadata", "a"]) continue; // anything goes inside
            var own = At(root, path)!.GetValueKind();
            foreach (var (kind, value) in Values(own)) yield return ($"{string.Join('.', path)} = {kind}", With(root, path, value));
            if (path[^1] is string name) yield return ($"{name} twice", Twice(root, path));
        }
    }

    public static IEnumerable<(string What, string Json)> Documents(string body) =>
    [
        ("nothing", ""), ("blank", " \n"), ("null", "null"), ("true", "true"), ("a number", "1"), ("a string", "\"x\""), ("an array", $"[{body}]"),
        ("twice", body + body), ("with a tail", body + "x"), ("with a comma", body[..^1] + ",}"), ("with a comment", body + "// x"), ("a mark in front", "\uFEFF" + body),
        ("nested objects", string.Concat(Enumerable.Repeat("{\"a\":", 200_000))), ("nested arrays", new string('[', 1_000_000)),
        ("a deep unknown member", body[..^1] + ",\"unknown\":" + string.Concat(Enumerable.Repeat("[", 100)) + new string(']', 100) + "}"),
        ("single quotes", body.Replace('"', '\'')), ("a NUL behind", body + "\0"), ("a lone quote", "\""), ("a lone escape", "{\"\\"), ("a bad escape", "{\"\\x\":1}"),
        ("XML", "<a/>"), ("a form", "customerId=a&delta=1"),
    ];

    private static IEnumerable<(string Kind, string Json)> Values(JsonValueKind own)
    {
        (JsonValueKind Kind, string Json)[] ofEachType =
            [(JsonValueKind.String, "\"text\""), (JsonValueKind.Number, "5"), (JsonValueKind.True, "true"), (JsonValueKind.Array, "[\"a\",{}]"), (JsonValueKind.Object, "{\"$ne\":null}")];
        foreach (var (kind, json) in ofEachType.Where(value => value.Kind != own)) yield return ($"a {kind}", json);
        string[] more = own switch
        {
            JsonValueKind.String => ["\"\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"a\\u0000b\"", $"\"{new string('a', 20_000)}\"", "\"%00\\r\\n\"", $"\"{new string('9', 400)}\""],
            JsonValueKind.Number => ["1e400", "-1e400", "1e-400", new string('9', 5_000), "0.0000000001", "0", "-0", "1e99999999999999999999", "9223372036854775808"],
            JsonValueKind.Array => ["[]", "[null]", "[[]]", $"[{string.Join(',', Enumerable.Repeat("{}", 1_001))}]", $"[{string.Join(',', Enumerable.Repeat("1", 10_001))}]"],
            JsonValueKind.Object => [$"{{\"a\":\"{new string('a', 20_000)}\"}}"],
            _ => [],
        };
        foreach (var json in more) yield return (json[..Math.Min(30, json.Length)], json);
    }

    private static IEnumerable<object[]> PathsOf(JsonNode node, object[] path) => node switch
    {
        JsonObject members => members.SelectMany(member => (IEnumerable<object[]>)[[.. path, member.Key], .. PathsOf(member.Value!, [.. path, member.Key])]),
        JsonArray items => items.SelectMany((item, i) => (IEnumerable<object[]>)[[.. path, i], .. PathsOf(item!, [.. path, i])]),
        _ => [],
    };

    private static JsonNode? At(JsonNode root, object[] path) => path.Aggregate((JsonNode?)root, (node, step) => step is string name ? node![name] : node![(int)step]);

    private static string With(JsonObject root, object[] path, string json)
    {
        // A string that stands for the place, since the value may be no JSON that can be parsed.
        const string Place = "\"\u2302\"";
        var copy = root.DeepClone();
        Set(copy, path, JsonNode.Parse(Place));
        return copy.ToJsonString(s_relaxed).Replace(Place, json, StringComparison.Ordinal);
    }

    private static string Twice(JsonObject root, object[] path)
    {
        var name = (string)path[^1];
        var copy = root.DeepClone();
        var parent = (JsonObject)At(copy, path[..^1])!;
        parent["\u2302"] = parent[name]!.DeepClone();
        return copy.ToJsonString(s_relaxed).Replace("\"\u2302\"", JsonSerializer.Serialize(name), StringComparison.Ordinal);
    }

    private static readonly JsonSerializerOptions s_relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static void Set(JsonNode root, object[] path, JsonNode? value)
    {
        var parent = At(root, path[..^1])!;
        if (path[^1] is string name) parent[name] = value;
        else parent[(int)path[^1]] = value;
    }
}
