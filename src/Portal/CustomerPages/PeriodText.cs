using System.Globalization;
using PacSpace.Features.Display;
using PacSpace.Features.SharedRecord;

namespace PacSpace.Portal;

/// <summary>How pages name periods and their instants, in English and UTC.</summary>
internal static class PeriodText
{
    private static readonly CultureInfo s_english = CultureInfo.GetCultureInfo("en-US");

    public static string Of(PeriodRow period) => RecordWords.Period(period.StartDate, period.EndDate);

    /// <summary>In a table that says UTC in its head: <c>1 May 2026, 00:05</c>.</summary>
    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy, HH:mm", s_english);

    /// <summary><c>1 May 2026</c></summary>
    public static string Date(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy", s_english);

    /// <summary><c>May</c>, and <c>Jan 26</c> where a year begins or a picture does.</summary>
    public static string ShortMonth(DateTimeOffset at, bool withYear) => at.UtcDateTime.ToString(withYear ? "MMM yy" : "MMM", s_english);

    /// <summary>For the value of a date field.</summary>
    public static string Field(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
