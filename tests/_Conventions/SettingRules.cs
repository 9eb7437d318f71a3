using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace PacSpace.Conventions.Tests;

/// <summary>The operator's page names every setting that the code reads, no other, and its defaults.</summary>
public sealed partial class SettingRules
{
    private const string Page = "docs/operate.md";
    private const string Rates = "src/Features/_Endpoints/RateLimitSettings.cs";

    /// <summary>Given by the script to the demo; nothing an operator sets.</summary>
    private static readonly string[] NotTheOperators = ["PacSpace:VerifierCommand"];

    [Fact]
    public void Settings_in_the_page_are_those_in_the_code() =>
        Same(Repository.Under("src").Where(file => file.Name.EndsWith(".cs", StringComparison.Ordinal)), NotTheOperators, TextOf(Page)).MustBeClean();

    [Fact]
    public void A_setting_that_no_page_names_and_one_that_no_code_reads_are_named() =>
        Assert.Equal(
            ["PacSpace:New is read by src/a.cs and not in docs/operate.md.", "docs/operate.md names PacSpace:Old, which no code reads."],
            Same([new("src/a.cs", """var a = c["PacSpace:New"]; var b = c["PacSpace:Data"]; var d = c["PacSpace:Own"];""")], ["PacSpace:Own"], "| `PacSpace:Data` | `PacSpace:Old` |").Complaints);

    [Fact]
    public void Rates_in_the_page_are_the_defaults_in_the_code() => SameRates(TextOf(Rates), TextOf(Page)).MustBeClean();

    [Fact]
    public void A_rate_that_was_changed_in_the_code_only_is_named() =>
        Assert.Equal(
            ["docs/operate.md should say | `PacSpace:RateLimits:Key:PerSecond`, `:Burst` | 3000, 4000 |"],
            SameRates("public Rate Key { get; set; } = new(3_000, 4_000);", "| `PacSpace:RateLimits:Key:PerSecond`, `:Burst` | 2000, 4000 | x |").Complaints);

    private static Findings Same(IEnumerable<SourceFile> code, IReadOnlyCollection<string> notTheOperators, string page)
    {
        var read = code.SelectMany(file => Literals().Matches(file.Text).Select(match => (Setting: match.Groups["setting"].Value, file.Path)))
            .Where(use => !notTheOperators.Contains(use.Setting)).DistinctBy(use => use.Setting).ToList();
        var named = Named().Matches(page).Select(match => match.Groups["setting"].Value).Distinct().ToList();
        return new Findings(
            read.Count,
            [
                .. read.Where(use => !named.Exists(setting => IsOrIsUnder(setting, use.Setting))).Select(use => $"{use.Setting} is read by {use.Path} and not in {Page}."),
                .. named.Where(setting => !read.Exists(use => IsOrIsUnder(setting, use.Setting))).Select(setting => $"{Page} names {setting}, which no code reads."),
            ]);
    }

    private static bool IsOrIsUnder(string setting, string section) => setting == section || setting.StartsWith(section + ":", StringComparison.Ordinal);

    private static Findings SameRates(string code, string page) => Findings.Of(
        RateDefaults().Matches(code),
        rate =>
        {
            var row = string.Create(CultureInfo.InvariantCulture, $"| `PacSpace:RateLimits:{rate.Groups["name"].Value}:PerSecond`, `:Burst` | {Plain(rate, "rate")}, {Plain(rate, "burst")} |");
            return page.Contains(row, StringComparison.Ordinal) ? Array.Empty<string>() : [$"{Page} should say {row}"];
        });

    private static string Plain(Match rate, string group) => rate.Groups[group].Value.Replace("_", "", StringComparison.Ordinal);

    private static string TextOf(string path) => Repository.Files.SingleOrDefault(file => file.Path == path)?.Text ?? "";

    [GeneratedRegex("\"(?<setting>PacSpace:[A-Za-z:]+)\"")]
    private static partial Regex Literals();

    [GeneratedRegex("`(?<setting>PacSpace:[A-Za-z:]+)(?::0)?`")]
    private static partial Regex Named();

    [GeneratedRegex(@"public Rate (?<name>\w+) \{ get; set; \} = new\((?<rate>[\d_]+), (?<burst>[\d_]+)\)")]
    private static partial Regex RateDefaults();
}
