using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal sealed class IssueLinkHandler(VendorAccounts vendorAccounts, CustomerLinks links, SharingViews views) : IRequestHandler<IssueLink, Outcome<CustomerSharing>>
{
    public async Task<Outcome<CustomerSharing>> Handle(IssueLink request, CancellationToken ct)
    {
        var found = await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct);
        if (!found.Accepted(out var customer, out var refusal)) return refusal;
        return await links.TryIssueAsync(customer.Ledger.LedgerNo, customer.CustomerNo, request.Reissue, ct)
            ? await views.ShowAsync(customer, ct)
            : SharingRefusals.LinkIsActive();
    }
}
