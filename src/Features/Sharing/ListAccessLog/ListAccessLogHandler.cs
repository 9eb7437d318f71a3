using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal sealed class ListAccessLogHandler(VendorAccounts vendorAccounts, AccessLog log) : IRequestHandler<ListAccessLog, Outcome<AccessLogListed>>
{
    public async Task<Outcome<AccessLogListed>> Handle(ListAccessLog request, CancellationToken ct)
    {
        var found = await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct);
        if (!found.Accepted(out var customer, out var refusal)) return refusal;
        string?[] filters = [customer.Ledger.LedgerId, customer.CustomerId, request.Kind];
        if (!Cursors.TryOpenNumber(request.Cursor, filters, out var before)) return Refusal.Validation("cursor", "is no cursor of this list");

        var rows = await log.ListAsync(customer.Ledger.LedgerNo, customer.CustomerNo, request.Kind, before, request.Limit + 1, ct);
        var page = rows.Take(request.Limit).ToList();
        return new AccessLogListed(
            [.. page.Select(e => new AccessLogEntry(e.AccessId, e.At, e.Kind, e.Host, e.Tier, e.Format, e.Period, e.ClientAddress, e.UserAgent))], request.Limit,
            rows.Count > request.Limit ? Cursors.Make(filters, page[^1].EntryNo) : null);
    }
}
