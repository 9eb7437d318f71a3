using System.Buffers.Binary;
using System.Security.Cryptography;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Webhooks;

/// <summary>An event: a place in a row of <c>webhook_events</c>.</summary>
public readonly record struct EventPlace(long EventNo, int Place);

/// <summary>Public ids of events and deliveries, permutations of their places like those of records: an event that is not
/// sent yet has its id and costs nothing.</summary>
/// <remarks>
/// <code>
/// event    = place (4) ‖ 4 zero bytes ‖ event no (8)          big-endian
/// delivery = endpoint no (4) ‖ place (4) ‖ event no (8)
/// </code>
/// </remarks>
public sealed class WebhookIds : IDisposable
{
    private readonly PermutedIds _events;
    private readonly PermutedIds _deliveries;

    /// <param name="recordIdKey">The key of record ids, from which those of events and deliveries are derived.</param>
    public WebhookIds(ReadOnlySpan<byte> recordIdKey)
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.Expand(HashAlgorithmName.SHA256, recordIdKey, key, "pacspace webhook event ids"u8);
        _events = new PermutedIds(key, "evt_");
        HKDF.Expand(HashAlgorithmName.SHA256, recordIdKey, key, "pacspace webhook delivery ids"u8);
        _deliveries = new PermutedIds(key, "dlv_");
    }

    public string Event(EventPlace at) => Encode(_events, at.Place, 0, at.EventNo);

    public string Delivery(int endpointNo, EventPlace at) => Encode(_deliveries, endpointNo, at.Place, at.EventNo);

    /// <summary>False for what is no id of ours. Whether there is such an event, the rows say.</summary>
    public bool TryDecodeEvent(string eventId, out EventPlace at)
    {
        Span<byte> block = stackalloc byte[PermutedIds.BlockBytes];
        var isId = _events.TryDecode(eventId, block);
        at = new EventPlace(BinaryPrimitives.ReadInt64BigEndian(block[8..]), BinaryPrimitives.ReadInt32BigEndian(block));
        return isId && at.EventNo > 0 && at.Place >= 0 && BinaryPrimitives.ReadInt32BigEndian(block[4..]) == 0;
    }

    public void Dispose()
    {
        _events.Dispose();
        _deliveries.Dispose();
    }

    private static string Encode(PermutedIds ids, int first, int second, long eventNo)
    {
        Span<byte> block = stackalloc byte[PermutedIds.BlockBytes];
        BinaryPrimitives.WriteInt32BigEndian(block, first);
        BinaryPrimitives.WriteInt32BigEndian(block[4..], second);
        BinaryPrimitives.WriteInt64BigEndian(block[8..], eventNo);
        var id = new string[1];
        ids.Encode(block, id);
        return id[0];
    }
}
