using PacSpace.Infrastructure.Records;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Records;

public sealed class RecordIdsTests : IDisposable
{
    private readonly RecordIds _ids = new(new byte[32]);

    public void Dispose() => _ids.Dispose();

    [Theory]
    [InlineData(1, 0L)]
    [InlineData(1, 1L)]
    [InlineData(int.MaxValue, long.MaxValue)]
    public void An_id_leads_back_to_its_place(int ledgerNo, long index)
    {
        var id = _ids.Encode(ledgerNo, index);
        Assert.Matches("^rec_[0-7][0-9a-hjkmnp-tv-z]{25}$", id);
        Assert.True(_ids.TryDecode(id, out var decodedLedger, out var decodedIndex));
        Assert.Equal((ledgerNo, index), (decodedLedger, decodedIndex));
    }

    [Fact]
    public void A_run_gives_the_ids_that_each_place_has_alone()
    {
        var run = new string[100];
        _ids.EncodeRun(3, 1_000, run);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => _ids.Encode(3, 1_000 + i)), run);
    }

    [Fact]
    public void Neighbours_have_nothing_in_common()
    {
        var (a, b) = (_ids.Encode(1, 7), _ids.Encode(1, 8));
        Assert.True(a.Zip(b).Skip(4).Count(pair => pair.First == pair.Second) < 8);
    }

    [Fact]
    public void Made_up_and_altered_ids_and_those_of_another_key_do_not_decode()
    {
        var id = _ids.Encode(1, 7);
        string[] wrong = ["", "rec_", id[4..], id.ToUpperInvariant(), id + "0", id[..^1], "rec_" + new string('0', 26), "rec_" + new string('z', 26), "chk_" + id[4..], id[..10] + (id[10] == '2' ? '3' : '2') + id[11..]];
        Assert.All(wrong, text => Assert.False(_ids.TryDecode(text, out _, out _), text));
        using var other = new RecordIds(Enumerable.Repeat((byte)9, 32).ToArray());
        Assert.False(other.TryDecode(id, out _, out _));
    }
}
