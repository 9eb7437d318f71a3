using System.Diagnostics;
using PacSpace.Testing;

namespace PacSpace.Trials.Tests;

/// <summary>Somebody restores the database from a copy that is older than the log that was shown.</summary>
public sealed class RestoredCopyTrials(ITestOutputHelper output)
{
    private static readonly object s_delta = new { customerId = "cust_1", delta = -1, reason = "tokens" };

    [Fact]
    public async Task Nothing_is_signed_and_nothing_is_taken_until_the_right_database_is_back()
    {
        using var folder = new TemporaryFolder();
        await using var it = await TrialInstallation.EmbeddedAsync(folder);
        var key = await it.CreateKeyAsync();
        await it.PostAsync(key, "/api/v1/balance/delta", s_delta);
        await it.SealedAsync();
        await it.Node.StopAsync();

        var (cluster, older, right) = (Path.Combine(it.Data, "postgres"), folder.Combine("older"), folder.Combine("right"));
        await CopyAsync(cluster, older);
        await it.Node.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await it.PostAsync(key, "/api/v1/balance/delta", s_delta);
            await it.SealedAsync();
        }

        var shown = await TreeHeadWitness.ReadAsync(it, it.Node);
        Assert.NotNull(shown);
        await it.Node.StopAsync();

        Directory.Move(cluster, right);
        await CopyAsync(older, cluster);
        var mark = await MarkAsync(it);
        await it.Node.StartAsync();

        // From the first moment on: a record that the older copy takes would be lost when the right one is put back.
        var since = Stopwatch.GetTimestamp();
        var (accepted, refused) = (0, 0);
        while (refused < 20 || Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(3))
        {
            using var answer = await it.SendAsync(HttpMethod.Post, key, "/api/v1/balance/delta", s_delta);
            if (answer.IsSuccessStatusCode)
            {
                accepted++;
                continue;
            }

            Assert.Equal(503, (int)answer.StatusCode);
            Assert.True(answer.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
            refused++;
        }

        output.WriteLine($"on the older copy {accepted} emits were taken and {refused} refused");
        await Eventually.HoldsAsync(async () => await it.ReadinessAsync() is { StatusCode: 503, Status: "failing" } readiness && readiness.Checks["log"] == "failing");
        Assert.Equal(mark, await MarkAsync(it));
        var old = await TreeHeadWitness.ReadAsync(it, it.Node);
        Assert.True(old is null || TreeHeadWitness.Parse(old).Head.Size.Value < TreeHeadWitness.Parse(shown).Head.Size.Value);
        Assert.Equal(0, accepted);
        await it.Node.StopAsync();
        Assert.Equal(mark, await MarkAsync(it));

        Directory.Delete(cluster, recursive: true);
        Directory.Move(right, cluster);
        await it.Node.StartAsync();
        await it.Node.ReadyAsync();
        Assert.Equal(shown, await TreeHeadWitness.ReadAsync(it, it.Node));
        await it.PostAsync(key, "/api/v1/balance/delta", s_delta);
        await it.SealedAsync();
        await it.AuditIsCleanAsync(7);
    }

    [Fact]
    public async Task A_node_that_goes_on_while_the_database_is_swapped_refuses_and_recovers_without_a_restart()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await OwnCluster.StartAsync(folder.Combine("own"), "node");
        await using var it = TrialInstallation.On(cluster, folder);
        await it.AddNodeAsync("node", cluster.ConnectionOf("node"));
        var process = it.Node.ProcessId;
        var key = await it.CreateKeyAsync();
        await it.PostAsync(key, "/api/v1/balance/delta", s_delta);
        await it.SealedAsync();

        var (files, older, right) = (Path.Combine(cluster.Folder, "postgres"), folder.Combine("older"), folder.Combine("right"));
        await cluster.StopAsync();
        await CopyAsync(files, older);
        await cluster.StartAsync();
        await it.Node.ReadyAsync();
        for (var i = 0; i < 5; i++)
        {
            await it.PostAsync(key, "/api/v1/balance/delta", s_delta);
            await it.SealedAsync();
        }

        var shown = await TreeHeadWitness.ReadAsync(it, it.Node);
        var mark = await MarkAsync(it);
        await cluster.StopAsync();
        Directory.Move(files, right);
        await CopyAsync(older, files);
        await cluster.StartAsync();

        await Eventually.HoldsAsync(async () => await it.ReadinessAsync() is { StatusCode: 503 } readiness && readiness.Checks["database"] == "ok" && readiness.Checks["log"] == "failing");
        using (var refused = await it.SendAsync(HttpMethod.Post, key, "/api/v1/balance/delta", s_delta))
        {
            Assert.Equal(503, (int)refused.StatusCode);
            Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        }

        Assert.Equal(mark, await MarkAsync(it));
        await cluster.StopAsync();
        Directory.Delete(files, recursive: true);
        Directory.Move(right, files);
        await cluster.StartAsync();
        await it.Node.ReadyAsync();
        Assert.Equal(shown, await TreeHeadWitness.ReadAsync(it, it.Node));
        await it.PostAsync(key, "/api/v1/balance/delta", s_delta);
        await it.SealedAsync();
        await it.AuditIsCleanAsync(7);
        Assert.Equal(process, it.Node.ProcessId);
    }

    private static Task<string> MarkAsync(TrialInstallation it) => File.ReadAllTextAsync(Path.Combine(it.Keys, "log-production.mark"));

    private static async Task CopyAsync(string from, string to)
    {
        var copy = await Programs.RunAsync("cp", ["-a", from, to]);
        Assert.True(copy.ExitCode == 0, copy.ToString());
    }
}
