using PacSpace.Features.Service;
using Xunit;

namespace PacSpace.Features.Tests.Service;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Families_are_written_with_help_and_type_and_whatever_stands_in_a_label()
    {
        var text = PrometheusText.Of(
        [
            new MetricFamily("b_total", "Two\nlines \\ and a slash.", MetricKind.Counter, [new MetricSample("", [new("route", "/a\"b\\c\nd"), new("status", "200")], 3)]),
            new MetricFamily("a", "A gauge.", MetricKind.Gauge, [new MetricSample("", [], 0.25)]),
        ]);
        Assert.Equal(
            "# HELP a A gauge.\n# TYPE a gauge\na 0.25\n# HELP b_total Two\\nlines \\\\ and a slash.\n# TYPE b_total counter\nb_total{route=\"/a\\\"b\\\\c\\nd\",status=\"200\"} 3\n", text);
        Assert.Equal(0.25, PrometheusReader.Read(text).Series["a"]);
    }

    [Theory]
    [InlineData("a 1\n")] // no family
    [InlineData("# HELP a A.\n# TYPE a gauge\na 1")] // no end
    [InlineData("# TYPE a gauge\na 1\n")]
    [InlineData("# HELP a A.\n# TYPE a counter\na 1\n")] // not _total
    [InlineData("# HELP a A.\n# TYPE a gauge\nb 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na 1\na 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{x=\"\\d\"} 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na 1,5\n")]
    [InlineData("# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n")]
    [InlineData("# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n")]
    [InlineData("# HELP a A.\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n")]
    public void The_reader_of_these_tests_lets_nothing_else_pass(string text) => Assert.Throws<FormatException>(() => PrometheusReader.Read(text));

    [Fact]
    public async Task Sums_are_exact_whoever_adds_and_readings_are_whole_meanwhile()
    {
        const int Adders = 4;
        const int Each = 50_000;
        var family = new MeasuredFamily("a_seconds", "A.", MetricKind.Histogram);
        using var done = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            while (!done.IsCancellationRequested) PrometheusReader.Read(PrometheusText.Of([family.Read()]));
        });
        await Task.WhenAll(Enumerable.Range(0, Adders).Select(adder => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++) family.Add(i % 2 == 0 ? 0.25 : 64, [new("route", i % 3 == 0 ? "/x" : "/y")]);
        })));
        await done.CancelAsync();
        await reading;

        var read = PrometheusReader.Read(PrometheusText.Of([family.Read()]));
        Assert.Equal(Adders * Each, read.Series["a_seconds_count{route=\"/x\"}"] + read.Series["a_seconds_count{route=\"/y\"}"]);
        Assert.Equal(Adders * Each / 2, read.Series["a_seconds_bucket{route=\"/x\",le=\"0.25\"}"] + read.Series["a_seconds_bucket{route=\"/y\",le=\"10\"}"]);
        Assert.Equal(Adders * Each / 2 * 64.25, read.Series["a_seconds_sum{route=\"/x\"}"] + read.Series["a_seconds_sum{route=\"/y\"}"]);
    }
}
