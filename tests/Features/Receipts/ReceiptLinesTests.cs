using PacSpace.Features.Receipts;
using Xunit;

namespace PacSpace.Features.Tests.Receipts;

public sealed class ReceiptLinesTests
{
    [Theory]
    [InlineData("en-US", true)]
    [InlineData("de-DE", true)]
    [InlineData("fr", true)]
    [InlineData("", false)]
    [InlineData("xx-Nowhere", false)]
    [InlineData("en_US", false)]
    [InlineData("../etc", false)]
    public void A_locale_is_a_known_tag(string tag, bool isKnown) => Assert.Equal(isKnown, ReceiptLines.TryLocale(tag, out _));

    [Theory]
    [InlineData("UTC", true)]
    [InlineData("Europe/Berlin", true)]
    [InlineData("America/New_York", true)]
    [InlineData("Mars/Olympus", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("", false)]
    public void A_zone_is_an_IANA_name(string name, bool isKnown) => Assert.Equal(isKnown, ReceiptLines.TryZone(name, out _));
}
