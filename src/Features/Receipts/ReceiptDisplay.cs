using System.Globalization;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Receipts;

/// <summary>A receipt's lines for people. The locale formats dates and numbers and never changes the words.</summary>
public sealed record ReceiptDisplay(
    string Locale, string Timezone, string Period, string Total, string RecordedBy, string CoveredThrough, string Statement);

/// <summary>Writes the lines of <see cref="ReceiptDisplay"/> (portal 1.5 and 2).</summary>
internal static class ReceiptLines
{
    private const string Day = "d MMMM yyyy";

    public static ReceiptDisplay Of(StoredCheckpoint checkpoint, string? unit, CultureInfo locale, TimeZoneInfo zone) => new(
        locale.Name,
        zone.Id,
        Period(checkpoint.Window, locale, zone),
        Total(checkpoint.Net.Value, unit, locale),
        RecordedBy(checkpoint.RecordedBy),
        $"Verified through {Through(checkpoint.CoveredThrough, locale, zone)}",
        Statement(checkpoint.RecordedBy));

    /// <summary>The lines of what is not closed yet: nothing is verified through any day by it.</summary>
    public static PreviewDisplay OfPreview(ReceiptFacts facts, CultureInfo locale, TimeZoneInfo zone) => new(
        locale.Name, zone.Id, Period(facts.Window, locale, zone), Total(facts.Net, facts.Unit, locale), RecordedBy(facts.Vendor), null, Statement(facts.Vendor));

    /// <summary>False for anything that is not a BCP 47 tag of a known locale.</summary>
    public static bool TryLocale(string tag, out CultureInfo locale)
    {
        locale = CultureInfo.InvariantCulture;
        if (tag.Length is 0 or > 35 || !tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) return false;
        try
        {
            locale = CultureInfo.GetCultureInfo(tag, predefinedOnly: true);
            return locale.Name.Length > 0;
        }
        catch (CultureNotFoundException)
        {
            return false;
        }
    }

    /// <summary>False for anything that is not the name of an IANA zone.</summary>
    public static bool TryZone(string name, out TimeZoneInfo zone)
    {
        zone = TimeZoneInfo.Utc;
        if (name == "UTC") return true;
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found) && found.HasIanaId && (zone = found) is not null;
    }

    private static string Total(decimal net, string? unit, CultureInfo locale) =>
        $"{Amount(Math.Abs(net), locale)}{(unit is null ? "" : $" {unit}")} recorded";

    private static string RecordedBy(string vendor) => $"Recorded by {vendor}";

    private static string Statement(string vendor) => $"This record was written by {vendor}. It can be independently checked.";

    private static string Amount(decimal amount, CultureInfo locale) => amount.ToString("#,##0.#########", locale);

    /// <summary>A UTC month has its name in every zone; other windows show their first and their last day, or the instants
    /// where these are not midnight.</summary>
    private static string Period(Window window, CultureInfo locale, TimeZoneInfo zone)
    {
        if (window.AsPeriod() is not null) return window.Start.ToDateTimeOffset().ToString("MMMM yyyy", locale);
        var start = TimeZoneInfo.ConvertTime(window.Start.ToDateTimeOffset(), zone);
        return $"{(start.TimeOfDay == TimeSpan.Zero ? start.ToString(Day, locale) : Instant(start, locale, zone))} – {Through(window.End, locale, zone)}";
    }

    /// <summary>The last day wholly before an exclusive end, or the instant if it is not midnight.</summary>
    private static string Through(Timestamp end, CultureInfo locale, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(end.ToDateTimeOffset(), zone);
        return local.TimeOfDay == TimeSpan.Zero ? local.AddDays(-1).ToString(Day, locale) : Instant(local, locale, zone);
    }

    private static string Instant(DateTimeOffset local, CultureInfo locale, TimeZoneInfo zone) =>
        $"{local.ToString($"{Day}, HH:mm", locale)} {(zone.Id == TimeZoneInfo.Utc.Id ? "UTC" : zone.Id)}";
}
