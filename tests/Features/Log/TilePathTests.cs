using PacSpace.Features.Log;
using Xunit;

namespace PacSpace.Features.Tests.Log;

public sealed class TilePathTests
{
    [Theory]
    [InlineData("000", 0, 256)]
    [InlineData("067", 67, 256)]
    [InlineData("999.p/1", 999, 1)]
    [InlineData("x001/000", 1000, 256)]
    [InlineData("x001/x234/067", 1_234_067, 256)]
    [InlineData("x001/x234/067.p/255", 1_234_067, 255)]
    [InlineData("x100/x000/x000/000.p/17", 100_000_000_000, 17)]
    public void A_tile_has_one_name(string path, long number, int width)
    {
        Assert.True(TilePath.TryParse(path, out var tile));
        Assert.Equal(new TilePath(number, width), tile);
        Assert.Equal(path, StrangersReader.Name(number, width));
    }

    [Theory]
    [InlineData("x000/001")]
    [InlineData("000\n")]
    [InlineData(" 000")]
    [InlineData("x001")]
    [InlineData("x1/000")]
    [InlineData("000.p/256")]
    [InlineData("000.p/000")]
    [InlineData("000.p/1.p/1")]
    [InlineData("x001/x001/x001/x001/x001/x001/x001/001")]
    [InlineData("")]
    public void And_no_other(string path) => Assert.False(TilePath.TryParse(path, out _));
}
