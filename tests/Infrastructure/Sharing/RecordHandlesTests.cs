using PacSpace.Infrastructure.Sharing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Sharing;

public sealed class RecordHandlesTests
{
    [Fact]
    public void A_new_handle_is_canonical_and_nobody_has_it()
    {
        var handles = Enumerable.Range(0, 1_000).Select(_ => RecordHandles.New()).ToList();

        Assert.Equal(1_000, handles.Distinct().Count());
        Assert.All(handles, handle => Assert.True(RecordHandles.TryCanonical(handle, out var canonical) && canonical == handle, handle));
        Assert.All(handles, handle => Assert.Matches("^cus_[0-9a-hjkmnp-tv-z]{26}$", handle));
    }

    [Theory]
    [InlineData("CUS_0123456789ABCDEFGHJKMNPQRS", "cus_0123456789abcdefghjkmnpqrs")]
    [InlineData("cus_oOiIlL6789abcdefghjkmnpqrs", "cus_0011116789abcdefghjkmnpqrs")]
    [InlineData("cus_0123456789abcdefghjkmnpqru", null)] // u is in no handle
    [InlineData("cus_0123456789abcdefghjkmnpqr", null)]
    [InlineData("cus_0123456789abcdefghjkmnpqrst", null)]
    [InlineData("cus-0123456789abcdefghjkmnpqrs", null)]
    [InlineData("chk_0123456789abcdefghjkmnpqrs", null)]
    [InlineData("", null)]
    public void Other_spellings_are_mapped_from_the_text_alone(string text, string? canonical)
    {
        Assert.Equal(canonical is not null, RecordHandles.TryCanonical(text, out var read));
        Assert.Equal(canonical, read);
    }
}
