using System.Net;
using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Service;

/// <summary>Reads this node's counters and the installation's gauges, for a Prometheus that may.</summary>
/// <param name="ClientAddress">The connection's, or what a trusted proxy says it is (api-balance 1.13).</param>
/// <param name="BearerToken">Of <c>Authorization</c>; null without one.</param>
public sealed record ReadMetrics(
    [property: NotOnTheWire] IPAddress? ClientAddress, [property: NotOnTheWire] Forwarding Forwarding, [property: NotOnTheWire] string? BearerToken)
    : IRequest<Outcome<MetricsRead>>;

/// <summary>Whether a request came through a proxy.</summary>
public enum Forwarding
{
    None,

    /// <summary>Through trusted proxies; the client's address is what they say.</summary>
    Believed,

    /// <summary>Some header says so that no trusted proxy vouches for.</summary>
    Unbelieved,
}

public sealed record MetricsRead(IReadOnlyList<MetricFamily> Families);
