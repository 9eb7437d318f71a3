using System.Globalization;

namespace PacSpace.Features.Display;

/// <summary>Every line that customers read of a record (portal 1.5 and 2), for pages, labels in answers, receipts and files alike.</summary>
/// <remarks>Without a form it is <see cref="DisplayForm.Standard"/>. None of these words grades the customer, and what the vendor
/// sent goes in as it is.</remarks>
public static class RecordWords
{
    public const string RecordedThisPeriod = "Recorded this period";

    /// <summary>Stands below a headline when the records behind it rise and fall.</summary>
    public const string NetOfBoth = "Net of increases and decreases.";

    public const string ProofAvailable = "Proof available";

    private const string DayForm = "d MMMM yyyy";

    /// <summary>The magnitude: "6,300 credits recorded".</summary>
    /// <param name="unit">Null when the customer has none: "6,300 recorded".</param>
    public static string Total(decimal net, string? unit, DisplayForm? form = null) => Amount(Math.Abs(net), form) + BehindTotal(unit);

    /// <summary>What stands behind the number of <see cref="Total"/>, for a column that aligns the numbers: " credits recorded".</summary>
    public static string BehindTotal(string? unit) => $"{(unit is null ? "" : $" {unit}")} recorded";

    /// <summary>Of the month shown: "7 records this cycle". The words are prescribed and do not bend for one record.</summary>
    public static string RecordsThisCycle(long count, DisplayForm? form = null) => $"{Records(count, form)} this cycle";

    public static string Records(long count, DisplayForm? form = null) => $"{count.ToString("#,##0", LocaleOf(form))} records";

    public static string RecordedBy(string vendor) => $"Recorded by {vendor}";

    public static string Statement(string vendor) => $"This record was written by {vendor}. It can be independently checked.";

    /// <summary>All nine fraction digits that a record can have, and no zeros behind them.</summary>
    public static string Amount(decimal amount, DisplayForm? form = null) => amount.ToString("#,##0.#########", LocaleOf(form));

    /// <summary>With its sign, for record detail, period detail, compare and export: "+130", "-130", "0".</summary>
    public static string SignedAmount(decimal amount, DisplayForm? form = null) => amount.ToString("+#,##0.#########;-#,##0.#########;0", LocaleOf(form));

    /// <param name="end">Exclusive; null when there is none.</param>
    public static string VerifiedThrough(DateTimeOffset? end, DisplayForm? form = null) =>
        end is { } through ? $"Verified through {Through(through, form)}" : "No period verified yet";

    /// <summary>Of a record's <c>state</c>: "Recording", "Recorded" or "Verified".</summary>
    public static string State(string state) => state switch
    {
        "recording" => "Recording",
        "recorded" => "Recorded",
        "verified" => "Verified",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A record has no such state."),
    };

    /// <summary>A UTC month has its name in every zone; other windows show their first and their last day, or the instants
    /// where these are not midnight.</summary>
    /// <param name="end">Exclusive.</param>
    public static string Period(DateTimeOffset start, DateTimeOffset end, DisplayForm? form = null)
    {
        var utc = start.ToUniversalTime();
        if (utc.Day == 1 && utc.TimeOfDay == TimeSpan.Zero && end == utc.AddMonths(1)) return utc.ToString("MMMM yyyy", LocaleOf(form));
        return Range(start, end, form);
    }

    /// <summary>First and last day, also of a month; instants where these are not midnight.</summary>
    /// <param name="end">Exclusive.</param>
    public static string Range(DateTimeOffset start, DateTimeOffset end, DisplayForm? form = null) => $"{DayOrInstant(start, form)} – {Through(end, form)}";

    /// <summary>"18 April 2026, 14:32 UTC"</summary>
    public static string Instant(DateTimeOffset instant, DisplayForm? form = null)
    {
        var zone = (form ?? DisplayForm.Standard).Zone;
        return $"{TimeZoneInfo.ConvertTime(instant, zone).ToString($"{DayForm}, HH:mm", LocaleOf(form))} {(zone.Id == TimeZoneInfo.Utc.Id ? "UTC" : zone.Id)}";
    }

    /// <summary>"18 April 2026", in the form's zone.</summary>
    public static string Day(DateTimeOffset instant, DisplayForm? form = null) => InZone(instant, form).ToString(DayForm, LocaleOf(form));

    /// <summary>The last day wholly before an exclusive end, or the instant if it is not midnight.</summary>
    private static string Through(DateTimeOffset end, DisplayForm? form) => IsMidnight(end, form) ? Day(end.AddDays(-1), form) : Instant(end, form);

    private static string DayOrInstant(DateTimeOffset start, DisplayForm? form) => IsMidnight(start, form) ? Day(start, form) : Instant(start, form);

    private static bool IsMidnight(DateTimeOffset instant, DisplayForm? form) => InZone(instant, form).TimeOfDay == TimeSpan.Zero;

    private static DateTimeOffset InZone(DateTimeOffset instant, DisplayForm? form) => TimeZoneInfo.ConvertTime(instant, (form ?? DisplayForm.Standard).Zone);

    private static CultureInfo LocaleOf(DisplayForm? form) => (form ?? DisplayForm.Standard).Locale;
}
