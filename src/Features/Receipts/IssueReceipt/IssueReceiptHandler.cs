using System.Globalization;
using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Balance;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Customers;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Receipts;

internal sealed class IssueReceiptHandler(
    VendorAccounts vendorAccounts, CheckpointCommit commits, CheckpointLookup checkpoints, SealWatch seals, ReceiptIssues issues,
    WindowSummaries summaries, CoverageReader coverage, RecordLookup records, RecordViews recordViews, LogReader log, FindActiveLink findLink,
    PublicAddress address, TimeProvider clock) : IRequestHandler<IssueReceipt, Outcome<ReceiptIssued>>
{
    /// <summary>How long a checkpoint's completion is awaited (api-balance 4.5).</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public async Task<Outcome<ReceiptIssued>> Handle(IssueReceipt request, CancellationToken ct)
    {
        Scopes.Resolve(request.Scope, clock.GetUtcNow()).Accepted(out var scope, out var refusedScope);
        var asked = await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct, refusedScope);
        if (!asked.Accepted(out var customer, out var refusal)) return refusal;
        string?[] filters = [request.Caller.TenantId, request.Caller.Environment, customer.CustomerId, customer.Ledger.VendorAccountId, scope!.Window.ToString()];
        long? after = null;
        if (request.Cursor is { } cursor && !TryOpen(cursor, filters, out after)) return Refusal.Validation("cursor", "does not belong to this list");

        var order = new CheckpointOrder { Customer = customer, Window = scope.Window, Mode = CheckpointMode.All, Trigger = "receipt" };

        // An archived seller's closed periods keep their receipts; no other is closed for it.
        if (await vendorAccounts.RefuseWriteAsync(request.Caller, customer.Ledger.VendorAccountId, ct) is { } refusedWrite)
        {
            return await checkpoints.FindAsync(customer.Ledger.LedgerNo, customer.CustomerNo, order.Identity, ct) is { } closed
                ? await ShowAsync(closed, request.Limit, after, filters, ct)
                : refusedWrite;
        }

        // Crash windows are those of the commit (CheckpointCommit). What follows changes nothing but the instant of first issue.
        if (!(await commits.CommitAsync(order, ct)).Accepted(out var committed, out refusal)) return refusal;
        var checkpoint = await CompletedAsync(committed.Checkpoint, ct);
        return await ShowAsync(checkpoint, request.Limit, after, filters, ct);
    }

    private async Task<StoredCheckpoint> CompletedAsync(StoredCheckpoint checkpoint, CancellationToken ct)
    {
        if (checkpoint.IsCompleted) return checkpoint;
        await seals.WaitForCheckpointAsync(checkpoint.CheckpointId, s_patience, ct);
        return await checkpoints.FindAsync(checkpoint.CheckpointId, ct) ?? checkpoint;
    }

    private async Task<ReceiptIssued> ShowAsync(StoredCheckpoint checkpoint, int limit, long? after, string?[] filters, CancellationToken ct)
    {
        var customer = checkpoint.Customer;
        var (id, root) = (checkpoint.CheckpointId, checkpoint.ProofRoot.To0x());
        var reference = checkpoint.IsCompleted ? root : null;
        var (tenant, recordedBy) = Identities.Of(customer.Ledger, checkpoint.RecordedBy);
        var (rows, nextSeq) = await RowsAsync(checkpoint, limit, after, ct);
        var completed = (await coverage.CompletedAsync([(customer.Ledger.LedgerNo, customer.CustomerNo)], ct)).SelectMany(c => c).ToList();
        var link = await findLink(customer, ct);
        var verifyUrl = link?.Url ?? address.ReceiptPage(id);
        return new ReceiptIssued
        {
            ReceiptId = id,
            CheckpointId = id,
            LatestCheckpoint = completed.MaxBy(c => c.CreatedAt)?.CheckpointId,
            Status = CheckpointViews.Status(checkpoint),
            Environment = checkpoint.Environment,
            Tenant = tenant,
            RecordedBy = recordedBy,
            CustomerId = customer.CustomerId,
            CustomerReference = customer.Reference,
            VendorAccountId = customer.Ledger.VendorAccountId,
            Period = checkpoint.Window.AsPeriod()?.ToString(),
            StartDate = checkpoint.Window.Start.ToDateTimeOffset(),
            EndDate = checkpoint.Window.End.ToDateTimeOffset(),
            AsOf = checkpoint.AsOf.ToDateTimeOffset(),
            CoveredThrough = checkpoint.CoveredThrough.ToDateTimeOffset(),
            Unit = checkpoint.Unit ?? customer.Unit,
            DeltaCount = checkpoint.RecordCount,
            RecordedAmount = Math.Abs(checkpoint.Net.Value),
            TotalIncreases = checkpoint.Increases.Value,
            TotalDecreases = checkpoint.Decreases.Value,
            NetDelta = checkpoint.Net.Value,
            StartingBalance = checkpoint.Opening.Value,
            FinalBalance = checkpoint.Closing.Value,
            FirstRecordAt = checkpoint.FirstRecordAt?.ToDateTimeOffset(),
            LastRecordAt = checkpoint.LastRecordAt?.ToDateTimeOffset(),
            ProofRoot = root,
            VerificationReference = reference,
            VerifiedAt = checkpoint.VerifiedAt,
            VerifiedThroughAt = VerifiedThrough.Of(completed)?.ToDateTimeOffset(),
            VerifyUrl = verifyUrl,
            VerificationApiUrl = address.VerificationApiUrl(root),
            VerificationExplorerUrl = address.VerificationPage(root),
            AccessHint = link?.AccessCode,
            CustomerLinkUrl = link?.Url,
            CustomerLinkHost = link?.Host,
            Links = new IssuedReceiptLinks(
                address.ReceiptPage(id), address.ReceiptJson(id), address.ReceiptPdf(id), address.VerificationPage(root), address.ReceiptBundle(id)),
            Verification = new IssuedReceiptVerification(
                verifyUrl, reference, address.VerificationApiUrl(root), address.VerificationPage(root), await log.OriginAsync(checkpoint.Environment, ct) ?? address.LogOrigin(checkpoint.Environment),
                checkpoint.IsCompleted ? checkpoint.LogIndex : null, checkpoint.IsCompleted ? checkpoint.TreeSize : null, [.. rows.Select(r => r.ItemHash)]),
            WindowSummaries = await summaries.OfAsync(checkpoint, ct),
            Deltas = rows,
            Limit = limit,
            NextCursor = nextSeq is { } last ? Cursors.Make(filters, last.ToString(CultureInfo.InvariantCulture)) : null,
            GeneratedAt = checkpoint.IsCompleted ? await issues.FirstIssueAsync(checkpoint, ct) : clock.GetUtcNow(),
        };
    }

    /// <summary>A page of the covered records, and the number after which the next page begins.</summary>
    private async Task<(IReadOnlyList<RecordResult> Rows, long? NextAfter)> RowsAsync(StoredCheckpoint checkpoint, int limit, long? after, CancellationToken ct)
    {
        var ledger = checkpoint.Customer.Ledger;
        var first = Math.Max(checkpoint.FirstSeq, (after ?? 0) + 1);
        if (first > checkpoint.LastSeq) return ([], null);
        if (limit == 0) return ([], first - 1);
        var rows = await records.RangeAsync(ledger.LedgerNo, checkpoint.Customer.CustomerNo, first, checkpoint.LastSeq, limit, newestFirst: false, ct);
        var last = rows.Count == 0 ? checkpoint.LastSeq : rows[^1].Record.Seq;
        return ([.. rows.Select(r => recordViews.Stored(ledger, r))], last < checkpoint.LastSeq ? last : null);
    }

    private static bool TryOpen(string cursor, string?[] filters, out long? after)
    {
        after = null;
        if (!Cursors.TryOpen(cursor, filters, out string? position) || !long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)) return false;
        after = seq;
        return true;
    }
}
