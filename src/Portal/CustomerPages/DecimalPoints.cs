using PacSpace.Features.Display;

namespace PacSpace.Portal;

/// <summary>One column of a table whose decimal points stand one below the other: what a number lacks behind it is filled up.</summary>
/// <remarks>What fills goes into an attribute, which the style sheet draws unseen in the very type of the number: no copied text, no
/// screen reader and no program that reads the page meets it. Rows that a script adds are filled up by <c>alignPoints</c> of pages.js.</remarks>
/// <param name="column">Its numbers; none where they cannot be aligned, because something stands behind each.</param>
internal sealed class DecimalPoints(IEnumerable<decimal> column)
{
    private readonly int _most = column.Select(DigitsOf).DefaultIfEmpty().Max();

    /// <summary>The value of <c>data-fill</c>; null where nothing lacks.</summary>
    public string? Fill(decimal number)
    {
        var digits = DigitsOf(number);
        return digits >= _most ? null : (digits == 0 ? "." : "") + new string('0', _most - digits);
    }

    /// <summary>Behind the point, as the number is written.</summary>
    private static int DigitsOf(decimal number)
    {
        var text = RecordWords.Amount(number);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? 0 : text.Length - point - 1;
    }
}
