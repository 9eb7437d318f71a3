using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Infrastructure.Tests.Ingest;

public sealed class RecordCopyBufferTests(PostgresFixture postgres)
{
    /// <summary>The database is the twin: what its own numeric says of the text must equal what our bytes became.</summary>
    [Fact]
    public async Task Every_amount_arrives_as_the_number_it_is()
    {
        await using var database = await postgres.CloneAsync();
        await using var ledger = await LedgerScenario.BeginAsync(database.Source);
        var random = new Random(20261121);
        var amounts = new List<decimal> { 1, -1, 0.1m, 0.000000001m, -0.000000001m, 10_000, 9_999, 10_000.0001m, 123_456_789.123456789m, 999_999_999_999_999_999.999999999m, 1.10m, 100_000_000, 0.0001m, 0.00001m, 1000000.5m };
        for (var i = 0; i < 2_000; i++) amounts.Add(decimal.Round((decimal)random.NextInt64(-1_000_000_000_000, 1_000_000_000_000) / (decimal)Math.Pow(10, random.Next(0, 10)), 9));
        amounts.RemoveAll(amount => amount == 0);

        var rows = new RecordCopyBuffer();
        rows.Begin();
        for (var i = 0; i < amounts.Count; i++)
        {
            var statement = new RecordStatement
            {
                LedgerId = "l", RecordId = "r", CustomerId = "c", Seq = i + 1, Prev = Hash.Zero, Delta = Amount.FromDecimal(amounts[i]),
                BalanceAfter = Amount.FromDecimal(-amounts[i]), Reason = amounts[i].ToString(System.Globalization.CultureInfo.InvariantCulture), AcceptedAt = Timestamp.FromMicroseconds(1_000_000L * i),
            };
            rows.Append(ledger.Ledger.LedgerNo, 1, i, statement, default, Hash.Zero, null, null, null, null, null);
        }

        await using (var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (var copy = await connection.BeginRawBinaryCopyAsync(RecordCopyBuffer.Command, TestContext.Current.CancellationToken))
            await copy.WriteAsync(rows.End(), TestContext.Current.CancellationToken);

        await using var wrong = database.Source.CreateCommand(
            "SELECT count(*) FILTER (WHERE delta::text::numeric <> reason::numeric OR delta <> reason::numeric OR balance_after <> -reason::numeric " +
            "OR extract(epoch FROM accepted_at) <> ledger_index), count(*) FROM records");
        await using var row = await wrong.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        await row.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0L, (long)amounts.Count), (row.GetInt64(0), row.GetInt64(1)));
    }
}
