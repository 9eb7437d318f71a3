using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using PacSpace.Infrastructure.Metering;

namespace PacSpace.Features.Service;

/// <summary>Adds up what this process's instruments measure, from the moment the server starts.</summary>
/// <remarks>Stands in for an exporter of OpenTelemetry: the instruments are those of System.Diagnostics.Metrics, so one can take
/// its place without a change elsewhere. A measurement costs one look-up and interlocked additions.</remarks>
internal sealed class ProcessMetrics : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<string, MeasuredFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public IReadOnlyList<MetricFamily> Read() => [.. _families.Values.Select(family => family.Read())];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<long>(static (_, value, labels, family) => ((MeasuredFamily)family!).Add(value, labels));
        _listener.SetMeasurementEventCallback<double>(static (_, value, labels, family) => ((MeasuredFamily)family!).Add(value, labels));
        _listener.Start();
        PacSpaceMeter.BeginAtZero();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name != PacSpaceMeter.Name) return;
        var kind = instrument switch
        {
            Counter<long> => MetricKind.Counter,
            Histogram<double> => MetricKind.Histogram,
            _ => throw new InvalidOperationException($"{instrument.Name} is neither a counter of whole numbers nor a histogram of seconds."),
        };
        listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument.Name, name => new MeasuredFamily(name, instrument.Description ?? "", kind)));
    }
}
