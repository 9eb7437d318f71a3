using System.Text.Json.Nodes;

namespace PacSpace.Features.Tests.Endpoints;

/// <summary>One request, before it is put together.</summary>
internal sealed class Ask
{
    /// <summary>Null for a route that anyone may ask.</summary>
    public string? Key { get; set; }

    public Dictionary<string, string> Path { get; } = [];

    public Dictionary<string, string> Query { get; } = [];

    /// <summary>Null for a GET.</summary>
    public JsonObject? Body { get; set; }

    public string? IdempotencyKey { get; set; }

    public bool IsTooBig { get; set; }

    public bool IsNoJson { get; set; }

    /// <summary>Where the route keeps what is asked: members of the body, else the query.</summary>
    public string? this[string name]
    {
        set
        {
            if (Body is null && value is null) Query.Remove(name);
            else if (Body is null) Query[name] = value!;
            else if (value is null) Body.Remove(name);
            else Body[name] = value;
        }
    }

    /// <summary>The customer, wherever the route names it.</summary>
    public string CustomerId
    {
        set
        {
            if (Path.ContainsKey("customerId")) Path["customerId"] = value;
            else if (Body?["deltas"] is JsonArray items) items[0]!["customerId"] = value;
            else Body!["customerId"] = value;
        }
    }
}

/// <summary>One thing that can be wrong with a request.</summary>
/// <param name="Expected">What it is answered: <c>400 VALIDATION_ERROR limit</c>, with the first field.</param>
internal sealed record Fault(string Expected, Action<Ask> Apply);

/// <summary>What can be wrong with a route's request, in the documented order of checks, and what can be wrong beside it.</summary>
/// <param name="Good">Makes a request that is answered 2xx.</param>
/// <param name="InOrder">Each of them hides those behind it.</param>
/// <param name="Apart">Each of them by itself, where the document gives no order or the states exclude each other.</param>
internal sealed record Ladder(Action<Ask> Good, IReadOnlyList<Fault> InOrder, params IReadOnlyList<Fault> Apart);

/// <summary>Every operation's ladder (api-balance 1.5, and the errors that each clause lists).</summary>
internal sealed class RefusalLadders(LadderGround ground)
{
    private const string UnknownCheckpoint = "chk_00000000000000000000000000";

    private static readonly Fault s_malformed = new("400 VALIDATION_ERROR body", ask => ask.IsNoJson = true);
    private static readonly Fault s_badKey = new("400 VALIDATION_ERROR Idempotency-Key", ask => ask.IdempotencyKey = new string('k', 256));
    private static readonly Fault s_tooBig = new("413 BODY_TOO_LARGE", ask => ask.IsTooBig = true);
    private static readonly Fault s_forbidden = new("400 VENDOR_ACCOUNT_FORBIDDEN", ask => ask["vendorAccountId"] = "cmw_vendor_1");
    private static readonly Fault s_reused = new("409 IDEMPOTENCY_KEY_REUSED", ask => ask.IdempotencyKey = LadderGround.UsedKey);
    private static readonly Fault s_unknownCustomer = new("404 CUSTOMER_NOT_FOUND", ask => ask.CustomerId = "nobody");
    private static readonly Fault s_mixedScope = new("400 INVALID_SCOPE_COMBINATION", ask =>
    {
        ask["period"] = "2026-03";
        ask["timePreset"] = "custom";
    });

    private static readonly Fault s_wideScope = new("400 SCOPE_TOO_WIDE", ask =>
    {
        ask["period"] = ask["timePreset"] = null;
        ask["startDate"] = "2020-01-01";
        ask["endDate"] = "2026-01-01";
    });

    private readonly Fault[] _key =
    [
        new("401 INVALID_API_KEY", ask => ask.Key = "nonsense"),
        new("412 ENVIRONMENT_NOT_PROVISIONED", ask => ask.Key = ground.NotProvisionedKey),
    ];

    /// <summary>To a billing middleware the same customer's id is not enough: it has it under two vendor accounts.</summary>
    private readonly Fault _required = new("400 VENDOR_ACCOUNT_REQUIRED", ask =>
    {
        ask.Key = ground.Middleware.Key;
        ask.CustomerId = LadderGround.Twice;
        ask["vendorAccountId"] = null;
    });

    private readonly Fault _starting = new("404 CHECKPOINT_NOT_FOUND", ask =>
    {
        ask["period"] = null;
        ask["startingCheckpoint"] = UnknownCheckpoint;
    });

    private readonly Fault _failed = new("409 PROOF_UNAVAILABLE", ask => ask.CustomerId = LadderGround.Failed);

