using Npgsql;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Records;

/// <summary>A completed <c>mode: all</c> checkpoint in short.</summary>
/// <param name="Start">Of the window.</param>
/// <param name="CoveredThrough">End of the covered window; outside it.</param>
public sealed record CompletedCheckpoint(
    int LedgerNo, int CustomerNo, string CheckpointId, Timestamp Start, Timestamp CoveredThrough, long FirstSeq, long LastSeq, Timestamp CreatedAt);

/// <summary>Reads what completed <c>mode: all</c> checkpoints cover: one statement for any number of customers.</summary>
public sealed class CoverageReader(NpgsqlDataSource database)
{
    private const string Select =
        "SELECT k.ledger_no, k.customer_no, k.checkpoint_id, k.start_at, k.covered_through, k.first_seq, k.last_seq, k.created_at " +
        "FROM unnest($1::int[], $2::int[]) w(ledger_no, customer_no) " +
        "JOIN checkpoints k ON k.ledger_no = w.ledger_no AND k.customer_no = w.customer_no WHERE k.mode = 'all' AND k.verified_at IS NOT NULL";

    public static Question<List<CompletedCheckpoint>> Of(IReadOnlyCollection<(int LedgerNo, int CustomerNo)> customers) =>
        Question.Rows(Read, Select, customers.Select(c => c.LedgerNo).ToArray(), customers.Select(c => c.CustomerNo).ToArray());

    public async Task<ILookup<(int LedgerNo, int CustomerNo), CompletedCheckpoint>> CompletedAsync(
        IReadOnlyCollection<(int LedgerNo, int CustomerNo)> customers, CancellationToken ct) =>
        (await Of(customers).AskAsync(database, ct)).ToLookup(c => (c.LedgerNo, c.CustomerNo));

    private static CompletedCheckpoint Read(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetInt32(1), row.GetString(2), RecordReader.ReadTimestamp(row, 3), RecordReader.ReadTimestamp(row, 4), row.GetInt64(5),
        row.GetInt64(6), RecordReader.ReadTimestamp(row, 7));
}
