using Npgsql;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Documents;

/// <summary>Finds the scope of an export through its caller. Nothing is committed.</summary>
internal sealed class RecordScopes(
    NpgsqlDataSource database, VendorAccounts vendorAccounts, WindowReader windows, TimeProvider clock)
{
    /// <param name="period">Null for the current month, when there is no <paramref name="checkpointId"/>.</param>
    public async Task<Outcome<RecordScope>> FindAsync(
        Caller caller, string customerId, string? vendorAccountId, string? period, string? checkpointId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        Scopes.Resolve(new ScopeFields(period, null, null, null), now).Accepted(out var scope, out var refusedScope);
        if (!(await vendorAccounts.CustomerToReadAsync(caller, customerId, vendorAccountId, ct, refusedScope)).Accepted(out var customer, out var refusal)) return refusal;

        var (ledgerNo, customerNo) = (customer.Ledger.LedgerNo, customer.CustomerNo);
        var snapshot = new SnapshotBatch(database);
        var named = snapshot.Add(checkpointId is null
            ? CheckpointLookup.Of(ledgerNo, customerNo, CheckpointIdentity.Of(scope!.Window, CheckpointMode.All, []))
            : CheckpointLookup.Of(checkpointId));
        var completed = snapshot.Add(CoverageReader.Of([(ledgerNo, customerNo)]));
        await snapshot.AskAsync(ct);
        var checkpoint = named.Value;
        if (checkpointId is not null
            && (checkpoint is not { Mode: CheckpointMode.All } || (checkpoint.Customer.Ledger.LedgerNo, checkpoint.Customer.CustomerNo) != (ledgerNo, customerNo)))
        {
            return Refusal.CheckpointNotFound();
        }

        var window = checkpointId is null ? scope!.Window : checkpoint!.Window;
        var records = checkpoint is null ? await OfWindowAsync(ledgerNo, customerNo, window, ct)
            : (checkpoint.FirstSeq, checkpoint.LastSeq, Opening: checkpoint.Opening.Value, Closing: checkpoint.Closing.Value);
        return new RecordScope
        {
            Customer = customer,
            Window = window,
            Checkpoint = checkpoint is { IsCompleted: true } ? checkpoint : null,
            VendorName = checkpoint?.RecordedBy ?? customer.VendorName,
            Unit = checkpoint?.Unit ?? customer.Unit,
            FirstSeq = records.FirstSeq,
            LastSeq = records.LastSeq,
            Opening = records.Opening,
            Closing = records.Closing,
            VerifiedThrough = VerifiedThrough.Of(completed.Value),
            Now = now,
        };
    }

    /// <summary>Both edges by search, the balances from the records that stand there.</summary>
    private async Task<(long FirstSeq, long LastSeq, decimal Opening, decimal Closing)> OfWindowAsync(int ledgerNo, int customerNo, Window window, CancellationToken ct)
    {
        var edges = await windows.EdgesAsync(ledgerNo, customerNo, window, ct);
        var at = (await windows.RecordsAsync(ledgerNo, customerNo, [edges.FirstSeq - 1, edges.LastSeq], ct)).ToDictionary(record => record.Seq, record => record.BalanceAfter.Value);
        var opening = at.GetValueOrDefault(edges.FirstSeq - 1);
        return (edges.FirstSeq, edges.LastSeq, opening, edges.Count == 0 ? opening : at.GetValueOrDefault(edges.LastSeq));
    }
}