    public Ladder Of(string route) => route switch
    {
        "POST /api/v1/balance/delta" => new(
            ask => ask.Body = new() { ["customerId"] = "good", ["delta"] = 1, ["reason"] = "tokens" },
            [
                .. _key, s_tooBig, s_badKey, s_malformed, new("400 VALIDATION_ERROR delta", ask => ask.Body!["delta"] = 0), _required, s_forbidden, Exhausted,
                new("400 ADJUSTS_NOT_FOUND", ask => ask.Body!["adjusts"] = new JsonObject { ["referenceId"] = "nothing" }),
            ],
            s_reused, new("429 CADENCE_LIMIT", ask =>
            {
                ask.Key = ground.Slow.Key;
                ask.CustomerId = "just_now";
            })),
        "POST /api/v1/balance/delta/batch" => new(
            ask => ask.Body = new() { ["deltas"] = new JsonArray(new JsonObject { ["customerId"] = "good", ["delta"] = 1, ["reason"] = "tokens" }) },
            [.. _key, s_tooBig, s_badKey, s_malformed, new("400 VALIDATION_ERROR deltas", ask => ask.Body!["deltas"] = 1), _required with { Apply = VendorOfGroup }, s_forbidden, Exhausted],
            s_reused),
        "POST /api/v1/balance/checkpoint" => new(
            ask => ask.Body = new() { ["customerId"] = "good", ["period"] = "2026-03" },
            [
                .. _key, s_tooBig, s_badKey, s_malformed, new("400 VALIDATION_ERROR mode", ask => ask["mode"] = "sometimes"), _required, s_forbidden, s_mixedScope, s_wideScope, s_unknownCustomer, _failed,
            ],
            s_reused, new("400 FINGERPRINT_NOT_FOUND", ask =>
            {
                ask["mode"] = "selected";
                ask.Body!["fingerprints"] = new JsonArray("0x" + new string('1', 64));
            })),
        "POST /api/v1/balance/compare" => new(
            ask => ask.Body = new() { ["customerId"] = "good", ["yourBalance"] = 1, ["theirBalance"] = 1, ["period"] = "2026-03" },
            [.. _key, s_tooBig, s_malformed, new("400 VALIDATION_ERROR yourBalance", ask => ask["yourBalance"] = "1"), _required, s_forbidden, s_mixedScope, s_wideScope, s_unknownCustomer],
            _starting),
        "POST /api/v1/balance/checkpoint-diff/:customerId" => new(
            ask => ask.Body = new() { ["leftCheckpointId"] = ground.Receipt, ["rightCheckpointId"] = ground.OtherReceipt },
            [
                .. _key, s_tooBig, s_malformed, new("400 VALIDATION_ERROR leftCheckpointId", ask => ask["leftCheckpointId"] = null), _required, s_forbidden, s_unknownCustomer,
                new("404 CHECKPOINT_NOT_FOUND", ask => ask["rightCheckpointId"] = UnknownCheckpoint),
            ]),
        "POST /api/v1/balance/webhooks/:eventId/retry" => new(
            ask => ask.Body = [],
            [
                .. _key, s_tooBig, s_malformed, new("400 VALIDATION_ERROR webhookId", ask => ask.Body!["webhookId"] = 5), new("404 NOT_FOUND", ask => ask.Path["eventId"] = "evt_00000000000000000000000000"),
                new("409 CONFLICT", ask => ask["webhookId"] = ground.DisabledWebhook),
            ]),
        "GET /api/v1/balance/derive/:customerId" => new(Month, Read(ofField: "limit", "0", s_mixedScope, s_wideScope, s_unknownCustomer), _starting),
        "GET /api/v1/balance/checkpoint-timeline/:customerId" => new(Month, Read(ofField: "limit", "0", s_mixedScope, s_wideScope, s_unknownCustomer)),
        "GET /api/v1/balance/customers/:customerId" => new(Nothing, Read(ofField: "deltaLimit", "0", s_unknownCustomer)),
        "GET /api/v1/balance/customers/:customerId/receipts" => new(Nothing, Read(ofField: "limit", "0", s_mixedScope, s_wideScope, s_unknownCustomer)),
        "GET /api/v1/balance/gaps/:customerId" => new(Nothing, Read(ofField: "fromSequence", "0", s_unknownCustomer)),
        "GET /api/v1/balance/receipt/:customerId" or "GET /api/v1/balance/invoice-proof/:customerId" => new(Month, Read(ofField: "limit", "-1", s_mixedScope, s_wideScope, s_unknownCustomer, _failed)),
        "GET /api/v1/balance/receipt/:customerId/preview" => new(Month, Read(ofField: "timezone", "Mars/Olympus", s_mixedScope, s_wideScope, s_unknownCustomer)),
        "GET /api/v1/balance/checkpoints" => new(Month, [.. _key, Field("limit", "0"), s_forbidden, s_mixedScope, s_wideScope]),
        "GET /api/v1/balance/customers" => new(Nothing, [.. _key, Field("limit", "0"), s_forbidden]),
        "GET /api/v1/balance/customers/summary" => new(Nothing, [.. _key, Field("period", "2026-13"), s_forbidden]),
        "GET /api/v1/balance/delta/:recordId" => new(Nothing, [.. _key, Unknown("recordId", "rec_00000000000000000000000000")]),
        "GET /api/v1/balance/records/:recordId/proof" => new(
            Nothing, [.. _key, Field("metadata", "maybe"), Unknown("recordId", "rec_00000000000000000000000000"), new("409 PROOF_UNAVAILABLE", ask => ask.Path["recordId"] = ground.FailedRecord)]),
        "GET /api/v1/balance/receipts/:receiptId" => new(Nothing, [.. _key, Field("locale", "xx-Nowhere"), Unknown("receiptId", UnknownCheckpoint)]),
        "GET /api/v1/balance/receipts/:receiptId/bundle" => new(
            Nothing, [.. _key, Field("metadata", "maybe"), Unknown("receiptId", UnknownCheckpoint), new("409 PROOF_UNAVAILABLE", ask => ask.Path["receiptId"] = ground.DamagedReceipt)]),
        "GET /api/v1/balance/limits" or "GET /api/v1/balance/usage" => new(Nothing, _key),
        "GET /api/v1/balance/webhooks" => new(Nothing, [.. _key, Field("limit", "0")]),
        "GET /api/v1/verify/:proofRoot" => new(Anyone, [Field("source", "moon"), Unknown("proofRoot", "0x" + new string('1', 64))]),
        "GET /api/v1/receipt/:receiptId" => new(Anyone, [Field("timezone", "Mars/Olympus"), Unknown("receiptId", UnknownCheckpoint)]),
        "GET /api/v1/receipt/:receiptId.pdf" => new(Anyone, [Unknown("receiptId", UnknownCheckpoint)]),
        "GET /log/{environment}/consistency" => new(
            ask =>
            {
                Anyone(ask);
                ask["first"] = "1";
            },
            [Field("first", "x"), Unknown("environment", "staging")]),
        "GET /log/{environment}/checkpoint" or "GET /log/{environment}/vkey" or "GET /log/{environment}/tile/entries/{*path}" or "GET /log/{environment}/tile/{level}/{*path}" =>
            new(Anyone, [Unknown("environment", "staging")]),
        "GET /api/v1/middleware/customers/:customerId/live" => new(OfMiddleware, OfMiddleware(Field("limit", "0"), s_unknownCustomer)),
        "GET /api/v1/middleware/customers/:customerId/periods" => new(OfMiddleware, OfMiddleware(Field("limit", "0"), s_unknownCustomer)),
        "GET /api/v1/middleware/customers/:customerId/period/:checkpointId" or "GET /api/v1/middleware/customers/:customerId/periods/:checkpointId" => new(
            OfMiddleware, OfMiddleware(null, s_unknownCustomer, new("404 CHECKPOINT_NOT_FOUND", ask => ask.Path["checkpointId"] = UnknownCheckpoint))),
        "POST /api/v1/middleware/customers/:customerId/compare" => new(
            ask =>
            {
                ask.Body = new() { ["leftCheckpointId"] = ground.MiddlewareReceipt, ["rightCheckpointId"] = ground.MiddlewareReceipt };
                OfMiddleware(ask);
            },
            OfMiddleware(
                new("400 VALIDATION_ERROR leftCheckpointId", ask => ask.Body!["leftCheckpointId"] = 5), s_unknownCustomer,
                new("404 CHECKPOINT_NOT_FOUND", ask => ask["rightCheckpointId"] = UnknownCheckpoint))),
        _ => throw new InvalidOperationException($"{route} has no ladder; give it one, with every refusal that it documents."),
    };

