using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace PacSpace.Features.Service;

/// <summary>Who may read the metrics besides loopback: settings of the installation.</summary>
internal sealed class MetricsSettings
{
    public const string Section = "PacSpace:Metrics";

    /// <summary>For <c>Authorization: Bearer</c>; without one nobody is let in by a token.</summary>
    public string? Token { get; set; }

    /// <summary>Networks such as <c>10.0.0.0/8</c>.</summary>
    public string[] Networks { get; set; } = [];
}

/// <summary>The rule of api-balance 8: loopback, a configured network, or the token.</summary>
internal sealed class MetricsAccess(IOptions<MetricsSettings> settings)
{
    private readonly IPNetwork[] _networks = [.. settings.Value.Networks.Select(IPNetwork.Parse)];
    private readonly byte[]? _tokenHash = string.IsNullOrEmpty(settings.Value.Token) ? null : SHA256.HashData(Encoding.UTF8.GetBytes(settings.Value.Token));

    public bool Allows(ReadMetrics request) => IsNear(request) || (_tokenHash is not null && IsToken(request.BearerToken));

    /// <remarks>Who comes through a proxy stands behind the address that a trusted proxy names, and is never loopback. Where a proxy
    /// says that it forwards and is not trusted, the connection's address is the proxy's and says nothing.</remarks>
    private bool IsNear(ReadMetrics request)
    {
        if (request.Forwarding == Forwarding.Unbelieved || request.ClientAddress is not { } address) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return (request.Forwarding == Forwarding.None && IPAddress.IsLoopback(address)) || Array.Exists(_networks, network => network.Contains(address));
    }

    private bool IsToken(string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), _tokenHash);
}
