using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

/// <summary>The sites that may show a tenant's receipts in a frame (api-dashboard 11.2).</summary>
/// <param name="UpdatedAt">Null when the tenant never set any.</param>
public sealed record EmbedOriginsShown(IReadOnlyList<string> Origins, DateTimeOffset? UpdatedAt)
{
    internal static EmbedOriginsShown Of(EmbedList list) => new(list.Origins, list.UpdatedAt);
}

/// <summary>An origin as browsers write it: lower case, without the scheme's own port, without a path. Such a text can be put
/// into a header as it is.</summary>
internal static partial class EmbedOrigin
{
    public const int MaxCount = 20;

    /// <summary>https anywhere, http on this machine alone.</summary>
    public static bool IsOne([NotNullWhen(true)] string? text) =>
        text is not null && text.Length <= 300 && Form().IsMatch(text) && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.GetLeftPart(UriPartial.Authority) == text && (uri.Scheme == Uri.UriSchemeHttps || uri.IsLoopback);

    /// <summary>A frame on the developer's own machine is for trying out: it shows sandbox receipts.</summary>
    public static bool IsForSandboxAlone(string origin) => origin.StartsWith("http://", StringComparison.Ordinal);

    /// <summary>The origin that a Referer shows; null when it shows none.</summary>
    public static string? OfReferrer(string? referrer) =>
        Uri.TryCreate(referrer, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? uri.GetLeftPart(UriPartial.Authority) : null;

    [GeneratedRegex(@"\Ahttps?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[1-9][0-9]{0,4})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