    private static Fault Field(string name, string value) => new($"400 VALIDATION_ERROR {name}", ask => ask[name] = value);

    private static Fault Unknown(string parameter, string value) => new("404 NOT_FOUND", ask => ask.Path[parameter] = value);

    private static void Nothing(Ask ask)
    {
    }

    private static void Anyone(Ask ask) => ask.Key = null;

    private static void Month(Ask ask) => ask["period"] = "2026-03";

    private Fault Exhausted => new("402 PLAN_EXHAUSTED", ask => ask.Key = ground.Exhausted.Key);

    private void VendorOfGroup(Ask ask)
    {
        ask.Key = ground.Middleware.Key;
        ask["vendorAccountId"] = null;
    }

    private Fault[] Read(string ofField, string value, params Fault[] rest) => [.. _key, Field(ofField, value), _required, s_forbidden, .. rest];

    private void OfMiddleware(Ask ask)
    {
        ask.Key = ground.Middleware.Key;
        ask.CustomerId = LadderGround.Twice;
        ask["vendorAccountId"] = ground.Account;
        if (ask.Path.ContainsKey("checkpointId")) ask.Path["checkpointId"] = ground.MiddlewareReceipt;
    }

    private Fault[] OfMiddleware(Fault? field, params Fault[] rest) =>
    [
        .. _key, new("403 MIDDLEWARE_ONLY", ask => ask.Key = ground.Direct.Key), .. field is null ? [] : new[] { field },
        new("400 VENDOR_ACCOUNT_REQUIRED", ask =>
        {
            ask.CustomerId = LadderGround.Twice;
            ask["vendorAccountId"] = null;
        }),
        .. rest,
    ];
}
