using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Checkpoints;

internal sealed class ListCheckpointsHandler(CheckpointSearch search, VendorAccounts vendorAccounts, CheckpointViews views, TimeProvider clock)
    : IRequestHandler<ListCheckpoints, Outcome<CheckpointsListed>>
{
    public async Task<Outcome<CheckpointsListed>> Handle(ListCheckpoints request, CancellationToken ct)
    {
        if (!(await vendorAccounts.LedgersToReadAsync(request.Caller, request.VendorAccountId, ct)).Accepted(out var ledgers, out var refusal)) return refusal;
        Window? window = null;
        if (!request.Scope.IsEmpty)
        {
            if (!Scopes.Resolve(request.Scope, clock.GetUtcNow()).Accepted(out var scope, out refusal)) return refusal;
            window = scope.Window;
        }

        string?[] filters =
        [
            request.Caller.TenantId, request.Caller.Environment, request.CustomerId, window?.ToString(), request.Status?.ToUpperInvariant(),
            request.Mode, request.CheckpointRunId, request.VendorAccountId,
        ];
        if (!CheckpointSearch.TryOpen(request.Cursor, filters, out var after)) return Refusal.Validation("cursor", "does not belong to this list");

        var wanted = new CheckpointFilter([.. ledgers.Ledgers.Select(l => l.LedgerNo)])
        {
            CustomerId = request.CustomerId,
            Inside = window,
            IsCompleted = request.Status?.Equals("VERIFIED", StringComparison.OrdinalIgnoreCase),
            Mode = request.Mode,
            RunId = request.CheckpointRunId,
        };
        var found = await search.FindAsync(wanted, request.Limit, request.Offset, after, ct);
        return new CheckpointsListed(
            await views.ShowAsync(found.Page, ct), found.Total, request.Limit, request.Offset, CheckpointSearch.NextCursor(found, filters));
    }
}
