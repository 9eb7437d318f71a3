using System.Net;
using System.Text.RegularExpressions;
using FluentValidation;

namespace PacSpace.Features.Sharing;

/// <summary>Shapes that several operations take. Null passes.</summary>
internal static partial class SharingRules
{
    private const int MaxHostnameLength = 253;

    public static IRuleBuilderOptions<T, string?> OneOf<T>(this IRuleBuilder<T, string?> rule, IReadOnlyList<string> words) =>
        rule.Must(text => text is null || words.Contains(text)).WithMessage("must be " + string.Join(", ", words));

    /// <summary>A lower-case DNS name of two labels at least, and no address.</summary>
    public static IRuleBuilderOptions<T, string?> Hostname<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || (text.Length <= MaxHostnameLength && HostnameForm().IsMatch(text) && !IPAddress.TryParse(text, out _)))
            .WithMessage("must be a lower-case DNS name such as verify.example.com");

    [GeneratedRegex(@"\A(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostnameForm();
}
