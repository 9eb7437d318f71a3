using System.Diagnostics;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Sealing;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Sealing;

public sealed class SealerThroughputTests(PostgresFixture postgres, ITestOutputHelper output)
{
    /// <summary>Statements a tick, whatever it seals: one look (three in one round trip), one COPY out a piece of 2,048 records,
    /// one look-up of customers a piece that has new ones, one batch, one COPY in, one commit.</summary>
    [Fact]
    public async Task A_tick_costs_a_handful_of_round_trips_however_many_records_it_seals()
    {
        await using var database = await postgres.CloneAsync();
        await using var ledger = await LedgerScenario.BeginAsync(database.Source);
        await using var sealing = new SealingScenario(database.Source);
        var node = sealing.Node();
        await node.TickAsync();
        await RecordAsync(ledger, batches: 2, isSingle: false);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var outcome = await node.TickAsync();
        Assert.Equal(2_000, outcome.RecordCount);
        Assert.Equal(1, await CountAsync(database, "SELECT count(*) FROM blocks"));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64_000_000);
    }

    /// <summary>Run by hand: <c>-explicit only -class …SealerThroughputTests</c>.</summary>
    [Theory(Explicit = true)]
    [InlineData(500, false)]
    [InlineData(500, true)]
    public async Task Half_a_million_records_are_sealed(int batches, bool isSingle)
    {
        await using var database = await postgres.CloneAsync();
        await using var ledger = await LedgerScenario.BeginAsync(database.Source);
        await using var sealing = new SealingScenario(database.Source);
        var written = Stopwatch.GetTimestamp();
        await RecordAsync(ledger, batches, isSingle);
        var writing = Stopwatch.GetElapsedTime(written);

        // Not before: a sealer that asks nothing for some seconds loses its session, as one that hangs must.
        var node = sealing.Node();
        await node.Sealer.ElectAsync(default);
        await node.Sealer.ReconcileAsync(default);
        var process = Process.GetCurrentProcess();
        var (cpu, allocated, since) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp());
        var records = 0L;
        var longest = TimeSpan.Zero;
        SealOutcome outcome;
        do
        {
            var tick = Stopwatch.GetTimestamp();
            outcome = await node.TickAsync();
            records += outcome.RecordCount;
            longest = Stopwatch.GetElapsedTime(tick) > longest ? Stopwatch.GetElapsedTime(tick) : longest;
        }
        while (outcome.Result == SealResult.Sealed);

        var elapsed = Stopwatch.GetElapsedTime(since);
        process.Refresh();
        output.WriteLine(
            $"{(isSingle ? "single" : "batch")}: wrote in {writing.TotalSeconds:F1} s; sealed {records} in {elapsed.TotalSeconds:F2} s = {records / elapsed.TotalSeconds:F0}/s; " +
            $"own CPU {(process.TotalProcessorTime - cpu).TotalMicroseconds / records:F2} us a record, {(GC.GetTotalAllocatedBytes() - allocated) / records} bytes a record; " +
            $"longest tick {longest.TotalMilliseconds:F0} ms");
        Assert.Equal(batches * 1_000L, records);
    }

    private static async Task RecordAsync(LedgerScenario ledger, int batches, bool isSingle)
    {
        var random = new Random(17);
        var writer = ledger.Node();
        if (!isSingle)
        {
            for (var i = 0; i < batches; i++) await writer.SubmitAsync(ledger.Group([.. Enumerable.Range(0, 1_000).Select(_ => New(random))]));
            return;
        }

        await Parallel.ForEachAsync(
            Enumerable.Range(0, batches * 1_000), new ParallelOptions { MaxDegreeOfParallelism = 256 },
            async (_, _) => await writer.SubmitAsync(new Submission(ledger.Ledger, false, [New(Random.Shared)])));
    }

    /// <summary>Few customers have most of the records.</summary>
    private static NewRecord New(Random random)
    {
        var customer = (int)(1_000 * Math.Pow(random.NextDouble(), 3));
        return new NewRecord($"cust_{customer}", Amount.FromDecimal(-(random.Next(1, 100_000) / 100m)), "output_tokens", $"req_{random.NextInt64():x}");
    }

    private static async Task<long> CountAsync(TestDatabase database, string sql)
    {
        await using var command = database.Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
