using System.Globalization;
using PacSpace.Evidence;
using PacSpace.Features.Display;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Receipts;

/// <summary>A receipt's lines for people. The locale formats dates and numbers and never changes the words.</summary>
public sealed record ReceiptDisplay(
    string Locale, string Timezone, string Period, string Total, string RecordedBy, string CoveredThrough, string Statement);

/// <summary>Writes the lines of <see cref="ReceiptDisplay"/>.</summary>
internal static class ReceiptLines
{
    public static ReceiptDisplay Of(StoredCheckpoint checkpoint, string? unit, CultureInfo locale, TimeZoneInfo zone)
    {
        var form = new DisplayForm(locale, zone);
        return new ReceiptDisplay(
            locale.Name,
            zone.Id,
            Period(checkpoint.Window, form),
            RecordWords.Total(checkpoint.Net.Value, unit, form),
            RecordWords.RecordedBy(checkpoint.RecordedBy),
            RecordWords.VerifiedThrough(checkpoint.CoveredThrough.ToDateTimeOffset(), form),
            RecordWords.Statement(checkpoint.RecordedBy));
    }

    /// <summary>The lines of what is not closed yet: nothing is verified through any day by it.</summary>
    public static PreviewDisplay OfPreview(ReceiptFacts facts, CultureInfo locale, TimeZoneInfo zone)
    {
        var form = new DisplayForm(locale, zone);
        return new PreviewDisplay(
            locale.Name, zone.Id, Period(facts.Window, form), RecordWords.Total(facts.Net, facts.Unit, form), RecordWords.RecordedBy(facts.Vendor), null,
            RecordWords.Statement(facts.Vendor));
    }

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

    private static string Period(Window window, DisplayForm form) => RecordWords.Period(window.Start.ToDateTimeOffset(), window.End.ToDateTimeOffset(), form);
}
