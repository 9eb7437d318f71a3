using System.Globalization;

namespace PacSpace.Features.Display;

/// <summary>How numbers and instants are written for people. The words stay English whatever the locale.</summary>
public sealed record DisplayForm(CultureInfo Locale, TimeZoneInfo Zone)
{
    /// <summary>That of customer pages and of the labels in answers (portal 1.5): en-US and UTC.</summary>
    public static DisplayForm Standard { get; } = new(CultureInfo.GetCultureInfo("en-US"), TimeZoneInfo.Utc);
}
