using System.Globalization;
using System.Text;

namespace PacSpace.Bench;

/// <summary>One line of the result.</summary>
/// <param name="Floor">What it must reach; empty where nothing is asked.</param>
/// <param name="Values">One a round.</param>
/// <param name="Format">Of a value, such as <c>0.00x</c>.</param>
internal sealed record Figure(string What, string Floor, string Aim, IReadOnlyList<double> Values, string Format, string Remark = "")
{
    /// <summary>Median and, between brackets, the least and the greatest round.</summary>
    public string Spread => Values.Count == 0 ? "not measured"
        : Values.Count == 1 ? Text(Values[0])
        : $"{Text(Median)} [{Text(Values.Min())} .. {Text(Values.Max())}]";

    public double Median => Values.Order().ElementAt((Values.Count - 1) / 2);

    private string Text(double value) => value.ToString(Format, CultureInfo.InvariantCulture);
}

/// <summary>Everything that was measured, as a table for people and as a part of the document.</summary>
internal sealed class Figures
{
    private const string Begin = "<!-- measured: begin -->";
    private const string End = "<!-- measured: end -->";

    private readonly List<Figure> _figures = [];
    private readonly List<string> _remarks = [];

    public void Add(Figure figure)
    {
        _figures.Add(figure);
        Console.WriteLine($"  {figure.What}: {figure.Spread}{(figure.Remark.Length > 0 ? "  " + figure.Remark : "")}");
    }

    public void Remark(FormattableString text) => _remarks.Add(text.ToString(CultureInfo.InvariantCulture));

    public string ToMarkdown()
    {
        var text = new StringBuilder("| what | floor | aim | median [least .. greatest round] | |\n|---|---|---|---|---|\n");
        foreach (var f in _figures) text.Append(CultureInfo.InvariantCulture, $"| {f.What} | {f.Floor} | {f.Aim} | {f.Spread} | {f.Remark} |\n");
        text.Append('\n');
        foreach (var remark in _remarks) text.Append("- ").Append(remark).Append('\n');
        return text.ToString();
    }

    /// <summary>Replaces the measured part of a document, between its two marks.</summary>
    public void WriteTo(string path)
    {
        var document = File.ReadAllText(path);
        var (begin, end) = (document.IndexOf(Begin, StringComparison.Ordinal), document.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin) throw new InvalidOperationException($"{path} has no part between {Begin} and {End}.");
        File.WriteAllText(path, string.Concat(document.AsSpan(0, begin + Begin.Length), "\n", ToMarkdown(), document.AsSpan(end)));
    }
}
