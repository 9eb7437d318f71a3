using System.Globalization;
using System.Numerics;
using System.Text;

namespace PacSpace.Evidence.Tests.Values;

public sealed class AmountTests
{
    private static bool TryNumber(string text, out Amount amount) => Amount.TryParseJsonNumber(Encoding.UTF8.GetBytes(text), out amount);

    [Fact]
    public void Json_numbers_become_the_golden_amounts_or_are_refused_as_deltas()
    {
        var file = Golden.Read("amounts.json");
        var accepted = file.GetProperty("accepted").EnumerateObject().ToList();
        var refused = file.GetProperty("refused").EnumerateArray().Select(text => text.GetString()!).ToList();
        Assert.NotEmpty(accepted);
        Assert.NotEmpty(refused);
        Assert.All(accepted, pair =>
        {
            Assert.True(TryNumber(pair.Name, out var amount) && amount.IsDelta, pair.Name);
            Assert.Equal(pair.Value.GetString(), amount.ToString());
            Assert.True(Amount.TryParseCanonical(amount.ToString(), out var again) && again == amount);
        });
        Assert.All(refused, text => Assert.False(TryNumber(text, out var amount) && amount.IsDelta, text));
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("-0.000e5", "0")]
    [InlineData("0e999999999999999999999", "0")]
    [InlineData("1e+0", "1")]
    [InlineData("1000000000000000000", "1000000000000000000")]
    [InlineData("9999999999999999999.999999999", "9999999999999999999.999999999")]
    [InlineData("-999999999999999999.999999999", "-999999999999999999.999999999")]
    [InlineData("0.00000000010e1", "0.000000001")]
    [InlineData("100000000000000000000000000000000000000000e-41", "1")]
    [InlineData("0.000000000000000000000000000000000000000001e42", "1")]
    public void Every_spelling_of_a_number_is_that_number(string text, string canonical)
    {
        Assert.True(TryNumber(text, out var amount));
        Assert.Equal(canonical, amount.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData("-01")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1.e1")]
    [InlineData("1 ")]
    [InlineData(" 1")]
    [InlineData("1_0")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("\"1\"")]
    [InlineData("1,5")]
    [InlineData("١")]
    public void What_is_not_a_json_number_is_refused(string text) => Assert.False(TryNumber(text, out _));

    [Theory]
    [InlineData("1e400")]
    [InlineData("1e9223372036854775807")]
    [InlineData("1e999999999999999999999999999999")]
    [InlineData("1e-999999999999999999999999999999")]
    [InlineData("10000000000000000000")]
    [InlineData("0.1234567891")]
    [InlineData("1.0000000000000000000000000000000000000000001")]
    [InlineData("12345678901234567890123456789")]
    [InlineData("9999999999999999999999999999999999999999e-20")]
    public void What_cannot_be_held_exactly_is_refused(string text) => Assert.False(TryNumber(text, out _));

    [Fact]
    public void A_long_number_costs_no_more_than_reading_it()
    {
        var text = Encoding.ASCII.GetBytes("1" + new string('0', 1_000_000) + "e-1000000");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(Amount.TryParseJsonNumber(text, out var amount));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024);
        Assert.Equal("1", amount.ToString());
    }

    [Fact]
    public void Json_numbers_are_those_of_arithmetic_without_limits()
    {
        var random = new Random(31);
        var (held, refused) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var (whole, fraction, exponent) = (Digits(random, 1, 12), Digits(random, 1, 12), random.Next(-12, 13));
            whole = whole.TrimStart('0') is "" ? "0" : whole.TrimStart('0');
            var text = string.Create(CultureInfo.InvariantCulture, $"{whole}.{fraction}e{exponent}");

            // The number is number / 10^scale; it is an amount when nothing is left over below 10^-9.
            var scaled = BigInteger.Parse(whole + fraction, CultureInfo.InvariantCulture) * BigInteger.Pow(10, 12 + exponent);
            var unit = BigInteger.Pow(10, 12 + fraction.Length - 9);
            var expected = scaled % unit == 0 && scaled / unit < BigInteger.Pow(10, 28);
            Assert.Equal(expected, TryNumber(text, out var amount));
            if (expected) Assert.Equal(scaled / unit, new BigInteger(amount.Value * 1_000_000_000m));
            if (expected) held++;
            else refused++;
        }
        Assert.True(held > 1000 && refused > 1000, $"{held} {refused}");
    }

    private static string Digits(Random random, int least, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(least, most + 1)).Select(_ => random.Next(3) == 0 ? '0' : (char)('0' + random.Next(10))));

    [Theory]
    [InlineData("1.0")]
    [InlineData("-42.50")]
    [InlineData("-0")]
    [InlineData("+1")]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("1e3")]
    [InlineData("1E0")]
    [InlineData("0.0")]
    [InlineData(".1")]
    [InlineData("1.")]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("0.0000000001")]
    [InlineData("1000000000000000000")]
    [InlineData("-1000000000000000000")]
    public void A_second_spelling_is_not_canonical(string text) => Assert.False(Amount.TryParseCanonical(text, out _));

    [Theory]
    [InlineData("0")]
    [InlineData("-0.000000001")]
    [InlineData("999999999999999999.999999999")]
    [InlineData("-999999999999999999.999999999")]
    [InlineData("10")]
    [InlineData("100.001")]
    public void The_canonical_form_is_read_and_written(string text)
    {
        Assert.True(Amount.TryParseCanonical(text, out var amount));
        Assert.Equal(text, amount.ToString());
        Span<byte> exact = stackalloc byte[text.Length];
        Assert.True(amount.TryFormat(exact, out var written) && written == text.Length);
        Assert.False(amount.TryFormat(exact[1..], out _));
    }

    [Fact]
    public void Scale_means_nothing()
    {
        var (plain, padded) = (Amount.FromDecimal(1m), Amount.FromDecimal(1.000000000m));
        Assert.Equal(plain, padded);
        Assert.Equal(plain.GetHashCode(), padded.GetHashCode());
        Assert.Equal("1", padded.ToString());
        Span<byte> one = stackalloc byte[1];
        Assert.True(padded.TryFormat(one, out _));
        Assert.Equal("0", (-Amount.Zero).ToString());
        Assert.Equal("0", Amount.FromDecimal(-0.00m).ToString());
        Assert.Equal("100", Amount.FromDecimal(100.00m).ToString());
    }

    [Fact]
    public void Limits_are_inside_or_outside_as_documented()
    {
        Assert.True(Amount.FromDecimal(-1_000_000_000m).IsDelta);
        Assert.False(Amount.FromDecimal(1_000_000_000.000000001m).IsDelta);
        Assert.False(Amount.Zero.IsDelta);
        Assert.True(Amount.FromDecimal(999_999_999_999_999_999.999999999m).FitsBalance);
        Assert.False(Amount.FromDecimal(1_000_000_000_000_000_000m).FitsBalance);
        Assert.False(Amount.TryFromDecimal(0.0000000001m, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => Amount.FromDecimal(decimal.MaxValue));
    }

    [Fact]
    public void A_sum_is_exact_or_a_fault()
    {
        var most = Amount.FromDecimal(999_999_999_999_999_999.999999999m);
        Assert.Equal(Amount.FromDecimal(1_999_999_999_999_999_999.999999998m), most + most);
        Assert.Equal(Amount.Zero, most - most);
        Assert.Equal(Amount.FromDecimal(0.3m), Amount.FromDecimal(0.1m) + Amount.FromDecimal(0.2m));
        var sum = most;
        Assert.Throws<OverflowException>(() =>
        {
            for (var i = 0; i < 200; i++) sum += most;
        });
    }
}
