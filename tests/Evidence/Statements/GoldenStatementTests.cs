using System.Buffers;
using System.Text;
using System.Text.Json;

namespace PacSpace.Evidence.Tests.Statements;

public sealed class GoldenStatementTests
{
    public static TheoryData<string> Cases()
    {
        var data = new TheoryData<string>();
        foreach (var c in Golden.Read("record-statements.json").GetProperty("cases").EnumerateArray()) data.Add(c.GetRawText());
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Members_become_the_golden_bytes_entry_and_leaf_hash(string json)
    {
        var golden = JsonDocument.Parse(json).RootElement;
        var members = golden.GetProperty("members");
        string Member(string name) => members.GetProperty(name).GetString()!;
        string? Optional(string name) => members.TryGetProperty(name, out var value) ? value.GetString() : null;
        var statement = new RecordStatement
        {
            LedgerId = Member("ledger"),
            RecordId = Member("recordId"),
            CustomerId = Member("customerId"),
            Seq = long.Parse(Member("seq"), null),
            Prev = Golden.Hash(Member("prev")),
            Delta = Golden.Amount(Member("delta")),
            BalanceAfter = Golden.Amount(Member("balanceAfter")),
            Unit = Optional("unit"),
            Reason = Member("reason"),
            ReferenceId = Optional("referenceId"),
            MetadataHash = Optional("metadataHash") is { } hash ? Golden.Hash(hash) : null,
            Adjusts = Optional("adjusts"),
            AcceptedAt = Golden.Time(Member("acceptedAt")),
        };
        var bytes = Convert.FromHexString(golden.GetProperty("canonicalUtf8Hex").GetString()!);
        var salt = Golden.Salt(golden.GetProperty("salt"));

        Assert.Equal(bytes, statement.ToUtf8());
        var written = new ArrayBufferWriter<byte>();
        statement.WriteTo(written);
        Assert.Equal(bytes, written.WrittenSpan);

        Assert.Equal(golden.GetProperty("entry").GetString(), Convert.ToHexStringLower(Entry.Record(salt, bytes).ToArray()));
        Assert.Equal(Golden.Hash(golden.GetProperty("leafHash")), statement.LeafHash(salt));
        Assert.Equal(Golden.Hash(golden.GetProperty("leafHash")), Entry.Record(salt, bytes).LeafHash());

        Assert.True(RecordStatement.TryParse(bytes, out var read));
        Assert.Equal(statement, read);

        var metadata = Encoding.UTF8.GetBytes(golden.GetProperty("metadata").GetString()!);
        Assert.Equal(statement.MetadataHash, MetadataCommitment.Of(Golden.Salt(golden.GetProperty("metadataSalt")), metadata));
    }
}
