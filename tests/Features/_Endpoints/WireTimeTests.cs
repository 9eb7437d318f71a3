using PacSpace.Features.Endpoints;
using Xunit;

namespace PacSpace.Features.Tests.Endpoints;

public sealed class WireTimeTests
{
    [Theory]
    [InlineData("2026-04-18T14:32:00Z", "2026-04-18T14:32:00.000Z")]
    [InlineData("2026-04-18T14:32:00.310Z", "2026-04-18T14:32:00.310Z")]
    [InlineData("2026-04-18T14:32:00.123456Z", "2026-04-18T14:32:00.123456Z")]
    [InlineData("2026-04-18T14:32:00.000001Z", "2026-04-18T14:32:00.000001Z")]
    [InlineData("2026-04-18T16:32:00.5+02:00", "2026-04-18T14:32:00.500Z")]
    public void Six_digits_stand_only_where_the_microseconds_need_them(string instant, string written) =>
        Assert.Equal(written, WireTime.Format(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture)));
}
