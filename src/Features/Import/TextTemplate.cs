using System.Text;

namespace PacSpace.Features.Import;

/// <summary>Text made from a row: fixed words with <c>{column}</c> or <c>{number expression}</c> in between, such as
/// <c>cust_{row % 40}</c>.</summary>
/// <remarks>Between braces a column's name alone gives its text as it stands; anything else is a
/// <see cref="NumberExpression"/>. <c>{{</c> and <c>}}</c> are the braces themselves.</remarks>
internal sealed class TextTemplate
{
    private readonly IReadOnlyList<Part> _parts;

    private TextTemplate(IReadOnlyList<Part> parts) => _parts = parts;

    private delegate string Part(UsageRow row, ref string? complaint);

    /// <summary>A column, a template, or a bare number expression.</summary>
    /// <exception cref="ImportUseException">It is none of them.</exception>
    public static TextTemplate ParseExpression(string text, UsageColumns columns) =>
        text.Contains('{', StringComparison.Ordinal) ? Parse(text, columns) : new([Hole(text, columns)]);

    /// <summary>A column, a template, or fixed words.</summary>
    /// <exception cref="ImportUseException">A brace does not close, or what stands between two is no expression.</exception>
    public static TextTemplate ParseText(string text, UsageColumns columns) =>
        columns.TryFind(text, out _) ? new([Hole(text, columns)]) : Parse(text, columns);

    /// <summary>False, and why, when this row gives no text.</summary>
    public bool TryWrite(UsageRow row, out string text, out string? complaint)
    {
        complaint = null;
        if (_parts.Count == 1)
        {
            text = _parts[0](row, ref complaint);
            return complaint is null;
        }

        var written = new StringBuilder();
        foreach (var part in _parts) written.Append(part(row, ref complaint));
        text = written.ToString();
        return complaint is null;
    }

    private static TextTemplate Parse(string text, UsageColumns columns)
    {
        var parts = new List<Part>();
        var words = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is not ('{' or '}'))
            {
                words.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == text[at])
            {
                words.Append(text[at++]);
            }
            else
            {
                var end = text[at] == '{' ? text.IndexOf('}', at) : -1;
                if (end < 0) throw new ImportUseException($"In \"{text}\" the brace at character {at + 1} has no partner.");
                AddWords();
                parts.Add(Hole(text[(at + 1)..end], columns));
                at = end;
            }
        }

        AddWords();
        return new(parts);

        void AddWords()
        {
            if (words.Length == 0) return;
            var fixedText = words.ToString();
            words.Clear();
            parts.Add((UsageRow _, ref string? _) => fixedText);
        }
    }

    private static Part Hole(string inner, UsageColumns columns)
    {
        var name = inner.Trim();
        if (columns.TryFind(inner, out var position) || columns.TryFind(name, out position)
            || (name.StartsWith('[') && name.EndsWith(']') && columns.TryFind(name[1..^1], out position)))
            return (UsageRow row, ref string? _) => row.Fields[position];

        var expression = NumberExpression.Parse(inner, columns);
        return (UsageRow row, ref string? complaint) =>
        {
            if (!expression.TryEvaluate(row, out var value, out var why)) complaint ??= why;
            else if (value.TryFormat(out var digits)) return digits;
            else complaint ??= $"{name} has more than {ExactNumber.MaxFractionDigits} fractional digits";
            return "";
        };
    }
}
