using PacSpace.Testing;

namespace PacSpace.Trials.Tests;

/// <summary>The one-machine installation under load while its server, its PostgreSQL or both are killed.</summary>
public sealed class KillTrials(ITestOutputHelper output)
{
    [Fact]
    public async Task What_was_answered_is_there_once_whatever_was_killed()
    {
        var random = new Random(Sizes.Seed);
        output.WriteLine($"seed {Sizes.Seed}");
        using var folder = new TemporaryFolder();
        await using var it = await TrialInstallation.EmbeddedAsync(folder);
        await using var load = new Load(it, await it.CreateKeyAsync());
        await using var witness = new TreeHeadWitness(it);
        load.Start();

        foreach (var victim in Victims(Sizes.Kills, random))
        {
            await load.AnswersAsync(random.Next(20, Sizes.Answers));
            if (victim is Victim.Postgres or Victim.PostgresThenServer) await KillPostgresAsync(it);
            if (victim is not Victim.Postgres) it.Node.Kill();
            if (victim is Victim.ServerThenPostgres) await KillPostgresAsync(it);
            if (victim is not Victim.Postgres) await it.Node.StartAsync();
            output.WriteLine($"{victim} after {load.Summary}");
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

    private enum Victim
    {
        Server,
        Postgres,
        ServerThenPostgres,
        PostgresThenServer,
    }

    /// <summary>Each kind in its turn, in an order of chance.</summary>
    private static Victim[] Victims(int count, Random random)
    {
        var victims = Enumerable.Range(0, count).Select(i => Enum.GetValues<Victim>()[i % 4]).ToArray();
        random.Shuffle(victims);
        return victims;
    }

    /// <summary>When the server was killed just before, its tether may be stopping PostgreSQL already; then that is what is hit, or missed.</summary>
    private static async Task KillPostgresAsync(TrialInstallation it)
    {
        if (it.Node.IsRunning) await Eventually.HoldsAsync(() => it.PostmasterId() is not null);
        if (it.PostmasterId() is { } postmaster) Programs.Signal("KILL", postmaster);
    }
}
