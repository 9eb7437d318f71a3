using System.Globalization;

namespace PacSpace.Portal;

/// <summary>What pages show beside the words of <see cref="PacSpace.Features.Display.RecordWords"/>: English, en-US, UTC.</summary>
internal static class PageText
{
    private static readonly CultureInfo s_english = CultureInfo.GetCultureInfo("en-US");

    public static string Count(long count) => count.ToString("#,0", s_english);

    /// <summary>In a table of one month: <c>18 Apr, 14:32:05</c>.</summary>
    public static string Short(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM, HH:mm:ss", s_english);

    /// <summary><c>18 April 2026, 14:32:05 UTC</c></summary>
    public static string Long(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy, HH:mm:ss 'UTC'", s_english);

    /// <summary>For <c>datetime</c> attributes.</summary>
    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>What an amount is counted in, behind a space; nothing when nobody said.</summary>
    public static string Unit(string? unit) => unit is null ? "" : $" {unit}";
}
