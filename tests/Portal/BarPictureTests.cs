using System.Globalization;
using Xunit;

namespace PacSpace.Portal.Tests;

/// <summary>Where the shapes of a picture stand.</summary>
public sealed class BarPictureTests
{
    [Fact]
    public void Heights_are_in_proportion_and_stand_on_the_zero_line()
    {
        var picture = new BarPicture([Column(100), Column(50), Column(0), Column(25)]);

        var zero = picture.Lines.Single(line => line.IsZero).Y;
        Assert.Equal(3, picture.Bars.Count); // nothing is drawn for nothing
        Assert.All(picture.Bars, bar => Assert.Equal(zero, bar.Y + bar.Height, 6));
        Assert.Equal(2, picture.Bars[0].Height / picture.Bars[1].Height, 6);
        Assert.Equal(4, picture.Bars[0].Height / picture.Bars[2].Height, 6);
    }

    [Fact]
    public void What_is_below_zero_hangs_under_its_line()
    {
        var picture = new BarPicture([Column(30_000), Column(-1_000)]);

        var zero = picture.Lines.Single(line => line.IsZero).Y;
        Assert.Equal(zero, picture.Bars[0].Y + picture.Bars[0].Height, 6);
        Assert.Equal(zero, picture.Bars[1].Y, 6);
        Assert.True(picture.Bars[1].Height > 0);
    }

    [Theory]
    [InlineData("0", "0 1")]
    [InlineData("0.000000003", "0 0.000000001 0.000000002 0.000000003")]
    [InlineData("7", "0 2 4 6 8")]
    [InlineData("6300", "0 2,000 4,000 6,000 8,000")]
    [InlineData("-350", "-400 -300 -200 -100 0")]
    [InlineData("2500000", "0 1 m. 2 m. 3 m.")]
    [InlineData("999999999999999999", "0 500 quadr. 1,000 quadr.")]
    public void Lines_are_labelled_in_steps_that_people_count_in(string amount, string labels)
    {
        var value = decimal.Parse(amount, CultureInfo.InvariantCulture);
        Assert.Equal(labels, string.Join(' ', new BarPicture([Column(value)]).Lines.Select(line => line.Text)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(31)]
    [InlineData(366)]
    public void Everything_stays_on_the_canvas_and_columns_do_not_meet(int columns)
    {
        var picture = new BarPicture(
            [.. Enumerable.Range(1, columns).Select(i => new BarColumn($"{i}", [new Bar(i * 1_000_000m, BarFill.Solid), new Bar(-i, BarFill.Outlined)]))],
            [new BarSpan(0, 0.25), new BarSpan(1, 1)]);

        foreach (var shape in picture.Bars.Concat(picture.Marked.Take(1)))
        {
            Assert.InRange(shape.X, picture.Left, BarPicture.Width);
            Assert.InRange(shape.X + shape.Width, picture.Left, BarPicture.Width + 1);
            Assert.InRange(shape.Y, 0, BarPicture.Height);
            Assert.InRange(shape.Y + shape.Height, 0, BarPicture.Height);
        }

        if (columns <= 31) Assert.All(picture.Bars.Zip(picture.Bars.Skip(1)), pair => Assert.True(pair.First.X + pair.First.Width <= pair.Second.X + 1e-9));
    }

    [Fact]
    public void Fills_are_told_apart_by_class_and_an_outline_is_no_wider_than_a_solid_bar()
    {
        var picture = new BarPicture([new BarColumn("1", [new Bar(1, BarFill.Solid), new Bar(1, BarFill.Outlined), new Bar(1, BarFill.Dashed)])]);

        Assert.Equal(["bar-1", "bar-2", "gap"], picture.Bars.Select(bar => bar.Class));
        Assert.Equal(picture.Bars[0].Width, picture.Bars[1].Width + 2, 6); // and a stroke of 2 drawn half outside
    }

    [Fact]
    public void Only_columns_with_a_label_have_one_and_it_stands_in_their_middle()
    {
        var picture = new BarPicture([Column(1, "Mar 26"), Column(1, ""), Column(1, "May")]);

        Assert.Equal(["Mar 26", "May"], picture.Labels.Select(label => label.Text));
        Assert.Equal(picture.Bars[0].X + picture.Bars[0].Width / 2, picture.Labels[0].X, 0);
    }

    [Fact]
    public void A_picture_of_nothing_is_a_line() => Assert.Empty(new BarPicture([]).Bars);

    [Fact]
    public void Coordinates_are_written_for_markup_whatever_the_culture() => Assert.Equal("12.3", BarPicture.Text(12.34));

    private static BarColumn Column(decimal amount, string label = "x") => new(label, [new Bar(amount, BarFill.Solid)]);
}
