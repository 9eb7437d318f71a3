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
}
