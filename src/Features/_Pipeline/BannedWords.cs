using System.Text.RegularExpressions;

namespace PacSpace.Features.Pipeline;

/// <summary>Words that no customer-facing text may hold (portal 2): the service records a vendor's statement and does not grade it.</summary>
internal static partial class BannedWords
{
    /// <summary>Whole words, case ignored. Text that a vendor sent is shown as sent; a unit is the one that is refused.</summary>
    public static bool IsIn(string text) => Banned().IsMatch(text);

    [GeneratedRegex(
        @"\b(used|consumed|deducted|reduced|charged|expected|PacSpace\s+measured|PacSpace\s+metered|PacSpace\s+calculated\s+usage|" +
        @"PacSpace\s+says\s+you\s+used|risk|score|rank|health|anomaly|expected\s+usage|normal\s+usage|correct|incorrect|neutral\s+truth)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Banned();
}
