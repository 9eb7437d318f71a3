using System.Diagnostics;
using System.Globalization;

namespace PacSpace.Bench;

/// <summary>What does not get slower with a customer's records: the detail, the list, the totals, closing a month, every page of the
/// Shared Record. And the bundle of a large receipt.</summary>
internal sealed class GrowthPart(Installation installation, LargeCustomer customer, BenchOptions options, Figures figures)
{
    private const int Reads = 200;
    private const int Closings = 15;
    private const int WarmUps = 100;

    public async Task RunAsync()
    {
        await customer.GrowToAsync(options.GrowthSizes[0]);
        await customer.CloseAsync();
        (string What, Func<HttpConnection, Task<long>> Once, int Times)[] measured =
        [
            ("customer detail", c => GetAsync(c, "/api/v1/balance/customers/" + LargeCustomer.Id), Reads),
            ("customer list", c => GetAsync(c, "/api/v1/balance/customers?limit=25"), Reads),
            ("derive totals", c => GetAsync(c, $"/api/v1/balance/derive/{LargeCustomer.Id}?period={LargeCustomer.Period}&limit=1"), Reads),
            ("closing a month", CloseAsync, Closings),
            .. (await customer.PagesAsync()).Select(page => ($"page: {page.Name}", (Func<HttpConnection, Task<long>>)(c => GetAsync(c, page.Path)), Reads)),
        ];
        await WarmUpAsync(measured.Select(m => m.Once));
        var medians = measured.ToDictionary(m => m.What, _ => new List<double>());
        foreach (var size in options.GrowthSizes)
        {
            await customer.GrowToAsync(size);
            using var connection = installation.Connect();
            foreach (var (what, once, times) in measured)
            {
                var latencies = new Latencies();
                for (var i = 0; i < times; i++) latencies.Add(await once(connection));
                medians[what].Add(latencies.Percentile(50));
                figures.Remark($"{what} at {size:N0} records: p50 {latencies.Percentile(50):0.00} ms, p99 {latencies.Percentile(99):0.00} ms.");
            }
        }

        foreach (var (what, at) in medians)
            figures.Add(new Figure($"{what}, {options.GrowthSizes[^1]:N0} records against {options.GrowthSizes[0]:N0}", "2x", "flat", [at[^1] / at[0]], "0.0x",
                string.Create(CultureInfo.InvariantCulture, $"{at[0]:0.0} ms, {at[^1]:0.0} ms")));
    }

    /// <summary>A receipt of very many records, streamed while the server's memory is watched.</summary>
    public async Task BundleAsync()
    {
        await customer.GrowToAsync(options.BundleRecords);
        var checkpointId = await customer.CloseAsync();
        using var connection = installation.Connect();
        var before = ProcessFigures.MemoryMegabytes(installation.ServerId, "VmRSS");
        using var stop = new CancellationTokenSource();
        var watching = Task.Run(() => ProcessFigures.HighestMemoryAsync(installation.ServerId, stop.Token));
        var since = Stopwatch.GetTimestamp();
        int status;
        long bytes;
        do
        {
            (status, bytes) = await connection.DownloadAsync($"/api/v1/balance/receipts/{checkpointId}/bundle");
        }
        while (status is 404 or 409 && Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(10)); // not completed yet
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        await stop.CancelAsync();
        if (status != 200) throw new InvalidOperationException($"The bundle was answered {status}.");
        figures.Add(new Figure($"bundle of {customer.Records:N0} records, streamed", "", "", [bytes / seconds / 1e6], "0 MB/s", string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N0} MB in {seconds:0.0} s")));
        figures.Add(new Figure("server memory while it streams, above before", "flat", "", [Math.Max(0, await watching - before)], "0 MB"));
    }

    /// <summary>So that the smallest size, which comes first, is not measured while code is compiled.</summary>
    private async Task WarmUpAsync(IEnumerable<Func<HttpConnection, Task<long>>> all)
    {
        using var connection = installation.Connect();
        foreach (var once in all) for (var i = 0; i < WarmUps; i++) await once(connection);
    }

    private static async Task<long> GetAsync(HttpConnection connection, string path)
    {
        var since = Stopwatch.GetTimestamp();
        var status = await connection.SendAsync("GET", path);
        var took = Stopwatch.GetTimestamp() - since;
        return status == 200 ? took : throw new InvalidOperationException($"{path} was answered {status}.");
    }

    private async Task<long> CloseAsync(HttpConnection connection)
    {
        await customer.GrowToAsync(customer.Records + 1); // there must be something to close
        var since = Stopwatch.GetTimestamp();
        await customer.CloseAsync(connection);
        return Stopwatch.GetTimestamp() - since;
    }
}
