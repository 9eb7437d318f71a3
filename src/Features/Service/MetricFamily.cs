namespace PacSpace.Features.Service;

/// <summary>How Prometheus is to understand a family's numbers.</summary>
public enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>A metric at one moment, all its series.</summary>
public sealed record MetricFamily(string Name, string Help, MetricKind Kind, IReadOnlyList<MetricSample> Samples);

/// <param name="Suffix">Goes after the family's name: <c>_bucket</c>, <c>_sum</c>, <c>_count</c>, or nothing.</param>
public sealed record MetricSample(string Suffix, IReadOnlyList<KeyValuePair<string, string>> Labels, double Value);
