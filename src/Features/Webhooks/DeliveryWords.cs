using System.Diagnostics.CodeAnalysis;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

/// <summary>A delivery's state in the two columns of api-balance 6.4.</summary>
internal static class DeliveryWords
{
    private static readonly Dictionary<DeliveryState, (string Status, string DeliveryStatus)> s_words = new()
    {
        [DeliveryState.Pending] = ("QUEUED", "pending"),
        [DeliveryState.Retrying] = ("PROCESSING", "retrying"),
        [DeliveryState.Delivered] = ("VERIFIED", "delivered"),
        [DeliveryState.Failed] = ("FAILED", "failed"),
    };

    public static (string Status, string DeliveryStatus) Of(DeliveryState state) => s_words[state];

    public static bool TryParse(string word, [NotNullWhen(true)] out DeliveryState? state)
    {
        state = null;
        foreach (var (known, (status, deliveryStatus)) in s_words)
            if (word.Equals(status, StringComparison.OrdinalIgnoreCase) || word.Equals(deliveryStatus, StringComparison.OrdinalIgnoreCase)) state = known;
        return state is not null;
    }
}
