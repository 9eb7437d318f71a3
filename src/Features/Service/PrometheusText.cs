using System.Globalization;
using System.Text;

namespace PacSpace.Features.Service;

/// <summary>The text format of Prometheus, version 0.0.4. Pure.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Of(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families.OrderBy(family => family.Name, StringComparer.Ordinal))
        {
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(family.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Kind.ToString().ToLowerInvariant()).Append('\n');
            foreach (var sample in family.Samples) Write(text, family.Name, sample);
        }

        return text.ToString();
    }

    /// <summary>Also how a bucket's bound is written.</summary>
    public static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static void Write(StringBuilder text, string name, MetricSample sample)
    {
        text.Append(name).Append(sample.Suffix);
        for (var i = 0; i < sample.Labels.Count; i++)
        {
            text.Append(i == 0 ? '{' : ',').Append(sample.Labels[i].Key).Append("=\"");
            foreach (var c in sample.Labels[i].Value) text.Append(c switch { '\\' => "\\\\", '"' => "\\\"", '\n' => "\\n", _ => null } ?? c.ToString());
            text.Append('"');
        }

        text.Append(sample.Labels.Count > 0 ? "} " : " ").Append(Number(sample.Value)).Append('\n');
    }
}
