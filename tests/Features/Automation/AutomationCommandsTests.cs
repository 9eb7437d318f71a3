using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Automation;

/// <summary>GetCheckpointAutomation, UpdateCheckpointAutomation and ListAutomationRuns through the operator's door.</summary>
public sealed class AutomationCommandsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private OperatorConsole _operator = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _operator = new OperatorConsole(_database);
    }

    public async ValueTask DisposeAsync()
    {
        _operator.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task It_is_off_until_it_is_set_and_can_be_switched_off_again()
    {
        var tenant = await _operator.TenantAsync();
        string[] where = ["--tenant", tenant, "--environment", "production"];

        var before = await _operator.DoneAsync(["automation", "show", .. where]);
        var set = await _operator.DoneAsync(["automation", "set", .. where, "--cadence", "weekly", "--delay-minutes", "30"]);
        var shown = await _operator.DoneAsync(["automation", "show", .. where]);
        var sandbox = await _operator.DoneAsync("automation", "show", "--tenant", tenant, "--environment", "sandbox");
        var off = await _operator.DoneAsync(["automation", "set", .. where, "--off"]);
        var runs = await _operator.DoneAsync(["automation", "runs", .. where]);

        Assert.Equal(
            """{"environment":"production","enabled":false,"cadence":"monthly","delayMinutes":5,"allowedCadences":["monthly","weekly","daily"],"nextRunAt":null,"lastRunAt":null,"lastRunStatus":null}""",
            before.GetRawText());
        Assert.Equal((true, "weekly", 30m), (set.GetProperty("enabled").GetBoolean(), set.Text("cadence"), set.Number("delayMinutes")));
        Assert.Equal(set.GetRawText(), shown.GetRawText());
        Assert.False(sandbox.GetProperty("enabled").GetBoolean());
        Assert.True(off.IsNull("nextRunAt"));
        Assert.Equal("""{"runs":[],"limit":25,"nextCursor":null}""", runs.GetRawText());
    }

    [Fact]
    public async Task Daily_needs_the_highest_tier_and_bad_values_are_refused()
    {
        string[] where = ["--tenant", await _operator.TenantAsync("--tier", "scale"), "--environment", "production"];

        var daily = await _operator.SayAsync(["automation", "set", .. where, "--cadence", "daily"]);
        var hourly = await _operator.SayAsync(["automation", "set", .. where, "--cadence", "hourly"]);
        var late = await _operator.SayAsync(["automation", "set", .. where, "--delay-minutes", "1441"]);
        var nobody = await _operator.SayAsync("automation", "show", "--tenant", "tnt_none", "--environment", "production");
        var nowhere = await _operator.SayAsync("automation", "show", "--tenant", await _operator.TenantAsync("--environments", "sandbox"), "--environment", "production");
        var shown = await _operator.DoneAsync(["automation", "show", .. where]);

        Assert.Equal((1, 1, 2, 1, 1), (daily.Code, hourly.Code, late.Code, nobody.Code, nowhere.Code));
        Assert.Contains("FORBIDDEN", daily.Text, StringComparison.Ordinal);
        Assert.Contains("VALIDATION_ERROR", hourly.Text, StringComparison.Ordinal);
        Assert.Contains("NOT_FOUND", nobody.Text, StringComparison.Ordinal);
        Assert.Contains("ENVIRONMENT_NOT_PROVISIONED", nowhere.Text, StringComparison.Ordinal);
        Assert.Equal(2, shown.GetProperty("allowedCadences").GetArrayLength());
    }
}
