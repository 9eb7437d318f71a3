using System.Diagnostics;
using System.Globalization;
using PacSpace.Testing;

namespace PacSpace.Trials.Tests;

/// <summary>The database is away, hangs, or has no room.</summary>
public sealed class DatabaseFaultTrials(ITestOutputHelper output)
{
    private const int SmallDiskMegabytes = 256;

    /// <summary>A server that is stopped and started, and one that hangs until requests ran into their time limit.</summary>
    [Theory]
    [InlineData("stopped")]
    [InlineData("suspended")]
    public async Task Database_away_is_503_and_nothing_is_lost_and_nobody_restarts_anything(string how)
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await OwnCluster.StartAsync(folder.Combine("own"), "node");
        await using var it = TrialInstallation.On(cluster, folder);
        await it.AddNodeAsync("node", cluster.ConnectionOf("node") + ";Command Timeout=3;Timeout=3");
        var process = it.Node.ProcessId;
        await using var load = new Load(it, await it.CreateKeyAsync());
        await using var witness = new TreeHeadWitness(it);
        load.Start();
        await load.AnswersAsync(50);

        if (how == "stopped")
        {
            await cluster.StopAsync();
            await RefusesAsync(it, load);
            await cluster.StartAsync();
        }
        else
        {
            var processes = cluster.Processes();
            Programs.Signal("STOP", processes);
            await RefusesAsync(it, load);
            Programs.Signal("CONT", processes);
        }

        var since = Stopwatch.GetTimestamp();
        await load.AnswersAsync(1);
        output.WriteLine($"answered again after {Stopwatch.GetElapsedTime(since).TotalSeconds:0.00} s");
        await load.AnswersAsync(50);
        await it.Node.ReadyAsync();
        await AllIsThereAsync(it, load, witness);
        Assert.Equal((process, true), (it.Node.ProcessId, it.Node.IsRunning));
    }

    /// <summary>All of the data folder, where tables can grow no more (an error), or the write-ahead log alone (PostgreSQL panics,
    /// ends, and cannot start until there is room).</summary>
    [Theory]
    [InlineData("data")]
    [InlineData("data/postgres/pg_wal")]
    public async Task A_full_disk_is_503_and_with_room_it_goes_on_and_nothing_is_lost(string what)
    {
        using var folder = new TemporaryFolder();
        using var disk = SmallDisk.TryMount(folder.Combine("disk"), SmallDiskMegabytes);
        Assert.SkipWhen(disk is null, "A small file system cannot be mounted here: that takes root.");
        await using var it = await TrialInstallation.EmbeddedAsync(folder, what == "data" ? disk.Path : null);
        if (what != "data")
        {
            await it.Node.StopAsync();
            await disk.TakeAsync(folder.Combine(what));
            await it.Node.StartAsync();
        }

        var process = it.Node.ProcessId;
        await using var load = new Load(it, await it.CreateKeyAsync());
        await using var witness = new TreeHeadWitness(it);
        load.Start();
        await load.AnswersAsync(50);

        // Not a byte is left; what is allocated already still takes some records.
        load.MetadataBytes = 15_000;
        disk.Fill();
        if (what != "data") await it.ChangeAsync("SELECT pg_switch_wal()");
        await RefusesAsync(it, load);
        load.MetadataBytes = 0;
        disk.MakeRoom();

        var since = Stopwatch.GetTimestamp();
        await load.AnswersAsync(1);
        output.WriteLine($"answered again after {Stopwatch.GetElapsedTime(since).TotalSeconds:0.00} s");
        await load.AnswersAsync(50);
        await it.Node.ReadyAsync();
        await AllIsThereAsync(it, load, witness);
        Assert.Equal((process, true), (it.Node.ProcessId, it.Node.IsRunning));
    }

    /// <summary>Requests are answered 503 (the load looks for Retry-After), and so is readiness.</summary>
    private static async Task RefusesAsync(TrialInstallation it, Load load)
    {
        var before = load.Laters;
        await Eventually.HoldsAsync(() => load.Laters >= before + 10, TimeSpan.FromMinutes(1));
        await Eventually.HoldsAsync(async () => await it.Node.StatusAsync("/readyz") == 503);
    }

    private async Task AllIsThereAsync(TrialInstallation it, Load load, TreeHeadWitness witness)
    {
        await load.StopAsync();
        load.IsThereOnceOrNotAtAll(await it.RowsAsync());
        var (unanswered, recorded) = await load.SettleAsync();
        await it.SealedAsync();
        var rows = await it.RowsAsync();
        load.IsThereOnce(rows);
        var (heads, size) = await witness.AllAreOneHistoryAsync();
        await it.AuditIsCleanAsync(rows.Count);
        output.WriteLine($"{load.Summary}; {unanswered} settled at the end, {recorded} of them had been recorded; {heads} tree heads up to size {size}");
    }

    /// <summary>A file system of a few megabytes in memory.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private SmallDisk(string path) => Path = path;

        public string Path { get; }

        private string Ballast => System.IO.Path.Combine(Path, "ballast");

        public static SmallDisk? TryMount(string path, int megabytes)
        {
            Directory.CreateDirectory(path);
            using var mount = Process.Start(new ProcessStartInfo(
                "mount", ["-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=755"), "tmpfs", path]) { RedirectStandardError = true })!;
            mount.WaitForExit();
            return mount.ExitCode == 0 ? new SmallDisk(path) : null;
        }

        /// <summary>The folder moves here and leaves a link.</summary>
        public async Task TakeAsync(string folder)
        {
            var target = System.IO.Path.Combine(Path, System.IO.Path.GetFileName(folder));
            var copy = await Programs.RunAsync("cp", ["-a", folder, target]);
            Assert.True(copy.ExitCode == 0, copy.ToString());
            Directory.Delete(folder, recursive: true);
            Directory.CreateSymbolicLink(folder, target);
        }

        public void Fill()
        {
            using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            var block = new byte[4096];
            try
            {
                while (true) ballast.Write(block);
            }
            catch (IOException full) when (full.Message.Contains("space", StringComparison.OrdinalIgnoreCase))
            {
                // That was the point.
            }
        }

        public void MakeRoom() => File.Delete(Ballast);

        public void Dispose()
        {
            using var umount = Process.Start("umount", ["-l", Path]);
            umount.WaitForExit();
        }
    }
}
