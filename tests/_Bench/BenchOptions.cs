using System.Globalization;

namespace PacSpace.Bench;

/// <summary>How long and how much.</summary>
/// <param name="Rounds">Times that each thing is measured; the rounds are interleaved.</param>
/// <param name="Seconds">Length of one round.</param>
/// <param name="GrowthSizes">Records of one customer at which reads and closing are measured.</param>
/// <param name="Only">Parts by name; empty: all.</param>
/// <param name="WriteTo">Document whose measured part is replaced.</param>
internal sealed record BenchOptions(
    int Rounds, int Seconds, IReadOnlyList<long> GrowthSizes, long BundleRecords, IReadOnlySet<string> Only, string? WriteTo, string? Data)
{
    public const string Usage = """
        usage: ./dev bench [--quick | --full] [--rounds N] [--seconds N] [--only PART,...] [--write] [--data DIR]
          --quick    about two minutes; says whether something broke, not how fast it is
          --full     growth up to 10 million records of one customer (half an hour and 10 GB of disk)
          --only     of: emit, keys, batch, webhooks, latency, growth, bundle, pages, export
          --write    puts the figures into docs/benchmarks.md
          --data     folder for the installation (default: a temporary one, removed at the end)
        """;

    private const int MaxRounds = 50;
    private const int MaxSeconds = 600;

    public static readonly string[] Parts = ["emit", "keys", "batch", "webhooks", "latency", "growth", "bundle", "pages", "export"];

    public bool Has(string part) => Only.Count == 0 || Only.Contains(part);

    public static BenchOptions? Read(IReadOnlyList<string> args)
    {
        var options = new BenchOptions(5, 10, [1_000, 10_000, 100_000, 1_000_000], 1_000_000, new HashSet<string>(), null, null);
        if (args.Contains("--quick")) options = options with { Rounds = 1, Seconds = 3, GrowthSizes = [1_000, 10_000], BundleRecords = 20_000 };
        if (args.Contains("--full")) options = options with { GrowthSizes = [1_000, 10_000, 100_000, 1_000_000, 10_000_000] };
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--quick" or "--full":
                    break;
                case "--write":
                    options = options with { WriteTo = Path.Combine(Installation.Root, "docs", "benchmarks.md") };
                    break;
                case "--rounds" when Number(args, ++i, MaxRounds) is { } rounds:
                    options = options with { Rounds = rounds };
                    break;
                case "--seconds" when Number(args, ++i, MaxSeconds) is { } seconds:
                    options = options with { Seconds = seconds };
                    break;
                case "--data" when i + 1 < args.Count:
                    options = options with { Data = args[++i] };
                    break;
                case "--only" when i + 1 < args.Count && args[i + 1].Split(',').All(Parts.Contains):
                    options = options with { Only = args[++i].Split(',').ToHashSet() };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }

    private static int? Number(IReadOnlyList<string> args, int at, int max) =>
        at < args.Count && int.TryParse(args[at], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max ? number : null;
}
