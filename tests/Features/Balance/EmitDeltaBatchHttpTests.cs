using System.Text.Json;
using PacSpace.Evidence;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

/// <summary>POST /api/v1/balance/delta/batch, asked through the door.</summary>
public sealed class EmitDeltaBatchHttpTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Route = "/api/v1/balance/delta/batch";

    private static readonly (string, string) s_key = ("Idempotency-Key", "batch-1");

    private ClosingScenario _scenario = null!;

    private TestTenant Tenant => _scenario.Tenant;

    public async ValueTask InitializeAsync() => _scenario = await ClosingScenario.StartAsync(postgres);

    public async ValueTask DisposeAsync() => await _scenario.DisposeAsync();

    [Fact]
    public async Task Good_bad_and_replayed_items_stand_side_by_side()
    {
        var before = await SendAsync(Item("cust_001", -10, "sum_a1"));

        var answer = await Tenant.PostRawAsync(
            Route,
            """
            {"deltas": [
              {"customerId": "cust_001", "delta": -10, "reason": "tokens", "referenceId": "sum_a1"},
              {"customerId": "cust_002", "delta": -7.25, "reason": "tokens", "referenceId": "sum_b1"},
              {"customerId": "cust_002", "delta": 0, "reason": "tokens"},
              {"customerId": "cust_001", "delta": 1, "reason": "tokens", "adjusts": {"referenceId": "nothing"}},
              {"customerId": 5, "delta": "1", "reason": "tokens", "referenceId": "unreadable"},
              "no object",
              {"customerId": "cust_001", "delta": 2, "reason": "tokens", "referenceId": "sum_a2"}
            ]}
            """);

        Assert.Equal(201, answer.Status);
        DocumentedShape.Is(DocumentedShape.Group, answer.Data);
        var results = Results(answer);
        DocumentedShape.Is(DocumentedShape.GroupItem, results[0]);
        DocumentedShape.Is(DocumentedShape.GroupItem, results[1]);

        //             index customerId  delta   status    idem   seq   balance  error
        Assert.Equal(
            [
                "0 cust_001 -10 QUEUED true 1 -10 null",
                "1 cust_002 -7.25 QUEUED false 1 -7.25 null",
                "2 cust_002 0 FAILED false null null VALIDATION_ERROR",
                "3 cust_001 1 FAILED false null null ADJUSTS_NOT_FOUND",
                "4 null null FAILED false null null VALIDATION_ERROR",
                "5 null null FAILED false null null VALIDATION_ERROR",
                "6 cust_001 2 QUEUED false 2 -8 null",
            ],
            results.Select(Line));
        Assert.Equal("delta must not be zero", results[2].Text("message"));
        Assert.Equal((3, 4, 1), Totals(answer));

        // The receipt is the root over the newly accepted items alone; a replayed one keeps its own.
        var hashes = answer.Data.GetProperty("itemHashes").EnumerateArray().Select(hash => hash.GetString()!).ToArray();
        Assert.Equal([results[1].Text("itemHash")!, results[6].Text("itemHash")!], hashes);
        Assert.Equal((answer.Data.Text("receiptId"), answer.Data.Text("receiptId")), (results[1].Text("receiptId"), results[6].Text("receiptId")));
        Assert.Equal(MerkleTree.Root([.. hashes.Select(Parse)]).To0x(), answer.Data.Text("receiptId"));
        Assert.Equal(Results(before)[0].GetRawText().Replace("\"idempotent\":false", "\"idempotent\":true", StringComparison.Ordinal), results[0].GetRawText());
    }

    [Fact]
    public async Task A_member_of_a_group_says_its_position_and_the_groups_receipt()
    {
        var answer = await SendAsync(Item("a", 1, "x"), Item("a", 2, "y"));
        var second = await Tenant.GetAsync($"/api/v1/balance/delta/{Results(answer)[1].Text("recordId")}");

        Assert.Equal((1, answer.Data.Text("receiptId")), (second.Data.GetProperty("deltaIndex").GetInt32(), second.Data.Text("receiptId")));
        Assert.Equal(Results(answer)[0].Text("itemHash"), second.Data.Text("previousProofHash"));
    }

    [Fact]
    public async Task Replay_goes_by_reference_and_content()
    {
        await SendAsync(new { customerId = "a", delta = 1, reason = "r", referenceId = "x", metadata = new { k = 1 } });
        await Tenant.PostAsync("/api/v1/balance/delta", Item("a", 9, "single"));

        //                     what is sent again                                                                            replayed
        await Is(new { customerId = "a", delta = 1, reason = "r", referenceId = "x", metadata = new { k = 1 } },                 true);
        await Is(new { customerId = "b", delta = 1, reason = "r", referenceId = "x", metadata = new { k = 1 } },                 false);
        await Is(new { customerId = "a", delta = 2, reason = "r", referenceId = "x", metadata = new { k = 1 } },                 false);
        await Is(new { customerId = "a", delta = 1, reason = "s", referenceId = "x", metadata = new { k = 1 } },                 false);
        await Is(new { customerId = "a", delta = 1, reason = "r", referenceId = "x", metadata = new { k = 2 } },                 false);
        await Is(new { customerId = "a", delta = 1, reason = "r", referenceId = "x" },                                           false);
        await Is(new { customerId = "a", delta = 1, reason = "r" },                                                              false);
        await Is(new { customerId = "a", delta = 1, reason = "r" },                                                              false);
        await Is(Item("a", 9, "single"),                                                                                         false); // by the other route

        async Task Is(object item, bool isReplayed)
        {
            var answer = await SendAsync(item);
            Assert.Equal((201, isReplayed, isReplayed ? 1 : 0), (answer.Status, Results(answer)[0].GetProperty("idempotent").GetBoolean(), Totals(answer).Replayed));
            Assert.Equal(isReplayed, answer.Data.IsNull("receiptId"));
        }
    }

    [Fact]
    public async Task Replay_and_adjusts_hold_within_one_request()
    {
        var answer = await SendAsync(
            Item("a", 1, "x"), Item("a", 1, "x"), new { customerId = "a", delta = -1, reason = "correction", adjusts = new { referenceId = "x" } },
            new { customerId = "b", delta = -1, reason = "correction", adjusts = new { referenceId = "x" } });

        var results = Results(answer);
        Assert.Equal((results[0].Text("recordId"), true), (results[1].Text("recordId"), results[1].GetProperty("idempotent").GetBoolean()));
        var adjusting = await Tenant.GetAsync($"/api/v1/balance/delta/{results[2].Text("recordId")}");
        Assert.Equal(results[0].Text("recordId"), adjusting.Data.GetProperty("adjusts").Text("recordId"));
        Assert.Equal("ADJUSTS_NOT_FOUND", results[3].Text("error"));
        Assert.Equal((3, 1, 1), Totals(answer));
    }

    [Fact]
    public async Task When_nothing_was_accepted_it_is_200_and_nothing_is_written()
    {
        var answer = await Tenant.PostAsync(Route, new { deltas = new[] { Item("a", 0, "x"), Item("..", 1, "y") } }, s_key);

        Assert.Equal((200, (0, 2, 0)), (answer.Status, Totals(answer)));
        Assert.True(answer.Data.IsNull("receiptId") && answer.Data.IsNull("proofRoot"));
        Assert.Equal(0, answer.Data.GetProperty("itemHashes").GetArrayLength());
        Assert.Equal(0, await _scenario.CountAsync("SELECT (SELECT count(*) FROM records) + (SELECT count(*) FROM customers) + (SELECT count(*) FROM idempotency_keys)"));

        // Not stored: the same key may be sent again, with another body too.
        Assert.Equal(201, (await Tenant.PostAsync(Route, new { deltas = new[] { Item("a", 1, "x") } }, s_key)).Status);
    }

    [Fact]
    public async Task A_key_gives_the_first_answer_again_byte_for_byte()
    {
        object body = new { deltas = new[] { Item("a", 1, "x"), Item("a", 0, "y") } };
        var first = await Tenant.PostAsync(Route, body, s_key);
        await _scenario.SealedAsync();
        var again = await Tenant.PostAsync(Route, body, s_key);

        Assert.Equal((201, 201, first.Text), (first.Status, again.Status, again.Text));
        Assert.Equal((null, "true"), (first.Header("Idempotent-Replayed"), again.Header("Idempotent-Replayed")));
        Assert.Equal("409 IDEMPOTENCY_KEY_REUSED", (await Tenant.PostAsync(Route, new { deltas = new[] { Item("a", 1, "x") } }, s_key)).ToString());
        Assert.Equal(1, await _scenario.CountAsync("SELECT count(*) FROM records"));
    }

    [Fact]
    public async Task A_thousand_items_are_one_submission_and_more_are_refused()
    {
        var thousand = Enumerable.Range(0, 1_000).Select(i => Item($"c{i % 7}", i + 1, $"x{i}")).ToArray();

        var answer = await Tenant.PostAsync(Route, new { deltas = thousand });
        var more = await Tenant.PostAsync(Route, new { deltas = thousand.Append(Item("a", 1, "y")) });

        Assert.Equal((201, (1_000, 0, 0)), (answer.Status, Totals(answer)));
        Assert.Equal(("400 VALIDATION_ERROR", "deltas"), (more.ToString(), more.Fields.Single()));
        Assert.Equal(1_000, await _scenario.CountAsync("SELECT count(*) FROM records"));
    }

    [Theory]
    [InlineData("""{}""", "deltas")]
    [InlineData("""{"deltas":null}""", "deltas")]
    [InlineData("""{"deltas":{}}""", "deltas")]
    [InlineData("""{"deltas":"x"}""", "deltas")]
    [InlineData("""{"deltas":[]}""", "deltas")]
    [InlineData("""{"deltas":[{"customerId":"a","delta":1,"reason":"r"}],"deltas":[]}""", "deltas")]
    [InlineData("""{"deltas":[{"customerId":"a","delta":1,"reason":"r"}],"vendorAccountId":5}""", "vendorAccountId")]
    [InlineData("""{"deltas":[{"customerId":"a","delta":1,"reason":"r"}]""", "body")]
    [InlineData("""{"deltas":[{"customerId":"a","delta":1,"reason":"r"},]}""", "body")]
    [InlineData("""{"deltas":[{"customerId":"a","delta":1,"reason":"r"}]}}""", "body")]
    [InlineData("""[]""", "body")]
    [InlineData("", "body")]
    public async Task What_refuses_the_whole_request_writes_nothing(string json, string field)
    {
        var answer = await Tenant.PostRawAsync(Route, json);

        Assert.Equal(("400 VALIDATION_ERROR", field), (answer.ToString(), answer.Fields[0]));
        Assert.Equal(0, await _scenario.CountAsync("SELECT count(*) FROM records"));
    }

    [Fact]
    public async Task A_body_over_eight_mebibytes_is_413_and_one_below_is_read()
    {
        var padding = new string(' ', 3 * 1024 * 1024);
        Assert.Equal("413 BODY_TOO_LARGE", (await Tenant.PostRawAsync(Route, new string(' ', (8 * 1024 * 1024) + 1))).ToString());
        Assert.Equal(201, (await Tenant.PostRawAsync(Route, $$"""{"deltas":[{{padding}}{"customerId":"a","delta":1,"reason":"r"}]}""")).Status);
    }

    private static object Item(string customerId, decimal delta, string referenceId) => new { customerId, delta, reason = "tokens", referenceId };

    private static JsonElement[] Results(Answer answer) => [.. answer.Data.GetProperty("results").EnumerateArray()];

    private static (int Queued, int Failed, int Replayed) Totals(Answer answer) =>
        (answer.Data.GetProperty("totalQueued").GetInt32(), answer.Data.GetProperty("totalFailed").GetInt32(), answer.Data.GetProperty("totalReplayed").GetInt32());

    private static string Line(JsonElement item) => string.Join(' ', new[] { "index", "customerId", "delta", "status", "idempotent", "sequenceNumber", "balanceAfter", "error" }
        .Select(member => item.GetProperty(member).GetRawText().Trim('"')));

    private static Hash Parse(string text) => Hash.TryParse0x(text, out var hash) ? hash : throw new InvalidOperationException($"{text} is no hash.");

    private Task<Answer> SendAsync(params object[] deltas) => Tenant.PostAsync(Route, new { deltas });
}
