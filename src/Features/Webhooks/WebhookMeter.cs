using System.Diagnostics.Metrics;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

/// <summary>Counts attempts by what came of them; labels carry no ids.</summary>
internal sealed class WebhookMeter : IDisposable
{
    private readonly Meter _meter = new("PacSpace");
    private readonly Counter<long> _deliveries;

    public WebhookMeter() => _deliveries = _meter.CreateCounter<long>("pacspace_webhook_deliveries_total", description: "Attempts to deliver a webhook.");

    /// <summary>delivered, retrying (more to come) or failed (given up).</summary>
    public void Count(DeliveryState state) => _deliveries.Add(1, new KeyValuePair<string, object?>("outcome", state.ToString().ToLowerInvariant()));

    public void Dispose() => _meter.Dispose();
}
