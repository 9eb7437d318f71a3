using PacSpace.Features.Display;
using Xunit;

namespace PacSpace.Portal.Tests;

public sealed class DecimalPointsTests
{
    [Fact]
    public void What_a_number_lacks_behind_its_point_is_filled_up()
    {
        (decimal Number, string? Fill)[] table =
        [
            (-1_234.125m, null),
            (-40.5m, "00"),
            (7.00m, ".000"), // as it is written, not as it is scaled
            (0, ".000"),
            (100_000, ".000"),
            (1.120m, "0"),
        ];
        var points = new DecimalPoints(table.Select(line => line.Number));

        Assert.Equal(table, table.Select(line => (line.Number, points.Fill(line.Number))));
        Assert.Single(table.Select(line => (RecordWords.Amount(line.Number) + line.Fill).Split('.')[1].Length).Distinct());
    }

    [Fact]
    public void Whole_numbers_alone_and_columns_that_cannot_be_aligned_lack_nothing()
    {
        Assert.Null(new DecimalPoints([1, 20, 300]).Fill(20));
        Assert.Null(new DecimalPoints([]).Fill(1.5m));
    }
}
