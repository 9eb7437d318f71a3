using System.Globalization;

namespace PacSpace.Portal;

/// <summary>Numbers and times as pages show them (portal 1.5): English words, en-US numbers, UTC.</summary>
internal static class PageText
{
    private static readonly CultureInfo s_english = CultureInfo.GetCultureInfo("en-US");

    /// <summary>All digits, none added: <c>1,234.5</c>.</summary>
    public static string Number(decimal amount) => amount.ToString("#,0.#########", s_english);

    /// <summary>With its sign: <c>+20</c>, <c>−20</c> (a minus as wide as a plus), <c>0</c>.</summary>
    public static string Signed(decimal amount) => amount > 0 ? $"+{Number(amount)}" : amount < 0 ? $"−{Number(-amount)}" : "0";

    public static string Count(long count) => count.ToString("#,0", s_english);

    /// <summary>In a table of one month: <c>18 Apr, 14:32:05</c>.</summary>
    public static string Short(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM, HH:mm:ss", s_english);

    /// <summary><c>18 April 2026, 14:32:05 UTC</c></summary>
    public static string Long(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy, HH:mm:ss 'UTC'", s_english);

    /// <summary>For <c>datetime</c> attributes.</summary>
    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary><c>April 2026</c></summary>
    public static string Month(DateTimeOffset start) => start.UtcDateTime.ToString("MMMM yyyy", s_english);

    /// <summary>What an amount is counted in, behind a space; nothing when nobody said.</summary>
    public static string Unit(string? unit) => unit is null ? "" : $" {unit}";

    /// <summary>recording, recorded and verified, as a sentence begins.</summary>
    public static string State(string state) => string.Create(state.Length, state, static (text, from) =>
    {
        from.CopyTo(text);
        text[0] = char.ToUpperInvariant(text[0]);
    });
}
