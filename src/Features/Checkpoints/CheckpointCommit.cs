using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Checkpoints;

/// <summary>Commits one customer's checkpoint, for every door that may ask for one.</summary>
/// <remarks>In this order: the floor, the records before it sealed, the window read, the decision, one transaction.</remarks>
internal sealed class CheckpointCommit(
    NpgsqlDataSource database, CheckpointLookup checkpoints, LedgerFloor floors, SealWatch seals, SealNotifier sealer, WindowGathering gathering,
    WindowReader windows, RecordIds ids)
{
    /// <summary>How long pending records of the window are waited for (api-balance 4.1).</summary>
    public static readonly TimeSpan SealWait = TimeSpan.FromSeconds(5);

    private const string Insert =
        "INSERT INTO checkpoints (checkpoint_id, ledger_no, customer_no, environment, mode, trigger, checkpoint_run_id, identity, scope_identity, " +
        "start_at, end_at, as_of, covered_through, record_count, first_seq, last_seq, first_record_at, last_record_at, opening, net, closing, " +
        "increases, decreases, unit, recorded_by, statement, salt, proof_root, selected_seqs, created_at) " +
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30) " +
        "ON CONFLICT (ledger_no, customer_no, identity) WHERE identity IS NOT NULL DO NOTHING";

    public async Task<Outcome<CommittedCheckpoint>> CommitAsync(CheckpointOrder order, CancellationToken ct)
    {
        var (ledgerNo, customerNo, identity) = (order.Customer.Ledger.LedgerNo, order.Customer.CustomerNo, order.Identity);
        if (await checkpoints.FindAsync(ledgerNo, customerNo, identity, ct) is { } existing) return await SettleAsync(order, existing, ct);

        var rollup = await gathering.RollupAsync(order, ct);
        if (await floors.RaiseAsync(ledgerNo, order.Window, ct) is not { } raised) return Refusals.WindowInTheFuture();

        // Crash window 1: the floor is raised and nothing else. No record can fall into the window any more, which was true of
        // its past anyway; the next request goes on from here.
        if (!raised.CutOff.IsClosed && await FindStillGoodAsync(order, raised.CutOff, ct) is { } asOf) return await SettleAsync(order, asOf, ct);

        var isSealed = await seals.WaitAsync(ledgerNo, raised.NextIndex, SealWait, ct)
            || await IsSealedPastAsync(order, raised.CutOff.CoveredThrough, ct);
        var content = await gathering.ReadAsync(order, raised.CutOff.CoveredThrough, rollup, ct);
        var decision = CheckpointDecision.Decide(order, raised.CutOff, content, isSealed, ids, RandomId.New("chk_"), NewSalt());
        if (!decision.Accepted(out var draft, out var refusal)) return refusal;

        // Crash window 2: an id and a salt in memory, promised to nobody.
        var committed = await SaveAsync(order, raised.CutOff, draft, ct);

        // Crash window 3: stored, nobody was told. The same request finds it again; the sealer finds the row by itself and enters
        // its root, nudged or not.
        sealer.Nudge(order.Customer.Ledger.Environment);
        return committed;
    }

    /// <summary>The last checkpoint of the same open scope, when nothing was accepted in the window since.</summary>
    private async Task<StoredCheckpoint?> FindStillGoodAsync(
        CheckpointOrder order, CutOff cutOff, CancellationToken ct, NpgsqlConnection? on = null)
    {
        var (ledgerNo, customerNo) = (order.Customer.Ledger.LedgerNo, order.Customer.CustomerNo);
        if (await checkpoints.FindNewestAsync(ledgerNo, customerNo, order.Identity, ct, on) is not { } last) return null;
        if (last.CoveredThrough >= cutOff.CoveredThrough) return last;
        var since = await windows.EdgesAsync(ledgerNo, customerNo, new Window(last.CoveredThrough, cutOff.CoveredThrough), ct, on);
        return since.Count == 0 ? last : null;
    }

    /// <summary>Whether sealing has come past the window even though it stands still now. Records are sealed in the order of
    /// their <c>acceptedAt</c>, so the last sealed one says it.</summary>
    private async Task<bool> IsSealedPastAsync(CheckpointOrder order, Timestamp coveredThrough, CancellationToken ct)
    {
        var ledger = order.Customer.Ledger;
        return await windows.LastSealedAsync(ledger.LedgerNo, ct) is var (last, customerId)
            && last.AcceptedAt >= coveredThrough && last.ReproducesLeaf(ledger.LedgerId, customerId, ids);
    }

    /// <summary>Stores beside an existing checkpoint what belongs to this request.</summary>
    private async Task<CommittedCheckpoint> SettleAsync(CheckpointOrder order, StoredCheckpoint existing, CancellationToken ct)
    {
        var found = new CommittedCheckpoint(existing, IsNew: false);
        if (order.StoreBeside is null) return found;
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await order.StoreBeside(connection, found, ct);
        await transaction.CommitAsync(ct);
        return found;
    }

    /// <summary>One transaction: the checkpoint and what is stored beside it. Of two requests at once for a closed window the
    /// unique index lets one insert, for an open one the customer's row lets one look first; the other finds the first one's.</summary>
    private async Task<CommittedCheckpoint> SaveAsync(CheckpointOrder order, CutOff cutOff, StoredCheckpoint draft, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        CommittedCheckpoint? committed = null;
        if (!cutOff.IsClosed)
        {
            await LockCustomerAsync(connection, order.Customer, ct);
            if (await FindStillGoodAsync(order, cutOff, ct, connection) is { } rival) committed = new CommittedCheckpoint(rival, IsNew: false);
        }

        if (committed is null && await InsertAsync(connection, order, cutOff, draft, ct)) committed = new CommittedCheckpoint(draft, IsNew: true);
        if (committed is null)
        {
            var rival = await checkpoints.FindAsync(order.Customer.Ledger.LedgerNo, order.Customer.CustomerNo, order.Identity, ct, connection)
                ?? throw new InvalidOperationException("A checkpoint of this identity refused an insert and cannot be found.");
            committed = new CommittedCheckpoint(rival, IsNew: false);
        }

        if (order.StoreBeside is not null) await order.StoreBeside(connection, committed, ct);
        await transaction.CommitAsync(ct);
        return committed;
    }

    private static async Task LockCustomerAsync(NpgsqlConnection connection, CustomerRow customer, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT 1 FROM customers WHERE ledger_no = $1 AND customer_no = $2 FOR NO KEY UPDATE", connection);
        command.Parameters.Add(new() { Value = customer.Ledger.LedgerNo });
        command.Parameters.Add(new() { Value = customer.CustomerNo });
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<bool> InsertAsync(NpgsqlConnection connection, CheckpointOrder order, CutOff cutOff, StoredCheckpoint draft, CancellationToken ct)
    {
        var identity = order.Identity.ToArray();
        await using var command = new NpgsqlCommand(Insert, connection);
        void Add(object? value, NpgsqlDbType type) => command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        void Time(Timestamp? value) => Add(value?.ToDateTimeOffset().UtcDateTime, NpgsqlDbType.TimestampTz);

        Add(draft.CheckpointId, NpgsqlDbType.Text);
        Add(draft.Customer.Ledger.LedgerNo, NpgsqlDbType.Integer);
        Add(draft.Customer.CustomerNo, NpgsqlDbType.Integer);
        Add(draft.Environment, NpgsqlDbType.Text);
        Add(CheckpointIdentity.ModeText(draft.Mode), NpgsqlDbType.Text);
        Add(draft.Trigger, NpgsqlDbType.Text);
        Add(draft.RunId, NpgsqlDbType.Text);
        Add(cutOff.IsClosed ? identity : null, NpgsqlDbType.Bytea);
        Add(identity, NpgsqlDbType.Bytea);
        Time(draft.Window.Start);
        Time(draft.Window.End);
        Time(draft.AsOf);
        Time(draft.CoveredThrough);
        Add(draft.RecordCount, NpgsqlDbType.Bigint);
        Add(draft.FirstSeq, NpgsqlDbType.Bigint);
        Add(draft.LastSeq, NpgsqlDbType.Bigint);
        Time(draft.FirstRecordAt);
        Time(draft.LastRecordAt);
        Add(draft.Opening.Value, NpgsqlDbType.Numeric);
        Add(draft.Net.Value, NpgsqlDbType.Numeric);
        Add(draft.Closing.Value, NpgsqlDbType.Numeric);
        Add(draft.Increases.Value, NpgsqlDbType.Numeric);
        Add(draft.Decreases.Value, NpgsqlDbType.Numeric);
        Add(draft.Unit, NpgsqlDbType.Text);
        Add(draft.RecordedBy, NpgsqlDbType.Text);
        Add(draft.Statement, NpgsqlDbType.Text);
        Add(draft.Salt.Bytes.ToArray(), NpgsqlDbType.Bytea);
        Add(draft.ProofRoot.ToArray(), NpgsqlDbType.Bytea);
        Add(draft.SelectedSeqs?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bigint);
        Time(draft.CreatedAt);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    private static Salt NewSalt()
    {
        Span<byte> bytes = stackalloc byte[Salt.Size];
        RandomNumberGenerator.Fill(bytes);
        return Salt.FromBytes(bytes);
    }

    private static class Refusals
    {
        public static Refusal WindowInTheFuture() => Refusal.Validation("startDate", "must not lie in the future");
    }
}
