using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace PacSpace.Bench;

/// <summary>Recording: single deltas beside pgbench, keys, batches beside COPY, and how soon a record is verified.</summary>
internal sealed class WriteParts(Installation installation, BenchOptions options, Figures figures)
{
    private static readonly (int Connections, string Floor, string Aim)[] s_singles = [(8, "0.5x", "0.7x"), (64, "1.0x", "1.3x"), (256, "1.2x", "1.5x")];

    private readonly Emits _emits = new(installation);
    private readonly Yardsticks _yardsticks = new(installation);
    private readonly TimeSpan _round = TimeSpan.FromSeconds(options.Seconds);

    public async Task PrepareAsync()
    {
        await _yardsticks.PrepareAsync();
        await WarmUpAsync();
    }

    /// <summary>Code is compiled while it runs, best after half a minute of it: until the rate stays within a tenth.</summary>
    private async Task WarmUpAsync()
    {
        var window = TimeSpan.FromSeconds(Math.Min(5, options.Seconds));
        var before = 0.0;
        for (var i = 0; i < 8; i++)
        {
            var now = (await _emits.SinglesAsync(64, window, withKeys: false)).PerSecond;
            if (now < before * 1.1) return;
            before = now;
        }
    }

    /// <summary>One row a transaction, ours and pgbench's in turns.</summary>
    public async Task SinglesAsync()
    {
        foreach (var (connections, floor, aim) in s_singles)
        {
            var (ratios, rates, yard, latencies, cpu) = (new List<double>(), new List<double>(), new List<double>(), new Latencies(), default(CpuShare));
            for (var round = 0; round < options.Rounds; round++)
            {
                var inserts = await _yardsticks.InsertsAsync(connections, _round);
                var load = await _emits.SinglesAsync(connections, _round, withKeys: false);
                ratios.Add(load.PerSecond / inserts);
                rates.Add(load.PerSecond);
                yard.Add(inserts);
                latencies.Add(load.Latencies);
                cpu += load.Cpu;
            }

            figures.Add(new Figure($"one delta a request, {connections} connections, against pgbench", floor, aim, ratios, "0.00x", Rates(rates, yard)));
            figures.Remark($"{connections} connections: p50 {latencies.Percentile(50):0.0} ms, p99 {latencies.Percentile(99):0.0} ms, p99.9 {latencies.Percentile(99.9):0.0} ms; processor time {cpu}.");
        }

        figures.Add(new Figure("server memory, highest so far", "400 MB", "250 MB", [ProcessFigures.MemoryMegabytes(installation.ServerId, "VmHWM")], "0 MB"));
    }

    public async Task KeysAsync()
    {
        var (ratios, with, without) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            without.Add((await _emits.SinglesAsync(64, _round, withKeys: false)).PerSecond);
            with.Add((await _emits.SinglesAsync(64, _round, withKeys: true)).PerSecond);
            ratios.Add(with[^1] / without[^1]);
        }

        figures.Add(new Figure("the same with an Idempotency-Key, 64 connections, against without", "0.6x", "0.8x", ratios, "0.00x", Rates(with, without)));
    }

    public async Task BatchesAsync()
    {
        const int connections = 4;
        const int items = 1_000;
        var (ratios, bulk, rates, yard, cpu) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), default(CpuShare));
        for (var round = 0; round < options.Rounds; round++)
        {
            var copy = await _yardsticks.CopyAsync(1, _round, items);
            var load = await _emits.BatchesAsync(connections, _round, items);
            var large = await _yardsticks.CopyAsync(1, _round, 50 * items);
            await installation.SealedAsync();
            ratios.Add(load.PerSecond / copy);
            bulk.Add(load.PerSecond / large);
            rates.Add(load.PerSecond);
            yard.Add(copy);
            cpu += load.Cpu;
        }

        figures.Add(new Figure("batches of 1,000, against COPY of 1,000 rows a transaction", "0.3x", "0.5x", ratios, "0.00x", Rates(rates, yard)));
        figures.Add(new Figure("batches of 1,000, against COPY of 50,000 rows a transaction", "", "", bulk, "0.00x"));
        figures.Remark($"Batches: processor time {cpu}.");
    }

    /// <summary>From the answer to the first look that shows VERIFIED, while the server is as busy as it can be.</summary>
    public async Task LatencyAsync()
    {
        var (p50, p99) = (new List<double>(), new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            using var stop = new CancellationTokenSource();
            var sampling = Task.Run(() => SampleAsync(stop.Token));
            await _emits.SinglesAsync(64, _round, withKeys: false);
            await stop.CancelAsync();
            var samples = await sampling;
            p50.Add(samples.Percentile(50));
            p99.Add(samples.Percentile(99));
        }

        figures.Add(new Figure("accepted to VERIFIED at full load, p99", "1000 ms", "250 ms", p99, "0 ms"));
        figures.Add(new Figure("accepted to VERIFIED at full load, p50", "", "", p50, "0 ms"));
    }

    private async Task<Latencies> SampleAsync(CancellationToken stop)
    {
        const int samplers = 4; // so that a slow sample does not hide the ones after it
        var all = await Task.WhenAll(Enumerable.Range(0, samplers).Select(i => SampleOneByOneAsync(i, stop)));
        var sum = new Latencies();
        foreach (var one in all) sum.Add(one);
        return sum;
    }

    private async Task<Latencies> SampleOneByOneAsync(int sampler, CancellationToken stop)
    {
        var samples = new Latencies();
        using var connection = installation.Connect();
        while (!stop.IsCancellationRequested)
        {
            var body = System.Text.Encoding.ASCII.GetBytes($"{{\"customerId\":\"sampled_{sampler}\",\"delta\":-1,\"reason\":\"inference\"}}");
            if (await connection.SendAsync("POST", "/api/v1/balance/delta", body) != 201) throw new InvalidOperationException("A sampled record was refused.");
            var since = Stopwatch.GetTimestamp();
            var recordId = Member(connection, "recordId");
            do
            {
                await Task.Delay(2, CancellationToken.None);
                await connection.SendAsync("GET", "/api/v1/balance/delta/" + recordId);
            }
            while (Member(connection, "status") != "VERIFIED" && Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(30));
            samples.Add(Stopwatch.GetTimestamp() - since);
            await Task.Delay(10, CancellationToken.None);
        }

        return samples;
    }

    private static string? Member(HttpConnection connection, string name)
    {
        using var json = JsonDocument.Parse(connection.Body);
        return json.RootElement.GetProperty("data").GetProperty(name).GetString();
    }

    internal static string Rates(List<double> ours, List<double> yard) =>
        string.Create(CultureInfo.InvariantCulture, $"{ours.Order().ElementAt((ours.Count - 1) / 2):N0}/s, the other {yard.Order().ElementAt((yard.Count - 1) / 2):N0}/s");
}
