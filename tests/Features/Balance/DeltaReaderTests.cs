using System.Text;
using System.Text.Json;
using PacSpace.Features.Balance;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

/// <summary>What a delta's JSON becomes, and the first thing that is wrong with it.</summary>
public sealed class DeltaReaderTests
{
    [Theory]
    [InlineData("""{"customerId":"c","delta":-42.50,"reason":"r"}""", null)]
    [InlineData("""{"customerId":"c","delta":1e3,"reason":"r","unknown":{"a":[1,{"b":2}]}}""", null)]
    [InlineData("""{"customerId":"c","delta":1,"reason":"r","referenceId":null,"metadata":null,"adjusts":null,"vendorAccountId":null}""", null)]
    [InlineData("""{"customerId":"c","delta":1,"reason":"r","metadata":{}}""", null)]
    [InlineData("""{"delta":1,"reason":"r"}""", "customerId")]
    [InlineData("""{"customerId":5,"delta":1,"reason":"r"}""", "customerId")]
    [InlineData("""{"customerId":"..","delta":1,"reason":"r"}""", "customerId")]
    [InlineData("""{"customerId":"summary","delta":1,"reason":"r"}""", "customerId")]
    [InlineData("""{"customerId":"a/b","delta":1,"reason":"r"}""", "customerId")]
    [InlineData("""{"customerId":"","delta":1,"reason":"r"}""", "customerId")]
    [InlineData("""{"customerId":"c","reason":"r"}""", "delta")]
    [InlineData("""{"customerId":"c","delta":null,"reason":"r"}""", "delta")]
    [InlineData("""{"customerId":"c","delta":"1","reason":"r"}""", "delta")]
    [InlineData("""{"customerId":"c","delta":0.0,"reason":"r"}""", "delta")]
    [InlineData("""{"customerId":"c","delta":1e400,"reason":"r"}""", "delta")]
    [InlineData("""{"customerId":"c","delta":0.0000000001,"reason":"r"}""", "delta")]
    [InlineData("""{"customerId":"c","delta":1000000000.000000001,"reason":"r"}""", "delta")]
    [InlineData("""{"customerId":"c","delta":[1],"reason":"r"}""", "delta")]
    [InlineData("""{"customerId":"c","delta":1}""", "reason")]
    [InlineData("""{"customerId":"c","delta":1,"reason":" \t\u00a0"}""", "reason")]
    [InlineData("""{"customerId":"c","delta":1,"reason":""}""", "reason")]
    [InlineData("""{"customerId":"c","delta":1,"reason":"a\u0000b"}""", "reason")]
    [InlineData("""{"customerId":"c","delta":1,"reason":"\ud800"}""", "reason")]
    [InlineData("""{"customerId":"c","delta":1,"reason":"r","referenceId":""}""", "referenceId")]
    [InlineData("""{"customerId":"c","delta":1,"reason":"r","metadata":[]}""", "metadata")]
    [InlineData("""{"customerId":"c","delta":1,"reason":"r","metadata":"x"}""", "metadata")]
    [InlineData("""{"customerId":"c","delta":1,"reason":"r","adjusts":{}}""", "adjusts")]
    [InlineData("""{"customerId":"c","delta":1,"reason":"r","adjusts":{"recordId":"a","referenceId":"b"}}""", "adjusts")]
    [InlineData("""{"customerId":"c","delta":1,"reason":"r","adjusts":{"recordId":"a","recordId":"b"}}""", "adjusts.recordId")]
    [InlineData("""{"customerId":"c","delta":1,"reason":"r","adjusts":5}""", "adjusts")]
    [InlineData("""{"customerId":"c","delta":1,"delta":2,"reason":"r"}""", "delta")]
    [InlineData("""{"customerId":"c","delta":1,"d\u0065lta":2,"reason":"r"}""", "d\\u0065lta")]
    [InlineData("""{"customerId":"c","delta":1,"reason":"r","x":1,"x":2}""", "x")]
    [InlineData("""[1]""", "body")]
    [InlineData("""null""", "body")]
    public void The_first_fault_is_named_by_its_field(string json, string? field) => Assert.Equal(field, DeltaRules.Check(Read(json))?.Field);

    [Fact]
    public void Metadata_stays_as_it_was_sent_and_numbers_stay_exact()
    {
        var delta = Read("""{"metadata": { "n" : 1.50e3, "s":"\u00e9" } , "delta":-123456789.123456789,"customerId":"c","reason":"é\u00e9"}""");
        Assert.Equal("""{ "n" : 1.50e3, "s":"\u00e9" }""", Encoding.UTF8.GetString(delta.Metadata!));
        Assert.Equal(-123456789.123456789m, delta.Delta);
        Assert.Equal("éé", delta.Reason);
    }

    [Fact]
    public void Lengths_count_scalar_values()
    {
        string Emoji(int count) => string.Concat(Enumerable.Repeat("😀", count));
        Assert.Null(DeltaRules.Check(Read($$"""{"customerId":"c","delta":1,"reason":"{{Emoji(500)}}"}""")));
        Assert.Equal("reason", DeltaRules.Check(Read($$"""{"customerId":"c","delta":1,"reason":"{{Emoji(501)}}"}"""))?.Field);
        Assert.Null(DeltaRules.Check(Read(WithMetadata(16_384))));
        Assert.Equal("metadata", DeltaRules.Check(Read(WithMetadata(16_385)))?.Field);
    }

    private static string WithMetadata(int bytes) =>
        """{"customerId":"c","delta":1,"reason":"r","metadata":{"a":"X"}}""".Replace("X", new string('x', bytes - 8), StringComparison.Ordinal);

    [Fact]
    public void Twenty_thousand_members_are_all_compared()
    {
        var members = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"m{i}\":0"));
        Assert.Equal("m77", DeltaRules.Check(Read($$"""{"customerId":"c","delta":1,"reason":"r",{{members}},"m77":1}"""))?.Field);
    }

    private static NewDelta Read(string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(body);
        reader.Read();
        return DeltaReader.Read(ref reader, body);
    }
}
