using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

/// <summary>Whether an address may be registered (api-dashboard 10). The same is asked again of each address that is dialled.</summary>
internal sealed class WebhookAddresses(AddressGuard guard)
{
    public const int MaxUrlLength = 2_048;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static bool IsUrl(string? text) =>
        text is null || (text.Length <= MaxUrlLength && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0);

    /// <summary>Null when it may be.</summary>
    /// <param name="url">Of the form that <see cref="IsUrl"/> asks for.</param>
    public async Task<Refusal?> RefuseAsync(string url, string environment, CancellationToken ct)
    {
        var address = new Uri(url);
        if (environment == Environments.Production && address.Scheme != Uri.UriSchemeHttps) return Refuse("must be https in production");
        if (address.UserInfo.Length > 0 || url.Contains('#', StringComparison.Ordinal)) return Refuse("must not have user info or a fragment");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(s_patience);
        try
        {
            await guard.ResolveAsync(address.IdnHost, patience.Token);
            return null;
        }
        catch (AddressRefusedException refused)
        {
            return Refuse($"is refused: the {refused.Message}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Refuse("is refused: the name does not resolve");
        }
    }

    private static Refusal Refuse(string message) => new(RefusalCode.WebhookUrlRefused, $"url {message}") { Details = [new RefusalDetail("url", message)] };
}
