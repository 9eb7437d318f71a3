using System.Globalization;
using PacSpace.Bench;

if (BenchOptions.Read(args) is not { } options)
{
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}

// The generator takes its share of the processors that it measures, so it does without hops between threads: what a socket brings
// is gone on with where it was read, as pgbench does. Before the first socket; the server does not inherit it.
Environment.SetEnvironmentVariable(Installation.InlineSockets, "1");

var figures = new Figures();
var isWhole = true;
await using (var installation = await Installation.StartAsync(options.Data))
{
    var (writes, customer) = (new WriteParts(installation, options, figures), new LargeCustomer(installation));
    var (growth, shared) = (new GrowthPart(installation, customer, options, figures), new SharedRecordPart(installation, customer, options, figures));
    await writes.PrepareAsync();
    await PartAsync("emit", writes.SinglesAsync);
    await PartAsync("keys", writes.KeysAsync);
    await PartAsync("batch", writes.BatchesAsync);
    await PartAsync("webhooks", new WebhookPart(installation, options, figures).RunAsync);
    await PartAsync("latency", writes.LatencyAsync);
    await PartAsync("growth", growth.RunAsync);
    await PartAsync("bundle", growth.BundleAsync);
    await PartAsync("pages", shared.PagesAsync);
    await PartAsync("export", shared.ExportAsync);
    figures.Add(new Figure("server memory, highest of the whole run", "400 MB", "250 MB", [ProcessFigures.MemoryMegabytes(installation.ServerId, "VmHWM")], "0 MB",
        string.Create(CultureInfo.InvariantCulture, $"{ProcessFigures.MemoryMegabytes(installation.ServerId, "VmRSS")} MB at its end")));
    figures.Remark($"{options.Rounds} rounds of {options.Seconds} s each, {DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} processors ({Machine()}).");
}

Console.WriteLine();
Console.WriteLine(figures.ToMarkdown());
if (options.WriteTo is { } path) figures.WriteTo(path);
return isWhole ? 0 : 1;

async Task PartAsync(string name, Func<Task> measure)
{
    if (!options.Has(name)) return;
    Console.WriteLine($"{name}:");
    try
    {
        await measure();
    }
    catch (Exception failure) when (failure is InvalidOperationException or IOException or Npgsql.NpgsqlException)
    {
        isWhole = false;
        Console.WriteLine($"  not measured: {failure.Message}");
        figures.Add(new Figure(name, "", "", [], "0", "it broke: " + failure.Message.Split('\n')[0]));
    }
}

static string Machine() => File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown";
