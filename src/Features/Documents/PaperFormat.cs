using System.Globalization;
using PacSpace.Evidence;

namespace PacSpace.Features.Documents;

/// <summary>Numbers, days and instants as a document shows them: a locale's form, never its words (portal 1.5).</summary>
internal sealed class PaperFormat
{
    private const string Day = "d MMMM yyyy";

    private readonly CultureInfo _locale;
    private readonly TimeZoneInfo _zone;

    public PaperFormat(CultureInfo locale, TimeZoneInfo zone)
    {
        _locale = (CultureInfo)locale.Clone();
        if (_locale.NumberFormat.NegativeSign == "-") _locale.NumberFormat.NegativeSign = "\u2212"; // as wide as a digit, and not a hyphen
        _zone = zone;
        ZoneName = zone.Id == TimeZoneInfo.Utc.Id ? "UTC" : zone.Id;
    }

    /// <summary>en-US and UTC.</summary>
    public static PaperFormat Standard { get; } = new(CultureInfo.GetCultureInfo("en-US"), TimeZoneInfo.Utc);

    public string ZoneName { get; }

    public string Amount(decimal amount) => amount.ToString("#,##0.#########", _locale);

    /// <summary>With a plus where it is one.</summary>
    public string Signed(decimal amount) => amount > 0 ? $"+{Amount(amount)}" : Amount(amount);

    public string Count(long count) => count.ToString("#,##0", _locale);

    public string Instant(DateTimeOffset instant) => $"{TimeZoneInfo.ConvertTime(instant, _zone).ToString($"{Day}, HH:mm", _locale)} {ZoneName}";

    /// <summary>For a table's column; sorts as it reads.</summary>
    public static string Row(Timestamp instant) => instant.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
