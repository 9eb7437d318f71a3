using System.Globalization;
using System.Text.RegularExpressions;

namespace PacSpace.Features.Tests.Service;

/// <summary>Reads the text format of Prometheus, version 0.0.4, as its document says it and nothing beside: what promtool would
/// complain about is an exception.</summary>
internal sealed partial class PrometheusReader
{
    private readonly Dictionary<string, (string Type, bool HasSamples)> _families = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _series = new(StringComparer.Ordinal);
    private string? _current;
    private string? _helped;

    /// <summary>By name and labels as they are written.</summary>
    public IReadOnlyDictionary<string, double> Series => _series;

    public IReadOnlyCollection<string> Families => _families.Keys;

    public string TypeOf(string family) => _families[family].Type;

    public static PrometheusReader Read(string text)
    {
        var reader = new PrometheusReader();
        Require(text.Length == 0 || text[^1] == '\n', "the last line does not end");
        foreach (var line in text.Split('\n')[..^1]) reader.ReadLine(line);
        Require(reader._helped is null, "a HELP without its TYPE");
        foreach (var (family, (type, _)) in reader._families.Where(f => f.Value.Type == "histogram")) reader.CheckHistogram(family);
        return reader;
    }

    private void ReadLine(string line)
    {
        if (line.StartsWith("# HELP ", StringComparison.Ordinal))
        {
            var help = HelpForm().Match(line);
            Require(help.Success, $"bad HELP: {line}");
            Require(_helped is null && !_families.ContainsKey(help.Groups["name"].Value), $"HELP twice or out of place: {line}");
            _helped = help.Groups["name"].Value;
        }
        else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
        {
            var type = TypeForm().Match(line);
            Require(type.Success && type.Groups["name"].Value == _helped, $"TYPE does not follow its HELP: {line}");
            _current = _helped!;
            _helped = null;
            _families.Add(_current, (type.Groups["type"].Value, false));
            Require(type.Groups["type"].Value != "counter" || _current.EndsWith("_total", StringComparison.Ordinal), $"a counter is not called _total: {line}");
        }
        else
        {
            ReadSample(line);
        }
    }

    private void ReadSample(string line)
    {
        var sample = SampleForm().Match(line);
        Require(sample.Success && _current is not null && _helped is null, $"no sample: {line}");
        var (name, labels, type) = (sample.Groups["name"].Value, sample.Groups["labels"].Value, _families[_current!].Type);
        var suffix = name.StartsWith(_current!, StringComparison.Ordinal) ? name[_current!.Length..] : "?";
        Require(type == "histogram" ? suffix is "_bucket" or "_sum" or "_count" : suffix.Length == 0, $"not of the family {_current}: {line}");
        var names = LabelForm().Matches(labels).Select(label => label.Groups["label"].Value).ToList();
        Require(names.Distinct().Count() == names.Count, $"a label twice: {line}");
        Require((suffix == "_bucket") == names.Contains("le"), $"le where it does not belong: {line}");

        var number = sample.Groups["value"].Value;
        var value = number == "+Inf" ? double.PositiveInfinity : double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
        Require(type != "counter" || value >= 0, $"a counter below zero: {line}");
        Require(_series.TryAdd(name + labels, value), $"a series twice: {line}");
    }

    private void CheckHistogram(string family)
    {
        var buckets = _series.Where(s => s.Key.StartsWith(family + "_bucket{", StringComparison.Ordinal))
            .GroupBy(s => BoundForm().Replace(s.Key[(family.Length + "_bucket".Length)..], "").Replace("{,", "{", StringComparison.Ordinal).Replace("{}", "", StringComparison.Ordinal));
        foreach (var series in buckets)
        {
            var bounds = series.Select(s => BoundForm().Match(s.Key).Groups["bound"].Value).Select(b => b == "+Inf" ? double.PositiveInfinity : double.Parse(b, CultureInfo.InvariantCulture)).ToList();
            var counts = series.Select(s => s.Value).ToList();
            Require(bounds.SequenceEqual(bounds.Order()) && bounds.Distinct().Count() == bounds.Count && double.IsPositiveInfinity(bounds[^1]), $"bounds of {family}{series.Key}");
            Require(counts.SequenceEqual(counts.Order()), $"buckets of {family}{series.Key} do not add up");
            Require(_series.TryGetValue($"{family}_count{series.Key}", out var count) && count.Equals(counts[^1]), $"count of {family}{series.Key}");
            Require(_series.ContainsKey($"{family}_sum{series.Key}"), $"sum of {family}{series.Key}");
        }
    }

    private static void Require(bool holds, string complaint)
    {
        if (!holds) throw new FormatException(complaint);
    }

    [GeneratedRegex(@"\A# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\\n]|\\\\|\\n)+\z")]
    private static partial Regex HelpForm();

    [GeneratedRegex(@"\A# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)\z")]
    private static partial Regex TypeForm();

    [GeneratedRegex("""\A(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>(?:\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*")*\})?) (?<value>\+Inf|-?\d+(?:\.\d+)?(?:E[+-]?\d+)?)\z""")]
    private static partial Regex SampleForm();

    [GeneratedRegex("""(?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?:[^"\\\n]|\\["\\n])*" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex LabelForm();

    [GeneratedRegex(""",?le="(?<bound>[^"]*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex BoundForm();
}
