using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace PacSpace.Features.Pipeline;

/// <summary>Where a request came from, no more exactly than its purpose needs.</summary>
internal static class ClientAddress
{
    private const int ShortBitsOf4 = 24;
    private const int ShortBitsOf6 = 48;

    /// <summary>For counting: an IPv4 address, or the /64 of an IPv6 one, since whoever has one address of a /64 has all of them.</summary>
    public static UInt128 Counted(IPAddress? address)
    {
        if (address is null) return UInt128.MaxValue;
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (Plain(address) is { AddressFamily: AddressFamily.InterNetwork } four) four.TryWriteBytes(bytes[12..], out _);
        else address.TryWriteBytes(bytes, out _);
        if (Plain(address).AddressFamily == AddressFamily.InterNetworkV6) bytes[8..].Clear();
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>For showing: <c>203.0.113.0/24</c>, or a /48.</summary>
    public static string? Shortened(IPAddress? address)
    {
        if (address is null) return null;
        var plain = Plain(address);
        var bits = plain.AddressFamily == AddressFamily.InterNetwork ? ShortBitsOf4 : ShortBitsOf6;
        var bytes = plain.GetAddressBytes();
        bytes.AsSpan(bits / 8).Clear();
        return $"{new IPAddress(bytes)}/{bits}";
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
