using System.Globalization;
using PacSpace.Features.Display;
using PacSpace.Features.Pipeline;
using Xunit;

namespace PacSpace.Features.Tests.Display;

/// <summary>Every line of portal 1.5 and 2 in each of its forms.</summary>
public sealed class RecordWordsTests
{
    private static readonly DisplayForm s_berlin = new(CultureInfo.GetCultureInfo("de-DE"), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));

    [Theory] //  net                    unit       words
    [InlineData("-910", "credits", "910 credits recorded")]
    [InlineData("910", "credits", "910 credits recorded")]
    [InlineData("-6300", "credits", "6,300 credits recorded")]
    [InlineData("0", "credits", "0 credits recorded")]
    [InlineData("0.000000001", "GPU hours", "0.000000001 GPU hours recorded")]
    [InlineData("-1234567.500000000", "credits", "1,234,567.5 credits recorded")]
    [InlineData("-12", null, "12 recorded")]
    public void A_headline_is_a_magnitude_with_its_unit(string net, string? unit, string words) => Assert.Equal(words, RecordWords.Total(Number(net), unit));

    [Theory]
    [InlineData(0, "0 records this cycle", "0 records")]
    [InlineData(1, "1 records this cycle", "1 records")]
    [InlineData(7, "7 records this cycle", "7 records")]
    [InlineData(1_374, "1,374 records this cycle", "1,374 records")]
    public void A_count_keeps_its_prescribed_words(long count, string ofCycle, string records) =>
        Assert.Equal((ofCycle, records), (RecordWords.RecordsThisCycle(count), RecordWords.Records(count)));

    [Theory] //  exclusive end                     words
    [InlineData("2026-05-01T00:00:00Z", "Verified through 30 April 2026")]
    [InlineData("2026-01-01T00:00:00Z", "Verified through 31 December 2025")]
    [InlineData("2026-03-01T00:00:00Z", "Verified through 28 February 2026")]
    [InlineData("2026-05-01T02:00:00+02:00", "Verified through 30 April 2026")]
    [InlineData("2026-04-18T14:32:00Z", "Verified through 18 April 2026, 14:32 UTC")]
    [InlineData("2026-04-18T14:32:59.999999Z", "Verified through 18 April 2026, 14:32 UTC")]
    [InlineData("2026-04-18T00:00:00.000001Z", "Verified through 18 April 2026, 00:00 UTC")]
    [InlineData(null, "No period verified yet")]
    public void Verified_through_shows_the_last_whole_day_or_the_instant(string? end, string words) =>
        Assert.Equal(words, RecordWords.VerifiedThrough(end is null ? null : At(end)));

    [Theory]
    [InlineData("130", "+130")]
    [InlineData("-6300.25", "-6,300.25")]
    [InlineData("0.000", "0")]
    [InlineData("0.000000001", "+0.000000001")]
    public void A_signed_amount_says_its_sign(string amount, string words) => Assert.Equal(words, RecordWords.SignedAmount(Number(amount)));

    [Theory]
    [InlineData("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z", "April 2026")]
    [InlineData("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z", "December 2026")]
    [InlineData("2026-04-01T00:00:00Z", "2026-06-01T00:00:00Z", "1 April 2026 – 31 May 2026")]
    [InlineData("2026-04-13T00:00:00Z", "2026-04-20T00:00:00Z", "13 April 2026 – 19 April 2026")]
    [InlineData("2026-04-13T08:30:00Z", "2026-04-20T00:00:00Z", "13 April 2026, 08:30 UTC – 19 April 2026")]
    [InlineData("2026-04-13T00:00:00Z", "2026-04-20T17:05:00Z", "13 April 2026 – 20 April 2026, 17:05 UTC")]
    public void A_month_has_its_name_and_other_windows_their_days(string start, string end, string words) => Assert.Equal(words, RecordWords.Period(At(start), At(end)));

    [Fact]
    public void The_locale_formats_numbers_and_dates_and_leaves_the_words() =>
        Assert.Equal(
            ["6.300,5 credits recorded", "6.300 records this cycle", "Verified through 30 April 2026, 02:00 Europe/Berlin", "März 2026", "18 April 2026, 16:32 Europe/Berlin"],
            [
                RecordWords.Total(-6300.5m, "credits", s_berlin), RecordWords.RecordsThisCycle(6300, s_berlin), RecordWords.VerifiedThrough(At("2026-04-30T00:00:00Z"), s_berlin),
                RecordWords.Period(At("2026-03-01T00:00:00Z"), At("2026-04-01T00:00:00Z"), s_berlin), RecordWords.Instant(At("2026-04-18T14:32:00Z"), s_berlin),
            ]);

    [Fact]
    public void States_are_three_words()
    {
        Assert.Equal(["Recording", "Recorded", "Verified"], new[] { "recording", "recorded", "verified" }.Select(RecordWords.State));
        Assert.Throws<ArgumentOutOfRangeException>(() => RecordWords.State("FAILED"));
    }

    [Fact]
    public void The_required_words_are_exact_and_none_is_banned()
    {
        string[] words =
        [
            RecordWords.RecordedThisPeriod, RecordWords.NetOfBoth, RecordWords.ProofAvailable, RecordWords.RecordedBy("Acme Inference"), RecordWords.Statement("Acme Inference"),
            RecordWords.Total(-910, "credits"), RecordWords.RecordsThisCycle(7), RecordWords.Records(42), RecordWords.VerifiedThrough(null), RecordWords.VerifiedThrough(At("2026-05-01T00:00:00Z")),
        ];

        Assert.Equal(
            [
                "Recorded this period", "Net of increases and decreases.", "Proof available", "Recorded by Acme Inference",
                "This record was written by Acme Inference. It can be independently checked.", "910 credits recorded", "7 records this cycle", "42 records", "No period verified yet",
                "Verified through 30 April 2026",
            ],
            words);
        Assert.DoesNotContain(words, BannedWords.IsIn);
    }

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
