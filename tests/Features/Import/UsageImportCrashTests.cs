using System.Text.Json;
using PacSpace.Features.Import;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Import;

public sealed class UsageImportCrashTests : IAsyncLifetime
{
    private const int Rows = 3_300;

    private readonly TemporaryFolder _folder = new();
    private StandInInstallation _installation = null!;

    private string StatePath => Path.Combine(_folder, "usage.csv.import.json");

    private string RefusedPath => Path.Combine(_folder, "usage.csv.refused.csv");

    public async ValueTask InitializeAsync()
    {
        _installation = await StandInInstallation.StartAsync();
        await File.WriteAllLinesAsync(
            Path.Combine(_folder, "usage.csv"), Enumerable.Range(0, Rows).Select(i => $"t{i},{i % 11}").Prepend("At,In"), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _installation.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Window_1_recorded_and_nobody_here_knows()
    {
        using var killed = new CancellationTokenSource();
        _installation.LosesAnswer = number =>
        {
            if (number != 1) return false;
            killed.Cancel();
            return true;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ImportAsync(killed.Token));
        Assert.Equal(1, Kept().ChunksDone);

        AssertWhole(await ImportAsync(TestContext.Current.CancellationToken));
        Assert.Equal(_installation.Keys[1], _installation.Keys[2]); // the same chunk under the same key
    }

    [Fact]
    public async Task Window_2_refused_rows_written_and_the_state_not()
    {
        // A run that ends behind the second chunk, then the state of the first one put back.
        using var killed = new CancellationTokenSource();
        byte[] first = [];
        _installation.Before = number =>
        {
            if (number == 1) first = File.ReadAllBytes(StatePath);
            if (number == 2) killed.Cancel();
            return null;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ImportAsync(killed.Token));
        Assert.Equal(2, Kept().ChunksDone);
        await File.WriteAllBytesAsync(StatePath, first, TestContext.Current.CancellationToken);
        _installation.Before = _ => null;

        AssertWhole(await ImportAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_torn_state_is_left_alone_and_said()
    {
        await File.WriteAllTextAsync(StatePath, "{\"format\":\"pacsp", TestContext.Current.CancellationToken);
        var outcome = await new ImportUsageHandler(TimeProvider.System).Handle(Request(), TestContext.Current.CancellationToken);
        Assert.False(outcome.Accepted(out _, out var refusal));
        Assert.Contains("cannot be read", refusal.Message, StringComparison.Ordinal);
    }

    private void AssertWhole(UsageImported done)
    {
        Assert.Equal((Rows, Rows / 11 * 10, Rows / 11), ((int)done.Rows, (int)(done.Recorded + done.Replayed), (int)done.Refused));
        Assert.Equal(Rows / 11 * 10, _installation.Records.Count);
        Assert.Equal(_installation.Records.Count, _installation.Records.Select(r => r.ReferenceId).Distinct().Count());
        var lines = File.ReadAllLines(RefusedPath);
        Assert.Equal(1 + Rows / 11, lines.Length);
        Assert.Equal(lines.Length, lines.Distinct().Count());
    }

    private async Task<UsageImported> ImportAsync(CancellationToken ct)
    {
        var outcome = await new ImportUsageHandler(TimeProvider.System).Handle(Request(), ct);
        Assert.True(outcome.Accepted(out var done, out var refusal), refusal?.Message);
        return done;
    }

    private ImportUsage Request() => new(
        Path.Combine(_folder, "usage.csv"), _installation.Url, "pk_test_abc.secret", "cust_{row % 7}", "In", "usage", null, [], null, null, null, 600);

    private ImportState Kept() =>
        JsonSerializer.Deserialize<ImportState>(File.ReadAllText(StatePath), JsonSerializerOptions.Web)!;
}
