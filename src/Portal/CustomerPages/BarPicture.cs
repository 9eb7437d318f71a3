using System.Globalization;

namespace PacSpace.Portal;

/// <summary>How a bar is told from another without colour.</summary>
public enum BarFill
{
    Solid,
    Outlined,

    /// <summary>Dashed: not, or not wholly, in a verified period.</summary>
    Dashed,
}

/// <param name="Amount">Below zero it hangs under the line.</param>
public sealed record Bar(decimal Amount, BarFill Fill);

/// <summary>Bars that stand side by side over one label.</summary>
/// <param name="Label">Short; empty where only every so many columns has one.</param>
public sealed record BarColumn(string Label, IReadOnlyList<Bar> Bars);

/// <summary>A part of the picture's length that is marked below the bars.</summary>
/// <param name="From">0 to 1, as <paramref name="To"/>.</param>
public sealed record BarSpan(double From, double To);

/// <summary>Amounts as bars on a canvas that scales with the page (portal 3.6, 3.7): where each shape stands, and nothing else.</summary>
/// <remarks>What is seen is told by the table beside it; heights are for the eye and lose digits, so no number is taken from them.</remarks>
public sealed class BarPicture
{
    public const int Width = 720;
    public const int Height = 300;

    private const double Top = 16;
    private const double Bottom = 244;
    private const double MarkTop = 254;
    private const double MarkHeight = 10;
    private const double LabelBaseline = 288;

    /// <summary>A digit at the largest size that the style sheet gives to labels, on a phone.</summary>
    private const double DigitWidth = 13;

    /// <summary>Of a column's width, that bars take.</summary>
    private const double Filled = 0.76;

    private const int Steps = 4;

    private static readonly CultureInfo s_english = CultureInfo.GetCultureInfo("en-US");

    private readonly double _left;
    private readonly double _lowest;
    private readonly double _highest;

    public BarPicture(IReadOnlyList<BarColumn> columns, IReadOnlyList<BarSpan>? marked = null)
    {
        var amounts = columns.SelectMany(column => column.Bars).Select(bar => (double)bar.Amount).ToList();
        var (least, most) = (Math.Min(0, amounts.DefaultIfEmpty().Min()), Math.Max(0, amounts.DefaultIfEmpty().Max()));
        var step = StepOf(most - least);
        (_lowest, _highest) = (Math.Floor(least / step) * step, Math.Ceiling(most / step) * step);
        if (_highest <= _lowest) _highest = _lowest + step;

        var lines = Enumerable.Range(0, (int)Math.Round((_highest - _lowest) / step) + 1).Select(i => _lowest + i * step).ToList();
        var words = lines.ConvertAll(Words);
        _left = words.Max(word => word.Length) * DigitWidth + 8;
        Lines = [.. lines.Zip(words, (value, word) => new PictureLine(At(value), word, Math.Abs(value) < step / 2))];
        Left = _left;

        var width = (Width - _left) / Math.Max(1, columns.Count);
        Labels = [.. columns.Select((column, i) => new PictureLabel(_left + (i + 0.5) * width, LabelBaseline, column.Label)).Where(label => label.Text.Length > 0)];
        Bars = [.. columns.SelectMany((column, i) => BarsOf(column, _left + i * width, width))];
        Marked = [.. (marked ?? []).Select(span => new PictureShape("gap", _left + span.From * (Width - _left), MarkTop, Math.Max(2, (span.To - span.From) * (Width - _left)), MarkHeight))];
    }

    /// <summary>Where the columns begin; what the lines are labelled with stands before it.</summary>
    public double Left { get; }

    public IReadOnlyList<PictureLine> Lines { get; }

    public IReadOnlyList<PictureShape> Bars { get; }

    public IReadOnlyList<PictureShape> Marked { get; }

    public IReadOnlyList<PictureLabel> Labels { get; }

    /// <summary>A coordinate as markup has it.</summary>
    public static string Text(double coordinate) => coordinate.ToString("0.#", CultureInfo.InvariantCulture);

    public static string ClassOf(BarFill fill) => fill switch
    {
        BarFill.Solid => "bar-1",
        BarFill.Outlined => "bar-2",
        _ => "gap",
    };

    private IEnumerable<PictureShape> BarsOf(BarColumn column, double left, double width)
    {
        var (each, begin) = (width * Filled / Math.Max(1, column.Bars.Count), left + width * (1 - Filled) / 2);
        return column.Bars.Select((bar, i) =>
        {
            var (zero, end) = (At(0), At((double)bar.Amount));
            var inset = bar.Fill == BarFill.Solid ? 0 : 1; // half of the stroke, so that an outline is as wide as a solid bar
            return new PictureShape(
                ClassOf(bar.Fill), Math.Min(begin + i * each + inset, Width - 1), Math.Min(zero, end), Math.Max(1, each - 1 - 2 * inset), bar.Amount == 0 ? 0 : Math.Max(2, Math.Abs(end - zero)));
        }).Where(shape => shape.Height > 0);
    }

    private double At(double value) => Bottom - (value - _lowest) / (_highest - _lowest) * (Bottom - Top);

    /// <summary>1, 2 or 5 and zeros behind it or before it: what a reader counts in.</summary>
    private static double StepOf(double range)
    {
        if (range <= 0) return 1;
        var rough = range / Steps;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
    }

    private static string Words(double value)
    {
        var (scaled, suffix) = Math.Abs(value) switch
        {
            >= 1e15 => (value / 1e15, " quadr."),
            >= 1e12 => (value / 1e12, " tr."),
            >= 1e9 => (value / 1e9, " bn."),
            >= 1e6 => (value / 1e6, " m."),
            _ => (value, ""),
        };
        return scaled.ToString("#,##0.#########", s_english) + suffix;
    }
}

/// <param name="IsZero">The line on which the bars stand.</param>
public sealed record PictureLine(double Y, string Text, bool IsZero);

/// <param name="Class">Of the style sheet.</param>
public sealed record PictureShape(string Class, double X, double Y, double Width, double Height);

/// <param name="X">Of its middle.</param>
public sealed record PictureLabel(double X, double Y, string Text);

/// <summary>A picture with the words that tell it, as <c>_Picture</c> shows it.</summary>
/// <param name="Id">Unique on the page.</param>
/// <param name="TextId">Of the element that says the same in words and numbers.</param>
/// <param name="Key">What each fill means.</param>
public sealed record BarFigure(string Id, string Title, string Description, string TextId, BarPicture Picture, IReadOnlyList<(BarFill Fill, string Words)> Key);
