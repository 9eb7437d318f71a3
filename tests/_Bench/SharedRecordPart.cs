using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace PacSpace.Bench;

/// <summary>What the recipient of an invoice waits for while the vendor records as fast as it can: pages, and a large export.</summary>
internal sealed class SharedRecordPart(Installation installation, LargeCustomer customer, BenchOptions options, Figures figures)
{
    private const int PagesPerSecond = 200;
    private const int Exports = 3;

    private readonly Emits _emits = new(installation);

    /// <summary>Pages asked for on the beat, whatever became of those before (so that a slow answer is not waited out), alone and
    /// beside emits at 64 connections.</summary>
    public async Task PagesAsync()
    {
        await customer.GrowToAsync(options.BundleRecords);
        await customer.CloseAsync();
        var pages = await customer.PagesAsync();
        var (alone, beside, p50) = (new List<double>(), new List<double>(), new List<double>());
        await AskAsync(pages); // not counted: pages that nobody has opened yet are compiled while they are asked for
        for (var round = 0; round < options.Rounds; round++)
        {
            alone.Add((await AskAsync(pages)).Percentile(99));
            var load = _emits.SinglesAsync(64, TimeSpan.FromSeconds(options.Seconds + 1), withKeys: false);
            var latencies = await AskAsync(pages);
            await load;
            beside.Add(latencies.Percentile(99));
            p50.Add(latencies.Percentile(50));
        }

        figures.Add(new Figure($"pages, {PagesPerSecond} a second beside full emit load, p99", "20 ms", "", beside, "0.0 ms"));
        figures.Add(new Figure("the same, p50", "", "", p50, "0.0 ms"));
        figures.Add(new Figure($"pages, {PagesPerSecond} a second alone, p99", "", "", alone, "0.0 ms"));
    }

    /// <summary>The whole month as CSV through the export form, in turns with PostgreSQL's own COPY of the same columns.</summary>
    public async Task ExportAsync()
    {
        await customer.GrowToAsync(options.BundleRecords);
        var link = await installation.ShareAsync(LargeCustomer.Id);
        var (ratios, starts, rates, memory) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < Exports; i++)
        {
            var copied = await CopyAsync();
            using var stop = new CancellationTokenSource();
            var before = ProcessFigures.MemoryMegabytes(installation.ServerId, "VmRSS");
            var watching = Task.Run(() => ProcessFigures.HighestMemoryAsync(installation.ServerId, stop.Token));
            var (first, seconds) = await DownloadAsync(link + "/export");
            await stop.CancelAsync();
            ratios.Add(copied / seconds);
            starts.Add(first * 1_000);
            rates.Add(customer.Records / seconds);
            memory.Add(Math.Max(0, await watching - before));
        }

        figures.Add(new Figure($"CSV of {customer.Records:N0} records, against COPY TO with CSV", "0.5x", "", ratios, "0.00x",
            string.Create(CultureInfo.InvariantCulture, $"{rates.Max():N0} records a second")));
        figures.Add(new Figure("the same, to its first byte", "200 ms", "", starts, "0 ms"));
        figures.Add(new Figure("server memory while it streams, above before", "flat", "", memory, "0 MB"));
    }

    private async Task<Latencies> AskAsync(IReadOnlyList<(string Name, string Path)> pages)
    {
        var (latencies, free, asked) = (new Latencies(), new Stack<HttpConnection>(), new List<Task>());
        var since = Stopwatch.GetTimestamp();
        for (var i = 0; i < PagesPerSecond * options.Seconds; i++)
        {
            var due = since + i * Stopwatch.Frequency / PagesPerSecond;
            while (Stopwatch.GetTimestamp() < due) await Task.Delay(1);
            asked.Add(AskOneAsync(pages[i % pages.Count].Path, due));
        }

        await Task.WhenAll(asked);
        foreach (var connection in free) connection.Dispose();
        return latencies;

        // Measured from when it was due, not from when the generator came to it.
        async Task AskOneAsync(string path, long due)
        {
            HttpConnection? connection;
            lock (free) connection = free.TryPop(out var one) ? one : installation.Connect();
            var status = await connection.SendAsync("GET", path);
            if (status != 200) throw new InvalidOperationException($"{path} was answered {status}.");
            lock (free)
            {
                latencies.Add(Stopwatch.GetTimestamp() - due);
                free.Push(connection);
            }
        }
    }

    /// <summary>Seconds to the first byte of the body, and to the last.</summary>
    private async Task<(double First, double All)> DownloadAsync(string path)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(10) };
        using var form = new FormUrlEncodedContent([new("format", "csv"), new("period", LargeCustomer.Period)]);
        using var request = new HttpRequestMessage(HttpMethod.Post, installation.At(path)) { Content = form };
        var since = Stopwatch.GetTimestamp();
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"The export was answered {(int)answer.StatusCode}.");
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[256 * 1024];
        if (await stream.ReadAsync(buffer) == 0) throw new InvalidOperationException("The export is empty.");
        var first = Stopwatch.GetElapsedTime(since).TotalSeconds;
        while (await stream.ReadAsync(buffer) > 0)
        {
        }

        return (first, Stopwatch.GetElapsedTime(since).TotalSeconds);
    }

    /// <summary>Seconds that PostgreSQL takes for the same columns of the same rows.</summary>
    private async Task<double> CopyAsync()
    {
        var since = Stopwatch.GetTimestamp();
        await installation.RunAsync("psql", "-q", "-o", "/dev/null", "-c",
            "COPY (SELECT r.ledger_index, r.seq, r.accepted_at, r.delta, r.leaf, r.unit, r.reason, r.reference_id FROM records r " +
            "JOIN customers c USING (ledger_no, customer_no) WHERE c.customer_id = '" + LargeCustomer.Id + "' ORDER BY r.seq) TO STDOUT (FORMAT CSV)");
        return Stopwatch.GetElapsedTime(since).TotalSeconds;
    }
}
