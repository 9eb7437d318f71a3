using PacSpace.Evidence;
using PacSpace.Features.Account;

namespace PacSpace.Features.Automation;

/// <summary>How often a tenant's windows close by themselves (api-dashboard 9).</summary>
internal enum Cadence
{
    /// <summary>UTC months.</summary>
    Monthly,

    /// <summary>ISO weeks, Monday to Sunday UTC.</summary>
    Weekly,

    /// <summary>UTC days; tier <c>enterprise</c> only.</summary>
    Daily,
}

/// <summary>Cadences as they are written, and the windows that they cut time into. Pure.</summary>
internal static class Cadences
{
    private static readonly string[] s_texts = ["monthly", "weekly", "daily"];

    public static IReadOnlyList<string> All => s_texts;

    public static string Text(Cadence cadence) => s_texts[(int)cadence];

    /// <exception cref="ArgumentException">It is none; the validator refused it.</exception>
    public static Cadence Of(string text) => Array.IndexOf(s_texts, text) is var at and >= 0
        ? (Cadence)at
        : throw new ArgumentException($"\"{text}\" is no cadence.", nameof(text));

    /// <summary>Daily closing is for the highest tier.</summary>
    public static bool IsAllowed(Cadence cadence, string tier) => cadence != Cadence.Daily || tier == Plan.HighestTier;

    public static IReadOnlyList<string> AllowedFor(string tier) => [.. Enum.GetValues<Cadence>().Where(cadence => IsAllowed(cadence, tier)).Select(Text)];

    /// <summary>The window that an instant lies in. The windows of a cadence touch and leave nothing out.</summary>
    public static Window WindowAt(Cadence cadence, Timestamp instant)
    {
        if (cadence == Cadence.Monthly) return Period.Of(instant).Window;
        var day = new DateTimeOffset(instant.ToDateTimeOffset().UtcDateTime.Date, TimeSpan.Zero);
        var first = cadence == Cadence.Daily ? day : day.AddDays(-DaysSinceMonday(day.DayOfWeek));
        return new Window(Timestamp.FromDateTimeOffset(first), Timestamp.FromDateTimeOffset(first.AddDays(cadence == Cadence.Daily ? 1 : 7)));
    }

    private static int DaysSinceMonday(DayOfWeek day) => ((int)day + 6) % 7;
}
