using System.Collections.Concurrent;

namespace PacSpace.Features.Service;

/// <summary>One instrument's sums, a series for each set of label values.</summary>
/// <remarks>Any thread adds, any thread reads, nothing is locked. A reading may miss what is added meanwhile, but a histogram's count is
/// always that of its buckets.</remarks>
internal sealed class MeasuredFamily(string name, string help, MetricKind kind)
{
    /// <summary>Upper bounds in seconds; the last bucket has none.</summary>
    public static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly string[] s_boundTexts = [.. Bounds.Append(double.PositiveInfinity).Select(PrometheusText.Number)];

    private readonly ConcurrentDictionary<LabelValues, Series> _series = new();

    /// <param name="labels">Two at the most, always in the same order.</param>
    public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var values = new LabelValues(labels.Length > 0 ? labels[0].Value as string : null, labels.Length > 1 ? labels[1].Value as string : null);
        if (!_series.TryGetValue(values, out var series)) series = Begin(values, labels);
        if (kind == MetricKind.Histogram) series.AddToBucket(value);
        series.AddToSum(value);
    }

    public MetricFamily Read() => new(
        name, help, kind,
        [
            .. _series.OrderBy(series => series.Key.First, StringComparer.Ordinal).ThenBy(series => series.Key.Second, StringComparer.Ordinal)
                .SelectMany(series => kind == MetricKind.Histogram ? ReadHistogram(series.Value) : [new MetricSample("", series.Value.Labels, series.Value.Sum)]),
        ]);

    private Series Begin(LabelValues values, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var written = new KeyValuePair<string, string>[labels.Length];
        for (var i = 0; i < labels.Length; i++) written[i] = new(labels[i].Key, labels[i].Value as string ?? "");
        return _series.GetOrAdd(values, new Series(written, kind == MetricKind.Histogram ? Bounds.Length + 1 : 0));
    }

    private static IEnumerable<MetricSample> ReadHistogram(Series series)
    {
        var total = 0L;
        for (var i = 0; i < s_boundTexts.Length; i++)
        {
            total += series.InBucket(i);
            yield return new MetricSample("_bucket", [.. series.Labels, new("le", s_boundTexts[i])], total);
        }

        yield return new MetricSample("_sum", series.Labels, series.Sum);
        yield return new MetricSample("_count", series.Labels, total);
    }

    private readonly record struct LabelValues(string? First, string? Second);

    private sealed class Series(IReadOnlyList<KeyValuePair<string, string>> labels, int buckets)
    {
        private readonly long[] _buckets = new long[buckets];
        private double _sum;

        public IReadOnlyList<KeyValuePair<string, string>> Labels => labels;

        public double Sum => Volatile.Read(ref _sum);

        public long InBucket(int bucket) => Interlocked.Read(ref _buckets[bucket]);

        public void AddToSum(double value)
        {
            for (var sum = Volatile.Read(ref _sum); ;)
            {
                var before = Interlocked.CompareExchange(ref _sum, sum + value, sum);
                if (before.Equals(sum)) return;
                sum = before;
            }
        }

        public void AddToBucket(double value)
        {
            var bucket = Array.BinarySearch(Bounds, value);
            Interlocked.Increment(ref _buckets[bucket < 0 ? ~bucket : bucket]);
        }
    }
}
