using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal sealed class RevokeLinkHandler(VendorAccounts vendorAccounts, CustomerLinks links, SharingViews views) : IRequestHandler<RevokeLink, Outcome<CustomerSharing>>
{
    public async Task<Outcome<CustomerSharing>> Handle(RevokeLink request, CancellationToken ct)
    {
        var found = await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct);
        if (!found.Accepted(out var customer, out var refusal)) return refusal;
        await links.TryRevokeAsync(customer.Ledger.LedgerNo, customer.CustomerNo, ct);
        var facts = await links.FindAsync(customer.Ledger.LedgerNo, customer.CustomerNo, ct);
        return facts.Link is null ? SharingRefusals.OfLink(null)! : views.Show(customer, facts);
    }
}
