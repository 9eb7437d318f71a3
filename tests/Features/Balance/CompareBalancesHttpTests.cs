using PacSpace.Features.Tests.Documented;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

/// <summary>POST /api/v1/balance/compare, asked through the door. What it finds in many windows is in <see cref="ReplayFiguresTests"/>.</summary>
public sealed class CompareBalancesHttpTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync()
    {
        _it = await ClosingScenario.StartAsync(postgres);
        await _it.EmitAsync("a", -50);
        _it.Clock.Advance(TimeSpan.FromHours(1));
        await _it.EmitAsync("a", -50);
        _it.Clock.Advance(TimeSpan.FromHours(1));
        await _it.EmitAsync("a", -42.5m);
        await _it.SealedAsync();
    }

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task The_documented_example_comes_out()
    {
        var answer = await CompareAsync(new { customerId = "a", yourBalance = -142.5m, theirBalance = -100, startingBalance = 0, period = "2026-03" });

        Assert.Equal("201", answer.ToString());
        DocumentedExample.Is(DocumentedOperation.Of("3.6").Answer, answer.Data);
        var data = answer.Data;
        Assert.Equal((-142.5m, 0m, 42.5m), (data.Number("neutralBalance"), data.Number("yourDifference"), data.Number("theirDifference")));
        Assert.True(data.GetProperty("matchesYours").GetBoolean());
        Assert.False(data.GetProperty("matchesTheirs").GetBoolean());
        var theirs = data.GetProperty("theirDivergence");
        Assert.Equal((2m, "2026-03-15T14:00:00.000Z", "2026-04-01T00:00:00.000Z"), (theirs.Number("afterSequence"), theirs.Text("startDate"), theirs.Text("endDate")));
    }

    [Fact]
    public async Task A_claim_that_was_never_met_diverges_from_the_window_on_and_one_of_the_beginning_from_the_first_record_on()
    {
        var data = (await CompareAsync(new { customerId = "a", yourBalance = 1, theirBalance = 0, period = "2026-03" })).Data;

        var (never, atFirst) = (data.GetProperty("yourDivergence"), data.GetProperty("theirDivergence"));
        Assert.Equal(("2026-03-01T00:00:00.000Z", true), (never.Text("startDate"), never.IsNull("afterSequence")));
        Assert.Equal(("2026-03-15T12:00:00.000Z", true), (atFirst.Text("startDate"), atFirst.IsNull("afterSequence")));
    }

    [Fact]
    public async Task It_goes_on_after_a_checkpoint_and_breaks_down()
    {
        var answer = await CompareAsync(new
        {
            customerId = "a", yourBalance = 7.5m, theirBalance = 50, startingBalance = 100,
            startingCheckpoint = (await _it.Tenant.GetAsync("/api/v1/balance/derive/a?limit=1")).Data.GetProperty("deltas")[0].Text("recordId"),
            startingCheckpointType = "recordId", granularity = "day",
        });

        Assert.Equal("201", answer.ToString());
        Assert.Equal(("checkpoint", 2m, 7.5m, true), (answer.Data.Text("scopeMode"), answer.Data.Number("deltaCount"), answer.Data.Number("computedBalance"), answer.Data.GetProperty("matchesYours").GetBoolean()));
        Assert.Equal(2, answer.Data.GetProperty("theirDivergence").Number("afterSequence"));
        Assert.Equal(7.5m, answer.Data.GetProperty("breakdown")[0].Number("endingBalance"));
    }

    [Theory] //          body                                                                          refused
    [InlineData("""{"yourBalance":1,"theirBalance":1}""", "400 VALIDATION_ERROR customerId")]
    [InlineData("""{"customerId":"a b","yourBalance":1,"theirBalance":1}""", "400 VALIDATION_ERROR customerId")]
    [InlineData("""{"customerId":"a","theirBalance":1}""", "400 VALIDATION_ERROR yourBalance")]
    [InlineData("""{"customerId":"a","yourBalance":1}""", "400 VALIDATION_ERROR theirBalance")]
    [InlineData("""{"customerId":"a","yourBalance":"1","theirBalance":1}""", "400 VALIDATION_ERROR yourBalance")]
    [InlineData("""{"customerId":"a","yourBalance":1,"theirBalance":1e19}""", "400 VALIDATION_ERROR theirBalance")]
    [InlineData("""{"customerId":"a","yourBalance":1,"theirBalance":0.1234567891}""", "400 VALIDATION_ERROR theirBalance")]
    [InlineData("""{"customerId":"a","yourBalance":1,"theirBalance":1,"startingBalance":-1e19}""", "400 VALIDATION_ERROR startingBalance")]
    [InlineData("""{"customerId":"a","yourBalance":1,"theirBalance":1,"granularity":"hour"}""", "400 VALIDATION_ERROR granularity")]
    [InlineData("""{"customerId":"a","yourBalance":1,"theirBalance":1,"startingCheckpointType":"recordId"}""", "400 VALIDATION_ERROR startingCheckpointType")]
    [InlineData("""{"customerId":"a","yourBalance":1,"theirBalance":1,"period":"2026-3"}""", "400 VALIDATION_ERROR period")]
    [InlineData("""{"customerId":"a","yourBalance":1,"theirBalance":1,"startDate":"2026-03-01"}""", "400 INVALID_SCOPE_COMBINATION")]
    [InlineData("""{"customerId":"a","yourBalance":1,"theirBalance":1,"period":"2026-03","startingCheckpoint":"x"}""", "400 INVALID_SCOPE_COMBINATION")]
    [InlineData("""{"customerId":"a","yourBalance":1,"theirBalance":1,"startDate":"2020-03-01","endDate":"2026-03-01"}""", "400 SCOPE_TOO_WIDE")]
    [InlineData("""{"customerId":"a","yourBalance":1,"theirBalance":1,"startingCheckpoint":"x"}""", "404 CHECKPOINT_NOT_FOUND")]
    [InlineData("""{"customerId":"nobody","yourBalance":1,"theirBalance":1}""", "404 CUSTOMER_NOT_FOUND")]
    [InlineData("""{"customerId":"a","yourBalance":1,"theirBalance":1,"vendorAccountId":"cmw_vendor_1"}""", "400 VENDOR_ACCOUNT_FORBIDDEN")]
    [InlineData("""{"customerId":"a",""", "400 VALIDATION_ERROR body")]
    public async Task What_cannot_be_meant_is_refused_by_name(string body, string expected)
    {
        var answer = await _it.Tenant.PostRawAsync("/api/v1/balance/compare", body);

        Assert.Equal(expected, answer.Code == "VALIDATION_ERROR" ? $"{answer} {answer.Fields[0]}" : answer.ToString());
    }

    [Fact]
    public async Task Others_customers_are_not_found()
    {
        var stranger = await _it.Host.CreateTenantAsync();

        Assert.Equal("404 CUSTOMER_NOT_FOUND", (await stranger.PostAsync("/api/v1/balance/compare", new { customerId = "a", yourBalance = 1, theirBalance = 1 })).ToString());
    }

    private Task<Answer> CompareAsync(object body) => _it.Tenant.PostAsync("/api/v1/balance/compare", body);
}
