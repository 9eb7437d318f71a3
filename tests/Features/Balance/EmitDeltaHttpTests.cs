using System.Text.Json;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

/// <summary>POST /api/v1/balance/delta, asked through the door.</summary>
public sealed class EmitDeltaHttpTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Route = "/api/v1/balance/delta";
    private const string Zeros = "0x0000000000000000000000000000000000000000000000000000000000000000";

    private static readonly (string, string) s_key = ("Idempotency-Key", "job 881, once");

    private ClosingScenario _scenario = null!;

    private TestTenant Tenant => _scenario.Tenant;

    public async ValueTask InitializeAsync() => _scenario = await ClosingScenario.StartAsync(postgres);

    public async ValueTask DisposeAsync() => await _scenario.DisposeAsync();

    [Fact]
    public async Task A_new_record_is_answered_with_every_documented_member()
    {
        await _scenario.PauseSealingAsync();

        var answer = await Tenant.PostAsync(Route, Delta("cust_001", -42.5m, "job_881"));

        Assert.Equal(201, answer.Status);
        Assert.True(answer.Json.GetProperty("success").GetBoolean());
        DocumentedShape.Is(DocumentedShape.NewRecord, answer.Data);
        var data = answer.Data;
        Assert.Matches("^rec_[0-9a-hjkmnp-tv-z]{26}$", data.Text("recordId"));
        Assert.Matches("^0x[0-9a-f]{64}$", data.Text("itemHash"));
        Assert.Matches("^0x[0-9a-f]{40}$", data.Text("customerReference"));
        Assert.All(["receiptId", "proofRoot", "proofHash", "contentHash"], member => Assert.Equal(data.Text("itemHash"), data.Text(member)));
        Assert.Equal(
            (Zeros, "QUEUED", "recording", "production", "cust_001", 1, -42.5m, -42.5m),
            (data.Text("previousProofHash"), data.Text("status"), data.Text("state"), data.Text("environment"), data.Text("customerId"),
                data.GetProperty("sequenceNumber").GetInt32(), data.Number("delta"), data.Number("balanceAfter")));
        Assert.Equal(
            ("2026-03", "2026-03", "2026-03-15T12:00:00.000Z", "2026-03-15T12:00:00.000Z", $"https://app.example.com/api/v1/verify/{data.Text("itemHash")}"),
            (data.Text("period"), data.Text("window"), data.Text("acceptedAt"), data.Text("createdAt"), data.Text("verificationApiUrl")));
        Assert.Null(answer.Header("Idempotent-Replayed"));
    }

    [Fact]
    public async Task Records_of_one_customer_are_chained_and_numbered_and_another_customers_are_not_touched_by_them()
    {
        var first = await _scenario.EmitAsync("a", 10);
        var other = await _scenario.EmitAsync("b", 1);
        var second = await _scenario.EmitAsync("a", -0.000000001m);

        Assert.Equal((1, 1, 2), (Seq(first), Seq(other), Seq(second)));
        Assert.Equal((Zeros, Zeros, first.Text("itemHash")), (first.Text("previousProofHash"), other.Text("previousProofHash"), second.Text("previousProofHash")));
        Assert.Equal("9.999999999", second.GetProperty("balanceAfter").GetRawText());
        Assert.NotEqual(first.Text("customerReference"), other.Text("customerReference"));
        Assert.Equal(first.Text("customerReference"), second.Text("customerReference"));
    }

    // ---------------------------------------------------------------- amounts

    [Theory]
    [InlineData("1", "1")]
    [InlineData("-1.50", "-1.5")]
    [InlineData("150e-2", "1.5")]
    [InlineData("1E+2", "100")]
    [InlineData("0.000000001", "0.000000001")]
    [InlineData("1000000000", "1000000000")]
    [InlineData("-999999999.999999999", "-999999999.999999999")]
    [InlineData("1.0000000000000000000000000000", "1")]
    [InlineData("1000000000.000000001", null)]
    [InlineData("0.0000000001", null)]
    [InlineData("-1000000001", null)]
    [InlineData("0", null)]
    [InlineData("-0.0", null)]
    [InlineData("0e5", null)]
    [InlineData("1e999999999999", null)]
    [InlineData("1e-999999999999", null)]
    [InlineData("\"1\"", null)]
    [InlineData("null", null)]
    [InlineData("true", null)]
    public async Task An_amount_is_taken_exactly_or_refused(string sent, string? recorded)
    {
        var answer = await Tenant.PostRawAsync(Route, $$"""{"customerId":"a","delta":{{sent}},"reason":"r"}""");

        if (recorded is null) Assert.Equal(("400 VALIDATION_ERROR", "delta"), (answer.ToString(), answer.Fields.Single()));
        else Assert.Equal((201, recorded), (answer.Status, answer.Data.GetProperty("delta").GetRawText()));
    }

    // ---------------------------------------------------------------- texts

    [Theory] //          field          as it is sent                           accepted
    [InlineData("customerId", "a", true)]
    [InlineData("customerId", "A.z_0:-", true)]
    [InlineData("customerId", "a*128", true)]
    [InlineData("customerId", "a*129", false)]
    [InlineData("customerId", "", false)]
    [InlineData("customerId", " a", false)]
    [InlineData("customerId", "a\\n", false)]
    [InlineData("customerId", "..", false)]
    [InlineData("customerId", ".", false)]
    [InlineData("customerId", "summary", false)]
    [InlineData("customerId", "batch-checkpoints", false)]
    [InlineData("customerId", "Summary", true)]
    [InlineData("customerId", "é", false)]
    [InlineData("reason", "x", true)]
    [InlineData("reason", "x*500", true)]
    [InlineData("reason", "x*501", false)]
    [InlineData("reason", "\\ud83d\\ude80*500", true)]
    [InlineData("reason", "\\ud83d\\ude80*501", false)]
    [InlineData("reason", " ", false)]
    [InlineData("reason", "", false)]
    [InlineData("reason", " kept as sent ", true)]
    [InlineData("reason", "\\ud83d", false)]
    [InlineData("reason", "\\u0000", false)]
    [InlineData("referenceId", "x*256", true)]
    [InlineData("referenceId", "x*257", false)]
    [InlineData("referenceId", "", false)]
    public async Task A_text_is_taken_as_it_is_or_refused(string field, string sent, bool isAccepted)
    {
        var times = sent.Split('*') is [var unit, var count] ? string.Concat(Enumerable.Repeat(unit, int.Parse(count, null))) : sent;
        var members = new Dictionary<string, string> { ["customerId"] = "a", ["reason"] = "r" };
        members[field] = times;
        var json = $$"""{"delta":1,{{string.Join(',', members.Select(member => $"\"{member.Key}\":\"{member.Value}\""))}}}""";

        var answer = await Tenant.PostRawAsync(Route, json);

        if (!isAccepted) Assert.Equal(("400 VALIDATION_ERROR", field), (answer.ToString(), answer.Fields.Single()));
        else Assert.Equal((201, JsonDocument.Parse($"\"{times}\"").RootElement.GetString()), (answer.Status, answer.Data.Text(field)));
    }

    [Theory] //                          bytes  accepted
    [InlineData(16 * 1024, true)]
    [InlineData((16 * 1024) + 1, false)]
    public async Task Metadata_may_have_sixteen_kibibytes_as_sent(int bytes, bool isAccepted)
    {
        var metadata = $$"""{ "a" : "{{new string('x', bytes - 12)}}" }""";
        Assert.Equal(bytes, metadata.Length);

        var answer = await Tenant.PostRawAsync(Route, $$"""{"customerId":"a","delta":1,"reason":"r","metadata":{{metadata}}}""");

        if (!isAccepted) Assert.Equal(("400 VALIDATION_ERROR", "metadata"), (answer.ToString(), answer.Fields.Single()));
        else Assert.Equal(metadata, (await Tenant.GetAsync($"{Route}/{answer.Data.Text("recordId")}")).Data.GetProperty("metadata").GetRawText());
    }

    // ---------------------------------------------------------------- adjusts

    [Fact]
    public async Task An_adjusted_record_is_named_by_id_or_by_reference_and_the_newest_is_meant()
    {
        var first = await RecordAsync(Delta("a", -5, "job_1"));
        var second = await RecordAsync(Delta("a", -6, "job_1"));

        var byId = await RecordAsync(new { customerId = "a", delta = 1, reason = "correction", adjusts = new { recordId = first.Text("recordId") } });
        var byReference = await RecordAsync(new { customerId = "a", delta = 1, reason = "correction", adjusts = new { referenceId = "job_1" } });

        Assert.Equal((first.Text("recordId"), "job_1"), (byId.GetProperty("adjusts").Text("recordId"), byId.GetProperty("adjusts").Text("referenceId")));
        Assert.Equal(second.Text("recordId"), byReference.GetProperty("adjusts").Text("recordId"));
        Assert.Equal(-9, byReference.Number("balanceAfter"));
    }

    [Fact]
    public async Task An_adjusts_that_names_no_record_of_this_customer_is_refused()
    {
        var other = await RecordAsync(Delta("b", -5, "job_b"));
        var sandbox = Tenant with { Environment = "sandbox", Key = await _scenario.Host.CreateKeyAsync(Tenant.TenantId, "sandbox") };
        var elsewhere = (await sandbox.PostAsync(Route, Delta("a", 1, "job_s"))).Data;

        //                                                                                                     adjusts                             refused
        (string Adjusts, string Expected)[] table =
        [
            ($$"""{"recordId":"{{other.Text("recordId")}}"}""", "400 ADJUSTS_NOT_FOUND"),
            ($$"""{"recordId":"{{elsewhere.Text("recordId")}}"}""", "400 ADJUSTS_NOT_FOUND"),
            ("""{"recordId":"rec_00000000000000000000000000"}""", "400 ADJUSTS_NOT_FOUND"),
            ("""{"recordId":"nonsense"}""", "400 ADJUSTS_NOT_FOUND"),
            ("""{"referenceId":"job_b"}""", "400 ADJUSTS_NOT_FOUND"),
            ("""{"referenceId":"job_s"}""", "400 ADJUSTS_NOT_FOUND"),
            ("""{}""", "400 VALIDATION_ERROR"),
            ("""{"recordId":null}""", "400 VALIDATION_ERROR"),
            ("""{"recordId":"rec_1","referenceId":"x"}""", "400 VALIDATION_ERROR"),
            ("""{"referenceId":""}""", "400 VALIDATION_ERROR"),
            ("""{"referenceId":1}""", "400 VALIDATION_ERROR"),
            ("""[]""", "400 VALIDATION_ERROR"),
        ];
        foreach (var (adjusts, expected) in table)
        {
            var answer = await Tenant.PostRawAsync(Route, $$"""{"customerId":"a","delta":1,"reason":"r","adjusts":{{adjusts}}}""");
            Assert.Equal((adjusts, expected), (adjusts, answer.ToString()));
        }

        Assert.Equal(201, (await Tenant.PostRawAsync(Route, """{"customerId":"a","delta":1,"reason":"r","adjusts":null}""")).Status);
    }

    // ---------------------------------------------------------------- idempotency: each line changes one thing

    [Fact]
    public async Task A_key_gives_its_first_answer_again_byte_for_byte()
    {
        await _scenario.EmitAsync("cust_001", 7, reason: "grant");
        var body = """{"customerId":"cust_001","delta":-1.50,"reason":"tokens","referenceId":"r","metadata":{"b":1}, "adjusts": null}""";
        await _scenario.PauseSealingAsync();
        var first = await Tenant.PostRawAsync(Route, body, s_key);
        _scenario.IsSealingPaused = false;
        await _scenario.SealedAsync(); // a second look would say VERIFIED

        var again = await Tenant.PostRawAsync(Route, body, s_key);

        Assert.Equal((201, 201), (first.Status, again.Status));
        Assert.Equal(first.Text, again.Text);
        Assert.Equal((null, "true"), (first.Header("Idempotent-Replayed"), again.Header("Idempotent-Replayed")));
        Assert.Equal(2, await RecordsAsync());
    }

    [Fact]
    public async Task What_makes_a_key_another_key()
    {
        var body = Delta("cust_001", 1, "r");
        var other = await _scenario.Host.CreateTenantAsync();
        var sandboxKey = await _scenario.Host.CreateKeyAsync(Tenant.TenantId, "sandbox");
        var secondKey = await _scenario.Host.CreateKeyAsync(Tenant.TenantId, "production");
        var host = _scenario.Host;
        Assert.Equal("201", (await Tenant.PostAsync(Route, body, s_key)).ToString());

        //           what is sent with the same Idempotency-Key                                                   answer                        replayed
        await Is(host.PostAsync(Route, Tenant.Key, body, s_key),                                                  "201",                        true);
        await Is(host.PostAsync(Route, secondKey, body, s_key),                                                   "201",                        true);
        await Is(host.PostAsync(Route, Tenant.Key, Delta("cust_001", 2, "r"), s_key),                             "409 IDEMPOTENCY_KEY_REUSED", false);
        await Is(host.PostRawAsync(Route, Tenant.Key, JsonSerializer.Serialize(body) + " ", s_key),               "409 IDEMPOTENCY_KEY_REUSED", false);
        await Is(host.PostAsync(Route, sandboxKey, body, s_key),                                                  "201",                        false);
        await Is(host.PostAsync(Route, other.Key, body, s_key),                                                   "201",                        false);
        await Is(host.PostAsync(Route + "/batch", Tenant.Key, new { deltas = new[] { body } }, s_key),            "201",                        false);
        await Is(host.PostAsync(Route, Tenant.Key, body, (s_key.Item1, s_key.Item2.ToUpperInvariant())),          "201",                        false);
        await Is(host.PostAsync(Route, Tenant.Key, body),                                                         "201",                        false);

        static async Task Is(Task<Answer> sent, string expected, bool isReplay)
        {
            var answer = await sent;
            Assert.Equal((expected, isReplay ? "true" : null), (answer.ToString(), answer.Header("Idempotent-Replayed")));
        }
    }

    [Fact]
    public async Task A_refused_request_does_not_use_up_its_key()
    {
        Assert.Equal("400 VALIDATION_ERROR", (await Tenant.PostAsync(Route, Delta("a", 0, "r"), s_key)).ToString());
        Assert.Equal("400 ADJUSTS_NOT_FOUND", (await Tenant.PostAsync(Route, new { customerId = "a", delta = 1, reason = "r", adjusts = new { referenceId = "no" } }, s_key)).ToString());

        Assert.Equal("201", (await Tenant.PostAsync(Route, Delta("a", 1, "r"), s_key)).ToString());
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("a\tb", false)]
    [InlineData(" ", false)] // a header's value has no blanks at its ends: this one is empty
    [InlineData("a b", true)]
    [InlineData("~!", true)]
    public async Task A_key_is_printable_ASCII(string key, bool isAccepted)
    {
        var answer = await Tenant.PostAsync(Route, Delta("a", 1, "r"), ("Idempotency-Key", key));

        if (isAccepted) Assert.Equal("201", answer.ToString());
        else Assert.Equal(("400 VALIDATION_ERROR", "Idempotency-Key"), (answer.ToString(), answer.Fields.Single()));
    }

    [Fact]
    public async Task A_key_whose_request_is_still_running_is_answered_202_and_afterwards_replayed()
    {
        await _scenario.EmitAsync("cust_001", 1);
        await using var elsewhere = await _scenario.Host.Database.Source.OpenConnectionAsync();
        await using var held = await elsewhere.BeginTransactionAsync();
        await using (var hold = elsewhere.CreateCommand())
        {
            hold.CommandText = "SELECT * FROM ledger_heads FOR UPDATE";
            await hold.ExecuteNonQueryAsync();
        }

        var running = Tenant.PostAsync(Route, Delta("cust_001", 1, "r"), s_key);
        await Eventually.HoldsAsync(async () => await _scenario.CountAsync(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 0);
        var pending = await Tenant.PostAsync(Route, Delta("cust_001", 1, "r"), s_key);
        await held.RollbackAsync();
        var finished = await running;
        var replayed = await Tenant.PostAsync(Route, Delta("cust_001", 1, "r"), s_key);

        Assert.Equal("202 IDEMPOTENCY_PENDING", pending.ToString());
        Assert.Equal("""{"success":false,"code":"IDEMPOTENCY_PENDING","retryAfterSeconds":1,"message":"A request with this key is still being processed"}""", pending.Text);
        Assert.Equal("1", pending.Header("Retry-After"));
        Assert.Equal((201, finished.Text, "true"), (replayed.Status, replayed.Text, replayed.Header("Idempotent-Replayed")));
        Assert.Equal(2, await RecordsAsync());
    }

    [Fact]
    public async Task Of_many_at_once_with_one_key_one_is_recorded()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Tenant.PostAsync(Route, Delta("cust_001", 1, "r"), s_key)));

        Assert.All(answers, answer => Assert.Contains(answer.ToString(), (string[])["201", "202 IDEMPOTENCY_PENDING"]));
        Assert.Single(answers.Where(answer => answer.Status == 201).Select(answer => answer.Text).Distinct());
        Assert.Equal(1, await RecordsAsync());
    }

    private static object Delta(string customerId, decimal delta, string referenceId) => new { customerId, delta, reason = "gpu_hours", referenceId };

    private static int Seq(JsonElement record) => record.GetProperty("sequenceNumber").GetInt32();

    private async Task<JsonElement> RecordAsync(object body)
    {
        var answer = await Tenant.PostAsync(Route, body);
        Assert.True(answer.Status == 201, answer.Text);
        return answer.Data;
    }

    private Task<long> RecordsAsync() => _scenario.CountAsync("SELECT count(*) FROM records");
}
