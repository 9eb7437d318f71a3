using System.Text.RegularExpressions;

namespace PacSpace.Portal.Tests;

/// <summary>Portal 2, as the contract lists it: not the list in code, which could be short of one.</summary>
internal static partial class BannedOnPages
{
    [GeneratedRegex(
        @"\b(used|consumed|deducted|reduced|charged|expected|PacSpace measured|PacSpace metered|PacSpace calculated usage|PacSpace says you used|" +
        @"risk|score|rank|health|anomaly|expected usage|normal usage|correct|incorrect|neutral truth)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    public static partial Regex Words { get; }
}
