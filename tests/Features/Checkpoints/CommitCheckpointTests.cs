using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Checkpoints;

public sealed class CommitCheckpointTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly DateTimeOffset s_afterMarch = ClosingScenario.April.AddMinutes(5);
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task A_closed_month_gets_one_checkpoint_for_ever()
    {
        await _it.EmitManyAsync("cust_a", 5);
        _it.Clock.Set(s_afterMarch);

        var first = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03" });
        var again = await _it.CommitAsync(new { customerId = "cust_a", startDate = "2026-03-01", endDate = "2026-04-01T00:00:00Z" });

        Assert.True(first.Status == 201, first.Text);
        Assert.Equal(200, again.Status);
        Assert.Equal(first.Data.Text("checkpointId"), again.Data.Text("checkpointId"));
        Assert.False(first.Data.GetProperty("idempotent").GetBoolean());
        Assert.True(again.Data.GetProperty("idempotent").GetBoolean());
        Assert.Equal("2026-03", again.Data.Text("period"));
        Assert.Equal(
            (5m, 0m, -15m, -15m, 1m, 5m),
            (first.Data.Number("deltaCount"), first.Data.Number("startingBalance"), first.Data.Number("netDelta"), first.Data.Number("finalBalance"),
                first.Data.Number("firstSequence"), first.Data.Number("lastSequence")));
        Assert.Equal(ClosingScenario.April.Iso(), first.Data.Text("coveredThrough"));
        Assert.Equal(("QUEUED", "all", "api"), (first.Data.Text("status"), first.Data.Text("mode"), first.Data.Text("trigger")));
    }

    [Fact]
    public async Task Eight_requests_at_once_get_the_same_checkpoint()
    {
        await _it.EmitManyAsync("cust_a", 3);
        foreach (var period in new[] { "2026-02", "2026-03" })
        {
            if (period == "2026-02") _it.Clock.Advance(TimeSpan.FromMinutes(1));
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _it.CommitAsync(new { customerId = "cust_a", period })));

            Assert.Single(answers.Select(a => a.Data.Text("checkpointId")).Distinct());
            Assert.Equal(1, answers.Count(a => a.Status == 201));
        }
    }

    [Fact]
    public async Task Neighbouring_months_verify_by_themselves_and_as_neighbours()
    {
        await _it.EmitManyAsync("cust_a", 4);
        _it.Clock.Set(ClosingScenario.April.AddDays(3));
        await _it.EmitManyAsync("cust_a", 2);
        _it.Clock.Set(ClosingScenario.May.AddMinutes(1));

        var march = await _it.CloseAsync("cust_a", "2026-03");
        var april = await _it.CloseAsync("cust_a", "2026-04");
        var february = await _it.CloseAsync("cust_a", "2026-02");
        var facts = new List<PacSpace.Evidence.ReceiptFacts>();
        foreach (var checkpoint in new[] { february, march, april }) facts.Add(await _it.VerifiedAsync(await _it.BundleAsync(checkpoint.Text("checkpointId")!)));

        Assert.Equal([0, 4, 2], facts.Select(f => f.Records));
        Assert.Null(PacSpace.Evidence.Neighbours.Check(facts[0], facts[1]));
        Assert.Null(PacSpace.Evidence.Neighbours.Check(facts[1], facts[2]));
        Assert.Equal((-10m, -10m), (march.Number("finalBalance"), april.Number("startingBalance")));
        Assert.True(february.IsNull("firstSequence") && february.IsNull("lastRecordAt"));
    }

    [Fact]
    public async Task An_open_window_is_closed_as_of_now_and_given_again_until_something_is_recorded()
    {
        await _it.EmitAsync("cust_a", -1);
        var first = await _it.CommitAsync(new { customerId = "cust_a" });
        _it.Clock.Advance(TimeSpan.FromHours(1));
        var same = await _it.CommitAsync(new { customerId = "cust_a", timePreset = "current_month" });
        await _it.EmitAsync("cust_b", -1);
        var stillSame = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03" });
        await _it.EmitAsync("cust_a", -2);
        var next = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03" });
        _it.Clock.Set(s_afterMarch);
        var closed = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03" });

        Assert.Equal([201, 200, 200, 201, 201], new[] { first, same, stillSame, next, closed }.Select(a => a.Status));
        Assert.Equal(first.Data.Text("checkpointId"), stillSame.Data.Text("checkpointId"));
        Assert.Equal((1m, 2m, 2m), (first.Data.Number("deltaCount"), next.Data.Number("deltaCount"), closed.Data.Number("deltaCount")));
        Assert.Equal(next.Data.Text("asOf"), next.Data.Text("coveredThrough"));

        await _it.CompletedAsync(closed.Data.Text("checkpointId")!);
        foreach (var answer in new[] { first, next, closed }) await _it.VerifiedAsync(await _it.BundleAsync(answer.Data.Text("checkpointId")!));
    }

    [Fact]
    public async Task A_window_of_any_edges_covers_exactly_what_was_accepted_in_it()
    {
        await _it.EmitManyAsync("cust_a", 10); // at 12:00:00 … 12:00:09
        _it.Clock.Set(s_afterMarch);

        var answer = await _it.CommitAsync(new { customerId = "cust_a", startDate = "2026-03-15T12:00:02Z", endDate = "2026-03-15T12:00:07Z" });
        await _it.CompletedAsync(answer.Data.Text("checkpointId")!);
        var facts = await _it.VerifiedAsync(await _it.BundleAsync(answer.Data.Text("checkpointId")!));

        Assert.True(answer.Data.IsNull("period"));
        Assert.Equal(
            (5m, 3m, 7m, -3m, -25m, -28m),
            (answer.Data.Number("deltaCount"), answer.Data.Number("firstSequence"), answer.Data.Number("lastSequence"), answer.Data.Number("startingBalance"),
                answer.Data.Number("netDelta"), answer.Data.Number("finalBalance")));
        Assert.Equal(5, facts.Records);
    }

    [Fact]
    public async Task Chosen_records_make_a_checkpoint_of_their_own()
    {
        var leaves = new List<string>();
        for (var i = 1; i <= 6; i++)
        {
            leaves.Add((await _it.EmitAsync("cust_a", i)).Text("itemHash")!);
            _it.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        _it.Clock.Set(s_afterMarch);
        var body = new { customerId = "cust_a", period = "2026-03", mode = "selected", fingerprints = new[] { leaves[4], leaves[1] } };
        var answer = await _it.CommitAsync(body);
        var again = await _it.CommitAsync(body with { fingerprints = [leaves[1], leaves[4]] });
        var id = answer.Data.Text("checkpointId")!;
        await _it.CompletedAsync(id);
        var facts = await _it.VerifiedAsync(await _it.BundleAsync(id));

        Assert.True(answer.Status == 201, answer.Text);
        Assert.Equal((200, id), (again.Status, again.Data.Text("checkpointId")));
        Assert.Equal(
            (2m, 0m, 7m, 7m, 2m, 5m),
            (answer.Data.Number("deltaCount"), answer.Data.Number("startingBalance"), answer.Data.Number("netDelta"), answer.Data.Number("finalBalance"),
                answer.Data.Number("firstSequence"), answer.Data.Number("lastSequence")));
        Assert.True(answer.Data.IsNull("receiptId") && answer.Data.IsNull("receiptUrl"));
        Assert.Equal((2L, PacSpace.Evidence.CheckpointMode.Selected), (facts.Records, facts.Checkpoint.Mode));
        Assert.Equal("404 NOT_FOUND", (await _it.Tenant.GetAsync($"/api/v1/balance/receipts/{id}")).ToString());
    }

    [Fact]
    public async Task Fingerprints_that_no_record_of_the_window_has_are_all_named()
    {
        var (known, other) = ((await _it.EmitAsync("cust_a", 1)).Text("itemHash")!, (await _it.EmitAsync("cust_b", 1)).Text("itemHash")!);
        var unknown = "0x" + new string('a', 64);
        _it.Clock.Set(s_afterMarch);

        var answer = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03", mode = "selected", fingerprints = new[] { known, unknown, other } });

        Assert.Equal("400 FINGERPRINT_NOT_FOUND", answer.ToString());
        Assert.Equal(["fingerprints[1]", "fingerprints[2]"], answer.Fields);
        Assert.Equal(0, await _it.CountAsync("SELECT count(*) FROM checkpoints"));
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_by_its_name_and_nothing_is_written()
    {
        await _it.EmitAsync("cust_a", -1);
        (string Body, string Refusal, string Fields)[] table =
        [
            ("""{"customerId":"nobody","period":"2026-03"}""",                              "404 CUSTOMER_NOT_FOUND",      ""),
            ("""{"customerId":"cust_a","period":"2026-05"}""",                              "400 VALIDATION_ERROR",        "startDate"),
            ("""{"customerId":"cust_a","period":"2026-3"}""",                               "400 VALIDATION_ERROR",        "period"),
            ("""{"customerId":"cust_a","period":7}""",                                      "400 VALIDATION_ERROR",        "period"),
            ("""{"customerId":"cust_a","period":"2026-03","timePreset":"current_month"}""", "400 INVALID_SCOPE_COMBINATION", "period"),
            ("""{"customerId":"cust_a","startDate":"2026-03-01"}""",                        "400 INVALID_SCOPE_COMBINATION", "endDate"),
            ("""{"customerId":"cust_a","startDate":"2024-03-01","endDate":"2026-03-02"}""", "400 SCOPE_TOO_WIDE",          "endDate"),
            ("""{"customerId":"cust_a","startDate":"2026-03-02","endDate":"2026-03-02"}""", "400 VALIDATION_ERROR",        "endDate"),
            ("""{"customerId":"a b"}""",                                                    "400 VALIDATION_ERROR",        "customerId"),
            ("""{"customerId":"summary"}""",                                                "400 VALIDATION_ERROR",        "customerId"),
            ("""{"customerId":"cust_a","mode":"some"}""",                                   "400 VALIDATION_ERROR",        "mode"),
            ("""{"mode":"selected","fingerprints":["0x00"]}""",                             "400 VALIDATION_ERROR",        "mode,fingerprints[0]"),
            ("""{"customerId":"cust_a","mode":"selected"}""",                               "400 VALIDATION_ERROR",        "fingerprints"),
            ("""{"customerId":"cust_a","mode":"selected","fingerprints":[]}""",             "400 VALIDATION_ERROR",        "fingerprints"),
            ("""{"customerId":"cust_a","fingerprints":[]}""",                               "400 VALIDATION_ERROR",        "fingerprints"),
            ("""{"customerId":"cust_a","mode":"selected","fingerprints":[1]}""",            "400 VALIDATION_ERROR",        "fingerprints[0]"),
            ("""{"customerId":"cust_a","vendorAccountId":"cmw_vendor_1"}""",                "400 VENDOR_ACCOUNT_FORBIDDEN", "vendorAccountId"),
            ("""{"customerId":"cust_a""",                                                   "400 VALIDATION_ERROR",        "body"),
            ("""[]""",                                                                      "400 VALIDATION_ERROR",        "body"),
        ];

        foreach (var (body, refusal, fields) in table)
        {
            var answer = await _it.Tenant.PostRawAsync("/api/v1/balance/checkpoint", body);
            Assert.Equal((body, refusal, fields), (body, answer.ToString(), string.Join(',', answer.Fields)));
        }

        Assert.Equal(0, await _it.CountAsync("SELECT count(*) FROM checkpoints"));
    }

    [Fact]
    public async Task The_same_fingerprint_twice_is_refused()
    {
        var leaf = (await _it.EmitAsync("cust_a", 1)).Text("itemHash");

        var answer = await _it.CommitAsync(new { customerId = "cust_a", mode = "selected", fingerprints = new[] { leaf, leaf } });

        Assert.Equal(("400 VALIDATION_ERROR", "fingerprints[1]"), (answer.ToString(), answer.Fields.Single()));
    }

    [Fact]
    public async Task Records_that_are_not_sealed_in_time_make_it_503()
    {
        await _it.PauseSealingAsync();
        await _it.EmitAsync("cust_a", -1);
        _it.Clock.Set(s_afterMarch);

        var refused = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03" });
        _it.IsSealingPaused = false;
        var answer = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03" });

        Assert.Equal(("503 SERVICE_UNAVAILABLE", "1"), (refused.ToString(), refused.Header("Retry-After")));
        Assert.Equal(201, answer.Status);
    }

    [Fact]
    public async Task While_nothing_may_be_written_what_exists_is_given_and_nothing_new_is_made()
    {
        await _it.EmitAsync("cust_a", -1);
        _it.Clock.Set(s_afterMarch);
        var march = await _it.CloseAsync("cust_a", "2026-03");
        await _it.PauseSealingAsync();
        await _it.Host.ExecuteAsync("UPDATE log_state SET do_not_write = true, reason = 'test'");

        var existing = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03" });
        var refused = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-02" });
        var run = await _it.CommitAsync(new { period = "2026-02" });

        Assert.Equal((200, march.Text("checkpointId")), (existing.Status, existing.Data.Text("checkpointId")));
        Assert.Equal(("503 SERVICE_UNAVAILABLE", "503 SERVICE_UNAVAILABLE"), (refused.ToString(), run.ToString()));
    }

    [Fact]
    public async Task A_failed_record_refuses_its_window_until_its_content_is_restored()
    {
        await _it.PauseSealingAsync();
        await _it.EmitAsync("cust_a", -1);
        var damaged = await _it.EmitAsync("cust_a", -2);
        await _it.EmitAsync("cust_a", -3);
        await _it.TamperAsync("cust_a", 2, "reason = 'other'");
        _it.IsSealingPaused = false;
        await _it.SealedAsync();
        _it.Clock.Set(ClosingScenario.April.AddDays(1));
        await _it.EmitAsync("cust_a", -4);
        _it.Clock.Set(ClosingScenario.May.AddDays(1));

        var refused = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03" });
        var chosen = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03", mode = "selected", fingerprints = new[] { damaged.Text("itemHash") } });
        var april = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-04" });
        await _it.TamperAsync("cust_a", 2, "reason = 'tokens'");
        await Eventually.HoldsAsync(async () => await _it.CountAsync("SELECT count(*) FROM record_failures WHERE healed_at IS NULL") == 0);
        var march = await _it.CloseAsync("cust_a", "2026-03");

        Assert.Equal("409 PROOF_UNAVAILABLE", refused.ToString());
        Assert.Equal([damaged.Text("recordId")!], refused.Fields);
        Assert.Contains("\"message\":\"failed\"", refused.Text, StringComparison.Ordinal);
        Assert.Equal("409 PROOF_UNAVAILABLE", chosen.ToString());
        Assert.Equal(201, april.Status);
        await _it.VerifiedAsync(await _it.BundleAsync(march.Text("checkpointId")!));
    }

    [Fact]
    public async Task A_missing_record_refuses_its_window()
    {
        await _it.EmitManyAsync("cust_a", 4);
        await _it.SealedAsync();
        await _it.Host.ExecuteAsync("DELETE FROM records WHERE seq = 4");
        _it.Clock.Set(s_afterMarch);

        var month = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03" });
        var custom = await _it.CommitAsync(new { customerId = "cust_a", startDate = "2026-03-15", endDate = "2026-04-01" });

        foreach (var answer in new[] { month, custom }) Assert.Equal(("409 PROOF_UNAVAILABLE", "cust_a#4"), (answer.ToString(), answer.Fields.Single()));
    }

    [Fact]
    public async Task A_window_read_row_by_row_finds_a_changed_row_that_nobody_had_noticed()
    {
        await _it.EmitManyAsync("cust_a", 6);
        await _it.SealedAsync();
        await _it.TamperAsync("cust_a", 3, "delta = -300, balance_after = -303");
        _it.Clock.Set(s_afterMarch);

        var answer = await _it.CommitAsync(new { customerId = "cust_a", startDate = "2026-03-01", endDate = "2026-03-31" });

        Assert.Equal("409 PROOF_UNAVAILABLE", answer.ToString());
        Assert.Single(answer.Fields);
    }

    [Fact]
    public async Task A_rollup_that_was_changed_is_not_believed()
    {
        await _it.EmitManyAsync("cust_a", 5);
        await _it.EmitManyAsync("cust_b", 5);
        await _it.SealedAsync();
        await _it.Host.ExecuteAsync("UPDATE customer_months SET increases = 7, decreases = -22 WHERE customer_no = 1");
        await _it.Host.ExecuteAsync("UPDATE customer_months SET frontier = set_byte(frontier, 20, 255 - get_byte(frontier, 20)) WHERE customer_no = 2");
        _it.Clock.Set(s_afterMarch);

        foreach (var customer in new[] { "cust_a", "cust_b" })
        {
            var checkpoint = await _it.CloseAsync(customer, "2026-03");
            var facts = await _it.VerifiedAsync(await _it.BundleAsync(checkpoint.Text("checkpointId")!));
            Assert.Equal(-15m, facts.Checkpoint.Net.Value);
        }
    }

    [Fact]
    public async Task A_repeated_key_is_answered_with_the_first_answer_and_another_body_is_refused()
    {
        await _it.EmitAsync("cust_a", -1);
        _it.Clock.Set(s_afterMarch);
        var key = ("Idempotency-Key", "close-march");

        var first = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03" }, key);
        await _it.CompletedAsync(first.Data.Text("checkpointId")!);
        var again = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-03" }, key);
        var other = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-02" }, key);
        var refused = await _it.CommitAsync(new { customerId = "nobody" }, ("Idempotency-Key", "fails"));
        var later = await _it.CommitAsync(new { customerId = "cust_a", period = "2026-02" }, ("Idempotency-Key", "fails"));

        Assert.Equal((201, "true"), (again.Status, again.Header("Idempotent-Replayed")));
        Assert.Equal(first.Text, again.Text);
        Assert.Equal("409 IDEMPOTENCY_KEY_REUSED", other.ToString());
        Assert.Equal(404, refused.Status);
        Assert.Equal(201, later.Status);
    }

    [Fact]
    public async Task Two_nodes_that_meet_one_key_give_one_answer()
    {
        await _it.EmitAsync("cust_a", -1);
        _it.Clock.Set(s_afterMarch);
        await using var other = await _it.StartNodeAsync(_it.Clock);
        var body = new { customerId = "cust_a", period = "2026-03" };

        var answers = await Task.WhenAll(
            _it.CommitAsync(body, ("Idempotency-Key", "k")), other.PostAsync("/api/v1/balance/checkpoint", _it.Tenant.Key, body, ("Idempotency-Key", "k")));

        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        Assert.Equal(answers[0].Text, answers[1].Text);
    }

    [Fact]
    public async Task Another_tenant_sees_nothing_of_it()
    {
        await _it.EmitAsync("cust_a", -1);
        _it.Clock.Set(s_afterMarch);
        var checkpoint = await _it.CloseAsync("cust_a", "2026-03");
        var stranger = await _it.Host.CreateTenantAsync();
        var sandbox = _it.Tenant with { Environment = "sandbox", Key = await _it.Host.CreateKeyAsync(_it.Tenant.TenantId, "sandbox") };

        foreach (var caller in new[] { stranger, sandbox })
        {
            Assert.Equal("404 CUSTOMER_NOT_FOUND", (await caller.PostAsync("/api/v1/balance/checkpoint", new { customerId = "cust_a" })).ToString());
            Assert.Equal("404 NOT_FOUND", (await caller.GetAsync($"/api/v1/balance/receipts/{checkpoint.Text("checkpointId")}")).ToString());
            Assert.Equal("404 NOT_FOUND", (await caller.GetAsync($"/api/v1/balance/receipts/{checkpoint.Text("proofRoot")}/bundle")).ToString());
            Assert.Equal(0, (await caller.GetAsync("/api/v1/balance/checkpoints")).Data.Number("total"));
            Assert.Equal(0, (await caller.GetAsync("/api/v1/balance/customers")).Data.GetProperty("pagination").Number("total"));
        }
    }
}
