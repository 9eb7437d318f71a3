using System.Diagnostics;
using PacSpace.Testing;

namespace PacSpace.Trials.Tests;

/// <summary>Two nodes on one database and one ledger, under load; now one of them is killed, now the other, now it hangs.</summary>
public sealed class TwoNodesTrials(ITestOutputHelper output)
{
    /// <summary>The promise for a node that is killed; one that hangs is only noticed by what it does not ask.</summary>
    private static readonly TimeSpan GoesOnWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NoticedWithin = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Sealing_goes_on_at_the_other_node_and_there_is_one_log()
    {
        var random = new Random(Sizes.Seed);
        output.WriteLine($"seed {Sizes.Seed}");
        using var folder = new TemporaryFolder();
        await using var cluster = await OwnCluster.StartAsync(folder.Combine("own"), "first", "second");
        await using var it = TrialInstallation.On(cluster, folder);
        await it.AddNodeAsync("first", cluster.ConnectionOf("first"));
        await it.AddNodeAsync("second", cluster.ConnectionOf("second"));
        await using var load = new Load(it, await it.CreateKeyAsync());
        await using var witness = new TreeHeadWitness(it);
        load.Start();

        for (var i = 0; i < Sizes.TakeOvers; i++)
        {
            await load.AnswersAsync(random.Next(20, Sizes.Answers));
            var trouble = (i % 4) switch
            {
                0 or 2 => KillElectedAsync(it, load),
                1 => KillOtherAsync(it, load),
                _ => SuspendElectedAsync(it, load),
            };
            await trouble;
        }

        await load.AnswersAsync(20);
        await load.StopAsync();
        load.IsThereOnceOrNotAtAll(await it.RowsAsync());

        var (unanswered, recorded) = await load.SettleAsync();
        await it.SealedAsync();
        var rows = await it.RowsAsync();
        load.IsThereOnce(rows);
        await load.IsReplayedAsync(20);
        var (heads, size) = await witness.AllAreOneHistoryAsync();
        await it.AuditIsCleanAsync(rows.Count);
        output.WriteLine($"{load.Summary}; {unanswered} settled at the end, {recorded} of them had been recorded; {heads} tree heads up to size {size}");
    }

    private static async Task<Node> ElectedAsync(TrialInstallation it)
    {
        string? name = null;
        await Eventually.HoldsAsync(async () => (name = await ElectedNameAsync(it)) is not null);
        return it.Nodes.Single(node => node.Name == name);
    }

    private static async Task<string?> ElectedNameAsync(TrialInstallation it)
    {
        // The lock of Infrastructure/Sealing/SealSession for production; the role says which node holds it.
        var name = await it.AskAsync<string>(
            "SELECT coalesce((SELECT a.usename::text FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.classid = 24225 AND l.objid = 1 AND l.granted), '')");
        return name.Length == 0 ? null : name;
    }

    private async Task KillElectedAsync(TrialInstallation it, Load load)
    {
        var elected = await ElectedAsync(it);
        elected.Kill();
        var took = await LogGrowsAsync(it);
        output.WriteLine($"killed {elected.Name}, which sealed; the log grew after {took.TotalSeconds:0.00} s; {load.Summary}");
        Assert.True(took < GoesOnWithin, $"Sealing went on after {took}.");
        Assert.NotEqual(elected.Name, await ElectedNameAsync(it));
        await elected.StartAsync();
    }

    private async Task KillOtherAsync(TrialInstallation it, Load load)
    {
        var elected = await ElectedAsync(it);
        var other = it.Nodes.Single(node => node != elected);
        other.Kill();
        var took = await LogGrowsAsync(it);
        output.WriteLine($"killed {other.Name}, which did not seal; the log grew after {took.TotalSeconds:0.00} s; {load.Summary}");
        Assert.True(took < GoesOnWithin, $"Sealing went on after {took}.");
        await other.StartAsync();
    }

    private async Task SuspendElectedAsync(TrialInstallation it, Load load)
    {
        var elected = await ElectedAsync(it);
        elected.Suspend();
        var since = Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync(async () => await ElectedNameAsync(it) is { } name && name != elected.Name, TimeSpan.FromMinutes(1));
        await LogGrowsAsync(it);
        var took = Stopwatch.GetElapsedTime(since);
        output.WriteLine($"suspended {elected.Name}, which sealed; the log grew after {took.TotalSeconds:0.00} s; {load.Summary}");
        Assert.True(took < NoticedWithin, $"Sealing went on after {took}.");

        // Whatever it was about to do, it may not do any more.
        elected.Resume();
        await load.AnswersAsync(20);
    }

    private static async Task<TimeSpan> LogGrowsAsync(TrialInstallation it)
    {
        var since = Stopwatch.GetTimestamp();
        var size = await SizeAsync(it);
        await Eventually.HoldsAsync(async () => await SizeAsync(it) > size, TimeSpan.FromMinutes(1));
        return Stopwatch.GetElapsedTime(since);
    }

    private static Task<long> SizeAsync(TrialInstallation it) => it.AskAsync<long>("SELECT size FROM log_state WHERE environment = 'production'");
}
