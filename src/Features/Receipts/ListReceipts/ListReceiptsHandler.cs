using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Receipts;

internal sealed class ListReceiptsHandler(CheckpointSearch search, VendorAccounts vendorAccounts, PublicAddress address, TimeProvider clock)
    : IRequestHandler<ListReceipts, Outcome<ReceiptsListed>>
{
    public async Task<Outcome<ReceiptsListed>> Handle(ListReceipts request, CancellationToken ct)
    {
        Scopes.Resolve(request.Scope, clock.GetUtcNow()).Accepted(out var scope, out var refusedScope);
        var asked = await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct, refusedScope);
        if (!asked.Accepted(out var customer, out var refusal)) return refusal;
        var window = request.Scope.IsEmpty ? (Window?)null : scope!.Window;
        string?[] filters = ["receipts", customer.Ledger.LedgerId, customer.CustomerId, window?.ToString()];
        if (!CheckpointSearch.TryOpen(request.Cursor, filters, out var after)) return Refusal.Validation("cursor", "does not belong to this list");

        // A receipt is a completed checkpoint over all records of its window, asked for or not.
        var wanted = new CheckpointFilter([customer.Ledger.LedgerNo]) { CustomerId = customer.CustomerId, Inside = window, IsCompleted = true, Mode = "all" };
        var found = await search.FindAsync(wanted, request.Limit, request.Offset, after, ct);
        return new ReceiptsListed([.. found.Page.Select(Show)], found.Total, request.Limit, request.Offset, CheckpointSearch.NextCursor(found, filters));
    }

    private ReceiptListed Show(StoredCheckpoint checkpoint)
    {
        var (id, root) = (checkpoint.CheckpointId, checkpoint.ProofRoot.To0x());
        return new ReceiptListed
        {
            ReceiptId = id,
            CheckpointId = id,
            Status = CheckpointViews.Status(checkpoint),
            CustomerId = checkpoint.Customer.CustomerId,
            Period = checkpoint.Window.AsPeriod()?.ToString(),
            StartDate = checkpoint.Window.Start.ToDateTimeOffset(),
            EndDate = checkpoint.Window.End.ToDateTimeOffset(),
            AsOf = checkpoint.AsOf.ToDateTimeOffset(),
            DeltaCount = checkpoint.RecordCount,
            NetDelta = checkpoint.Net.Value,
            FinalBalance = checkpoint.Closing.Value,
            ProofRoot = root,
            VerificationReference = root,
            Links = new ReceiptListedLinks(address.ReceiptPage(id), address.ReceiptJson(id), address.ReceiptPdf(id), address.ReceiptBundle(id)),
            GeneratedAt = checkpoint.ReceiptIssuedAt,
        };
    }
}
