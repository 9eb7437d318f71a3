using System.Text.Json;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>A row of <c>checkpoint_runs</c>: a checkpoint for each active customer of a ledger's window.</summary>
/// <param name="IsFinished">Every active customer was taken up.</param>
/// <param name="NextCustomerNo">Where the run goes on, also after a crash.</param>
internal sealed record CheckpointRun(
    string RunId, int LedgerNo, Window Window, Timestamp AsOf, int TotalCustomers, int CommittedCount, int ExistingCount, int SkippedCount,
    IReadOnlyList<SkippedCustomer> Skipped, string Trigger, Timestamp CreatedAt, bool IsFinished, int NextCustomerNo)
{
    public const int MaxSkippedListed = 100;

    public const string Columns =
        "n.checkpoint_run_id, n.ledger_no, n.start_at, n.end_at, n.as_of, n.total_customers, n.committed_count, n.existing_count, n.skipped_count, " +
        "n.skipped::text, n.trigger, n.created_at, n.finished_at IS NOT NULL, n.next_customer_no";

    public static CheckpointRun Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetInt32(1), new Window(RecordReader.ReadTimestamp(row, 2), RecordReader.ReadTimestamp(row, 3)),
        RecordReader.ReadTimestamp(row, 4), row.GetInt32(5), row.GetInt32(6), row.GetInt32(7), row.GetInt32(8),
        JsonSerializer.Deserialize<List<SkippedCustomer>>(row.GetString(9)) ?? [], row.GetString(10),
        RecordReader.ReadTimestamp(row, 11), row.GetBoolean(12), row.GetInt32(13));
}
