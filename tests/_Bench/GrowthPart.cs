using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PacSpace.Bench;

/// <summary>What does not get slower with a customer's records: the page, the list, the totals, closing a month. And the bundle of a
/// large receipt.</summary>
internal sealed class GrowthPart(Installation installation, BenchOptions options, Figures figures)
{
    private const string Customer = "grow";
    private const int Reads = 200;
    private const int Closings = 15;

    private readonly Emits _emits = new(installation);
    private readonly string _period = DateTime.UtcNow.ToString("yyyy-MM", CultureInfo.InvariantCulture);
    private long _records;

    public async Task RunAsync()
    {
        (string What, Func<HttpConnection, Task<long>> Once, int Times)[] measured =
        [
            ("customer detail", c => GetAsync(c, "/api/v1/balance/customers/" + Customer), Reads),
            ("customer list", c => GetAsync(c, "/api/v1/balance/customers?limit=25"), Reads),
            ("derive totals", c => GetAsync(c, $"/api/v1/balance/derive/{Customer}?period={_period}&limit=1"), Reads),
            ("closing a month", CloseAsync, Closings),
        ];
        var medians = measured.ToDictionary(m => m.What, _ => new List<double>());
        foreach (var size in options.GrowthSizes)
        {
            await GrowToAsync(size);
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
        await GrowToAsync(options.BundleRecords);
        using var connection = installation.Connect();
        await CloseAsync(connection);
        using var json = JsonDocument.Parse(connection.Body);
        var checkpointId = json.RootElement.GetProperty("data").GetProperty("checkpointId").GetString()!;
        var before = ProcessFigures.MemoryMegabytes(installation.ServerId, "VmRSS");
        using var stop = new CancellationTokenSource();
        var watching = Task.Run(() => HighestMemoryAsync(stop.Token));
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
        figures.Add(new Figure($"bundle of {_records:N0} records, streamed", "", "", [bytes / seconds / 1e6], "0 MB/s", string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N0} MB in {seconds:0.0} s")));
        figures.Add(new Figure("server memory while it streams, above before", "flat", "", [Math.Max(0, await watching - before)], "0 MB"));
    }

    private async Task GrowToAsync(long size)
    {
        if (size > _records) await _emits.FillAsync(Customer, size - _records);
        _records = Math.Max(_records, size);
        await installation.SealedAsync();
    }

    private static async Task<long> GetAsync(HttpConnection connection, string path)
    {
        var since = Stopwatch.GetTimestamp();
        var status = await connection.SendAsync("GET", path);
        var took = Stopwatch.GetTimestamp() - since;
        return status == 200 ? took : throw new InvalidOperationException($"{path} was answered {status}.");
    }

    /// <summary>The month so far, with one record more than last time, so that there is something to close.</summary>
    private async Task<long> CloseAsync(HttpConnection connection)
    {
        await _emits.FillAsync(Customer, 1);
        _records++;
        await installation.SealedAsync();
        var body = Encoding.ASCII.GetBytes($"{{\"customerId\":\"{Customer}\",\"period\":\"{_period}\"}}");
        var since = Stopwatch.GetTimestamp();
        var status = await connection.SendAsync("POST", "/api/v1/balance/checkpoint", body);
        var took = Stopwatch.GetTimestamp() - since;
        return status is 200 or 201 ? took : throw new InvalidOperationException($"Closing was answered {status}: {Encoding.UTF8.GetString(connection.Body.Span)}");
    }

    private async Task<long> HighestMemoryAsync(CancellationToken stop)
    {
        var highest = 0L;
        while (!stop.IsCancellationRequested)
        {
            highest = Math.Max(highest, ProcessFigures.MemoryMegabytes(installation.ServerId, "VmRSS"));
            await Task.Delay(50, CancellationToken.None);
        }

        return highest;
    }
}
