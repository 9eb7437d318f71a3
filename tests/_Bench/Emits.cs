using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace PacSpace.Bench;

/// <summary>What one round of load came to.</summary>
/// <param name="PerSecond">Records a second.</param>
internal sealed record LoadRound(double PerSecond, Latencies Latencies, CpuShare Cpu);

/// <summary>Load through <c>POST /api/v1/balance/delta</c> and <c>/batch</c>: every body different, every connection with one request in
/// flight.</summary>
/// <param name="connect">Null for connections with the key of production.</param>
internal sealed class Emits(Installation installation, Func<HttpConnection>? connect = null)
{
    private const string Single = "/api/v1/balance/delta";
    private const string Batch = "/api/v1/balance/delta/batch";

    // No body is ever sent twice, not even by two runs over one installation.
    private static long s_sent = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() << 20;

    private readonly Customers _customers = new(2_000);
    private readonly Func<HttpConnection> _connect = connect ?? (() => installation.Connect());

    public Task<LoadRound> SinglesAsync(int connections, TimeSpan time, bool withKeys) => RunAsync(connections, time, 1, async (connection, random) =>
    {
        var number = Interlocked.Increment(ref s_sent);
        var body = new StringBuilder(256).Append('{');
        AppendItem(body, number, _customers.Next(random), random);
        body.Append('}');
        var status = await connection.SendAsync("POST", Single, Encoding.ASCII.GetBytes(body.ToString()), withKeys ? Key(number) : null);
        if (status != 201) throw Refused(status, connection);
    });

    public Task<LoadRound> BatchesAsync(int connections, TimeSpan time, int items) => RunAsync(connections, time, items, async (connection, random) =>
    {
        await SendBatchAsync(connection, items, random, () => _customers.Next(random));
    });

    /// <summary>Gives one customer that many records more, a thousand a request.</summary>
    public async Task FillAsync(string customerId, long records)
    {
        const int size = 1_000;
        using var connection = _connect();
        var body = new StringBuilder(size * 200);
        for (var done = 0L; done < records;)
        {
            var count = (int)Math.Min(size, records - done);
            body.Clear().Append("{\"deltas\":[");
            for (var i = 0; i < count; i++)
            {
                var number = Interlocked.Increment(ref s_sent);
                body.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{{\"customerId\":\"{customerId}\",\"delta\":-{number % 9_973 + 1},\"reason\":\"inference\"}}");
            }

            body.Append("]}");
            var status = await connection.SendAsync("POST", Batch, Encoding.ASCII.GetBytes(body.ToString()));
            if (status != 201) throw Refused(status, connection);
            done += count;
        }
    }

    private async Task<LoadRound> RunAsync(int connections, TimeSpan time, int records, Func<HttpConnection, Random, ValueTask> send)
    {
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var cpu = installation.CpuNow();
        var since = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, connections).Select(i => Task.Run(async () =>
        {
            var (latencies, random) = (new Latencies(), new Random(i * 7_919 + (int)(since & 0xFFFF)));
            using var connection = _connect();
            for (var now = Stopwatch.GetTimestamp(); now < until;)
            {
                await send(connection, random);
                var after = Stopwatch.GetTimestamp();
                latencies.Add(after - now);
                now = after;
            }

            return latencies;
        })));
        var elapsed = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var sum = new Latencies();
        foreach (var one in all) sum.Add(one);
        return new LoadRound(sum.Count * records / elapsed, sum, installation.CpuNow() - cpu);
    }

    private static async ValueTask SendBatchAsync(HttpConnection connection, int items, Random random, Func<int> customer)
    {
        var body = new StringBuilder(items * 200).Append("{\"deltas\":[");
        for (var i = 0; i < items; i++)
        {
            body.Append(i == 0 ? "{" : ",{");
            AppendItem(body, Interlocked.Increment(ref s_sent), customer(), random);
            body.Append('}');
        }

        body.Append("]}");
        var status = await connection.SendAsync("POST", Batch, Encoding.ASCII.GetBytes(body.ToString()));
        if (status != 201) throw Refused(status, connection);
    }

    private static void AppendItem(StringBuilder body, long number, int customer, Random random) => body.Append(CultureInfo.InvariantCulture,
        $"\"customerId\":\"cust_{customer}\",\"delta\":-{random.Next(1, 100_000)}.{random.Next(1, 1000):D3},\"reason\":\"inference\",\"referenceId\":\"job_{number:x}\"");

    private static string Key(long number) => string.Create(CultureInfo.InvariantCulture, $"bench-{number:x}");

    private static InvalidOperationException Refused(int status, HttpConnection connection) =>
        new($"The server answered {status}: {Encoding.UTF8.GetString(connection.Body.Span[..Math.Min(500, connection.Body.Length)])}");
}
