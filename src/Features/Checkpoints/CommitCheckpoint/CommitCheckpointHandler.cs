using MediatR;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

internal sealed class CommitCheckpointHandler(
    VendorAccounts vendorAccounts, CustomerLookup customers, CheckpointCommit commits, CheckpointRuns runs, CheckpointViews views,
    RunningKeys running, CommitCheckpointKeys keys, TimeProvider clock) : IRequestHandler<CommitCheckpoint, Outcome<CheckpointCommitted>>
{
    public async Task<Outcome<CheckpointCommitted>> Handle(CommitCheckpoint request, CancellationToken ct)
    {
        using var run = running.TryBegin(request.Caller, IdempotentRoutes.CommitCheckpoint, request.Idempotency?.Key);
        if (run is null) return IdempotencyRefusals.Pending();
        if (await FindStoredAsync(request, ct) is { } stored) return stored;

        if (!(await vendorAccounts.LedgerToWriteAsync(request.Caller, request.VendorAccountId, ct)).Accepted(out var ledger, out var refusal)) return refusal;
        if (!Scopes.Resolve(request.Scope, clock.GetUtcNow()).Accepted(out var scope, out refusal)) return refusal;

        try
        {
            return request.CustomerId is { } customerId
                ? await CommitOneAsync(request, ledger, customerId, scope.Window, ct)
                : await CommitAllAsync(request, ledger, scope.Window, ct);
        }
        catch (PostgresException lostRace) when (CommitCheckpointKeys.IsTaken(lostRace))
        {
            // Another node stored the key in between and rolled nothing of ours back that matters: what we made was not kept.
            return await FindStoredAsync(request, ct) ?? throw new InvalidOperationException("A key refused an insert and cannot be found.", lostRace);
        }
    }

    private async Task<Outcome<CheckpointCommitted>> CommitOneAsync(
        CommitCheckpoint request, LedgerRef ledger, string customerId, Window window, CancellationToken ct)
    {
        if ((await customers.FindAsync(ledger.TenantId, ledger.Environment, ledger.VendorAccountId, customerId, ct)) is not [var customer])
            return Refusal.CustomerNotFound();

        var order = new CheckpointOrder
        {
            Customer = customer,
            Window = window,
            Mode = request.Mode == "selected" ? CheckpointMode.Selected : CheckpointMode.All,
            Fingerprints = [.. (request.Fingerprints ?? []).Select(Parse)],
            Trigger = "api",
            StoreBeside = request.Idempotency is null
                ? null
                : async (connection, committed, token) => await keys.StoreAsync(connection, request, await ShowAsync(committed, token), token),
        };

        // Crash windows are those of the commit (CheckpointCommit); a key is stored in its transaction.
        return (await commits.CommitAsync(order, ct)).Accepted(out var committed, out var refusal) ? await ShowAsync(committed, ct) : refusal;
    }

    private async Task<Outcome<CheckpointCommitted>> CommitAllAsync(CommitCheckpoint request, LedgerRef ledger, Window window, CancellationToken ct)
    {
        Func<NpgsqlConnection, BegunRun, CancellationToken, Task>? storeBeside =
            request.Idempotency is null ? null : (connection, begun, token) => keys.StoreAsync(connection, request, Show(begun), token);
        return (await runs.BeginAsync(ledger, window, "api", storeBeside, ct)).Accepted(out var begun, out var refusal) ? Show(begun) : refusal;
    }

    private static CheckpointCommitted Show(BegunRun begun) => new(begun.IsNew ? 201 : 200, null, begun.Run, null);

    private async Task<CheckpointCommitted> ShowAsync(CommittedCheckpoint committed, CancellationToken ct) =>
        new(committed.IsNew ? 201 : 200, await views.ShowAsync(committed.Checkpoint, ct, idempotent: !committed.IsNew), null, null);

    private async Task<Outcome<CheckpointCommitted>?> FindStoredAsync(CommitCheckpoint request, CancellationToken ct)
    {
        if (request.Idempotency is not { } key || await keys.FindAsync(request.Caller, key.Key, ct) is not var (bodyHash, answer)) return null;
        if (bodyHash != key.Hash) return IdempotencyRefusals.KeyReused();
        return new CheckpointCommitted(answer.Status, null, null, answer.Bytes);
    }

    private static Hash Parse(string fingerprint) =>
        Hash.TryParse0x(fingerprint, out var hash) ? hash : throw new InvalidOperationException("The validator let a fingerprint pass.");
}
