using System.Net;
using System.Net.Sockets;

namespace PacSpace.Infrastructure.Webhooks;

/// <summary>Finds out addresses.</summary>
public delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken ct);

/// <summary>Which addresses a webhook may be sent to: those of the public internet, and what the installation allows besides.</summary>
/// <remarks>IPv6 is judged by what is allowed, not by what is known to be bad: ordinary global unicast only. So the forms that
/// carry an IPv4 address inside (mapped, compatible, NAT64, 6to4, Teredo) lead nowhere.</remarks>
/// <param name="allowed">The installation's exceptions, for development.</param>
/// <param name="resolve">Null for the machine's resolver.</param>
public sealed class AddressGuard(IReadOnlyList<IPNetwork> allowed, ResolveHost? resolve = null)
{
    private static readonly IPNetwork[] s_refused4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), // this network, unspecified
        IPNetwork.Parse("10.0.0.0/8"), // private
        IPNetwork.Parse("100.64.0.0/10"), // carrier-grade NAT; a cloud's metadata lies there too
        IPNetwork.Parse("127.0.0.0/8"), // loopback
        IPNetwork.Parse("168.63.129.16/32"), // a cloud's platform
        IPNetwork.Parse("169.254.0.0/16"), // link-local, metadata
        IPNetwork.Parse("172.16.0.0/12"), // private
        IPNetwork.Parse("192.0.0.0/24"), // protocol assignments
        IPNetwork.Parse("192.0.2.0/24"), // documentation
        IPNetwork.Parse("192.88.99.0/24"), // 6to4 relays
        IPNetwork.Parse("192.168.0.0/16"), // private
        IPNetwork.Parse("198.18.0.0/15"), // benchmarks
        IPNetwork.Parse("198.51.100.0/24"), // documentation
        IPNetwork.Parse("203.0.113.0/24"), // documentation
        IPNetwork.Parse("224.0.0.0/3"), // multicast, reserved, broadcast
    ];

    private static readonly IPNetwork s_global6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] s_refused6 =
    [
        IPNetwork.Parse("2001::/23"), // protocol assignments: Teredo, benchmarks, ORCHID
        IPNetwork.Parse("2001:db8::/32"), // documentation
        IPNetwork.Parse("2002::/16"), // 6to4
        IPNetwork.Parse("3fff::/20"), // documentation
    ];

    private readonly ResolveHost _resolve = resolve ?? Dns.GetHostAddressesAsync;

    public bool MayDial(IPAddress address)
    {
        if (allowed.Any(network => network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address))) return true;
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !s_refused4.Any(network => network.Contains(address)),
            // Asked first: IPNetwork compares a mapped address by its IPv4 part, also with a network of IPv6.
            AddressFamily.InterNetworkV6 when address.IsIPv4MappedToIPv6 => false,
            AddressFamily.InterNetworkV6 => address.ScopeId == 0 && s_global6.Contains(address) && !s_refused6.Any(network => network.Contains(address)),
            _ => false,
        };
    }

    /// <summary>The host's addresses, all of which may be dialled.</summary>
    /// <exception cref="AddressRefusedException">One of them may not be, or there are none.</exception>
    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host.AsSpan().Trim("[]"), out var literal) ? [literal] : await _resolve(host, ct);
        }
        catch (SocketException)
        {
            addresses = [];
        }

        if (addresses.Length == 0) throw new AddressRefusedException("name does not resolve");
        return addresses.All(MayDial) ? addresses : throw new AddressRefusedException("address is not allowed");
    }
}

/// <summary>The host may not be dialled. The message says no address.</summary>
public sealed class AddressRefusedException(string message) : Exception(message);
