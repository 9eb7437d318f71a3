using System.Globalization;
using System.Text.RegularExpressions;

namespace PacSpace.Features.Log;

/// <summary>The name of a tile in C2SP tlog-tiles: <c>N[.p/W]</c>, N in groups of three digits, all but the last with an
/// <c>x</c> before them.</summary>
/// <param name="Number">N, from 0.</param>
/// <param name="Width">W, or 256 for a full tile.</param>
internal readonly partial record struct TilePath(long Number, int Width)
{
    public const int FullWidth = 256;
    public const int MaxLevel = 63;

    /// <summary>Tree levels that one level of tiles spans.</summary>
    public const int LevelsPerTile = 8;

    private const int MaxGroups = 6; // more entries than 2^53

    /// <summary>Only the one spelling of each number: no group of zeros in front, no sign, no escape.</summary>
    public static bool TryParse(string path, out TilePath tile)
    {
        tile = default;
        var form = Form().Match(path);
        if (!form.Success || form.Groups["group"].Captures.Count >= MaxGroups) return false;
        if (form.Groups["group"] is { Success: true } groups && groups.Captures[0].Value == "000") return false;
        var digits = string.Concat(form.Groups["group"].Captures.Select(c => c.Value)) + form.Groups["last"].Value;
        var width = form.Groups["width"] is { Success: true } partial ? int.Parse(partial.ValueSpan, CultureInfo.InvariantCulture) : FullWidth;
        if (form.Groups["width"].Success && width is < 1 or >= FullWidth) return false;
        tile = new TilePath(long.Parse(digits, CultureInfo.InvariantCulture), width);
        return true;
    }

    /// <summary>The level of a hash tile, 0 to 63, in its one spelling.</summary>
    public static bool TryParseLevel(string text, out int level)
    {
        level = 0;
        return LevelForm().IsMatch(text) && (level = int.Parse(text, CultureInfo.InvariantCulture)) <= MaxLevel;
    }

    [GeneratedRegex(@"^(x(?<group>[0-9]{3})/)*(?<last>[0-9]{3})(\.p/(?<width>[1-9][0-9]{0,2}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"^(0|[1-9][0-9]?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex LevelForm();
}
