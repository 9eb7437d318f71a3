using System.Globalization;
using Microsoft.AspNetCore.Http;
using PacSpace.Features.Import;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Import;

public sealed class ImportUsageTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private StandInInstallation _installation = null!;

    public async ValueTask InitializeAsync() => _installation = await StandInInstallation.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _installation.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_row_becomes_one_record_in_the_order_of_the_file()
    {
        Write(2_500);

        var done = await ImportAsync();

        Assert.Equal(new UsageImported(2_500, 2_500, 0, 0, null, null), done);
        Assert.Equal(3, _installation.Keys.Distinct().Count());
        Assert.Equal(Enumerable.Range(1, 2_500).Select(i => ($"cust_{i % 40}", $"-{2 * i}")), _installation.Records.Select(r => (r.CustomerId, r.Delta)));
        Assert.Contains("\"metadata\":{\"At\":\"t1\"}", _installation.Records[0].Body, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"inference\"", _installation.Records[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finished_file_is_not_sent_again_and_without_its_state_nothing_is_doubled()
    {
        Write(1_200);
        await ImportAsync();
        var requests = _installation.Requests.Count;

        Assert.Equal(1_200, (await ImportAsync()).Recorded);
        Assert.Equal(requests, _installation.Requests.Count);

        File.Delete(Path.Combine(_folder, "usage.csv.import.json"));
        Assert.Equal(1_200, (await ImportAsync(reason: "another reason")).Replayed); // other keys, the same references
        Assert.Equal(1_200, _installation.Records.Count);
    }

    [Fact]
    public async Task Refused_rows_are_told_by_line_and_can_be_imported_once_corrected()
    {
        File.WriteAllText(Path.Combine(_folder, "usage.csv"), "At,In,Out\nt1,1,1\nt2,0,0\nt3,\"x, y\",1\nt4,0.0000000001,0\nt5,3\nt6,2,2\n");

        var done = await ImportAsync();

        Assert.Equal((6, 2, 4), (done.Rows, done.Recorded, done.Refused));
        Assert.Equal(
            "\"line\",\"code\",\"message\",\"At\",\"In\",\"Out\"\r\n" +
            "\"3\",\"VALIDATION_ERROR\",\"delta must not be zero\",\"t2\",\"0\",\"0\"\r\n" +
            "\"4\",\"NOT_SENT\",\"In is not a number\",\"t3\",\"x, y\",\"1\"\r\n" +
            "\"5\",\"NOT_SENT\",\"delta has more than 9 fractional digits\",\"t4\",\"0.0000000001\",\"0\"\r\n" +
            "\"6\",\"NOT_SENT\",\"it has 2 fields and the header has 3\",\"t5\",\"3\"\r\n",
            File.ReadAllText(done.RefusedFile!));
    }

    [Fact]
    public async Task What_comes_later_is_waited_for()
    {
        Write(1_500);
        _installation.Before = number => number switch
        {
            0 => Results.Json(new { code = "IDEMPOTENCY_PENDING", message = "running" }, statusCode: 202),
            1 => Results.Json(new { code = "RATE_LIMITED", message = "slower" }, statusCode: 429),
            2 => Results.Json(new { code = "SERVICE_UNAVAILABLE", message = "away" }, statusCode: 503),
            3 => Results.Text("a proxy's own words", statusCode: 502),
            _ => null,
        };
        _installation.LosesAnswer = number => number is 4 or 6;

        var done = await ImportAsync();

        Assert.Equal((1_500, 1_500, 0), (done.Rows, done.Recorded, done.Replayed));
        Assert.Equal(1_500, _installation.Records.Count);
        Assert.Null(done.Stopped);
    }

    [Fact]
    public async Task The_wait_is_the_one_that_was_asked_for()
    {
        Write(10);
        _installation.Before = number => number > 0 ? null : Results.Extensions.Later(3);
        var clock = new CountingClock();

        await ImportAsync(clock: clock);

        Assert.Equal([TimeSpan.FromSeconds(3)], clock.Waits);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(400)]
    [InlineData(409)]
    public async Task A_final_refusal_stops_the_import_where_it_is(int status)
    {
        Write(2_500);
        _installation.Before = number => number == 1 ? Results.Json(new { code = "NO", message = "not like this" }, statusCode: status) : null;

        var stopped = await ImportAsync();
        Assert.Equal((1_000, 1_000), (stopped.Rows, stopped.Recorded));
        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), stopped.Stopped, StringComparison.Ordinal);

        Assert.Equal(new UsageImported(2_500, 2_500, 0, 0, null, null), await ImportAsync());
        Assert.Equal(2_500, _installation.Records.Count);
    }

    [Fact]
    public async Task Patience_has_an_end_and_the_next_run_goes_on()
    {
        Write(10);
        _installation.Before = _ => Results.StatusCode(503);

        var stopped = await ImportAsync(clock: new CountingClock());
        Assert.Contains("No answer for", stopped.Stopped, StringComparison.Ordinal);

        _installation.Before = _ => null;
        Assert.Equal(10, (await ImportAsync()).Recorded);
    }

    [Fact]
    public async Task Other_settings_do_not_go_on_with_the_state_of_these()
    {
        Write(10);
        await ImportAsync();

        var refusal = await RefusedAsync(reason: "something else");

        Assert.Contains("another reason", refusal, StringComparison.Ordinal);
        Assert.Equal(10, _installation.Records.Count);
    }

    [Fact]
    public async Task Nothing_is_sent_when_an_expression_is_wrong()
    {
        Write(10);
        Assert.Contains("no column named \"Nowhere\"", await RefusedAsync(delta: "Nowhere"), StringComparison.Ordinal);
        Assert.Empty(_installation.Requests);
    }

    private void Write(int rows) => File.WriteAllLines(
        Path.Combine(_folder, "usage.csv"), Enumerable.Range(1, rows).Select(i => $"t{i},{i},{i}").Prepend("At,In,Out"));

    private async Task<UsageImported> ImportAsync(string reason = "inference", TimeProvider? clock = null)
    {
        var outcome = await new ImportUsageHandler(clock ?? TimeProvider.System).Handle(Request(reason, "-(In + Out)"), TestContext.Current.CancellationToken);
        Assert.True(outcome.Accepted(out var done, out var refusal), refusal?.Message);
        return done;
    }

    private async Task<string> RefusedAsync(string reason = "inference", string delta = "-(In + Out)")
    {
        var outcome = await new ImportUsageHandler(TimeProvider.System).Handle(Request(reason, delta), TestContext.Current.CancellationToken);
        Assert.False(outcome.Accepted(out _, out var refusal));
        return refusal.Message;
    }

    private ImportUsage Request(string reason, string delta) => new(
        Path.Combine(_folder, "usage.csv"), _installation.Url, "pk_test_abc.secret", "cust_{row % 40}", delta, reason, null, ["At"], null, null, null, 600);
}
